from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import quote
from verifier import wording
from verifier.compare import Comparison, compare
from verifier.model import Kind, Mention, Relation, Severity
from verifier.wording import Wording

CASES = Path(__file__).parent / "cases" / "verdicts"

TURNED = {"omission<": "insertion", "insertion": "omission", "splice<": "insertion"}


def rows() -> list[Any]:
    """Each line of each file, in both directions."""
    return [case for path in sorted(CASES.glob("*.txt")) for case in _read(path)]


def _read(path: Path) -> Iterator[Any]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and line[0] != "#":
            here, there, relation, kinds, harmless = (c.strip() for c in line.split("|"))
            expected = (relation, _forward(kinds), set(harmless.split()))
            turned = (relation, _turned(kinds), set(harmless.split()))
            name = f"{path.stem}:{number}"
            yield pytest.param(path.stem, here, there, expected, id=name)
            yield pytest.param(path.stem, there, here, turned, id=f"{name} turned")


def _forward(kinds: str) -> set[str]:
    return {k.removesuffix("<") for k in kinds.split()}


def _turned(kinds: str) -> set[str]:
    return {TURNED.get(k, k) for k in kinds.split()}


def compared(here: str, there: str, *, indirect: bool = False) -> Comparison:
    return compare(wording.of(quote(here)), wording.of(quote(there)), indirect=indirect)


def high(comparison: Comparison) -> set[str]:
    return {d.kind for d in comparison.divergences if d.severity is Severity.HIGH}


@pytest.mark.parametrize(("sort", "here", "there", "expected"), rows())
def test_the_table(sort: str, here: str, there: str, expected: object) -> None:
    found = compared(here, there, indirect=sort == "reported")
    assert (found.relation.value, high(found), set(found.differences)) == expected


def test_a_negation_that_the_paraphrase_keeps_is_not_dropped() -> None:
    story = "She said the plan was not “absolutely right for us” at all."
    start = story.index("absolutely")
    fragment = quote("absolutely right for us", spans=((start, start + 23),))
    whole = quote("It is not absolutely right for us to go")
    found = compare(wording.of(fragment, story), wording.of(whole))
    assert found.relation is Relation.FRAGMENT


def test_spans_lead_to_the_differing_words() -> None:
    here, there = "It would be a reminder of that", "It would not be a reminder of that"
    (found,) = compared(here, there).divergences
    assert there[slice(*found.there_span)] == found.there == "not"
    assert here[slice(*found.here_span)] == found.here == ""


def test_of_reported_clauses_only_numbers_and_negations_diverge() -> None:
    here, there = "the repairs would cost 40 million", "repairs will cost some 46 million"
    found = compare(wording.of(quote(here)), wording.of(quote(there)), indirect=True)
    assert high(found) == {"number"}


words = st.lists(
    st.sampled_from(
        [
            "the",
            "a",
            "cat",
            "dog",
            "not",
            "14",
            "million",
            "it's",
            "it",
            "is",
            "…",
            "[he]",
            "sat",
            "well,",
            "you",
            "know.",
            "on",
            "$",
            "%",
        ]
    ),
    min_size=1,
    max_size=14,
).map(" ".join)


@given(words, words)
@settings(max_examples=400)
def test_any_two_wordings_compare(here: str, there: str) -> None:
    found = compared(here, there)
    for d in found.divergences:
        assert here[slice(*d.here_span)] == d.here
        assert there[slice(*d.there_span)] == d.there
    assert (found.relation is Relation.DIVERGENT) == bool(high(found))


@given(words)
def test_a_wording_is_itself(text: str) -> None:
    found = compared(text, text)
    assert (found.relation, found.divergences, found.differences) == (Relation.VERBATIM, (), ())


def test_long_quotes_take_no_quadratic_time() -> None:
    one = " ".join(f"word{i % 97}" for i in range(4000))
    other = " ".join(f"word{i % 89}" for i in range(4000))
    assert compared(one, other).relation is Relation.DIVERGENT


@pytest.mark.parametrize(
    ("here", "cue", "there", "other", "kinds"),
    [
        ("money played a part", "denied", "money played a part", "admitted", ["negation"]),
        ("money played a part", "said", "money had played a part", "denies", ["negation"]),
        ("money played a part", "denied", "money played a part", "disputed", []),
        ("the bridge was safe", "denied", "the bridge was not safe", "said", []),
        ("the bridge was safe", "said", "the bridge was not safe", "said", ["negation"]),
        ("12 of them had left", "denied", "14 of them had left", "denied", ["number"]),
    ],
)
def test_what_is_denied_is_the_opposite(
    here: str, cue: str, there: str, other: str, kinds: list[str]
) -> None:
    def reported(words: str, verb: str) -> Wording:
        said = replace(quote(words), kind=Kind.INDIRECT, cue=Mention(text=verb, span=(0, 0)))
        return wording.of(said)

    for one, two in (
        (reported(here, cue), reported(there, other)),
        (reported(there, other), reported(here, cue)),
    ):
        found = compare(one, two, indirect=True)
        assert [d.kind for d in found.divergences] == kinds
        assert (found.relation is Relation.DIVERGENT) == bool(kinds)
