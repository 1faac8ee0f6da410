"""What each word of a sentence does there, as far as lists and shapes can tell.

A reported clause is found by the words around its cue: function words by what they join,
verbs by their inflection, nouns by whether they can speak, the rest by shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate

from verifier import lexicon
from verifier.quotes.syntax import Paragraph
from verifier.quotes.words import QUOTED, Sort, Word
from verifier.value import NamedTuple

_PUNCTUATION = {
    ",": ",", ";": ";", ":": ":", "-": "-", "(": "(", ")": ")", "[": "(", "]": ")",
    ".": ".", "?": ".", "!": ".", "…": ".", "...": ".", "/": "/",
}  # fmt: skip
_DOUBLE_MARKS = frozenset({'"', "“", "”", "„", "«", "»", "''", "``"})
_SUFFIXES = (("ing", "ing"), ("ed", "ed"), ("ly", "ly"), ("s", "s"))
# What the first word of a sentence may stand behind, and the classes of reporting words.
_LEADING = frozenset({"Q", ".", ":"})
_CUES = frozenset({"cue", "saying"})
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
    table |= lexicon.pairs("word_classes", language)
    return table


class _Kinds(dict[Word, str]):
    """Word -> its class, within a sentence or where the sentence begins (`first`)."""

    def __init__(self, language: str, *, first: bool) -> None:
        super().__init__()
        self._listed = _listed(language)
        self._nouns = lexicon.entries("cue_nouns", language)
        self._first = first

    def __missing__(self, word: Word) -> str:
        kind = _kind(word, self._listed, self._nouns, first=self._first)
        if kind in _CUES and word.low in self._nouns:
            kind += "?"
        self[word] = kind
        return kind


@cache
def _kinds(language: str) -> tuple[_Kinds, _Kinds]:
    return _Kinds(language, first=False), _Kinds(language, first=True)


def read(paragraph: Paragraph, first: int, last: int) -> Row:
    """The words `first:last` of a paragraph, one sentence, classed."""
    words = paragraph.words[first:last]
    kinds = tuple(_classed(words, paragraph.language))
    quoted = [tag == QUOTED for tag in paragraph.outside[first:last]]
    return Row(
        tuple([word.low for word in words]),
        kinds,
        tuple(paragraph.starts[first:last]),
        tuple(paragraph.ends[first:last]),
        tuple([q or k == "Q" for q, k in zip(quoted, kinds, strict=True)]),
        tuple(accumulate(map(VERBS.__contains__, kinds), initial=0)),
        tuple(accumulate(map(BREAKS.__contains__, kinds), initial=0)),
        _stops(kinds),
    )


def _classed(words: Sequence[Word], language: str) -> list[str]:
    """The class of each word where it stands."""
    inner, opening = _kinds(language)
    kinds = list(map(inner.__getitem__, words))
    for n, word in enumerate(words):
        kinds[n] = opening[word]
        if kinds[n] not in _LEADING:
            break
    if "cue?" in kinds or "saying?" in kinds:
        for n, kind in enumerate(kinds):
            if kind[-1] == "?":
                kinds[n] = "noun" if _nominal(kinds[:n]) else kind[:-1]
    if kinds[:1] == ["First"] and kinds[1:2] == ["Cap"]:
        kinds[0] = "Cap"
    return kinds


def _nominal(kinds: Sequence[str]) -> bool:
    """Whether what precedes makes a noun of a word: a report, the police report."""
    if kinds and kinds[-1] in _NOMINAL:
        return True
    return len(kinds) > 1 and kinds[-2] in {"det", "poss", "gen"} and kinds[-1] in _MODIFIERS


def _stops(kinds: Sequence[str]) -> tuple[int, ...]:
    """The first break at or behind each place; the end if there is none."""
    found: list[int] = []
    for n, kind in enumerate(kinds):
        if kind in BREAKS:
            found += [n] * (n + 1 - len(found))
    return (*found, *[len(kinds)] * (len(kinds) + 1 - len(found)))


_SIGNS = frozenset({Sort.MARK, Sort.DASH, Sort.OTHER})


def _kind(word: Word, listed: dict[str, str], nouns: frozenset[str], *, first: bool) -> str:
    if word.sort in _SIGNS:
        return _mark_kind(word)
    if word.sort is Sort.OWN:
        return "gen"
    low = word.low
    if word.sort is Sort.NAME and not first:
        kind = listed.get(low, "")
        named = kind in {"", "cue", "saying"} and (low in nouns or not kind)
        return "Cap" if named or kind in _OPEN else kind
    return listed.get(low) or _CLOSED.get(word.closed) or _shape(word, low, listed)


def _mark_kind(word: Word) -> str:
    if word.sort is Sort.DASH:
        return "-"
    if word.sort is Sort.MARK:
        return "Q" if word.low in _DOUBLE_MARKS else "q"
    return _PUNCTUATION.get(word.low, "sym")


def _shape(word: Word, low: str, listed: dict[str, str]) -> str:
    if word.sort is Sort.NUMBER:
        return "num"
    if "'" in low:
        return "not" if low.endswith("n't") else _contracted(low, listed)
    for suffix, kind in _SUFFIXES:
        if low.endswith(suffix) and len(low) > len(suffix) + 2:
            return kind
    return "First" if word.sort is Sort.NAME else "noun"


def _contracted(low: str, listed: dict[str, str]) -> str:
    """A pronoun with its verb: they're, who'd."""
    return "contracted" if listed.get(low.split("'", maxsplit=1)[0]) in _SUBJECTS else "noun"
