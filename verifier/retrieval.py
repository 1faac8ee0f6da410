"""What was said, looked up: quotes -> the engine -> the occurrences in stories, for `assess`.

A `Search` is the ground that is searched: one archive here, or many on a cluster. All give
the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Protocol

from verifier import archive as archives
from verifier.archive import Archive
from verifier.assess import Occurrence
from verifier.engine import Answer, LocalEngine
from verifier.model import Holdings, Quote, Story
from verifier.policy import Policy


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
