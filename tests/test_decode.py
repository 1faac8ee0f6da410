from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.decode import decode, known, lenient_utf8

CURLY = "“It’s late,” she said – and left…"
GREEK = "Είπε «όχι»"
CHINESE = "他说：“不”"

CASES = [
    ("utf-8", CURLY.encode(), "", CURLY),
    ("utf-8 with a mark", CURLY.encode("utf-8-sig"), "", CURLY),
    ("utf-16 with a mark", CURLY.encode("utf-16"), "", CURLY),
    ("utf-16 big endian with a mark", b"\xfe\xff" + CURLY.encode("utf-16-be"), "", CURLY),
    ("utf-32 with a mark", CURLY.encode("utf-32"), "", CURLY),
    (
        "utf-16 without a mark",
        "<rss>plain words</rss>".encode("utf-16-le"),
        "",
        "<rss>plain words</rss>",
    ),
    ("cp1252 that says nothing", CURLY.encode("cp1252"), "", CURLY),
    ("cp1252 that says latin-1", CURLY.encode("cp1252"), "text/xml; charset=iso-8859-1", CURLY),
    ("utf-8 that says latin-1", CURLY.encode(), "text/xml; charset=ISO-8859-1", CURLY),
    ("utf-8 that says ascii", CURLY.encode(), "text/xml; charset=us-ascii", CURLY),
    ("utf-8 that says what is no encoding", CURLY.encode(), "text/xml; charset=klingon", CURLY),
    ("greek by the header", GREEK.encode("iso8859-7"), "text/xml; charset=iso-8859-7", GREEK),
    ("the header names a codec for bytes", b"abc", "text/xml; charset=zlib", "abc"),
    ("the header names a slow codec", b"\xe9", "text/xml; charset=idna", "é"),
    ("stateful seven-bit", "日本".encode("iso2022_jp"), "text/xml; charset=iso-2022-jp", "日本"),
    ("a code under another label", "日本".encode("cp932"), "text/html; charset=x-sjis", "日本"),
    ("nothing", b"", "", ""),
]


@pytest.mark.parametrize(
    ("raw", "header", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_decoding(raw: bytes, header: str, text: str) -> None:
    assert decode(raw, header) == text


@pytest.mark.parametrize(
    ("code", "label", "text"),
    [("gb18030", "gb2312", CHINESE), ("cp1251", "windows-1251", "Он сказал «нет»"),
     ("cp1252", "iso-8859-1", CURLY), ("iso8859-7", "iso-8859-7", GREEK)],
)  # fmt: skip
def test_the_xml_declaration_is_believed(code: str, label: str, text: str) -> None:
    document = f'<?xml version="1.0" encoding="{label}"?><p>{text}</p>'
    assert decode(document.encode(code)) == document


def test_a_meta_tag_is_believed() -> None:
    page = f'<html><head><meta charset="windows-1253"></head>{GREEK}'
    assert decode(page.encode("cp1253")) == page


def test_one_stray_byte_costs_no_quotation_mark() -> None:
    raw = CURLY.encode() + b" caf\xe9 " + CURLY.encode()
    assert decode(raw) == f"{CURLY} café {CURLY}"


@pytest.mark.parametrize("label", ["rot13", "hex", "undefined", "punycode", "", "a\0b", "utf-8"])
def test_what_no_text_comes_in_is_not_known(label: str) -> None:
    assert known(label) is None


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_are_read(raw: bytes, header: str) -> None:
    decode(raw, header)


@given(st.text(max_size=200))
def test_utf8_is_read_as_it_is(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    assert lenient_utf8(raw) == raw.decode("utf-8")
