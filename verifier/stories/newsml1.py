"""NewsML 1.x to stories, which AFP and press release services still send (IPTC NewsML 1.2)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from verifier.errors import StoryError
from verifier.stories import nitf
from verifier.stories.when import moment
from verifier.stories.wire import (
    MAX_ITEMS,
    Item,
    Read,
    inline,
    language,
    marked_up,
    said,
    stated,
    taken,
    tree,
)

if TYPE_CHECKING:
    from lxml import etree

_TEXT = ("text", "")
_REVISED = {"C": "correction", "D": "deleted", "A": "update", "U": "update"}


def from_newsml1(raw: bytes, name: str = "") -> Read:
    """The stories of a NewsML 1 document; raises StoryError if it is cut off or holds none."""
    found = list(islice(tree(raw, name).iterfind("NewsItem"), MAX_ITEMS))
    if not found:
        raise StoryError("there is no item in this NewsML", name, "ask for the file again")
    return taken(map(item_of, found), name)


def item_of(element: etree._Element) -> Item:
    """What a `NewsItem` says."""
    key = element.find("Identification/NewsIdentifier")
    management = element.find("NewsManagement")
    status = stated(management, "Status", "FormalName")
    until = moment(said(management, "StatusWillChange/DateAndTime"))
    held = status.lower() == "embargoed"
    update = stated(key, "RevisionId", "Update").upper()
    return Item(
        body=_body(element),
        headline=said(element, ".//NewsLines/HeadLine") or said(element, ".//hl1"),
        slug=said(element, ".//NewsLines/SlugLine") or said(element, "Identification/NameLabel"),
        guid=":".join(filter(None, (said(key, tag) for tag in _KEYS))),
        revision=said(key, "RevisionId"),
        byline=said(element, ".//NewsLines/ByLine"),
        dateline=said(element, ".//NewsLines/DateLine"),
        provider=(
            stated(element, ".//AdministrativeMetadata/Provider/Party", "FormalName"),
            said(key, "ProviderId"),
        ),
        credit=said(element, ".//NewsLines/CreditLine"),
        language=stated(element, ".//Language", "FormalName") or language(element),
        created=moment(said(management, "FirstCreated")),
        changed=moment(said(management, "ThisRevisionCreated")),
        codes=(status, _REVISED.get(update, "")),
        notes=(said(management, "Instruction/Comment"),),
        embargoed=held,
        embargo=until if held else None,
    )


# The date belongs to the identity of an item and stays from revision to revision (section 5.3).
_KEYS = ("ProviderId", "DateId", "NewsItemId")


def _body(element: etree._Element) -> str:
    """The longest of the texts that its components carry."""
    parts = [
        part
        for part in element.iter("ContentItem")
        if stated(part, "MediaType", "FormalName").lower() in _TEXT
    ]
    return max((_content(part.find("DataContent")) for part in parts), key=len, default="")


def _content(content: etree._Element | None) -> str:
    if content is None:
        return ""
    inner = content.find("nitf")
    if inner is not None:
        return nitf.body_of(inner)
    return marked_up(content) if len(content) else inline("".join(content.itertext()))
