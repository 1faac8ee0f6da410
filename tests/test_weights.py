"""What words weigh."""

from __future__ import annotations

from math import inf, log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.background import shipped
from verifier.index import Keys, pair_key, quote_words, triple_key, word_key
from verifier.policy import Policy
from verifier.weights import Frequencies, Weigher, contexts

POLICY = Policy()


def weigh(text: str, frequencies: Frequencies | None = None) -> dict[str, float]:
    words = quote_words(text)
    return dict(zip(words, Weigher(POLICY).query(words, frequencies or Frequencies()), strict=True))


def test_a_set_phrase_weighs_little_and_a_rare_word_much() -> None:
    weights = weigh("at the end of the day the trawlermen sailed")
    assert weights["of"] < 1.5
    assert weights["trawlermen"] > 8
    assert weights["end"] > weights["of"]


def test_no_word_is_free() -> None:
    assert min(weigh("of the of the of the").values()) >= POLICY.least_weight


@pytest.mark.parametrize("quotes", [0, 10, 1000, 1_000_000])
def test_a_quote_keeps_its_weight_in_an_archive_of_any_size(quotes: Any) -> None:
    words = quote_words("The lanterns along the eastern quay went dark an hour before the storm")
    once = Frequencies(quotes=quotes, counts=dict.fromkeys(Keys.of(words).held, 1))
    rare = sum(Weigher(POLICY).query(words, once))
    assert rare > 30


def test_the_quote_that_the_query_may_match_does_not_count() -> None:
    words = quote_words("lanterns along the quay")
    once = Frequencies(quotes=100, counts=dict.fromkeys(Keys.of(words).held, 1))
    none = Frequencies(quotes=100)
    weigher = Weigher(POLICY)
    assert weigher.query(words, once) == weigher.query(words, none)


def test_what_everyone_repeats_keeps_a_share_of_its_weight() -> None:
    words = quote_words("lanterns along the quay went dark")
    counts = dict.fromkeys(Keys.of(words).held, 5000)
    weigher = Weigher(POLICY)
    viral = weigher.query(words, Frequencies(quotes=1_000_000, counts=counts))
    alone = log(1_000_000 / 5000)
    least = [min(POLICY.repeated_share * g, alone) for g in weigher.general(words)]
    assert all(v >= floor - 0.1 for v, floor in zip(viral, least, strict=True))
    assert sum(viral) > 12


def test_what_an_archive_uses_often_weighs_less_there() -> None:
    counts = {word_key("quay"): 20_000, pair_key("the", "quay"): 15_000, word_key("the"): 60_000}
    among = weigh("along the quay", Frequencies(quotes=100_000, counts=counts))
    assert among["quay"] < weigh("along the quay")["quay"]


def by_hand(first: str, second: str, word: str) -> float:
    """The weight of `word` after two others in general news, straight from the table."""
    count, prior, total = shipped().count, POLICY.pair_prior, shipped().sentences + 1
    single, pair = count(word_key(word)), count(pair_key(second, word)) if second else 0
    alone = log(total / (single + 0.5))
    after = phrase = inf
    if single and pair:
        expected = prior * (single + 0.5) / total
        after = -log(min((pair + expected) / (count(word_key(second)) + prior), 1.0))
        three = count(triple_key(pair_key(first, second), word)) if first else 0
        phrase = -log(three / (count(pair_key(first, second)) + prior)) if three else inf
    return max(min(alone, after, phrase), POLICY.least_weight)


COMMON = st.sampled_from(["the", "at", "end", "of", "a", "day", "it", "is", "to", "be", "zzyzx"])


@given(st.lists(COMMON, min_size=1, max_size=20))
def test_the_weights_are_those_of_the_table(words: Any) -> None:
    expected = [by_hand(*context) for context in contexts(words)]
    assert Weigher(POLICY).general(words) == expected


def test_what_is_remembered_changes_nothing(monkeypatch: Any) -> None:
    words = quote_words("At the end of the day the quay is where it was at the end of the day")
    expected = Weigher(POLICY).general(words)
    monkeypatch.setattr("verifier.weights._REMEMBERED", 2)
    monkeypatch.setattr("verifier.weights._WORDS", 1)
    monkeypatch.setattr("verifier.background._FEW", 3)
    forgetful = Weigher(POLICY, shipped())
    assert forgetful.general(words) == forgetful.general(words) == expected


def test_words_beside_the_query_are_weighed_by_the_background_alone() -> None:
    weigher = Weigher(POLICY)
    here, there = quote_words("the old quay"), quote_words("the old harbour")
    known = dict(zip(contexts(here), [1.0, 2.0, 3.0], strict=True))
    beside = weigher.beside(there, known)
    assert beside[:2] == [1.0, 2.0]
    assert beside[2] == weigher.general(there)[2]


def test_indirect_quotes_are_counted_in_their_own_key_space() -> None:
    words = quote_words("along the quay")
    counts = dict.fromkeys(Keys.of(words, apart=True).held, 50)
    frequencies = Frequencies(quotes=100, counts=counts)
    weigher = Weigher(POLICY)
    apart = Keys.of(words, apart=True)
    assert weigher.query(words, frequencies, apart) != weigher.query(words, frequencies)
