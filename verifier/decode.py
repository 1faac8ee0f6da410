"""Bytes to text, whatever their label says.

What a server, an XML declaration or a meta tag claims is a claim. UTF-8 is believed when
the bytes hold it; a stray byte in it is read as Windows-1252, so that one bad byte never
costs the quotation marks of a whole feed.
"""

from __future__ import annotations

import codecs
import re

from verifier.pattern import pattern

# Labels as found, and the code they mean in practice (WHATWG Encoding, section 4.2: pages
# labelled Latin-1 or ASCII are Windows-1252, GB2312 is GB18030, and so on).
_MEANT = {
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1", "cp1252"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "cp932"), "cp932"),
    **dict.fromkeys(("euc_kr", "cp949"), "cp949"),
    **dict.fromkeys(("iso8859-9", "cp1254"), "cp1254"),
    **dict.fromkeys(("iso8859-11", "tis-620", "cp874"), "cp874"),
    **dict.fromkeys(("big5", "big5hkscs"), "big5hkscs"),
    **{f"iso8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{n}": f"cp{n}" for n in (866, 1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{name: name for name in ("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "euc_jp")},
    **{name: name for name in ("iso2022_jp", "hz", "utf-16", "utf-16-le", "utf-16-be")},
}
_ALIASES = {
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
}
_SEVEN_BIT = ("iso2022_jp", "hz")  # their bytes are all ASCII, so they look like UTF-8

# The longer mark first: that of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 2048
_DECLARED = pattern(
    rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})"""
    rb"""|<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_CHARSET = pattern(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)


def _stray(error: UnicodeError) -> tuple[str, int]:
    """What stands for the bytes of `error`: each read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("verifier.stray", _stray)


def known(label: str) -> str | None:
    """The code that `label` means in practice, or None if it is none that texts come in."""
    try:
        name = codecs.lookup(_ALIASES.get(label.lower(), label)).name
    except (LookupError, ValueError):  # ValueError: a NUL in the label
        return None
    return _MEANT.get(name)


def marked(raw: bytes) -> tuple[str, int] | None:
    """The code that a byte-order mark names and the length of the mark, if there is one."""
    for mark, code in _MARKS:
        if raw.startswith(mark):
            return code, len(mark)
    return None


def wide(raw: bytes) -> str | None:
    """UTF-16 without a mark, seen by where the zeros of its Western letters stand."""
    head = raw[:_HEAD]
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half < 2:
        return None
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def lenient_utf8(raw: bytes) -> str:
    """UTF-8 with each stray byte read as Windows-1252, which all of cp1252 text then is."""
    return raw.decode("utf-8", "verifier.stray")


def decode(raw: bytes, content_type: str = "") -> str:
    """The text of a feed or page: mark, then UTF-8 if it is, then what is declared.

    `content_type` is the HTTP header of that name. Never raises; what cannot be read
    becomes U+FFFD. Takes time in proportion to the length.
    """
    if (mark := marked(raw)) is not None:
        code, length = mark
        return raw[length:].decode(code, "replace")
    if (code16 := wide(raw)) is not None:
        return raw.decode(code16, "replace")
    declared = _declared(raw, content_type)
    if declared in _SEVEN_BIT:
        return raw.decode(declared, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared is None or declared == "cp1252" or declared.startswith("utf-16"):
        return lenient_utf8(raw)
    return raw.decode(declared, "replace")


def _declared(raw: bytes, content_type: str) -> str | None:
    """The code that the header names, else the document; None for UTF-8 and the unknown."""
    if content_type and (header := _CHARSET.search(content_type[:500])):
        code = known(header.group(1))
        if code is not None and code != "cp1252":  # servers label everything Latin-1
            return code
    head = raw[:_HEAD]
    if b"<" in head and (inside := _DECLARED.search(head)):
        return known((inside.group(1) or inside.group(2)).decode("ascii", "replace"))
    return None
