"""Articles and archived stories, put together from a table, and what is said of the quote."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.factories import day
from verifier.assess import Case, Occurrence
from verifier.model import Coverage, Finding, Holdings, Kind, Quote, Speaker, Story, digest
from verifier.policy import Policy

_TABLE = Path(__file__).parent / "cases" / "verdicts" / "stories.toml"
_HOLDINGS = Holdings(
    stories=4000,
    quotes=9000,
    outlets=30,
    oldest=day(2031, 5, 1),
    newest=day(2031, 5, 9),
    coverage=Coverage.SEARCHED,
)
_LEAST = 40.0  # per cent of the longer quote's words: less is no hit of the engine


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def build(row: Mapping[str, Any]) -> tuple[Story, tuple[Quote, ...]]:
    """A story with a paragraph for each of its quotes after the first of its own."""
    parts = table()["texts"][row["text"]]
    parts = [parts[n] for n in row.get("paragraphs", range(len(parts)))]
    text = "\n".join(parts)
    quotes = []
    for words, name, *via in row["said"]:
        start = len(text) + 2
        text += f"\n“{words},” {name or 'someone'} said on the quay."
        quotes.append(
            Quote(
                id=digest(row["outlet"], words),
                kind=Kind.DIRECT,
                text=words,
                spans=((start, start + len(words)),),
                speaker=Speaker(name=name) if name else None,
                via=tuple(via),
                confidence=row.get("confidence", 1.0),
            )
        )
    story = Story(
        text=text,
        outlet=row["outlet"],
        guid=row.get("guid", ""),
        agency=row.get("agency"),
        published=when(row.get("day")),
        updated=when(row.get("updated")),
        status=row.get("status", "usable"),
        note=row.get("note"),
    )
    return story, tuple(quotes)


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC) if text else None


def judged(here: Mapping[str, Any], there: Sequence[Mapping[str, Any]]) -> Finding:
    """The finding for the first quote of `here`."""
    article, quotes = build(here)
    archived = [(*build(row), row) for row in there]
    found = [
        Occurrence(
            story=story,
            quote=quote,
            score=100.0,
            decided=not row.get("undecided", False),
            current=not row.get("old", False),
        )
        for story, said, row in archived
        for quote in said
        if _alike(quote.text, quotes[0].text)
    ]
    case = Case(
        article,
        quotes,
        policy=Policy(),
        holdings=_HOLDINGS,
        quotes_of={s.id: q for s, q, _ in archived}.__getitem__,
        story_of={s.id: s for s, _, _ in archived}.get,
    )
    return case.assess([found, *([] for _ in quotes[1:])])[0]


def _alike(one: str, other: str) -> bool:
    """What an engine would find."""
    first, second = (set(t.lower().split()) for t in (one, other))
    return 100 * len(first & second) >= _LEAST * min(len(first), len(second))


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in table()["case"]])
def test_the_table(case: dict[str, Any]) -> None:
    found = judged(case["here"], case["there"])
    by_outlet = sorted(found.matches, key=lambda m: m.story.outlet)
    said = (found.verdict.value, found.independent_sources, [m.why or "" for m in by_outlet])
    assert said == (case["verdict"], case["sources"], case["why"]), found
    assert list(found.divergences) == case.get("kinds", [])
    assert case.get("reason", "") in found.reason
    if "correction" in case:
        assert [m.correction or "" for m in by_outlet] == case["correction"]


def test_fifty_reprints_are_one_source() -> None:
    said = [["We will not dig while the wall is moving", "Ada Holm"]]
    here = {"outlet": "Ellery Post", "text": "harbour", "said": said}
    there = [{"outlet": f"Paper {n}", "text": "wall", "said": said} for n in range(50)]
    assert judged(here, there).independent_sources == 1


def test_the_timeline_begins_with_who_had_it_first() -> None:
    said = [["We will not dig while the wall is moving", "Ada Holm"]]
    here = {"outlet": "Ellery Post", "text": "harbour", "day": "2031-05-03", "said": said}
    there = [
        {"outlet": f"Paper {n}", "text": "wall", "day": f"2031-05-0{n}", "said": said}
        for n in (4, 2, 3)
    ]
    there.append({"outlet": "Undated", "text": "speech", "said": said})
    timeline = judged(here, there).timeline
    assert [m.story.outlet for m in timeline] == ["Paper 2", "Paper 3", "Paper 4"]


def test_a_quote_that_everyone_carries_is_judged_in_less_than_a_second() -> None:
    said = [["We will not dig while the wall is moving", "Ada Holm"]]
    words = " ".join(table()["texts"]["wall"] * 5).split()
    texts = table()["texts"]
    here = {"outlet": "Ellery Post", "text": "harbour", "said": said}
    for n in range(300):  # each with an own text of some four hundred words
        texts[f"own {n}"] = [" ".join(f"{w}{(n * 7919 + k) % 9973}" for k, w in enumerate(words))]
    there = [{"outlet": f"Paper {n}", "text": f"own {n}", "said": said} for n in range(300)]
    built = [build(row) for row in there]
    begun = time.process_time()
    found = judged(here, there)
    assert found.independent_sources == len(built)
    assert time.process_time() - begun < 2.0
