"""RSS, RDF and Atom to stories. The only module that knows feedparser."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import islice
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

from verifier import bylines
from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Feed, Problem, Story, digest
from verifier.stories.aside import set_aside
from verifier.stories.markup import legal, one_line, text_of
from verifier.stories.repair import MAX_ELEMENTS, TooMany, repaired
from verifier.stories.when import moment, utc
from verifier.text import words
from verifier.value import value

_MAX_ENTRIES = 5_000
_MAX_TEXT = 1_000_000  # characters of one entry's markup; a newspaper page has 10,000
_SUMMARY_WORDS = 120
_SHARED = 0.4  # a summary is the editor's, so some of its words are nowhere in the body
_MAX_ILL_FORMED = 3_000_000  # characters; the lenient parser reads about a million a second
_MAX_TAG = 5_000
_MOST_TAGS = 100_000  # of an ill-formed feed; the lenient parser reads 30,000 a second
_TAG = re.compile(r"<[A-Za-z][^<>]*>?")
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_HINT = "check its address in a browser"
_WHOLE = re.compile(
    r"https?://[a-z0-9.-]+(?:/[\w~%+-]+(?:\.\w+)?)*/?", re.ASCII
)  # an address as it is
_CLOSED = re.compile(r"</\s{0,5}(?:[\w.-]{1,30}:)?(?:rss|rdf|feed)\s{0,5}>", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,30}:)?(?:item|entry)\s{0,5}>", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\n]+")
# "Read the full story on our site": words about the page, which does not hold them.
_INVITES = re.compile(
    r"\b(?:read more|read the|read this|continue reading|full story|full article|click here|"
    r"subscribe|appeared first on)\b",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?:\.\.\.|…|read more|continue reading|full story)\W{0,5}$", re.IGNORECASE)

Entry = dict[str, Any]


@value
class _Parsed:
    """A feed as the parser gives it; `whole` is false if the document was cut off.

    `aside` holds what the entries have names for.
    """

    title: str
    language: str
    entries: tuple[Entry, ...]
    left_out: int
    whole: bool
    aside: dict[str, str]


def from_feed(
    raw: bytes, feed: Feed, content_type: str = ""
) -> tuple[tuple[Story, ...], tuple[Problem, ...]]:
    """The stories of a feed, in its order, and what could not be read of it.

    `content_type` is the HTTP header of that name. Raises StoryError if the bytes are no
    feed at all: a web page, an error page, nothing.
    """
    text = decode(raw, content_type)
    parsed = _parse(text, feed)
    ids = Counter(str(entry.get("id", "")) for entry in parsed.entries)
    stories, problems = [], []
    for number, entry in enumerate(parsed.entries, 1):
        story = _story(entry, feed, parsed, repeated=ids[str(entry.get("id", ""))] > 1)
        if story.text or story.title:
            stories.append(story)
        else:
            problems.append(_problem(feed, f"entry {number} has neither title nor text"))
    if not parsed.whole:
        problems.append(
            _problem(feed, "the feed breaks off; an entry that is not whole is left out")
        )
    if parsed.left_out:
        message = (
            f"only the first {_MAX_ENTRIES} entries are read; there are {parsed.left_out} more"
        )
        problems.append(_problem(feed, message))
    return tuple(dict.fromkeys(stories)), tuple(problems)


def summary_only(story: Story) -> bool:
    """Whether a feed's story is too short, or too plainly cut off, to be its whole text."""
    words = len(story.text.split())
    return words < _SUMMARY_WORDS or bool(_CUT_OFF.search(story.text[-40:]))


def with_body(summary: Story, page: Story) -> Story:
    """The story of a feed with the text of its page, if that is the same story's.

    A page that is shorter than the summary, or that has few of its words (a front page, a
    notice), is not taken. The feed's title, dates and ids stay, so that the id does.
    """
    if len(page.text) <= len(summary.text) or not _same_story(summary, page.text):
        return summary
    return replace(
        summary,
        text=page.text,
        agency=page.agency or summary.agency,
        byline=page.byline or summary.byline,
        dateline=page.dateline or summary.dateline,
        credit=page.credit or summary.credit,
        published=summary.published or page.published,
        updated=summary.updated or page.updated,
        language=summary.language or page.language,
        status=summary.status if page.status == "usable" else page.status,
        note=page.note or summary.note,
    )


