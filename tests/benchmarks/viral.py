"""A quote that everyone carries: what it costs to judge it once, and in a night.

    python -m tests.benchmarks.viral [STORIES] [--profile]

STORIES outlets carry one quote, each with a text of 450 words: a third with a text of its own,
the rest in groups of ten reprints. Another hundred quotes stand in three stories each.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.corpus import Writer
from verifier import night
from verifier.archive import Archive
from verifier.assess import Case
from verifier.model import Kind, Quote, Speaker, Story, digest
from verifier.policy import Policy
from verifier.retrieval import LocalSearch

_START = datetime(2031, 5, 3, tzinfo=UTC)
_WORDS, _GROUP, _SMALL = 450, 10, 100
_QUOTE = "We will not dig at the northern quay while the old wall is still moving"


def stories(count: int) -> Iterator[tuple[Story, tuple[Quote, ...]]]:
    """The carriers of the one quote, then those of the others."""
    writer = Writer(11)
    shared = ""
    for n in range(count):
        own = n % 3 == 0
        if own or not shared or n % (3 * _GROUP) == 1:
            body = _body(writer)
            shared = shared if own else body
        yield _story(n, body if own else shared, _QUOTE)
    for k in range(_SMALL):
        said = " ".join(writer.fresh())
        for n in range(3):
            yield _story(count + 3 * k + n, _body(writer), said)


def _body(writer: Writer) -> str:
    words: list[str] = []
    while len(words) < _WORDS:
        words += writer.fresh()
    return " ".join(words)


def _story(number: int, body: str, said: str) -> tuple[Story, tuple[Quote, ...]]:
    text = f"{body}\n“{said},” Ada Holm said at paper {number}."
    start = len(body) + 2
    story = Story(
        text=text,
        url=f"https://paper{number}.example/1",
        outlet=f"Paper {number}",
        published=_START + timedelta(minutes=number),
    )
    quote = Quote(
        id=digest(story.url, said),
        kind=Kind.DIRECT,
        text=said,
        spans=((start, start + len(said)),),
        speaker=Speaker(name="Ada Holm"),
        confidence=1.0,
    )
    return story, (quote,)


def main() -> None:
    """Print the seconds of CPU of a check and of a night."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int, nargs="?", default=300)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "a.db") as archive:
        archive.add(stories(options.stories))
        search = LocalSearch(archive, Policy())
        for name, work in (("check", _check), ("night", _night)):
            _timed(f"{name} of {options.stories} carriers", work, search, archive, options.profile)


def _check(search: LocalSearch, _: Archive) -> object:
    article, quotes = _story(10_000, _body(Writer(12)), _QUOTE)
    found = search.find(quotes, None, _START + timedelta(days=1))
    case = Case(
        article,
        quotes,
        policy=Policy(),
        holdings=search.holdings(),
        quotes_of=search.quotes_of,
        story_of=search.story_of,
    )
    (finding,) = case.assess(found)
    return finding.verdict.value, finding.independent_sources, len(finding.matches)


def _night(search: LocalSearch, archive: Archive) -> object:
    now = _START + timedelta(days=1)
    found = night.utterances(archive, 0, search=search, policy=Policy(), since=None, now=now)
    return len(found), max(u.origins for u in found), max(len(u.matches) for u in found)


def _timed(
    name: str,
    work: Callable[[LocalSearch, Archive], object],
    search: LocalSearch,
    archive: Archive,
    profile: bool,
) -> None:
    profiler = cProfile.Profile() if profile else None
    begun = time.process_time()
    result = profiler.runcall(work, search, archive) if profiler else work(search, archive)
    print(f"{name}: {time.process_time() - begun:.2f} s of CPU; {result}")
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
