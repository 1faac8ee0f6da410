"""Web pages to stories. The only module that knows trafilatura."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from verifier import bylines, lexicon
from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Story
from verifier.stories.markup import join_lines, legal, mark_quotes, one_line, parse
from verifier.stories.plain import check_size
from verifier.stories.when import moment
from verifier.text import plain

if TYPE_CHECKING:
    from lxml import etree

# A page that speaks of subscribing or of cookies and has fewer words than this shows no
# article; the shortest agency story that is one has about as many.
_STUB_WORDS = 120
_LEAST_WORDS = 12  # less is a headline, a caption or a copyright line
_MAX_JSON = 500_000
# A news page has 5,000, a live blog of a day 20,000. Extraction takes 5 s and 130 MB with 50,000
# and more than a minute with 100,000.
_MOST_ELEMENTS = 50_000
_ARTICLE = re.compile(r"\w{0,20}(?:Article|BlogPosting)")

Data = Mapping[str, Any]


def from_html(raw: bytes, url: str = "", content_type: str = "") -> Story:
    """The article of a web page; `text` has its paragraphs apart by a blank line.

    `url` is where it was read from, or the name of a file. Raises InputError for what is
    empty or over 15 MiB and StoryError if the page holds no article: a paywall, a consent
    wall, a list of links.
    """
    check_size(raw, url)
    text = decode(raw, content_type)
    if text.count("<") - text.count("</") > _MOST_ELEMENTS:
        hint = "save the article's page, or paste its text"
        raise StoryError("no body: this page has more elements than an article", url, hint)
    root = _parse(text)
    if root is None:
        raise StoryError("this page is empty", url, "save the article's page, or paste its text")
    facts = _Facts(root)
    join_lines(root)
    mark_quotes(root)
    body = _without_title(_extract(root), facts)
    _refuse_stub(body, facts, url)
    return _story(body, facts, url)


def _parse(text: str) -> etree._Element | None:
    """The tree of a page, of the element class that trafilatura wants."""
    from lxml.html import HTMLParser  # noqa: PLC0415 - only pages pay for it

    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return parse(text, parser)


def _story(body: str, facts: _Facts, url: str) -> Story:
    top = bylines.headline(facts.title())
    said = bylines.find(body, facts.author())
    note = bylines.editors_note(body)
    address = facts.canonical(url)
    outlet = facts.outlet() or (urlsplit(address).hostname or "").removeprefix("www.")
    return Story(
        text=body,
        title=top.title,
        url=address,
        outlet=outlet,
        agency=said.agency or bylines.agency(outlet),
        byline=said.byline,
        dateline=said.dateline,
        credit=said.credit,
        published=facts.published(),
        updated=facts.updated(),
        language=facts.language(),
        status=note[1] if note and note[1] != "usable" else top.status,
        note=note[0] if note else top.note,
    )


def _extract(root: etree._Element) -> str:
    """The body text, its paragraphs apart by a blank line; "" if there is none."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - half a second that only pages pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # no body is no warning here
    found = bare_extraction(
        root, include_comments=False, include_tables=False, with_metadata=False, fast=False
    )
    text = "" if found is None else str(getattr(found, "text", None) or "")
    return "\n\n".join(line.strip() for line in text.splitlines() if line.strip())


def _without_title(body: str, facts: _Facts) -> str:
    """`body` without the headline that it repeats as its first paragraph."""
    first, _, rest = body.partition("\n\n")
    return rest if rest and first in (facts.title(), facts.heading()) else body


def _refuse_stub(body: str, facts: _Facts, url: str) -> None:
    hint = "paste the text of the article instead"
    words = len(body.split())
    if words < _LEAST_WORDS:
        raise StoryError("no body: this page holds no article", url, hint)
    if words >= _STUB_WORDS:
        return
    said = plain(body)
    wall = any(phrase in said for phrase in lexicon.entries("stubs"))
    if wall or facts.behind_paywall():
        raise StoryError("no body: a paywall or consent wall stands before the article", url, hint)


class _Facts:
    """What the head of a page says: JSON-LD first, then meta elements, then the markup."""

    __slots__ = ("_article", "_meta", "_root")

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._meta = _meta(root)
        self._article = next(_articles(root), {})

    def heading(self) -> str:
        return next((_text(h) for h in self._root.iter("h1") if _text(h)), "")

    def title(self) -> str:
        said = _string(self._article.get("headline")) or self._said("og:title", "twitter:title")
        title = next((_text(t) for t in self._root.iter("title")), "")
        return one_line(said or self.heading() or title)

    def author(self) -> str:
        named = _names(self._article.get("author"))
        return one_line(named or self._said("author", "article:author", "dc.creator", "byl"), 300)

    def outlet(self) -> str:
        return one_line(self._said("og:site_name") or _names(self._article.get("publisher")), 200)

    def published(self) -> datetime | None:
        said = (
            _string(self._article.get("datePublished")),
            self._said("article:published_time", "datepublished", "date", "dc.date", "pubdate"),
            next((str(t.get("datetime", "")) for t in self._root.iter("time")), ""),
        )
        return next((when for when in map(moment, said) if when), None)

    def updated(self) -> datetime | None:
        said = _string(self._article.get("dateModified"))
        return moment(said) or moment(self._said("article:modified_time", "lastmod"))

    def canonical(self, url: str) -> str:
        links = (
            str(link.get("href", ""))
            for link in self._root.iter("link")
            if "canonical" in str(link.get("rel", "")).lower().split()
        )
        for written in (*links, self._said("og:url"), url):
            if absolute := _http(written, url):
                return absolute
        return ""

    def language(self) -> str | None:
        html = self._root if self._root.tag == "html" else None
        said = "" if html is None else str(html.get("lang") or "")
        return (said or self._said("og:locale", "content-language"))[:20].replace("_", "-") or None

    def behind_paywall(self) -> bool:
        return plain(str(self._article.get("isAccessibleForFree", ""))) == "false"

    def _said(self, *names: str) -> str:
        return next((self._meta[name] for name in names if self._meta.get(name)), "")


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _meta(root: etree._Element) -> dict[str, str]:
    """The first content of each meta element by name, property or itemprop, in lower case."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        found.setdefault(name.lower(), legal(str(element.get("content", ""))).strip())
    return found


def _articles(root: etree._Element) -> Iterator[Data]:
    """The JSON-LD objects that describe an article."""
    for script in root.iter("script"):
        text = script.text or ""
        if "ld+json" in str(script.get("type", "")).lower() and len(text) < _MAX_JSON:
            yield from _of_article(_json(text))


def _json(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _of_article(data: object) -> Iterator[Data]:
    items = data if isinstance(data, list) else [data]
    for item in items:
        if not isinstance(item, Mapping):
            continue
        graph = item.get("@graph")
        inner = graph if isinstance(graph, list) else []
        for candidate in (item, *inner):
            if isinstance(candidate, Mapping) and _is_article(candidate.get("@type")):
                yield candidate


def _is_article(kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(k, str) and _ARTICLE.fullmatch(k) for k in kinds)


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _names(value: object) -> str:
    """The names of JSON-LD persons and organisations: one, or a list of them."""
    items = value if isinstance(value, list) else [value]
    found = [
        _string(item.get("name")) if isinstance(item, Mapping) else _string(item) for item in items
    ]
    return ", ".join(name for name in found if name and "://" not in name)


def _http(written: str, base: str) -> str:
    try:
        absolute = urljoin(base, written.strip()[:2000]) if written else ""
        return absolute if urlsplit(absolute).scheme in ("http", "https") else ""
    except ValueError:
        return ""