def _same_story(summary: Story, body: str) -> bool:
    """Whether `body` has the share of the summary's longer words that a page of it has."""
    told = [part for part in _SENTENCE_END.split(summary.text) if not _INVITES.search(part)]
    sought = {word.norm for word in words(" ".join([summary.title, *told])) if len(word.norm) > 3}
    there = {word.norm for word in words(body)}
    return len(sought & there) >= _SHARED * len(sought)


def _problem(feed: Feed, message: str) -> Problem:
    return Problem(stage="feed", subject=feed.title or feed.url, message=message)


def _parse(text: str, feed: Feed) -> _Parsed:
    subject = feed.title or feed.url
    kept, left_out = _first_entries(legal(text))
    frame, aside = set_aside(kept)
    try:
        clean, root, well_formed = repaired(frame)
        if not well_formed and frame != kept:  # then where a section ends is a guess
            aside = {}
            clean, root, well_formed = repaired(kept)
    except TooMany as error:
        message = f"the feed has more than {MAX_ELEMENTS:,} elements"
        raise StoryError(message, subject, _HINT) from error
    if not clean:
        raise StoryError("the feed is empty", subject, _HINT)
    if root not in _ROOTS:
        raise StoryError(_no_feed(clean), subject, _HINT)
    if not well_formed:
        clean = _bounded(clean)
    found = _parsed(clean, subject)
    # Plain dictionaries: the parser's own answer for `updated` with `published`, and warn.
    entries = tuple(dict(entry) for entry in found.entries)
    whole = bool(_CLOSED.search(clean[-2000:]))
    if not whole and _ends_within_entry(clean):
        entries = entries[:-1]
    channel = found.feed
    return _Parsed(
        title=one_line(str(channel.get("title", ""))),
        language=str(channel.get("language", "")),
        entries=entries[:_MAX_ENTRIES],
        left_out=left_out + max(0, len(entries) - _MAX_ENTRIES),
        whole=whole,
        aside=aside,
    )


def _first_entries(text: str) -> tuple[str, int]:
    """`text` with the first entries only, before it is parsed, and how many more there are."""
    if text.count("</") <= _MAX_ENTRIES:
        return text, 0
    ends = [m.end() for m in _ENTRY_END.finditer(text)]
    if len(ends) <= _MAX_ENTRIES:
        return text, 0
    return text[: ends[_MAX_ENTRIES - 1]] + text[ends[-1] :], len(ends) - _MAX_ENTRIES


def _ends_within_entry(text: str) -> bool:
    """Whether the document breaks off in an entry, which is then not to be trusted."""
    low = text[-_MAX_TEXT:].lower()
    opened, closed = (
        max(low.rfind(f"{mark}{tag}") for tag in ("item", "entry")) for mark in ("<", "</")
    )
    return opened > closed


