"""Alignment of two quotes and the rule that accepts them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.align import (
    Alignment,
    Rule,
    Side,
    Tag,
    align,
    common,
    common_runs,
    guard,
    judge,
    least_weight,
    prepare,
)
from verifier.index import quote_words
from verifier.policy import Policy
from verifier.weights import Frequencies, Weigher, contexts

POLICY = Policy()
WEIGHER = Weigher(POLICY)


def aligned(here: str, there: str) -> Alignment:
    words, others = quote_words(here), quote_words(there)
    weights = WEIGHER.query(words, Frequencies())
    beside = WEIGHER.beside(others, dict(zip(contexts(words), weights, strict=True)))
    return align(prepare(words, weights), Side(others, beside), POLICY)


def blocks(here: str, there: str) -> str:
    """The alignment in one line: equal words plain, [here|there] where they differ."""
    words, others = quote_words(here), quote_words(there)
    parts = []
    for tag, (a, b), (c, d) in aligned(here, there).blocks:
        one, other = " ".join(words[a:b]), " ".join(others[c:d])
        parts.append(one if tag is Tag.EQUAL else f"[{one}|{other}]")
    return " ".join(parts)


KEEPER = "The lighthouse keeper will not leave the island before the ferry returns in April"

VALVES = "Our engineers tested every valve twice before the reservoir was filled"
CRACKS = "in a second report about cracked pipes, missing gauges and unpaid contractors from abroad"

CASES = [
    (KEEPER, KEEPER, Rule.WHOLE),
    (KEEPER, KEEPER.replace("will not", "won't"), Rule.WHOLE),
    (KEEPER, KEEPER.replace("will not", "will"), Rule.WHOLE),
    (KEEPER, KEEPER.replace("April", "March"), Rule.WHOLE),
    (KEEPER, KEEPER.replace("lighthouse", "light-house"), Rule.WHOLE),
    (KEEPER, "will not leave the island before the ferry returns", Rule.ALTERED),
    (KEEPER, "the ferry returns in April", Rule.CONTAINED),
    (
        f"{KEEPER} as it has done every spring since his father built it",
        "the ferry returns in April",
        Rule.CONTAINED,
    ),
    (KEEPER, "The lighthouse was painted white when the harbour master retired", None),
    (KEEPER, "We will not leave the room before the vote", None),
    ("I think that at the end of the day", "But at the end of the day we lost", None),
    ("never", "never", Rule.UNDECIDED),
    ("we are ready", "we are ready", Rule.UNDECIDED),
    (
        f"{VALVES}, and nobody upstream complained about the noise of the drilling",
        f"Nobody downstream was ever asked. {VALVES}, whatever the inspectors wrote {CRACKS}",
        Rule.SPLICE,
    ),
]


@pytest.mark.parametrize(("here", "there", "rule"), CASES)
def test_the_rule_holds_on_a_small_archive(here: Any, there: Any, rule: Any) -> None:
    assert judge(aligned(here, there), 10, POLICY) is rule


@pytest.mark.parametrize(("here", "there", "rule"), CASES)
def test_both_directions_agree_whether_it_is_a_match(here: Any, there: Any, rule: Any) -> None:
    one = judge(aligned(here, there), 10, POLICY)
    other = judge(aligned(there, here), 10, POLICY)
    assert (one is None) == (other is None) == (rule is None)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("the old ferry sails", "the old ferry sails", "the old ferry sails"),
        ("the old ferry sails at dawn", "the old ferry never sails at dawn",
         "the old ferry [|never] sails at dawn"),
        ("the red ferry sails at dawn", "the blue ferry sails at dawn",
         "the [red|blue] ferry sails at dawn"),
        # The words of the fragment stay together although "the" stands earlier too.
        ("the lighthouse keeper waits", "the storm is over and the lighthouse keeper waits",
         "[|the storm is over and] the lighthouse keeper waits"),
        ("lighthouse keeper waits in", "lighthouse keeper waits in the boat in",
         "lighthouse keeper waits in [|the boat in]"),
        ("our cyber security staff sleep", "our cybersecurity staff sleep",
         "our cyber security staff sleep"),
    ],
)  # fmt: skip
def test_words_find_their_partners_where_people_would_look(
    here: Any, there: Any, expected: Any
) -> None:
    assert blocks(here, there) == expected


WORD = st.sampled_from(["the", "a", "old", "ferry", "sails", "lighthouse", "at", "dawn", "keeper"])
WORDS = st.lists(WORD, min_size=1, max_size=12)


def by_hand(one: list[str], other: list[str]) -> int:
    """The length of the longest common subsequence, by the textbook recurrence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for j, partner in enumerate(other, 1):
            above = row[j]
            row[j] = before + 1 if word == partner else max(row[j], row[j - 1])
            before = above
    return row[-1]


