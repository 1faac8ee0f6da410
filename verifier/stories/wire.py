"""What every wire format says of an item, and the story that it makes.

NewsML-G2, NITF, ninjs and NewsML 1 have other names for the same facts. A reader of a
format fills in an `Item`; `story` does the rest: whose copy it is, slugs, notes to editors
and codes to one status.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from datetime import datetime
from textwrap import shorten

from lxml import etree

from verifier import bylines, languages, lexicon
from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Problem, Story
from verifier.stories.markup import flatten, legal, one_line, text_of, tidy
from verifier.stories.repair import mended
from verifier.text import plain
from verifier.value import value

Read = tuple[tuple[Story, ...], tuple[Problem, ...]]
"""The stories of a document in its order, and what could not be taken of it."""

MAX_ITEMS = 5_000
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_AUTHORITY = re.compile(
    r"(?:urn:newsml:|tag:|https?://)(?:www\.)?([\w.-]{1,80})(?=[:,/]|$)", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?:www\.)?([\w-]{1,60})(?:\.com?)?\.[a-z]{2,4}", re.IGNORECASE)
_TWICE = re.compile(r"&(?:quot|apos|amp|[lr][sd]quo|#x?[0-9a-fA-F]{2,6});")
_WRAPPER = re.compile(r"\s*<p>([^<]*)</p>\s*", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n(?:[ \t]*\n)+|\n(?=[ \t]{2})")
_TITLE = 100  # characters of a headline made of a story's first words
_WRAPPED = 100  # characters; agencies break plain copy at 60 to 80
_PLACE = re.compile(r"[^\W\d_][^()\n]{0,80}")
_KILLS = re.compile(
    r"(?:mandatory )?(?:kill|withdraw|retract)|"
    r"(?:this|the) (?:[\w-]{1,20} ){0,3}(?:story|article|version|item|report)\b",
    re.IGNORECASE,
)


@value
class Item:
    """An item as its format states it; what is not stated is empty.

    `provider`: the names of that one party, best first. `codes`: publication status and
    signals, as in `lexicon/en/wire_signals.txt`. `notes`: to editors, the most telling first.
    `embargo`: the time it ends; `embargoed` without one means until released.
    """

    body: str = ""
    headline: str = ""
    slug: str = ""
    guid: str = ""
    url: str = ""
    revision: str = ""
    byline: str = ""
    dateline: str = ""
    provider: tuple[str, ...] = ()
    credit: str = ""
    language: str = ""
    created: datetime | None = None
    changed: datetime | None = None
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    embargoed: bool = False
    embargo: datetime | None = None


def story(item: Item) -> Story:
    """The story that `item` makes; its text may be empty (a kill notice says no more).

    What an item does not state is taken from what stands for it: for a headline its slug, else
    its first words; for the language that of its words; for the time of a version that of
    the item.
    """
    written = one_line(item.headline)
    top = bylines.headline(written)
    body = _without_headline(_once(item.body), written, top.title)
    said = bylines.find(body, one_line(item.byline, 300))
    title = top.title or one_line(item.slug, 300) or _first_words(body)
    outlet = _outlet(item.provider) or _outlet((_authority(item.guid),))
    status, note = _standing(item, body, top)
    return Story(
        text=body,
        title=title,
        url=legal(item.url)[:2000],
        guid=_short(item.guid, 2000),
        outlet=outlet,
        agency=said.agency or _agency(item.credit) or _agency(outlet),
        byline=said.byline,
        dateline=said.dateline or _place(one_line(item.dateline, 150)),
        credit=_short(item.credit) or said.credit,
        published=item.created or item.changed,
        updated=item.changed or item.created,
        language=_language(item.language) or languages.guess(f"{title}\n{body}"),
        status=status,
        note=note,
        slug=one_line(item.slug, 300) or None,
        revision=_short(item.revision, 30),
        embargo=item.embargo,
    )


def taken(items: Iterable[Item], name: str) -> Read:
    """The stories of those items that have a text, or say that there is none any more."""
    found, problems = [], []
    for item in items:
        one = story(item)
        if one.text or (one.guid and one.status in ("withdrawn", "withheld")):
            found.append(one)
        else:
            problems.append(problem(name, f"no text in item {one.title or one.guid or '?'}"))
    return tuple(dict.fromkeys(found)), tuple(problems)


def problem(name: str, message: str) -> Problem:
    """What of the document called `name` could not be taken."""
    return Problem(stage="import", subject=name, message=message)


def status_of(code: str) -> str:
    """The status that a code means, `sig:correction` -> `corrected`; `usable` for any other."""
    return lexicon.pairs("wire_signals").get(plain(code.strip()[:80]), "usable")


# ---------------------------------------------------------------- documents
def tree(raw: bytes, name: str) -> etree._Element:
    """The document's root, its elements named without namespaces.

    No network, no entities, no DTD, nothing deeper than 256. Raises StoryError if it is cut
    off or no XML.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    text = mended(legal(decode(raw)))
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        message = f"the XML is cut off or damaged, {one_line(error.msg or '', 120)}"
        raise StoryError(message, name, "ask for the file again") from error
    for element in root.iter(etree.Element):
        if element.tag.startswith("{"):
            element.tag = element.tag.rpartition("}")[2]
    return root


def load_json(text: str, name: str) -> object:
    """The JSON value that `text` is. Raises StoryError."""
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise StoryError("the JSON is nested too deeply", name, "is it ninjs?") from error
    except ValueError as error:
        message = f"the JSON is cut off or damaged, {error}"
        raise StoryError(message, name, "ask for the file again") from error


