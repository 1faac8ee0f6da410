"""Which feeds a run asks, and how they are doing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from verifier import catalogue, fetch
from verifier.archive import Archive
from verifier.errors import CatalogueError, InputError
from verifier.extraction import extract
from verifier.fetch import Limits
from verifier.model import Feed, FeedRow, FeedState, Story
from verifier.pipeline.article import read_file
from verifier.subscriptions import Subscriptions

# Fewer words than these find everything.
_SEARCHED_WORDS = 4


def load_feeds(source: str, limits: Limits) -> tuple[Feed, ...]:
    """The feeds of an OPML file or address; the address of a search feed is one itself.

    Raises CatalogueError, FetchError, InputError.
    """
    alone = Feed(url=source, title=urlsplit(source).netloc)
    if alone.searches and source.startswith(("http://", "https://")):
        return (alone,)
    raw, base = _list(source, limits)
    return catalogue.load(raw, base, address=source)


def take_over(source: str, own: Subscriptions, limits: Limits) -> tuple[int, int]:
    """Add the feeds of an OPML file or address to the user's own: how many, of how many.

    Raises CatalogueError, FetchError, InputError.
    """
    raw, base = _list(source, limits)
    return own.take_over(raw, base, source)


def _list(source: str, limits: Limits) -> tuple[bytes, Path | None]:
    """What is written at `source`, and the folder that its paths are relative to, if any."""
    if source.startswith(("http://", "https://")):
        return fetch.require(source, limits=limits).body, None
    raw = read_file(source, hint="give an OPML file, a feed, or the http address of one")
    return raw, Path(source).resolve().parent


def feed_address(written: str) -> str:
    """An http address as it is, a file as its full path. Raises InputError for neither."""
    if written.startswith(("http://", "https://")):
        return written
    if Path(written).is_file():
        return str(Path(written).resolve())
    raise InputError("neither an http address nor a file", written, "write it with https://")


def listed(sources: Sequence[str], own: Subscriptions, limits: Limits) -> tuple[Feed, ...]:
    """The feeds of all `sources`, each address once; without any, the user's own.

    Raises CatalogueError, FetchError, InputError.
    """
    found = [f for source in sources for f in load_feeds(source, limits)] or own.feeds()
    return tuple({f.url: f for f in found}.values())


def to_ask(feeds: Iterable[Feed], agents: Mapping[str, str]) -> tuple[Feed, ...]:
    """`feeds`, each asked as `agents` says of its address; without those that search.

    Those are asked for one quote at a time.
    """
    return tuple(
        replace(f, user_agent=agents.get(f.url, f.user_agent)) for f in feeds if not f.searches
    )


def searches(article: Story, feeds: Sequence[Feed]) -> tuple[Feed, ...]:
    """The feeds that search, each asked for each quote of the article that has enough words.

    Raises CatalogueError if none of `feeds` searches.
    """
    engines = [f for f in feeds if f.searches]
    if not engines:
        hint = "add one whose address holds {quote} with `verifier feeds add`"
        raise CatalogueError("no feed in your list searches", "--search", hint)
    sought = [q.text for q in extract(article) if len(q.text.split()) >= _SEARCHED_WORDS]
    return tuple(
        replace(f, url=catalogue.search_address(f, text))
        for f in engines
        for text in dict.fromkeys(sought)
    )


def feed_rows(feeds: Sequence[Feed], archive: Archive | None) -> tuple[FeedRow, ...]:
    """The feeds with what is known of them."""
    if archive is None:
        return tuple(FeedRow(feed=f, state=FeedState(url=f.url, asked=f.url)) for f in feeds)
    return tuple(FeedRow(feed=f, state=archive.nights.state(f.url)) for f in feeds)
