"""What each word of a sentence does there, as far as lists and shapes can tell.

A reported clause is found by the words around its cue: function words by what they join,
verbs by their inflection, nouns by whether they can speak, the rest by shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from verifier import lexicon
from verifier.quotes.syntax import Sort, Token

_PUNCTUATION = {
    ",": ",", ";": ";", ":": ":", "-": "-", "(": "(", ")": ")", "[": "(", "]": ")",
    ".": ".", "?": ".", "!": ".", "…": ".", "...": ".", "/": "/",
}  # fmt: skip
_DOUBLE_MARKS = frozenset({'"', "“", "”", "„", "«", "»", "''", "``"})
_SUFFIXES = (("ing", "ing"), ("ed", "ed"), ("ly", "ly"), ("s", "s"))
_NOMINAL = frozenset({"det", "poss", "gen", "of", "num", "in"})
_MODIFIERS = frozenset({"noun", "person", "body", "document", "last", "ed", "past", "Cap"})
_SUBJECTS = frozenset({"pron", "there", "that", "who"})
# The broader closed classes, for words that have none of their own here.
_CLOSED = {"prep": "prep", "adv": "adv", "conj": "sub", "quant": "det", "day": "time"}
# Classes that a capital within a sentence overrules: it is part of a name.
_OPEN = frozenset(
    {"base", "past", "pres", "ing", "part", "utterance", "person", "body", "document"}
)
# Punctuation that can bound a clause.
BREAKS = frozenset({",", ";", ":", "-", "(", ")", ".", "Q"})
# Classes of words that make a clause of a row of words.
VERBS = frozenset({"be", "have", "do", "modal", "ed", "past", "pres", "cue", "contracted"})


class Row(NamedTuple):
    """A sentence as parallel tuples: the words in lower case, their classes, and where they stand.

    `marked` is true inside quotation marks, marks included. `verbs[n]` and
    `breaks[n]` count those before `n`; `stop[n]` is the first break from `n` on.
    """

    low: tuple[str, ...]
    kinds: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    marked: tuple[bool, ...]
    verbs: tuple[int, ...]
    breaks: tuple[int, ...]
    stop: tuple[int, ...]

    def kind(self, at: int) -> str:
        """The class at `at`; `^` before the sentence, `$` behind it."""
        if at < 0:
            return "^"
        return self.kinds[at] if at < len(self.kinds) else "$"


@cache
def _listed(language: str) -> dict[str, str]:
    """Word -> class, from every list; the closed classes win, then the cues."""
    table = {w: k for w, k in lexicon.pairs("verbs", language).items() if k != "part"}
    table |= dict.fromkeys(lexicon.entries("utterances", language), "utterance")
    table |= lexicon.pairs("sources", language)
    table |= {w: k.split(".")[1] for w, k in lexicon.pairs("cues", language).items()}
    for cue in lexicon.pairs("reported_cues", language):
        table[cue] = "saying" if cue.endswith("ing") else "cue"
    return table | lexicon.pairs("word_classes", language)


def read(tokens: Sequence[Token], language: str = "en") -> Row:
    """`tokens`, one sentence, classed."""
    listed = _listed(language)
    nouns = lexicon.entries("cue_nouns", language)
    kinds: list[str] = []
    first = True
    for token in tokens:
        kind = _kind(token, listed, nouns, first=first)
        if kind in {"cue", "saying"} and token.low in nouns and _nominal(kinds):
            kind = "noun"
        first = first and kind in {"Q", ".", ":"}
        kinds.append(kind)
    if kinds[:1] == ["First"] and kinds[1:2] == ["Cap"]:
        kinds[0] = "Cap"
    return Row(
        tuple(t.low for t in tokens),
        tuple(kinds),
        tuple(t.start for t in tokens),
        tuple(t.end for t in tokens),
        tuple(t.quote >= 0 or k == "Q" for t, k in zip(tokens, kinds, strict=True)),
        _counts(kinds, VERBS),
        _counts(kinds, BREAKS),
        _stops(kinds),
    )


def _nominal(kinds: Sequence[str]) -> bool:
    """Whether what precedes makes a noun of a word: a report, the police report."""
    if kinds and kinds[-1] in _NOMINAL:
        return True
    return len(kinds) > 1 and kinds[-2] in {"det", "poss", "gen"} and kinds[-1] in _MODIFIERS


def _counts(kinds: Sequence[str], wanted: frozenset[str]) -> tuple[int, ...]:
    """How many of `wanted` stand before each place."""
    return tuple(accumulate((kind in wanted for kind in kinds), initial=0))


def _stops(kinds: Sequence[str]) -> tuple[int, ...]:
    """The first break at or behind each place; the end if there is none."""
    stop = len(kinds)
    found = [stop]
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] in BREAKS:
            stop = at
        found.append(stop)
    return tuple(reversed(found))


_SIGNS = frozenset({Sort.MARK, Sort.DASH, Sort.OTHER})


def _kind(token: Token, listed: dict[str, str], nouns: frozenset[str], *, first: bool) -> str:
    if token.sort in _SIGNS:
        return _mark_kind(token)
    if token.sort is Sort.OWN:
        return "gen"
    low = token.low
    if token.sort is Sort.NAME and not first:
        kind = listed.get(low, "")
        named = kind in {"", "cue", "saying"} and (low in nouns or not kind)
        return "Cap" if named or kind in _OPEN else kind
    return listed.get(low) or _CLOSED.get(token.closed) or _shape(token, low, listed)


def _mark_kind(token: Token) -> str:
    if token.sort is Sort.DASH:
        return "-"
    if token.sort is Sort.MARK:
        return "Q" if token.low in _DOUBLE_MARKS else "q"
    return _PUNCTUATION.get(token.low, "sym")


def _shape(token: Token, low: str, listed: dict[str, str]) -> str:
    if token.sort is Sort.NUMBER:
        return "num"
    if "'" in low:
        return "not" if low.endswith("n't") else _contracted(low, listed)
    for suffix, kind in _SUFFIXES:
        if low.endswith(suffix) and len(low) > len(suffix) + 2:
            return kind
    return "First" if token.sort is Sort.NAME else "noun"


def _contracted(low: str, listed: dict[str, str]) -> str:
    """A pronoun with its verb: they're, who'd."""
    return "contracted" if listed.get(low.split("'", maxsplit=1)[0]) in _SUBJECTS else "noun"
