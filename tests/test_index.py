"""Keys, postings and candidates."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.bulk import Covering
from verifier.index import (
    LONGEST,
    Keys,
    Posting,
    Term,
    choose,
    covering,
    pack,
    pair_key,
    postings,
    quote_words,
    terms,
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
    assert not Keys.of(words).held & Keys.of(words, apart=True).held


def test_one_word_is_its_own_key() -> None:
    assert Keys.of(["never"]).listed == [word_key("never")]


def test_a_quotation_of_a_megabyte_is_cut() -> None:
    assert len(quote_words("ferry " * (LONGEST + 10))) == LONGEST


@given(st.lists(st.tuples(st.booleans(), WORDS), max_size=12))
def test_postings_are_what_counting_by_hand_gives(quotes: Any) -> None:
    numbered = [(7 + i, apart, words) for i, (apart, words) in enumerate(quotes)]
    found = postings(numbered)
    for key, (n, docs) in found.items():
        assert n == sum(key in Keys.of(words, apart=apart).held for _, apart, words in numbered)
        assert list(docs) == [
            number for number, apart, words in numbered if key in Keys.of(words, apart=apart).listed
        ]
    every = {k for _, apart, words in numbered for k in Keys.of(words, apart=apart).held}
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
        ({1: 50_000, 2: 60_000}, 10, []),
        ({1: 0, 2: 5}, 10, [2]),  # a pair that nobody has finds nothing
        ({}, 10, []),
    ],
)
def test_the_rarest_terms_are_read_within_the_budget(counts: Any, budget: Any, chosen: Any) -> None:
    found = [Term(at, at + 2, key) for at, key in enumerate(counts)]
    assert [term.key for term in choose(found, counts, budget)] == chosen


def test_a_repeated_pair_is_paid_for_once() -> None:
    found = [Term(0, 2, 1), Term(1, 3, 2), Term(2, 4, 1)]
    assert choose(found, {1: 3, 2: 3}, 6) == [Term(0, 2, 1), Term(1, 3, 2), Term(2, 4, 1)]


def test_of_a_word_only_the_short_quotes_are_listed_and_paid_for() -> None:
    assert choose([Term(0, 1, 1)], {1: 80}, 10) == [Term(0, 1, 1)]
    assert choose([Term(0, 2, 1)], {1: 80}, 10) == []


def test_a_short_quote_is_listed_by_each_word_and_a_longer_one_by_its_rarest() -> None:
    words = ["the", "people", "of", "the", "ferry"]
    assert Keys.of(words).telling == [word_key(word) for word in words]
    assert Keys.of(words * 2).telling == [word_key("ferry")]
    assert Keys.of(words * 2, apart=True).telling == [word_key("ferry", apart=True)]


@given(WORDS, st.lists(WORDS, max_size=12), st.integers(1, 30))
def test_covering_is_what_weighing_the_common_terms_gives(
    query: Any, others: Any, least: int
) -> None:
    """Word by word: is it covered by a term that the other quote has, too?"""
    weights = [1 + len(word) for word in query]
    found = terms(Keys.of(query))
    listed = {n: set(Keys.of(words).listed) for n, words in enumerate(others)}
    read = [
        (term, pack(array("I", [n for n, keys in listed.items() if term.key in keys])))
        for term in found
    ]
    expected = set()
    for n, keys in listed.items():
        places = {at for t in found if t.key in keys for at in range(t.start, t.end)}
        if places and sum(weights[at] for at in places) >= least:
            expected.add(n)
    assert set(covering(read, weights, least)) == expected
    assert set(Covering(len(others))(read, weights, least)) == expected


def test_postings_of_several_segments_add_up() -> None:
    one = Posting(1, pack(array("I", [1])))
    assert one.plus(1, pack(array("I", [9]))) == Posting(2, pack(array("I", [1, 9])))
    assert one.plus(500, None) == Posting(501, None)
