"""What feeds get wrong as XML, put right before a parser sees it; in linear time.

HTML entities, bare ampersands, references to characters that do not exist, prefixes that
nobody declared: each makes a document ill-formed, and a parser that then guesses loses
more than these.
"""

from __future__ import annotations

import html.entities
import re

from lxml import etree

_PROLOG = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<\?[^>]{0,500}\?>\s*|<!--(?:(?!-->).){0,2000}-->\s*){0,9}"
    r"(?:<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,20000}\]\s{0,20})?>\s*)?",
    re.IGNORECASE | re.DOTALL,
)
# A server's warnings, or half a web page, may stand before the feed.
_FEED_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|channel)(?=[\s>])", re.IGNORECASE)
_HEAD = 5_000
_REFERENCE = re.compile(r"&(?:(#[xX][0-9a-fA-F]{1,10}|#[0-9]{1,10}|[A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIXED = re.compile(r"<([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,30})\s{0,5}=")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,40})(?=[\s/>])")
_OPEN, _CLOSE = "<![CDATA[", "]]>"

# The names that prefixes have by custom; the parser knows elements by these.
_SPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
_MAX_ATTRIBUTES = 200
MAX_ELEMENTS = 300_000  # sixty of each of the entries that are read


def repaired(text: str) -> tuple[str, str, bool]:
    """A feed without what stands before it, mended if it needs that; and `root_of` it."""
    bare = _from_root(text)
    root, well_formed = root_of(bare)
    if well_formed:
        return bare, root, True
    clean = mended(bare)
    return clean, *root_of(clean)


def mended(text: str) -> str:
    """`text` without declaration and DOCTYPE, its references and prefixes put right."""
    prolog = _PROLOG.match(text)
    pieces = []
    for piece, is_data in _sections(text[prolog.end() :] if prolog else text):
        pieces.append(piece if is_data else _REFERENCE.sub(_reference, piece))
    return _with_prefixes("".join(pieces))


def _from_root(text: str) -> str:
    """`text` from its root element on: the feed's, if other things were sent before it."""
    prolog = _PROLOG.match(text)
    bare = text[prolog.end() :] if prolog else text
    inside = _FEED_ROOT.search(bare[:_HEAD])
    return bare[inside.start() :] if inside else bare


def _sections(text: str) -> list[tuple[str, bool]]:
    """`text` cut into what is outside of CDATA sections and what is one."""
    found, start = [], 0
    while (opened := text.find(_OPEN, start)) >= 0:
        closed = text.find(_CLOSE, opened)
        if closed < 0:
            break
        found.append((text[start:opened], False))
        start = closed + len(_CLOSE)
        found.append((text[opened:start], True))
    found.append((text[start:], False))
    return found


def _reference(match: re.Match[str]) -> str:
    name = match.group(1)
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        digits, base = (name[2:], 16) if name[1] in "xX" else (name[1:], 10)
        number = int(digits, base)
        return match.group() if _is_character(number) else ""
    if name in _XML_NAMES:
        return match.group()
    return html.entities.html5.get(f"{name};", f"&amp;{name};")


def _is_character(number: int) -> bool:
    """Whether XML 1.0 allows the character of that number (section 2.2)."""
    return (
        number in (0x9, 0xA, 0xD)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )


def _with_prefixes(text: str) -> str:
    missing = set(_PREFIXED.findall(text)) - set(_DECLARED.findall(text)) - {"xml"}
    root = _ROOT.search(text)
    if root is None or not missing or len(missing) > 50:
        return text
    declared = "".join(f' xmlns:{p}="{_SPACES.get(p, f"urn:prefix:{p}")}"' for p in sorted(missing))
    return text[: root.end()] + declared + text[root.end() :]


class _Outline:
    """What a parser meets, without a tree of it, which would take fifty times the text."""

    def __init__(self) -> None:
        self.root, self.elements, self.bounded = "", 0, True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note one element."""
        self.root = self.root or tag
        self.elements += 1
        self.bounded = self.bounded and len(attributes) <= _MAX_ATTRIBUTES
        if self.elements > MAX_ELEMENTS:
            raise TooMany

    def close(self) -> _Outline:
        """What was met."""
        return self


class TooMany(Exception):
    """More elements than any feed has."""


def root_of(text: str) -> tuple[str, bool]:
    """The name of the root element and whether `text` is well-formed; "" if it has none.

    Too deep, or with hundreds of attributes on one element, is not well-formed here: no
    feed is so, and parsers take quadratic time over it. Raises TooMany.
    """
    raw = text.encode("utf-8", "replace")
    parser = etree.XMLParser(
        target=_Outline(), encoding="utf-8", resolve_entities=False, no_network=True,
        huge_tree=False,
    )  # fmt: skip
    try:
        met: _Outline = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        found = _ROOT.search(text[:5000])
        return (found.group(1).rpartition(":")[2].lower() if found else ""), False
    return met.root.rpartition("}")[2].rpartition(":")[2].lower(), met.bounded
