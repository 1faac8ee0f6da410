"""Keys, postings and candidates."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.bulk import Covering
from verifier.index import (
    LONGEST,
    Keys,
    Least,
    Posting,
    Term,
    byte_width,
    choose,
    covering,
    pack,
    pair_key,
    placed_key,
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
    assert placed_key(word_key("the"), 3, 9) == 0xD63A3EAE


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


@given(st.lists(st.integers(0, 2**32 - 1)), st.integers(1, 4))
def test_packed_numbers_come_back(numbers: Any, width: int) -> None:
    numbers = [number % (1 << 8 * width) for number in numbers]
    packed = pack(array("I", numbers), width)
    assert len(packed) == width * len(numbers)
    assert list(unpack(packed, width)) == numbers


@given(st.integers(0, 2**32 - 1))
def test_a_number_takes_as_many_bytes_as_it_needs(largest: int) -> None:
    assert largest < 1 << 8 * byte_width(largest)
    assert byte_width(largest) == 1 or largest >= 1 << 8 * (byte_width(largest) - 1)


def test_packed_numbers_are_little_endian() -> None:
    assert pack(array("I", [1, 258]), 3) == b"\x01\0\0\x02\x01\0"


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
    assert [term.key for term in choose(found, counts, budget, budget)] == chosen


def test_beyond_some_entries_only_placed_terms_open() -> None:
    found = [Term(0, 2, 1), Term(1, 3, 2), Term(2, 3, 3, placed=True)]
    chosen = choose(found, {1: 4, 2: 5, 3: 20}, 100, 8)
    assert [(term.key, term.opens) for term in chosen] == [(1, True), (2, False), (3, True)]


def test_a_repeated_pair_is_paid_for_once() -> None:
    found = [Term(0, 2, 1), Term(1, 3, 2), Term(2, 4, 1)]
    assert choose(found, {1: 3, 2: 3}, 6, 6) == [Term(0, 2, 1), Term(1, 3, 2), Term(2, 4, 1)]


def test_of_a_rarer_word_some_quotes_are_listed_and_paid_for() -> None:
    assert choose([Term(0, 1, 1)], {1: 15}, 10, 10) == [Term(0, 1, 1)]
    assert choose([Term(0, 2, 1)], {1: 15}, 10, 10) == []
    assert choose([Term(0, 1, 1, placed=True)], {1: 15}, 10, 10) == []


def test_a_short_quote_is_found_by_rarer_words_and_by_common_ones_in_their_places() -> None:
    words = ["the", "people", "of", "the", "ferry"]
    keys = Keys.of(words)
    assert keys.single == {
        0: placed_key(word_key("the"), 0, 5),
        1: placed_key(word_key("people"), 1, 5),
        2: placed_key(word_key("of"), 2, 5),
        3: placed_key(word_key("the"), 3, 5),
        4: word_key("ferry"),
    }
    assert keys.telling == list(keys.single.values())


def test_two_words_of_a_short_query_find_those_who_write_them_as_one() -> None:
    words = ["the", "news", "room"]
    assert Term(1, 3, word_key("newsroom")) in terms(words, Keys.of(words))
    apart = Keys.of(words, apart=True)
    assert Term(1, 3, word_key("newsroom", apart=True)) in terms(words, apart)


def test_a_quote_of_a_few_words_is_found_by_each() -> None:
    assert Keys.of(["of", "the", "ferry"]).telling == [word_key(w) for w in ("of", "the", "ferry")]


def test_a_longer_quote_is_listed_by_its_rarest_word() -> None:
    words = ["the", "ferry", "of", "the", "people"] * 3
    assert set(Keys.of(words).single) == {1, 6, 11}
    assert Keys.of(words).telling == [word_key("ferry")]
    assert Keys.of(words, apart=True).telling == [word_key("ferry", apart=True)]


def test_a_longer_quote_of_common_words_is_listed_by_one_that_it_is_found_by() -> None:
    keys = Keys.of(["the", "people", "of", "the"] * 5)
    assert keys.single == {1: word_key("people")}
    assert keys.telling == [word_key("people")]


@given(
    WORDS,
    st.lists(WORDS, max_size=12),
    st.integers(1, 30),
    st.integers(0, 15),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_covering_is_what_weighing_the_common_terms_gives(
    query: Any, others: Any, placed: int, more: int, opens: Any
) -> None:
    """Word by word: is it covered by a term that the other quote has, too?"""
    weights = [1 + len(word) for word in query]
    least = Least(placed, placed + more)
    found = [
        term._replace(opens=term.placed or opens[at])
        for at, term in enumerate(terms(query, Keys.of(query)))
    ]
    listed = {n: set(Keys.of(words).listed) for n, words in enumerate(others)}
    read = [
        (term, _posting([n for n, keys in listed.items() if term.key in keys], 1 + at % 2))
        for at, term in enumerate(found)
    ]
    expected = set()
    for n, keys in listed.items():
        common = [term for term in found if term.key in keys]
        places = {at for term in common for at in range(term.start, term.end)}
        enough = least.placed if any(term.placed for term in common) else least.moved
        opened = any(term.opens for term in common)
        if opened and sum(weights[at] for at in places) >= enough:
            expected.add(n)
    assert set(covering(read, weights, least)) == expected
    assert set(Covering(len(others))(read, weights, least)) == expected


def _posting(numbers: Iterable[int], width: int = 2) -> Posting:
    docs = array("I", numbers)
    return Posting(len(docs), pack(docs, width), width)


def test_postings_of_several_segments_add_up() -> None:
    assert _posting([1], 1).plus(1, b"\x09\0", 2) == _posting([1, 9], 2)
    assert _posting([1], 1).plus(500, None, 2) == Posting(501, None, 2)
