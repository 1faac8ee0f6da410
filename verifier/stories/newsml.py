"""NewsML-G2 to stories: one item, or a message with many (IPTC NewsML-G2 2.x)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from verifier.errors import StoryError
from verifier.model import Problem
from verifier.stories import nitf
from verifier.stories.when import moment
from verifier.stories.wire import (
    MAX_ITEMS,
    Item,
    Read,
    inline,
    language,
    marked_up,
    problem,
    said,
    stated,
    taken,
    tree,
)

if TYPE_CHECKING:
    from lxml import etree

_ITEMS = (
    "newsItem",
    "packageItem",
    "conceptItem",
    "knowledgeItem",
    "planningItem",
    "catalogItem",
)
_KINDS = {
    "packageItem": "a package: it only refers to other items",
    "conceptItem": "a concept, not a text",
    "knowledgeItem": "a list of concepts, not a text",
    "planningItem": "a plan of coverage, not a text",
    "catalogItem": "a catalogue of codes, not a text",
}
_NO_TEXT = frozenset({"picture", "video", "audio", "graphic", "animation"})
_MAX_NOTES = 20
_PRIVATE = ("nonpublic", "private", "contacts", "closingline", "notepad", "picture")


def from_newsml(raw: bytes, name: str = "") -> Read:
    """The stories of a NewsML-G2 document, and what in it could not be taken.

    Pictures, packages and the like are mentioned only if there is no text beside them.
    Raises StoryError if it is cut off, no XML, or holds no item.
    """
    root = tree(raw, name)
    listed = [root] if root.tag in _ITEMS else root.iterfind("itemSet/*")
    found = list(islice((e for e in listed if e.tag in _ITEMS), MAX_ITEMS))
    if not found:
        raise StoryError("there is no item in this NewsML", name, "ask for the file again")
    others = {element: _other(element) for element in found}
    stories, problems = taken((item_of(e) for e in found if not others[e]), name)
    return stories, problems if stories or problems else tuple(_left(others.values(), name))


def _left(reasons: Iterable[str], name: str) -> Iterator[Problem]:
    for reason in dict.fromkeys(reasons):
        yield problem(name, f"this is {reason}")


def _other(element: etree._Element) -> str:
    """What the item is, if it is no text; "" if it is one."""
    if element.tag != "newsItem":
        return _KINDS[element.tag]
    kind = _code(element, "itemMeta/itemClass").rpartition(":")[2].lower()
    return f"a {kind} item, not a text" if kind in _NO_TEXT else ""


def item_of(element: etree._Element) -> Item:
    """What a `newsItem` says."""
    meta, content = element.find("itemMeta"), element.find("contentMeta")
    until = meta.find("embargoed") if meta is not None else None
    changed = moment(said(meta, "versionCreated"))
    created = moment(said(meta, "firstCreated")) or moment(said(content, "contentCreated"))
    return Item(
        body=_body(element),
        headline=_headline(content) or said(meta, "title") or _heading(element),
        slug=said(content, "slugline"),
        guid=str(element.get("guid") or ""),
        revision=str(element.get("version") or ""),
        byline=said(content, "by"),
        dateline=said(content, "dateline"),
        provider=_provider(meta, content),
        credit=said(content, "creditline"),
        language=stated(content, "language", "tag") or language(content) or language(element),
        created=created,
        changed=changed,
        codes=tuple(_codes(meta)),
        notes=tuple(islice(_notes(meta), _MAX_NOTES)),
        embargoed=until is not None,
        embargo=moment(said(meta, "embargoed")),
    )


def _headline(content: etree._Element | None) -> str:
    """The main headline: one without a role or with that of a headline, in its first rank."""
    found = [] if content is None else [h for h in content.iterfind("headline") if said(h, ".")]
    found.sort(key=lambda h: (str(h.get("role") or "").lower().endswith(("sub", "subheadline")),
                              str(h.get("rank") or "1")))  # fmt: skip
    return said(found[0], ".") if found else ""


def _heading(element: etree._Element) -> str:
    """The headline that only the content has."""
    content = element.find("contentSet")
    return said(content, ".//hl1") or said(content, ".//title") or said(content, ".//h1")


def _provider(meta: etree._Element | None, content: etree._Element | None) -> tuple[str, ...]:
    found = _names(meta, "provider") or _names(content, "infoSource")
    return found or (said(content, "creditline"),)


def _names(element: etree._Element | None, path: str) -> tuple[str, ...]:
    """What the first element at `path` is called: by name, literal, and the end of its code."""
    party = element.find(path) if element is not None else None
    if party is None:
        return ()
    code = str(party.get("qcode") or party.get("uri") or "")
    end = code.replace("/", ":").rpartition(":")[2]
    names = (said(party, "name"), str(party.get("literal") or ""), end)
    return tuple(name for name in names if name)


def _code(element: etree._Element | None, path: str) -> str:
    return stated(element, path, "qcode") or stated(element, path, "uri").replace("/", ":")


def _codes(meta: etree._Element | None) -> Iterator[str]:
    """The publication status, and each signal with its scheme."""
    yield _code(meta, "pubStatus").rpartition(":")[2]
    for signal in meta.iterfind("signal") if meta is not None else ():
        yield str(signal.get("qcode") or "")
        uri = str(signal.get("uri") or "")
        if "/signal/" in uri:
            yield f"sig:{uri.rpartition('/')[2]}"


def _notes(meta: etree._Element | None) -> Iterator[str]:
    """The notes to editors: what was corrected first, then the others, contacts never."""
    found = meta.findall("edNote") if meta is not None else []
    roles = [f"{e.get('role') or ''} {e.get('pubconstraint') or ''}".lower() for e in found]
    for wanted in ("correction", ""):
        for element, role in zip(found, roles, strict=True):
            of_correction = "correction" in role
            if of_correction == bool(wanted) and not any(word in role for word in _PRIVATE):
                yield said(element, ".")


# ---------------------------------------------------------------- the body
def _body(element: etree._Element) -> str:
    """The longest text among the inline contents; marked-up ones before plain ones."""
    content = element.find("contentSet")
    if content is None:
        return ""
    rich = [_rich(part) for part in content.iterfind("inlineXML")]
    if any(rich):
        return max(rich, key=len)
    flat = [_flat(part) for part in content.iterfind("inlineData")]
    return max(flat, key=len, default="")


def _rich(part: etree._Element) -> str:
    for child in part:
        if child.tag == "nitf":
            return nitf.body_of(child)
        if child.tag in ("html", "body", "section", "article", "div", "p"):
            return marked_up(part)
    return ""


def _flat(part: etree._Element) -> str:
    kind = str(part.get("contenttype") or "text/plain")
    if part.get("encoding") or not kind.startswith(("text/", "application/xhtml")):
        return ""
    return inline("".join(part.itertext()))
