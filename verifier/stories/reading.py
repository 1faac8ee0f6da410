"""Articles from bytes whose kind nobody has said."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Feed, Problem, Story
from verifier.pattern import pattern
from verifier.stories.plain import check_size, from_text

_HEAD = 4096
_ROOT = pattern(r"<(?!\?|!--)(?:!doctype\s{1,9})?(?:[\w.-]{1,30}:)?([\w.-]{1,40})", re.IGNORECASE)
_JSON = pattern(r"\{\s*[\"}]|\[\s*\{")
# SOH and STX of ANPA 1312 and IPTC 7901, perhaps behind SYN.
_TELEGRAPH = pattern(r"\x16{0,4}\x01[^\x02\x03]{1,500}\x02")

Read = tuple[tuple[Story, ...], tuple[Problem, ...]]


class Form(StrEnum):
    """What bytes look like."""

    TEXT = "text"
    PAGE = "page"
    FEED = "feed"
    OPML = "opml"
    NEWSML = "newsml-g2"
    NEWSML1 = "newsml-1"
    NITF = "nitf"
    TELEGRAPH = "telegraph"
    JSON = "json"
    XML = "xml"


_ROOTS = {
    **dict.fromkeys(("rss", "rdf", "feed"), Form.FEED),
    **dict.fromkeys(("html", "head", "body", "div", "p", "article", "main"), Form.PAGE),
    **dict.fromkeys(("section", "meta", "title", "h1", "span"), Form.PAGE),
    **dict.fromkeys(("newsmessage", "newsitem", "packageitem", "conceptitem"), Form.NEWSML),
    **dict.fromkeys(("knowledgeitem", "planningitem", "catalogitem"), Form.NEWSML),
    "newsml": Form.NEWSML1,
    "nitf": Form.NITF,
    "opml": Form.OPML,
}
# The module and the function that reads a form; imported when it is first needed.
_READERS = {
    Form.NEWSML: ("newsml", "from_newsml"),
    Form.NEWSML1: ("newsml1", "from_newsml1"),
    Form.NITF: ("nitf", "from_nitf"),
    Form.TELEGRAPH: ("telegraph", "from_telegraph"),
}


def looks_like(raw: bytes, content_type: str = "") -> Form:
    """The form of `raw`, from its beginning; a content type decides only what that leaves open."""
    head = decode(raw[:_HEAD], content_type).lstrip()
    if head.startswith("<"):
        form = _ROOTS.get(_root(head))
        if form is not None:
            return form
        if head.startswith("<?xml"):
            return Form.XML
    if _JSON.match(head):
        return Form.JSON
    if _TELEGRAPH.match(head):
        return Form.TELEGRAPH
    return Form.PAGE if "html" in content_type.lower() else Form.TEXT


def _root(head: str) -> str:
    """The name of the first element, in lower case, behind declaration and comments."""
    while head.startswith(("<!--", "<?")):
        head = head.partition("-->" if head.startswith("<!--") else "?>")[2].lstrip()
    found = _ROOT.match(head)
    return found.group(1).lower() if found else ""


def read(raw: bytes, name: str = "", content_type: str = "") -> Story:
    """The one article in `raw`, whatever form it has; `name` is its address or file name.

    Raises InputError (empty, too large, binary, foreign encoding) and StoryError (no
    article in it, or several).
    """
    found, problems = read_all(raw, name, content_type)
    texts = [story for story in found if story.text.strip()]
    if len(texts) == 1:
        return texts[0]
    if len(found) > 1:
        count = f"there are {len(found)} stories in it, not one article"
        raise StoryError(count, name, "verifier import takes them all")
    if found:
        raise StoryError(f"the story was {found[0].status} and has no text", name, "is it a kill?")
    message = problems[0].message if problems else "there is no story in it"
    raise StoryError(message, name, "give a text, a page or a wire story")


def read_all(raw: bytes, name: str = "", content_type: str = "") -> Read:
    """All stories in `raw`, in its order, and what in it could not be read.

    A wire story that was withdrawn may be without text: its id says which one it takes back.
    Raises InputError and StoryError as `read` does.
    """
    check_size(raw, name)
    form = looks_like(raw, content_type)
    if form is Form.OPML:
        raise StoryError("this is a list of feeds, not an article", name, "give it with --feeds")
    if form is Form.XML:
        raise StoryError("this XML holds no article that can be read", name, "give its text")
    if form is Form.PAGE:
        from verifier.stories.page import from_html  # noqa: PLC0415 - only pages pay for it

        return (from_html(raw, name, content_type),), ()
    if form is Form.FEED:
        from verifier.stories.feed import from_feed  # noqa: PLC0415 - only feeds pay for it

        return from_feed(raw, Feed(url=name, title=""), content_type)
    if form is Form.JSON:
        return _json(raw, name)
    if form in _READERS:
        return _reader(form)(raw, name)
    return (from_text(raw, name),), ()


def _reader(form: Form) -> Callable[[bytes, str], Read]:
    module, function = _READERS[form]
    found: Callable[[bytes, str], Read] = getattr(
        import_module(f"verifier.stories.{module}"), function
    )
    return found


def _json(raw: bytes, name: str) -> Read:
    """A ninjs document, or one story or item a line."""
    from verifier.stories import lines, ninjs  # noqa: PLC0415 - only JSON pays for them

    first, _, _ = raw.partition(b"\n")
    if not lines.is_line(first):
        return ninjs.from_ninjs(raw, name)
    found = list(lines.from_lines(raw.splitlines(), name))
    return (
        tuple(one for one in found if isinstance(one, Story)),
        tuple(one for one in found if isinstance(one, Problem)),
    )