def _parsed(clean: str, subject: str) -> Any:
    """What feedparser makes of `clean`; StoryError where it fails itself."""
    import feedparser  # noqa: PLC0415 - a quarter of a second that only feeds pay

    try:
        return feedparser.parse(
            BytesIO(clean.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, ArithmeticError, TypeError, RecursionError) as error:
        message = f"the feed cannot be parsed, {type(error).__name__}"
        raise StoryError(message, subject, _HINT) from error


def _bounded(text: str) -> str:
    """Ill-formed text as far as the lenient parser takes no more than seconds over it."""
    start = text[:_MAX_ILL_FORMED]
    if start.count("<") > _MOST_TAGS:
        last = next(islice(_TAG.finditer(start), _MOST_TAGS, None), None)
        start = start[: last.start()] if last else start
    return _TAG.sub(_short_tag, start)


def _short_tag(tag: re.Match[str]) -> str:
    return tag.group() if len(tag.group()) <= _MAX_TAG else ""


def _no_feed(text: str) -> str:
    head = text[:2000].lower()
    if "<html" in head or "<!doctype html" in head or "<body" in head:
        return "this is a web page, not a feed"
    return "this is no feed"


def _story(entry: Entry, feed: Feed, parsed: _Parsed, *, repeated: bool) -> Story:
    link = _link(entry, feed)
    source = one_line(str(_within(entry, "source", "title")))
    outlet = source or feed.outlet or parsed.title
    title = one_line(str(entry.get("title", "")))
    if source:
        title = title.removesuffix(f" - {source}")
    top = bylines.headline(title)
    text = _body(entry, parsed.aside)
    said = bylines.find(text, _author(entry))
    note = bylines.editors_note(text)
    return Story(
        text=text,
        title=top.title,
        url=link,
        guid=_guid(entry, link, top.title, text, repeated=repeated),
        outlet=outlet,
        agency=said.agency or feed.agency or bylines.agency(outlet),
        byline=said.byline,
        dateline=said.dateline,
        credit=said.credit,
        published=_when(entry, "published") or _when(entry, "updated"),
        updated=_when(entry, "updated"),
        language=_language(entry, feed, parsed),
        status=note[1] if note and note[1] != "usable" else top.status,
        note=note[0] if note else top.note,
    )


def _body(entry: Entry, aside: dict[str, str]) -> str:
    """The longest text that the entry has; full content and summary are both looked at."""
    parts = [*_listed(entry, "content"), entry.get("summary_detail") or {}]
    # Whatever type they declare: publishers that say text/plain send markup too.
    written = [str(part.get("value", "")) for part in parts if isinstance(part, dict)]
    longest = ""
    for name in (*written, str(entry.get("summary") or "")):
        markup = aside.get(name, name)
        if len(markup) > len(longest):  # no text is longer than its markup
            longest = max(longest, text_of(markup[:_MAX_TEXT]), key=len)
    return longest


def _listed(entry: Entry, key: str) -> list[Any]:
    value = entry.get(key)
    return value if isinstance(value, list) else []


def _within(entry: Entry, key: str, inner: str) -> object:
    value = entry.get(key)
    return value.get(inner, "") if isinstance(value, dict) else ""


def _author(entry: Entry) -> str:
    written = entry.get("author") or _within(entry, "author_detail", "name")
    return one_line(str(written or ""), 300)


def _link(entry: Entry, feed: Feed) -> str:
    """The address of the article: the link, else a guid that is one; absolute, http only."""
    link, own = (legal(str(entry.get(key) or "")).strip()[:2000] for key in ("link", "id"))
    return (_http(link, feed.site or feed.url) if link else "") or _http(own, "")


def _http(written: str, base: str) -> str:
    if _WHOLE.fullmatch(written):
        return written
    try:
        absolute = urljoin(base, written)
        return absolute if urlsplit(absolute).scheme in ("http", "https") else ""
    except ValueError:  # what is no address: http://[
        return ""


def _guid(entry: Entry, link: str, title: str, text: str, *, repeated: bool) -> str:
    """The entry's own id; if it has none or shares it, its link; else a hash of its words."""
    own = legal(str(entry.get("id", ""))).strip()[:2000]
    if own and not repeated:
        return own
    return link or digest(title, text)


def _when(entry: Entry, key: str) -> datetime | None:
    # Not `entry.get`, which takes the time of publication for that of an update.
    parsed = dict.get(entry, f"{key}_parsed")
    if isinstance(parsed, struct_time):
        try:
            return utc(datetime(*parsed[:6]))  # noqa: DTZ001 - the parser has made it UTC
        except (ValueError, OverflowError):
            return None
    return moment(str(dict.get(entry, key, "")))


def _language(entry: Entry, feed: Feed, parsed: _Parsed) -> str | None:
    for detail in ("title_detail", "summary_detail"):
        if said := _within(entry, detail, "language"):
            return str(said)[:20]
    return feed.language or parsed.language[:20] or None
