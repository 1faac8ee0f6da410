"""Outlets by name: the listed ones, and those whose name or noun says what they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from verifier import lexicon
from verifier.model import Span

_LONGEST_NOUN = 2


@cache
def listed(language: str = "en") -> frozenset[str]:
    """The names of outlets and agencies, lower case; none that is a common word too."""
    agencies = (a for a in lexicon.entries("agencies", language) if len(a) > 3 or " " in a)
    return lexicon.entries("outlets", language) | frozenset(agencies)


def named(low: Sequence[str], capital: Sequence[bool], language: str = "en") -> Span | None:
    """The outlet that a mention of these words ends with; `capital`: which of them are names.

    `the Meridian news agency`, `the news agency Meridian` and `Radio Norrland` are outlets
    though no list has them; an agency alone is none, and neither is what stands before a
    preposition.
    """
    size = len(low)
    first = size
    while first > 0 and capital[first - 1]:
        first -= 1
    for start in range(first, size):
        if " ".join(low[start:size]) in listed(language):
            return start, size
    if size - first > 1 and not lexicon.entries("outlet_words", language).isdisjoint(
        (low[first], low[-1])
    ):
        return first, size
    if first < size and _noun_before(low, first, language):
        return first, size
    return _by_noun(low, capital, language)


def _noun_before(low: Sequence[str], first: int, language: str) -> bool:
    """Whether a noun says that the name at `first` is an outlet's: the state agency KPL."""
    nouns = lexicon.entries("outlet_nouns", language)
    lengths = range(1, min(_LONGEST_NOUN, first) + 1)
    return any(" ".join(low[first - n : first]) in nouns - {"agency"} for n in lengths)


def _by_noun(low: Sequence[str], capital: Sequence[bool], language: str) -> Span | None:
    """`Meridian` of `the Meridian news agency`: the name before the noun."""
    size = len(low)
    nouns = lexicon.entries("outlet_nouns", language)
    for length in range(min(_LONGEST_NOUN, size - 1), 0, -1):
        stop = size - length
        if " ".join(low[stop:]) in nouns and capital[stop - 1] and low[stop] != "agency":
            start = stop
            while start > 0 and capital[start - 1]:
                start -= 1
            return start, stop
    return None


__all__ = ["listed", "named"]
