"""NITF 3.x to stories (IPTC News Industry Text Format, nitf-3-6.dtd)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.stories.when import moment
from verifier.stories.wire import (
    Item,
    Read,
    language,
    marked_up,
    said,
    stated,
    taken,
    tree,
)

if TYPE_CHECKING:
    from lxml import etree


def from_nitf(raw: bytes, name: str = "") -> Read:
    """The story of an NITF document; raises StoryError if it is cut off or no XML."""
    root = tree(raw, name)
    return taken([item_of(root)], name)


def item_of(nitf: etree._Element) -> Item:
    """What an `nitf` element says."""
    head, top = nitf.find("head"), nitf.find("body/body.head")
    data = nitf.find("head/docdata")
    issued = stated(data, "date.issue", "norm")
    status = data.get("management-status", "") if data is not None else ""
    corrected = data is not None and data.find("correction") is not None
    held = status.strip().lower() == "embargoed"
    return Item(
        body=body_of(nitf),
        headline=said(top, ".//hl1") or said(nitf, "head/title"),
        slug=_meta(head, "slug", "slugline", "anpa-keyword") or stated(data, "du-key", "key"),
        guid=_guid(data, issued),
        revision=stated(data, "du-key", "version"),
        byline=_byline(top),
        dateline=said(top, "dateline/location") or said(top, "dateline"),
        provider=(next(filter(None, _provider(data, head, top)), ""),),
        credit=said(nitf, "body/body.end/tagline") or said(top, "distributor"),
        language=_language(nitf, head),
        created=moment(issued),
        changed=moment(stated(nitf, "head/pubdata", "date.publication")) or moment(issued),
        codes=(status, "correction" if corrected else ""),
        notes=(stated(data, "correction", "info"), stated(data, "ed-msg", "info")),
        embargoed=held,
        embargo=moment(stated(data, "date.release", "norm")) if held else None,
    )


def body_of(nitf: etree._Element) -> str:
    """The text of `body.content`."""
    content = nitf.find("body/body.content")
    return "" if content is None else marked_up(content)


def _guid(data: etree._Element | None, issued: str) -> str:
    """What stays the same when the story is sent again.

    `du-key` is made for that, but it is unique for a day only, and many leave out its version;
    then it is a slug, and the document's own id is what is known.
    """
    own, key = stated(data, "doc-id", "id-string"), stated(data, "du-key", "key")
    if own and not stated(data, "du-key", "version"):
        return own
    if not key or key in own:
        return key or own
    when = moment(issued)
    return ":".join((stated(data, "doc-id", "regsrc"), f"{when:%Y%m%d}" if when else "", key))


def _byline(top: etree._Element | None) -> str:
    byline = top.find("byline") if top is not None else None
    if byline is None:
        return ""
    parts = (" ".join(text.split()) for text in byline.itertext())
    return ", ".join(part for part in parts if part and part.lower() != "by")


def _provider(
    data: etree._Element | None, head: etree._Element | None, top: etree._Element | None
) -> tuple[str, ...]:
    return (
        stated(data, "doc-id", "regsrc"),
        stated(data, "del-list/from-src", "src-name"),
        _meta(head, "provider", "service-provider", "source", "agency"),
        said(top, "distributor"),
        stated(data, "doc.copyright", "holder"),
        _meta(head, "copyright", "anpa-source"),
    )


def _language(nitf: etree._Element, head: etree._Element | None) -> str:
    """The document's, else the first that anything in its body has."""
    body = nitf.find("body")
    inside = (language(element) for element in body.iter()) if body is not None else ()
    own = str(nitf.get("baselang") or "") or language(nitf) or _meta(head, "language", "lang")
    return own or next(filter(None, inside), "")


def _meta(head: etree._Element | None, *names: str) -> str:
    """The content of the first of the `meta` elements with one of the names, in their order."""
    found: dict[str, str] = {}
    for meta in head.iterfind("meta") if head is not None else ():
        name = str(meta.get("name") or "").lower()
        found.setdefault(name, str(meta.get("content") or "").strip())
    return next((found[name] for name in names if found.get(name)), "")
