from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import quote
from verifier import wording
from verifier.compare import Comparison, compare
from verifier.model import Relation, Severity

CASES = Path(__file__).parent / "cases" / "compare.txt"


def rows() -> list[list[str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [[c.strip() for c in line.split("|")] for line in lines if line and line[0] != "#"]


def compared(here: str, there: str) -> Comparison:
    return compare(wording.of(quote(here)), wording.of(quote(there)))


def high(comparison: Comparison) -> set[str]:
    return {d.kind for d in comparison.divergences if d.severity is Severity.HIGH}


@pytest.mark.parametrize(("here", "there", "relation", "kinds", "harmless"), rows())
def test_here_against_there(
    here: str, there: str, relation: str, kinds: str, harmless: str
) -> None:
    found = compared(here, there)
    assert (found.relation.value, high(found), set(found.differences)) == (
        relation,
        set(kinds.replace("<", "").split()),
        set(harmless.split()),
    )


TURNED = {"omission<": "insertion", "splice<": "insertion"}


@pytest.mark.parametrize(("here", "there", "relation", "kinds", "harmless"), rows())
def test_there_against_here(
    here: str, there: str, relation: str, kinds: str, harmless: str
) -> None:
    found = compared(there, here)
    assert (found.relation.value, high(found), set(found.differences)) == (
        relation,
        {TURNED.get(k, k) for k in kinds.split()},
        set(harmless.split()),
    )


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
    assert compared(text, text) == Comparison(relation=Relation.VERBATIM)


def test_long_quotes_take_no_quadratic_time() -> None:
    one = " ".join(f"word{i % 97}" for i in range(4000))
    other = " ".join(f"word{i % 89}" for i in range(4000))
    assert compared(one, other).relation is Relation.DIVERGENT
