"""What was said, looked up: quotes -> the engine -> the occurrences in stories, for `assess`.

A `Search` is the ground that is searched: one archive here, or many on a cluster. All give
the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import Protocol

from verifier import archive as archives
from verifier.archive import Archive
from verifier.assess import Occurrence
from verifier.engine import Answer, LocalEngine
from verifier.model import Holdings, Quote, Story
from verifier.policy import Policy
from verifier.value import value


class Search(Protocol):
    """Where quotes are looked up. Each method raises ArchiveError.

    `together`: of how many stories the quotes are best looked up in one call.
    """

    @property
    def together(self) -> int: ...  # noqa: D102 - see above

    def holdings(self, around: datetime | None = None) -> Holdings:
        """What is held, and how much of it near that day."""

    def find(
        self, queries: Sequence[Quote], since: date | None, now: datetime
    ) -> list[list[Occurrence]]:
        """For each query where such words stand or stood; see `occurrences`."""

    def quotes_of(self, story_id: str) -> Sequence[Quote]:
        """All quotes of a story that was found."""

    def story_of(self, story_id: str) -> Story | None:
        """A story that was found, as it stands now."""


class LocalSearch:
    """One archive, in this process or in several."""

    together = 200  # so that memory stays bounded

    def __init__(self, archive: Archive, policy: Policy, *, processes: int = 1) -> None:
        self._archive = archive
        self._engine = LocalEngine(archive, policy, processes=processes)

    def holdings(self, around: datetime | None = None) -> Holdings:
        """What the archive holds."""
        return self._archive.holdings(around)

    def find(
        self, queries: Sequence[Quote], since: date | None, now: datetime
    ) -> list[list[Occurrence]]:
        """For each query where such words stand or stood in the archive."""
        answers = self._engine.match(queries, since=since)
        found = places(self._archive, wordings(answers), since)
        return occurrences(answers, found, now)

    def quotes_of(self, story_id: str) -> Sequence[Quote]:
        """All quotes of an archived story."""
        return self._archive.quotes_in(story_id)

    def story_of(self, story_id: str) -> Story | None:
        """An archived story, as it stands now."""
        return self._archive.story(story_id)


@value
class Survey:
    """What one of several archives holds; `near`: the outlets with stories near the day."""

    holdings: Holdings
    outlets: frozenset[str]
    near: frozenset[str]


def survey(archive: Archive, around: datetime | None) -> Survey:
    """What `archive` holds, to be `joined` with what others do."""
    outlets = archive.outlets()
    return Survey(
        holdings=archive.holdings(around),
        outlets=outlets,
        near=archive.outlets(around) if around else outlets,
    )


def joined(surveys: Sequence[Survey], doubled: Holdings, policy: Policy) -> Holdings:
    """What several archives hold together; `doubled`: what more than one of them counts."""
    held = [one.holdings for one in surveys]
    return Holdings(
        stories=sum(h.stories for h in held) - doubled.stories,
        quotes=sum(h.quotes for h in held) - doubled.quotes,
        occurrences=sum(h.occurrences for h in held) - doubled.occurrences,
        outlets=len(frozenset[str]().union(*(one.outlets for one in surveys))),
        oldest=min((h.oldest for h in held if h.oldest), default=None),
        newest=max((h.newest for h in held if h.newest), default=None),
        bytes=sum(h.bytes for h in held),
        coverage=archives.coverage(
            len(frozenset[str]().union(*(one.near for one in surveys))), policy.thin_outlets
        ),
    )


Places = Mapping[int, Sequence[archives.Occurrence]]
"""Where each wording stands, by its hash, earliest first."""


def wordings(answers: Iterable[Answer]) -> frozenset[int]:
    """The hashes of all that was found."""
    return frozenset(hit.wording for a in answers for hit in chain(a.hits, a.undecided))


def places(archive: Archive, sought: Iterable[int], since: date | None) -> Places:
    """Where the wordings of these hashes stand in `archive`, or stood in earlier versions.

    `since` leaves out what was published before that day.
    """
    hashes = archive.numbers(sorted(sought))
    found: dict[int, list[archives.Occurrence]] = {}
    for occurrence in archive.occurrences(hashes, history=True, since=since):
        found.setdefault(hashes[occurrence.number], []).append(occurrence)
    return found


def merged(parts: Sequence[Places], newest: Callable[[str], Story | None]) -> Places:
    """The places of several archives, those that two of them hold once.

    `newest(id)` is the story as one of them holds it which comes after all others: where it
    has another version of a story, the others' is no longer current.
    """
    found: dict[int, dict[tuple[str, str, str], archives.Occurrence]] = {}
    for part in parts:
        for wording, held in part.items():
            for one in held:
                now = newest(one.story.id) if one.current else None
                if now and now.version != one.story.version:
                    one = replace(one, current=False)  # noqa: PLW2901
                key = (one.story.id, one.story.version, one.quote.id)
                found.setdefault(wording, {}).setdefault(key, one)
    return {
        wording: sorted(held.values(), key=lambda one: one.order) for wording, held in found.items()
    }


def occurrences(answers: Sequence[Answer], found: Places, now: datetime) -> list[list[Occurrence]]:
    """For each answer its places: those decided by the words first, each in order of dates.

    A story that is withheld, or under embargo at `now`, is not shown.
    """
    return [
        [
            Occurrence(
                story=place.story,
                quote=place.quote,
                score=hit.score,
                decided=decided,
                current=place.current,
            )
            for hits, decided in ((answer.hits, True), (answer.undecided, False))
            for hit in hits
            for place in found.get(hit.wording, ())
            if not place.story.held(now)
        ]
        for answer in answers
    ]