@given(WORDS, WORDS)
def test_the_runs_are_a_longest_common_subsequence(one: Any, other: Any) -> None:
    runs = common_runs(prepare(one, [1.0] * len(one)), other)
    assert sum(end - start for start, end, _, _ in runs) == by_hand(one, other)
    i = j = 0
    for a, b, c, d in runs:
        assert i <= a < b <= len(one)
        assert j <= c < d <= len(other)
        assert one[a:b] == other[c:d]
        i, j = b, d


@settings(max_examples=400)
@given(st.lists(WORD, max_size=30), st.lists(WORD, max_size=30), st.integers(0, 10_000_000))
def test_what_is_accepted_has_enough_in_common(one: Any, other: Any, quotes: Any) -> None:
    weights = WEIGHER.general(one)
    beside = Side(other, WEIGHER.beside(other, dict(zip(contexts(one), weights, strict=True))))
    rule = judge(align(prepare(one, weights), beside, POLICY), quotes, POLICY)
    text = prepare(one, weights, least_weight(weights, quotes, POLICY))
    assert rule in (None, Rule.UNDECIDED) or common(text, other, POLICY)


@settings(max_examples=200)
@given(WORDS, WORDS)
def test_blocks_cover_both_sides_once_and_in_order(one: Any, other: Any) -> None:
    here = prepare(one, WEIGHER.general(one))
    alignment = align(here, Side(other, WEIGHER.general(other)), POLICY)
    i = j = 0
    for tag, (a, b), (c, d) in alignment.blocks:
        assert (a, c) == (i, j)
        assert (a < b, c < d) == {
            Tag.EQUAL: (True, True),
            Tag.REPLACE: (True, True),
            Tag.DELETE: (True, False),
            Tag.INSERT: (False, True),
        }[tag]
        i, j = b, d
    assert (i, j) == (len(one), len(other))
    assert 0 <= alignment.contain <= 1.0001
    assert 0 <= alignment.similarity <= 1.0001


@given(WORDS)
def test_a_quote_is_wholly_aligned_with_itself(words: Any) -> None:
    weights = WEIGHER.general(words)
    alignment = align(prepare(words, weights), Side(words, weights), POLICY)
    assert alignment.score == 100
    assert alignment.weight == pytest.approx(sum(weights))


@pytest.mark.parametrize(
    ("there", "rule"),
    [
        ("he said she did not ask us", Rule.ALTERED),
        ("so he said she did not ask", None),
        ("he said she did not ask us now", None),
    ],
)
def test_less_in_common_will_do_where_each_word_stands_in_its_place(there: Any, rule: Any) -> None:
    assert judge(aligned("he said he did not ask them", there), 1_000_000, POLICY) is rule


def test_few_words_in_their_places_decide_nothing() -> None:
    alignment = aligned("absolutely right", "absolutely right")
    assert alignment.in_place
    assert judge(alignment, 20, POLICY) is Rule.UNDECIDED


def test_the_guard_grows_with_the_archive_but_not_below_a_thousand() -> None:
    assert (
        guard(0, POLICY) == guard(10, POLICY) == guard(1000, POLICY) == pytest.approx(6.9078, 1e-4)
    )
    assert guard(10_000_000, POLICY) == pytest.approx(16.118, 1e-4)


def test_two_thousand_words_of_one_word_are_no_trouble() -> None:
    words = ["ferry"] * 2000
    weights = WEIGHER.general(words)
    assert align(prepare(words, weights), Side(words[:1500], weights[:1500]), POLICY).contain == 1
