"""Plain text and Markdown: the text exactly as decoded, and what its head says of it."""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import PurePath
from typing import NoReturn

from verifier import bylines
from verifier.decode import lenient_utf8, marked, wide
from verifier.errors import InputError
from verifier.model import Story
from verifier.text import front_matter, legible, paragraphs

MAX_BYTES = 15 * 1024 * 1024
_TITLE_WORDS = 30
_SAMPLE = 65_536
_MARKS = '"“”«»„'
# Above this share of bytes that are no ASCII, single bytes are no Western European text:
# French in cp1252 has 4-6%, Russian in cp1251 and Chinese in GBK over 75%.
_FOREIGN_SHARE = 0.25

_KINDS = (
    (b"%PDF-", "a PDF", "copy its text, or save it as text"),
    (b"PK\x03\x04", "a zip archive or an office document", "save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as plain text"),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
    (b"\x89PNG", "an image", "give the text of the article"),
    (b"\xff\xd8\xff", "an image", "give the text of the article"),
    (b"GIF8", "an image", "give the text of the article"),
    (b"\x1f\x8b", "gzip data", "unpack it first"),
    (b"SQLite format 3", "a database", "name an archive with --archive"),
)
_CONTROL = bytes((*range(9), *range(14, 27), 28, 29, 30, 31))
_NO_TEXT = "give a UTF-8 text file, an HTML page or a feed"


def check_size(raw: bytes, name: str) -> None:
    """Raise InputError if `raw` is empty or too long to be an article."""
    if len(raw) > MAX_BYTES:
        limit = f"over {MAX_BYTES // 1_048_576} MiB; give the text of one article"
        raise InputError("too large to be an article", name, limit)
    if not raw.strip(b" \t\r\n\0"):
        raise InputError("the article is empty", name, "give a file with the text of one article")


def from_text(raw: bytes, name: str = "") -> Story:
    """The story in a plain-text or Markdown file; `text` is the file as decoded.

    A byte-order mark is taken off, newlines are left as they are. UTF-8, UTF-16 and
    Windows-1252 are read. Raises InputError for what is empty, over 15 MiB, binary or in
    another encoding.
    """
    check_size(raw, name)
    text = decoded(raw, name)
    if not text.strip():
        raise InputError("the article is empty", name, "give a file with the text of one article")
    above, body = front_matter(text), legible(text)
    said = bylines.find(body, above.get("author", ""))
    top = bylines.headline(above.get("title", "") or _title(body))
    note = bylines.editors_note(body)
    return Story(
        text=text,
        title=top.title,
        published=_moment(above.get("date", "")),
        agency=said.agency,
        byline=said.byline,
        dateline=said.dateline,
        credit=said.credit,
        status=note[1] if note and note[1] != "usable" else top.status,
        note=note[0] if note else top.note,
    )


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    from verifier.stories.when import moment  # noqa: PLC0415 - few texts have front matter

    return moment(written)


def decoded(raw: bytes, name: str = "") -> str:
    """The characters of a text file; raises InputError for binary data and other encodings."""
    if (mark := marked(raw)) is not None:
        code, length = mark
        if code.startswith("utf-32"):
            _foreign("UTF-32", name)
        return raw[length:].decode(code, "replace")
    _refuse_binary(raw, name)
    if (code16 := wide(raw)) is not None:
        return raw.decode(code16, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    _refuse_foreign(raw, name)
    return lenient_utf8(raw)


def _refuse_binary(raw: bytes, name: str) -> None:
    for magic, kind, hint in _KINDS:
        if raw.startswith(magic):
            raise InputError(f"this is {kind}, not text", name, hint)
    if wide(raw) is not None:
        return
    sample = raw[:_SAMPLE]
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if 0 in raw or control > 0.02 * len(sample):
        raise InputError("this is binary data, not text", name, _NO_TEXT)


def _refuse_foreign(raw: bytes, name: str) -> None:
    """Refuse single-byte and double-byte encodings of other scripts by their name."""
    sample = raw[:_SAMPLE]
    high = sum(byte >= 0x80 for byte in sample)
    if high <= _FOREIGN_SHARE * len(sample):
        return
    # Multi-byte letters with some damage are UTF-8 all the same.
    if lenient_utf8(sample).count("\ufffd") == 0 and _mostly_utf8(sample):
        return
    _foreign(_guessed(sample), name)


def _mostly_utf8(sample: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    kept = decoder.decode(sample).encode("utf-8")
    return len(kept) > 0.98 * len(sample)


def _foreign(code: str, name: str) -> NoReturn:
    hint = f"convert it first: iconv -f {code} -t UTF-8" if code else "save it as UTF-8"
    raise InputError(f"the text is encoded as {code or 'something else'}, not UTF-8", name, hint)


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only a refused file needs it

    best = from_bytes(sample[:8192]).best()
    return "" if best is None else best.encoding.upper().replace("_", "-")


def _title(text: str) -> str:
    """The first line if it looks like a headline: short, no full stop, more text below."""
    spans = paragraphs(text[:100_000])
    if not spans:
        return ""
    start, end = spans[0]
    line = text[start:end].lstrip("#").strip().strip("*").strip()
    return line if len(spans) > 1 and _is_headline(line) else ""


def _is_headline(line: str) -> bool:
    said = bylines.find(line)
    return (
        0 < len(line.split()) <= _TITLE_WORDS
        and len(line) <= 250
        and not line.endswith((".", ",", ";", ":"))
        and not (line[0] in _MARKS and line[-1] in _MARKS)
        and said.dateline is None
        and said.byline is None
        and said.agency is None
    )


def outlet_of(name: str) -> str:
    """What to call a file that names no outlet: its name without folders and ending."""
    return PurePath(name).stem
