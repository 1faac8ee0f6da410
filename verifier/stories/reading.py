"""One article from bytes whose kind nobody has said."""

from __future__ import annotations

import re
from enum import StrEnum

from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Feed, Story
from verifier.stories.plain import check_size, from_text

_HEAD = 4096
_ROOT = re.compile(
    r"<(?!\?|!--)(?:!doctype\s{1,9})?(?:[\w.-]{1,30}:)?([\w.-]{1,40})", re.IGNORECASE
)
_FEED_ROOTS = frozenset({"rss", "rdf", "feed"})
_PAGE_ROOTS = frozenset(
    {
        "html",
        "head",
        "body",
        "div",
        "p",
        "article",
        "main",
        "section",
        "meta",
        "title",
        "h1",
        "span",
    }
)


class Form(StrEnum):
    """What bytes look like."""

    TEXT = "text"
    PAGE = "page"
    FEED = "feed"
    OPML = "opml"
    XML = "xml"


def looks_like(raw: bytes, content_type: str = "") -> Form:
    """The form of `raw`, from its beginning; a content type decides only what that leaves open."""
    head = decode(raw[:_HEAD], content_type).lstrip()
    if head.startswith("<"):
        root = _root(head)
        if root in _FEED_ROOTS:
            return Form.FEED
        if root == "opml":
            return Form.OPML
        if root in _PAGE_ROOTS:
            return Form.PAGE
        if head.startswith("<?xml"):
            return Form.XML
    return Form.PAGE if "html" in content_type.lower() else Form.TEXT


def _root(head: str) -> str:
    while head.startswith("<!--"):
        head = head.partition("-->")[2].lstrip()
    found = _ROOT.search(head)
    return found.group(1).lower() if found else ""


def read(raw: bytes, name: str = "", content_type: str = "") -> Story:
    """The one article in `raw`, whatever form it has; `name` is its address or file name.

    A feed with one entry is that entry. Raises InputError (empty, too large, binary,
    foreign encoding) and StoryError (no article in it, or several).
    """
    check_size(raw, name)
    form = looks_like(raw, content_type)
    if form is Form.PAGE:
        from verifier.stories.page import from_html  # noqa: PLC0415 - only pages pay for it

        return from_html(raw, name, content_type)
    if form is Form.FEED:
        return _only(raw, name, content_type)
    if form is Form.OPML:
        raise StoryError("this is a list of feeds, not an article", name, "give it with --feeds")
    if form is Form.XML:
        raise StoryError("this XML holds no article that can be read", name, "give its text")
    return from_text(raw, name)


def _only(raw: bytes, name: str, content_type: str) -> Story:
    from verifier.stories.feed import from_feed  # noqa: PLC0415 - only feeds pay for it

    stories, _ = from_feed(raw, Feed(url=name, title=""), content_type)
    if len(stories) != 1:
        count = f"this is a feed with {len(stories)} stories, not one article"
        raise StoryError(count, name, "give it with --feeds, and the article's own page here")
    return stories[0]
