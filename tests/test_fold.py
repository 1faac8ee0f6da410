"""Words as they are compared: what is folded to one form, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier import lexicon
from verifier.fold import fold
from verifier.text import paragraphs, words

SAME = [
    ("It’s", "it is"),
    ("we can't", "we cannot"),
    ("he won’t", "he will not"),
    ("The labour organisation", "the labor organization"),
    ("José", "Jose\u0301"),
    ("so\u00adcial", "social"),
    ("14 per cent", "14%"),
    ("fourteen percent", "14 %"),
    ("$14m", "14 million dollars"),
    ("£1.50", "1.5 pounds"),
    ("1,000,000", "1000000"),
    ("twenty-five", "25"),
    ("twenty-first", "21st"),
    ("the third", "the 3rd"),
    ("two and a half years", "2.5 years"),
    ("the 3rd of May", "May 3"),
    ("12 October", "October 12th"),
    ("12th October", "October 12"),
]
OTHER = [
    ("20 5", "25"),
    ("they may 3 die", "May 3 die not"),
    ("14 million", "14 billion"),
    ("$14m", "€14m"),
    ("can", "can't"),
    ("1,5", "15"),
]


def norms(text: str) -> list[str]:
    return [w.norm for w in fold(text)]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_form(one: str, other: str) -> None:
    assert norms(one) == norms(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_forms(one: str, other: str) -> None:
    assert norms(one) != norms(other)


@pytest.mark.parametrize("name", ["spelling", "numbers", "contractions", "currencies"])
def test_every_entry_of_a_list_can_match(name: str) -> None:
    for entry in lexicon.pairs(name):
        assert [w.norm for w in words(entry)] == [entry], entry


@given(st.text(max_size=80))
def test_offsets_lie_in_the_text_and_do_not_go_back(text: str) -> None:
    last = 0
    for word in fold(text):
        assert last <= word.start <= word.end <= len(text)
        last = word.start
        assert word.norm


@given(st.text(max_size=80))
def test_words_and_paragraphs_are_where_they_say(text: str) -> None:
    assert all(text[w.start : w.end].strip() for w in words(text))
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in paragraphs(text))


dates = st.lists(
    st.sampled_from(
        ["the", "3rd", "of", "may", "3", "march", "12", "a", "half", "and", "two", "$", "m"]
    )
)


@given(dates.map(" ".join))
def test_any_order_of_numbers_and_months_folds(text: str) -> None:
    assert all(0 <= w.start <= w.end <= len(text) for w in fold(text))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_holds_the_same_words_as_any_other(text: str) -> None:
    assert words(text) == words(f"{text} é")[:-1]