def said(element: etree._Element | None, path: str) -> str:
    """The text of the first element at `path` that has any, on one line."""
    if element is None:
        return ""
    found = (" ".join("".join(e.itertext()).split()) for e in element.iterfind(path))
    return next((text for text in found if text), "")


def stated(element: etree._Element | None, path: str, attribute: str) -> str:
    """The first attribute of that name with a value, of the elements at `path`."""
    if element is None:
        return ""
    found = (str(e.get(attribute) or "").strip() for e in element.iterfind(path))
    return next((value for value in found if value), "")


def language(element: etree._Element | None) -> str:
    """Its `xml:lang`, which some write without the prefix."""
    return "" if element is None else str(element.get(_LANG) or element.get("lang") or "")


# ---------------------------------------------------------------- text
def marked_up(body: etree._Element) -> str:
    """The text of a body in XHTML or NITF, without page header and footer."""
    for part in list(body.iter("header", "footer")):
        etree.strip_tags(part, "*")
        part.text = None
    return flatten(body)


def inline(text: str) -> str:
    """The text of a body that is given as characters: HTML, or plain and hard-wrapped."""
    text = legal(text)
    wrapper = _WRAPPER.fullmatch(text)
    if wrapper is not None:
        text = html.unescape(wrapper[1])
    elif "</" in text or "<br" in text.lower():
        return text_of(text)
    return _unwrapped(text)


def _unwrapped(text: str) -> str:
    """Plain copy with the line breaks of its paragraphs taken out, if they are only wrapping.

    A paragraph begins behind a blank line or with an indent.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    blocks = [block for block in _PARAGRAPHS.split(text) if block.strip()]
    longest = max((len(line.rstrip()) for line in text.split("\n")), default=0)
    if len(blocks) > 1 and longest <= _WRAPPED:
        return "\n\n".join(" ".join(block.split()) for block in blocks)
    return tidy("\n\n".join(blocks))


def _once(body: str) -> str:
    """`body`, unescaped where its markup was escaped twice (`&amp;quot;` in the file)."""
    return legal(html.unescape(body)) if _TWICE.search(body) else body


def _without_headline(body: str, *headlines: str) -> str:
    first, _, rest = body.partition("\n\n")
    return rest if rest and " ".join(first.split()) in headlines else body


def _first_words(body: str) -> str:
    """The first sentence or so of a body, for a story that has no headline."""
    first = one_line(body.partition("\n\n")[0], 2 * _TITLE)
    return shorten(first, _TITLE, placeholder=" …") if first else ""


def _language(stated: str) -> str | None:
    return _short(stated, 20).replace("_", "-") or None


def _short(text: str, limit: int = 300) -> str:
    return " ".join(legal(text[: 2 * limit]).split())[:limit]


def _place(dateline: str) -> str | None:
    """`Bukarest` of `Bukarest (dpa) - `; None for what is a date instead."""
    bare = dateline.rstrip(" -–—:,_")
    found = _PLACE.match(bare)
    place = bylines.find(f"{bare} - x").dateline
    return place or (found.group().rstrip(" -–—:,_") or None if found else None)


# ---------------------------------------------------------------- whose
def _outlet(names: Iterable[str]) -> str:
    """The agency that one of the names is known for, else the first name."""
    tidied = [name for name in (_short(name, 120) for name in names) if name]
    known = (_agency(name) for name in tidied)
    return next((name for name in known if name), tidied[0] if tidied else "")


def _agency(name: str) -> str | None:
    """The agency called `name`, or whose domain or feed it is: `ansa.it`, `PA_API`."""
    domain = _DOMAIN.fullmatch(name)
    found = bylines.agency(name) or (bylines.agency(domain[1]) if domain else None)
    return found or bylines.agency(name.partition("_")[0])


def _authority(guid: str) -> str:
    """`dpa.com` of `urn:newsml:dpa.com:2009...`, `ap.org` of `tag:ap.org,2011:...`."""
    found = _AUTHORITY.match(guid)
    return found[1] if found else ""


# ---------------------------------------------------------------- how it stands
def _standing(item: Item, body: str, top: bylines.Headline) -> tuple[str, str | None]:
    """The gravest status that codes, slugs and notes give, and the note that goes with it."""
    notes = [_noted(note) for note in item.notes]
    if (inside := bylines.editors_note(body)) is not None:
        notes.append(_noted(inside[0], inside[1]))
    slug = bylines.headline(one_line(item.slug, 300))
    codes = (status_of(code) for code in item.codes)
    held = "embargoed" if item.embargoed or item.embargo else "usable"
    status = bylines.gravest(top.status, slug.status, held, *codes, *(s for _, s in notes))
    telling = [text for text, said in notes if said == status] + [text for text, _ in notes]
    note = next((text for text in telling if text), None)
    return status, note or top.note or slug.note


def _noted(note: str, status: str = "") -> tuple[str, str]:
    """A note and the status it means; withdrawn only if it begins with that or the story.

    "Adds that the minister withdrew" is an update.
    """
    text = _short(note, 400)
    found = bylines.editors_note(text) or bylines.editors_note(f"Eds: {text}")
    first = plain(text[:80]).split()[:4]
    words = (lexicon.pairs("wire_notes").get(word.strip(".,:;()")) for word in first)
    status = status or (found[1] if found else "usable")
    status = bylines.gravest(status, *(word for word in words if word))
    if status == "withdrawn" and not _KILLS.match(text):
        status = "updated"
    return (found[0] if found else text), status
