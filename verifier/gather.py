"""Feeds -> stories with their quotes -> the archive; one transaction a feed.

    fetch.many -> health.after -> stories.from_feed -> (pages) -> extract -> archive

Reading and extracting is work for processes, of feeds as of pages; writing is for this one.
What the archive knows already is neither extracted nor fetched again. A run that is broken off
loses the feed at hand, which is asked again: its state is stored with its stories.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from os import cpu_count
from pathlib import Path
from typing import TypeVar

from verifier import fetch, health, stories, workers
from verifier.archive import Archive, Changes
from verifier.errors import InputError, StoryError
from verifier.extraction import extract, unread
from verifier.fetch import Gate, Limits
from verifier.model import (
    Failure,
    Feed,
    FeedRow,
    FeedState,
    Gathered,
    Problem,
    Quote,
    Response,
    Story,
    Validators,
)
from verifier.value import value

Read = tuple[Story, tuple[Quote, ...]]
_T = TypeVar("_T")
_A = TypeVar("_A")

_FEW = 8  # feeds that one process reads faster than others can be started
_PAGE_TRIES = 3  # nights, until the summary must do
_AHEAD = 4  # feeds that wait for each process, so that memory stays bounded
# Transactions until their postings are merged. After each one, storing took 1.5 ms a story;
# after all of a hundred feeds 0.5 ms.
_MERGED = 250


@value
class _Reading:
    """A feed's answer, read: what is new in it, and what its pages must complete.

    `languages` are those of the new stories whose quotes cannot be read.
    """

    stories: tuple[Read, ...] = ()
    summaries: tuple[Story, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A feed, what was known of it, and what it answered."""

    number: int
    feed: Feed
    state: FeedState
    answer: Response | Failure


