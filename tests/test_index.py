"""Keys, postings and candidates."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.index import (
    LONGEST,
    Budget,
    Candidate,
    Posting,
    all_keys,
    choose,
    gather,
    pack,
    pair_key,
    pair_keys,
    postings,
    quote_words,
    shortlisted,
    unpack,
    word_key,
)

WORDS = st.lists(
    st.sampled_from(["the", "ferry", "sails", "at", "dawn", "or", "not"]), min_size=1, max_size=8
)


def test_keys_do_not_change() -> None:
    """They are stored: another value would lose every archive."""
    assert word_key("the") == 0x3C456DE6
    assert pair_key("the", "ferry") == word_key("the ferry") == 0xEF45B003


def test_indirect_quotes_have_keys_of_their_own() -> None:
    words = quote_words("The ferry sails at dawn")
    assert not all_keys(words) & all_keys(words, apart=True)


def test_one_word_is_its_own_key() -> None:
    assert pair_keys(["never"]) == [word_key("never")]


def test_a_quotation_of_a_megabyte_is_cut() -> None:
    assert len(quote_words("ferry " * (LONGEST + 10))) == LONGEST


@given(st.lists(st.tuples(st.booleans(), WORDS), max_size=12))
def test_postings_are_what_counting_by_hand_gives(quotes: Any) -> None:
    numbered = [(7 + i, apart, words) for i, (apart, words) in enumerate(quotes)]
    found = postings(numbered)
    for key, (n, docs) in found.items():
        assert n == sum(key in all_keys(words, apart=apart) for _, apart, words in numbered)
        assert list(docs) == [
            number for number, apart, words in numbered if key in pair_keys(words, apart=apart)
        ]
    every = {k for _, apart, words in numbered for k in all_keys(words, apart=apart)}
    assert set(found) == every


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_packed_numbers_come_back(numbers: Any) -> None:
    assert list(unpack(pack(array("I", numbers)))) == numbers


def test_packed_numbers_are_little_endian() -> None:
    assert pack(array("I", [1, 258])) == b"\x01\0\0\0\x02\x01\0\0"


@pytest.mark.parametrize(
    ("counts", "budget", "chosen"),
    [
        ({1: 5, 2: 1, 3: 100}, 10, [2, 1]),
        ({1: 5, 2: 1, 3: 100}, 200, [2, 1, 3]),
        ({1: 50_000, 2: 60_000}, 10, [1]),  # everyone carries it: still read
        ({1: 0, 2: 50_000}, 10, [2]),  # a pair that nobody has finds nothing
        ({1: 0, 2: 0}, 10, []),
        ({}, 10, []),
    ],
)
def test_the_rarest_keys_are_read_within_the_budget(counts: Any, budget: Any, chosen: Any) -> None:
    keys = list(counts)
    places = choose(keys, [9.0] * (len(keys) + 1), counts, 5.0, Budget(0, budget))
    assert [keys[at] for at in places] == chosen


def test_pairs_that_could_bring_nothing_new_are_not_read() -> None:
    counts = {1: 5, 2: 10, 3: 20, 4: 40}
    weights = [6.0, 6.0, 1.0, 2.0, 2.0]
    assert choose([1, 2, 3, 4], weights, counts, 6.0, Budget(0, 1000)) == [0, 1]
    assert choose([1, 2, 3, 4], weights, counts, 4.5, Budget(0, 1000)) == [0, 1, 2]
    assert choose([1, 2, 3, 4], weights, counts, 1.0, Budget(0, 1000)) == [0, 1, 2, 3]
    assert choose([1, 2, 3, 4], weights, counts, 6.0, Budget(50, 1000)) == [0, 1, 2]


def test_a_repeated_pair_is_read_once() -> None:
    assert choose([1, 2, 1], [9.0] * 4, {1: 3, 2: 3}, 1.0, Budget(0, 1000)) == [0, 1]


def test_one_word_has_one_key() -> None:
    assert choose([1], [9.0], {1: 3}, 1.0, Budget(0, 1000)) == [0]


@given(
    st.lists(st.tuples(st.floats(0.5, 9), st.sets(st.integers(0, 30))), max_size=6),
    st.floats(1, 20),
)
def test_gather_is_what_adding_up_gives(read: Any, least: float) -> None:
    shared = {n: sum(w for w, docs in read if n in docs) for n in range(31)}
    expected = {n for n, worth in shared.items() if worth >= least + 1e-9}
    found = {c.number: c.worth for c in gather(_counted(read), least, 0, 100)}
    assert expected <= set(found) <= {n for n, worth in shared.items() if worth >= least - 1e-9}
    assert all(found[n] == pytest.approx(shared[n]) for n in found)


def _counted(read: Any) -> list[tuple[float, int, Any]]:
    return [(worth, len(docs), docs) for worth, docs in read]


def test_gather_adds_up_worth_and_keeps_the_best() -> None:
    read = _counted([(3.0, [1, 2]), (2.0, [2, 3]), (1.0, [3, 4])])
    assert gather(read, 3.0, 0, 10) == [Candidate(2, 5.0), Candidate(3, 3.0), Candidate(1, 3.0)]
    assert gather(read, 0.0, 0, 1) == [Candidate(2, 5.0)]


def test_the_next_best_fill_up_to_a_few() -> None:
    read = _counted([(3.0, [1, 2]), (2.0, [2, 3])])
    assert gather(read, 5.0, 2, 10) == [Candidate(2, 5.0), Candidate(1, 3.0)]
    assert gather(read, 9.0, 3, 10) == [Candidate(2, 5.0), Candidate(1, 3.0), Candidate(3, 2.0)]
    assert gather([], 9.0, 3, 10) == []


def test_equals_of_the_last_one_stay() -> None:
    read = _counted([(3.0, [1, 2, 3]), (2.0, [9])])
    assert [c.number for c in gather(read, 1.0, 0, 2)] == [3, 2, 1]
    assert [c.number for c in gather([(3.0, 1, [1, 2, 3])], 4.0, 1, 9)] == [3, 2, 1]


def test_whether_a_pair_is_rare_is_a_matter_of_all_shards() -> None:
    assert gather([(3.0, 2, [1])], 5.0, 2, 10) == [Candidate(1, 3.0)]
    assert gather([(3.0, 3, [1])], 5.0, 2, 10) == []


@pytest.mark.parametrize(
    ("worths", "size"),
    [([], 0), ([9, 8, 7, 6], 3), ([9, 8, 1, 1], 2), ([9, 1, 1, 1], 2), ([1], 1)],
)
def test_how_many_are_compared(worths: Any, size: Any) -> None:
    assert shortlisted(worths, 5.0, 2, 3) == size


def test_postings_of_several_segments_add_up() -> None:
    one = Posting(1, pack(array("I", [1])))
    assert one.plus(1, pack(array("I", [9]))) == Posting(2, pack(array("I", [1, 9])))
    assert one.plus(500, None) == Posting(501, None)
