"""What the engine found -> the occurrences in stories, which `assess` judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from verifier.archive import Archive
from verifier.assess import Occurrence
from verifier.engine import Answer
from verifier.model import Quote, Story


def occurrences(
    archive: Archive, answers: Sequence[Answer], since: date | None, now: datetime
) -> list[list[Occurrence]]:
    """Where each answer's archived quotes stand or stood, in the order of their dates.

    A story that is withheld, or under embargo at `now`, is not shown.
    """
    numbers = {hit.number for a in answers for hit in (*a.hits, *a.undecided)}
    places: dict[int, list[tuple[Story, Quote, bool]]] = {}
    for o in archive.occurrences(numbers, history=True, since=since):
        if not o.story.held(now):
            places.setdefault(o.number, []).append((o.story, o.quote, o.current))
    return [
        [
            Occurrence(story=story, quote=quote, score=hit.score, decided=decided, current=current)
            for hits, decided in ((answer.hits, True), (answer.undecided, False))
            for hit in hits
            for story, quote, current in places.get(hit.number, ())
        ]
        for answer in answers
    ]