def gather(
    feeds: Sequence[Feed],
    archive: Archive,
    *,
    now: datetime,
    limits: Limits,
    every: bool = False,
    remember: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Gathered:
    """Ask the feeds that are due (or `every` one), and add what is new. Raises ArchiveError.

    `every` also asks those that are backed off; without `remember` nothing is kept of how the
    feeds did. Of stories that have summaries only, the pages are read. `progress(done, total)`
    is told how many feeds are done.
    """
    states = [archive.nights.state(feed.url) for feed in feeds]
    due = [n for n, state in enumerate(states) if every or health.due(state, now)]
    rows = {n: FeedRow(feed=feed, state=states[n]) for n, feed in enumerate(feeds)}
    problems: list[Problem] = []
    tally = _Tally()
    awaited: dict[str, int] = {}
    for done, (asked, reading) in enumerate(_read(feeds, states, due, archive.path, limits), 1):
        state = health.after(asked.state, asked.answer, now, unreadable=reading.unreadable)
        with archive.change(merge=done % _MERGED == 0) as changes:
            for story, quotes in reading.stories:
                changes.load.add(story, quotes)
            for summary in reading.summaries:
                changes.nights.await_page(summary)
                awaited[summary.id] = asked.number
            if remember:
                changes.nights.keep_state(state)
        tally.add(changes, sum(len(quotes) for _, quotes in reading.stories))
        tally.left_unread(_name(asked.feed), reading.languages)
        problems += reading.problems
        rows[asked.number] = FeedRow(feed=asked.feed, state=state, stories=changes.load.new)
        progress(done, len(due))
    rows |= _with_pages(rows, awaited, _read_pages(archive, limits, tally))
    archive.merge(everything=False)
    problems += [_problem(row) for row in rows.values() if row.state.reason]
    problems += [*tally.unread(), *tally.short()]
    return Gathered(
        rows=tuple(rows[n] for n in range(len(feeds))),
        new=tally.new,
        changed=tally.changed,
        quotes=tally.quotes,
        problems=tuple(sorted(problems, key=lambda p: (p.subject, p.message))),
    )


def _with_pages(
    rows: Mapping[int, FeedRow], awaited: Mapping[str, int], added: Mapping[str, int]
) -> dict[int, FeedRow]:
    """The feeds whose stories came in with their pages. `awaited`: story id -> feed's number."""
    new: Counter[int] = Counter()
    for identity in added.keys() & awaited.keys():
        new[awaited[identity]] += added[identity]
    return {n: replace(rows[n], stories=rows[n].stories + more) for n, more in new.items()}


class _Tally:
    """Stories that came in."""

    def __init__(self) -> None:
        self.new = self.changed = self.quotes = 0
        self._unread: Counter[tuple[str, str]] = Counter()
        self._short: Counter[tuple[str, str]] = Counter()

    def add(self, changes: Changes, quotes: int) -> None:
        self.new += changes.load.new
        self.changed += changes.load.changed
        self.quotes += quotes

    def left_unread(self, name: str, languages: Iterable[str]) -> None:
        """Note the languages of stories of the feed called `name` that have no quotes for it."""
        self._unread.update((name, language) for language in languages)

    def left_short(self, name: str, why: str) -> None:
        """Note that a story of the outlet called `name` has no more than its summary."""
        self._short[name, why] += 1

    def short(self) -> Iterator[Problem]:
        """A line for each outlet and reason."""
        for (name, why), n in self._short.items():
            stories = "story has its summary" if n == 1 else "stories have their summaries"
            yield Problem(stage="pages", subject=name, message=f"{n} {stories} alone: {why}")

    def unread(self) -> Iterator[Problem]:
        """A line for each feed and language."""
        for (name, language), n in self._unread.items():
            stories = "story" if n == 1 else "stories"
            message = f"{n} {stories} in {language}: kept, but only English quotes are read"
            yield Problem(stage="quotes", subject=name, message=message)


def _problem(row: FeedRow) -> Problem:
    """A feed that fails, is backed off or refused stands in every report by its title."""
    return Problem(stage="fetch", subject=_name(row.feed), message=row.state.reason)


def _name(feed: Feed) -> str:
    return feed.title or feed.url


def _languages(read: Iterable[Read]) -> tuple[str, ...]:
    """The languages of the stories whose quotes cannot be read."""
    return tuple(filter(None, (unread(story) for story, quotes in read if not quotes)))


# ---------------------------------------------------------------- reading, in processes
def _read(
    feeds: Sequence[Feed],
    states: Sequence[FeedState],
    due: Sequence[int],
    archive: Path,
    limits: Limits,
) -> Iterator[tuple[_Asked, _Reading]]:
    """Each feed that was asked, with what its answer holds, as they come."""
    wanted = [(states[n].asked, states[n].validators) for n in due]
    agents = {states[n].asked: feeds[n].user_agent for n in due if feeds[n].user_agent}
    with _workers(len(due)) as (pool, ahead):
        answers = fetch.many(wanted, limits=limits, agents=agents)
        asked = (_Asked(n, feeds[n], states[n], answer) for n, answer in _of(due, answers))
        yield from _in_turn(
            asked, lambda a: pool.submit(read_answer, archive, a.feed, a.answer), ahead
        )


def _of(things: Sequence[_T], numbered: Iterable[tuple[int, _A]]) -> Iterator[tuple[_T, _A]]:
    """What is numbered, each with the one of `things` that has its number."""
    return ((things[number], answer) for number, answer in numbered)


def _in_turn(
    jobs: Iterable[_T], submit: Callable[[_T], Future[_A]], ahead: int
) -> Iterator[tuple[_T, _A]]:
    """Each job with its result, in their order; so many may wait, whose answers are held."""
    waiting: deque[tuple[_T, Future[_A]]] = deque()
    for job in jobs:
        waiting.append((job, submit(job)))
        while len(waiting) > ahead:
            first, result = waiting.popleft()
            yield first, result.result()
    for first, result in waiting:
        yield first, result.result()


class _Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        """A future that is done."""
        done: Future[object] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def _workers(feeds: int) -> Iterator[tuple[Executor, int]]:
    """(where to read, how many may wait)."""
    processes = cpu_count() or 1
    if feeds <= _FEW or processes == 1:
        yield _Here(), 0
        return
    with workers.pool(processes) as pool:
        yield pool, _AHEAD * processes


def read_answer(archive: Path, feed: Feed, answer: Response | Failure) -> _Reading:
    """What is new in a feed's answer, with its quotes; a plain function that can be pickled."""
    if isinstance(answer, Failure) or answer.status == 304 or health.trouble(answer):
        return _Reading()
    try:
        found, problems = stories.from_feed(answer.body, feed, answer.header("content-type"))
    except StoryError as error:
        return _Reading(unreadable=f"{error.message} ({error.hint})")
    with Archive.open(archive, create=False, readonly=True) as known:
        fresh = [s for s in found if not known.knows(s)]
        remote = feed.url.startswith(("http://", "https://"))
        partial = [s for s in fresh if remote and s.url and stories.summary_only(s)]
        summaries = [s for s in partial if not known.nights.page_known(s.id, s.version)]
    skipped = {s.id for s in partial}
    read = tuple((s, extract(s)) for s in fresh if s.id not in skipped)
    return _Reading(
        stories=read, summaries=tuple(summaries), problems=problems, languages=_languages(read)
    )


# ---------------------------------------------------------------- pages
def _read_pages(archive: Archive, limits: Limits, tally: _Tally) -> dict[str, int]:
    """Complete the stories of which feeds have a summary only, from their pages.

    Story id -> 1 if it is new, 0 if it is another version.

    What robots.txt forbids, what is gone and what has no text keeps its summary; a server
    that fails is asked again in the next runs, and then the summary must do.
    """
    awaited = archive.nights.awaited_pages()
    gate = Gate()
    allowed = fetch.allowed([s.url for s in awaited], limits, gate) if awaited else set()
    asked = [s for s in awaited if s.url in allowed]
    forbidden = [s for s in awaited if s.url not in allowed]
    wanted = [(s.url, Validators()) for s in asked]
    answers = _of(asked, fetch.many(wanted, limits=limits))
    added: dict[str, int] = {}
    each: Iterable[tuple[Story, Response | Failure | None]] = chain(
        ((s, None) for s in forbidden), answers
    )
    with _workers(len(asked)) as (pool, ahead):
        read = _in_turn(each, lambda job: pool.submit(_completed, *job), ahead)
        for done, ((summary, answer), (whole, quotes)) in enumerate(read, 1):
            with archive.change(merge=done % _MERGED == 0) as changes:
                again = answer is not None and _may_come(answer)
                if again and changes.nights.page_failed(summary.id) < _PAGE_TRIES:
                    continue
                changes.load.add(whole, quotes)
                changes.nights.page_done(summary.id)
            added[summary.id] = changes.load.new
            tally.add(changes, len(quotes))
            tally.left_unread(whole.outlet, _languages([(whole, quotes)]))
            if whole.text == summary.text:
                tally.left_short(whole.outlet, _why_short(answer))
    return added


def _why_short(answer: Response | Failure | None) -> str:
    """Why a story keeps its summary."""
    if answer is None:
        return "robots.txt forbids the page"
    if isinstance(answer, Failure):
        return answer.message
    return health.trouble(answer) or "its page does not hold it, or no more of it"


def _may_come(answer: Response | Failure) -> bool:
    """Whether the failure may pass: no answer, or the server's own trouble."""
    return (isinstance(answer, Failure) and not answer.refused) or (
        isinstance(answer, Response) and (answer.status >= 500 or answer.status == 429)
    )


def _completed(summary: Story, answer: Response | Failure | None) -> Read:
    page = _page(answer) if answer else None
    whole = stories.with_body(summary, page) if page else summary
    return whole, extract(whole)


def _page(answer: Response | Failure) -> Story | None:
    if isinstance(answer, Failure) or health.trouble(answer) is not None:
        return None
    try:
        return stories.from_html(answer.body, answer.final_url, answer.header("content-type"))
    except (StoryError, InputError):  # a page of nothing
        return None
