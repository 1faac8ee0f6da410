"""HTML to plain text: paragraphs apart by a blank line, `<q>` as the marks it stands for."""

from __future__ import annotations

import html
import re

from lxml import etree

_SKIP = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math"}
    | {"form", "button", "select", "textarea", "figure", "audio", "video", "canvas", "nav"}
    | {"media"}  # NITF's figure
)
_BLOCK = frozenset(
    {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
    | {"blockquote", "table", "tr", "section", "article", "header", "footer", "aside", "main"}
    | {"hr", "address", "body", "center"}
    | {"block", "bq", "hl1", "hl2", "hedline", "abstract", "tagline", "note"}  # NITF's
)
_TAGGED = re.compile(r"<[A-Za-z!/?]")
_BLOCK_MARK, _LINE_MARK = "\ue000", "\ue001"  # private use: stand for breaks while spaces fold
_SOURCE_SPACE = re.compile(r"[ \t\r\n\f]+")
# A pattern that begins with a repetition tries every place; these leap to where they can begin.
_EMPTY_LINES = re.compile(r"\n\n\n+")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000\ue001\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_RUN = re.compile(f"{_ILLEGAL.pattern}+")


def legal(text: str) -> str:
    """`text` without the control characters that neither XML nor a reader can use."""
    return _ILLEGAL_RUN.sub("", text) if _ILLEGAL.search(text) else text


def parse(text: str, parser: etree.HTMLParser | None = None) -> etree._Element | None:
    """The tree of an HTML page or fragment; None if there is nothing in it."""
    parser = parser or etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root: etree._Element | None = etree.fromstring(legal(text).encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def text_of(fragment: str) -> str:
    """The text of an HTML fragment, entities decoded, scripts and figures left out."""
    if not _TAGGED.search(fragment):
        return tidy(html.unescape(fragment))
    root = parse(f"<div>{fragment}</div>")
    return "" if root is None else flatten(root)


def flatten(root: etree._Element) -> str:
    """The text below `root`; blocks are apart by a blank line, `<br>` by a line break."""
    out: list[str] = []
    depth = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _SKIP:
                walk.skip_subtree()
                continue
            depth += tag == "q"
            out.append(_before(tag, depth))
            out.append(element.text or "")
            continue
        if tag not in _SKIP:
            out.append(_after(tag, depth))
            depth -= tag == "q"
        if element is not root:
            out.append(element.tail or "")
    folded = "".join(out).replace("\r", " ").replace("\n", " ")
    return tidy(folded.replace(_BLOCK_MARK, "\n\n").replace(_LINE_MARK, "\n"))


def _before(tag: str, depth: int) -> str:
    if tag == "q":
        return "“" if depth % 2 else "‘"
    if tag == "br":
        return _LINE_MARK
    return _BLOCK_MARK if tag in _BLOCK else ""


def _after(tag: str, depth: int) -> str:
    if tag == "q":
        return "”" if depth % 2 else "’"
    if tag in ("td", "th"):
        return " "
    return _BLOCK_MARK if tag in _BLOCK else ""


def mark_quotes(root: etree._Element) -> None:
    """Put the marks that `<q>` stands for into the text of the tree, in place."""
    for quote in root.iter("q"):
        depth = 1 + sum(1 for _ in quote.iterancestors("q"))
        opening, closing = ("“", "”") if depth % 2 else ("‘", "’")
        quote.text = opening + (quote.text or "")
        if len(quote):
            quote[-1].tail = (quote[-1].tail or "") + closing
        else:
            quote.text += closing
    etree.strip_tags(root, "q")


def join_lines(root: etree._Element) -> None:
    """Make the line breaks of the source spaces, in place, as a browser shows them.

    Preformatted text keeps its own.
    """
    kept = {e for pre in root.iter("pre", "textarea") for e in pre.iter()}
    for element in root.iter():
        if element.text and element not in kept:
            element.text = _SOURCE_SPACE.sub(" ", element.text)
        inside = element.getparent() in kept
        if element.tail and not inside:
            element.tail = _SOURCE_SPACE.sub(" ", element.tail)


def tidy(text: str) -> str:
    """One space for white space inside a line, one blank line between paragraphs."""
    lines = legal(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    folded = "\n".join([" ".join(line.split()) for line in lines])
    return _EMPTY_LINES.sub("\n\n", folded).strip("\n")


def one_line(text: str, limit: int = 1000) -> str:
    """`text` as a title: its markup read, one line, cut at `limit` characters."""
    plain = text_of(text[: 4 * limit]) if "<" in text or "&" in text else legal(text[: 4 * limit])
    return " ".join(plain.split())[:limit]
