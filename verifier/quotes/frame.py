"""A paragraph as a row of items: quotes, noun phrases, cues and the words between them.

The path from a mention to a quote is the row of symbols between them. Symbols are few, so
that what was learned from one sentence holds for every sentence built the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from verifier import lexicon
from verifier.model import Span
from verifier.quotes.phrases import Form, NounPhrase
from verifier.quotes.syntax import Paragraph
from verifier.quotes.words import QUOTED, Sort, Word
from verifier.value import NamedTuple

_POINTS = frozenset(".,:;?!()[]")
_DROPPED = frozenset({"adv", "day"})
_CLOSED = {"aux": "x", "prep": "p", "conj": "and", "rel": "who"}


class Item(NamedTuple):
    """One step of the frame.

    `symbol` is its class; `first:last` its tokens; `phrase` the number of its noun phrase
    in the paragraph or -1; `quote` the number of its marked stretch or -1.
    """

    symbol: str
    first: int
    last: int
    phrase: int
    quote: int
    sentence: int


class Frame(NamedTuple):
    """A paragraph, its items, and where its phrases and quotes are among them.

    The items of sentence `n` are `edges[n]` to `edges[n + 1]`.
    """

    paragraph: Paragraph
    items: tuple[Item, ...]
    symbols: tuple[str, ...]
    edges: tuple[int, ...]
    place: dict[int, int]  # number of a noun phrase -> number of the item it stands in
    quotes: dict[int, int]  # number of a marked stretch -> number of its item

    def sentence(self, item: int) -> Span:
        """The items of the sentence that an item stands in."""
        number = self.items[item].sentence
        return self.edges[number], self.edges[number + 1]


class Words(NamedTuple):
    """The word lists that give symbols; `own` are the words that stand for themselves."""

    cues: dict[str, str]
    verbs: dict[str, str]
    sources: dict[str, str]
    utterances: frozenset[str]
    own: frozenset[str]


@cache
def words(language: str = "en") -> Words:
    """The lists of one language, read once."""
    return Words(
        lexicon.pairs("cues", language),
        lexicon.pairs("verbs", language),
        lexicon.pairs("sources", language),
        lexicon.entries("utterances", language),
        lexicon.entries("frame", language),
    )


def frame(paragraph: Paragraph) -> Frame:
    """The items of `paragraph`, in order."""
    words, outside, phrases = paragraph.words, paragraph.outside, paragraph.phrases
    symbols = list(map(_symbols(paragraph.language).__getitem__, words))
    sentences = iter(paragraph.sentences)
    quotes: dict[int, int] = {}
    items: list[Item] = []
    edges: list[int] = []
    tops = iter([*_tops(phrases), -1])
    n, s, stop, size = 0, -1, 0, len(words)
    top = next(tops)
    first = phrases[top].first if top >= 0 else size
    while n < size:
        while n >= stop:
            stop, s = next(sentences)[1], s + 1
            edges.append(len(items))
        if outside[n] == QUOTED:
            last = _quote_end(paragraph.quote, n)
            quotes.setdefault(paragraph.quote[n], len(items))
            items.append(Item("Q", n, last, -1, paragraph.quote[n], s))
        elif n == first:
            last = phrases[top].last
            items.append(Item(_noun(paragraph, phrases[top]), n, last, top, -1, s))
        else:
            last = n + 1
            if symbols[n]:
                items.append(Item(symbols[n], n, last, -1, -1, s))
        n = last
        while first < n:
            top = next(tops)
            first = phrases[top].first if top >= 0 else size
    edges.append(len(items))
    symbols = [item.symbol for item in items]
    place = _places(phrases, items)
    return Frame(paragraph, tuple(items), tuple(symbols), tuple(edges), place, quotes)


def _quote_end(quote: Sequence[int], n: int) -> int:
    last = n + 1
    while last < len(quote) and quote[last] == quote[n]:
        last += 1
    return last


def _tops(phrases: Sequence[NounPhrase]) -> list[int]:
    """The numbers of the phrases that no other one holds, groups left aside, by position."""
    tops: list[int] = []
    for number, phrase in enumerate(phrases):
        if phrase.form is Form.GROUP:
            continue
        if tops and phrases[tops[-1]].last >= phrase.last:
            continue
        if tops and phrases[tops[-1]].first == phrase.first:
            tops.pop()
        if tops and phrases[tops[-1]].last > phrase.first:
            continue
        tops.append(number)
    return tops


def _places(phrases: Sequence[NounPhrase], items: Sequence[Item]) -> dict[int, int]:
    """Of every phrase the item that it begins in."""
    place: dict[int, int] = {}
    nouns = [(item.first, item.last, k) for k, item in enumerate(items) if item.phrase >= 0]
    following = iter(nouns[1:])
    if not nouns:
        return place
    _, last, at = nouns[0]
    ahead = next(following, None)
    for number, phrase in enumerate(phrases):
        while ahead is not None and ahead[0] <= phrase.first:
            _, last, at = ahead
            ahead = next(following, None)
        if nouns[0][0] <= phrase.first < last:
            place[number] = at
    return place


def _noun(paragraph: Paragraph, phrase: NounPhrase) -> str:
    """P pronoun, N name, S one that can speak, D document, U what was said, T time, C other."""
    head = paragraph.words[phrase.head]
    if phrase.form is Form.PRONOUN:
        return "O" if head.closed == "objp" else "P"
    if phrase.form is Form.POSSESSOR:
        return "H"
    if phrase.form is Form.NAME:
        return "N"
    lists = words(paragraph.language)
    if head.low in lists.utterances:
        return "U"
    kind = lists.sources.get(head.low)
    if kind is None:
        known = [lists.sources.get(w.low) for w in paragraph.words[phrase.first : phrase.head]]
        return "S" if head.closed == "quant" or "person" in known else "C"
    return "D" if kind == "document" else "S"


class _Symbols(dict[Word, str]):
    """Word -> its symbol outside noun phrases."""

    def __init__(self, lists: Words) -> None:
        super().__init__()
        self._lists = lists

    def __missing__(self, word: Word) -> str:
        symbol = self[word] = _symbol(word, self._lists)
        return symbol


@cache
def _symbols(language: str) -> _Symbols:
    return _Symbols(words(language))


def _symbol(word: Word, lists: Words) -> str:  # noqa: PLR0911 (a table)
    """The symbol of a word or mark outside noun phrases; "" for one that tells nothing."""
    low = word.low
    if word.sort >= Sort.MARK:
        if word.sort is Sort.DASH:
            return "-"
        return low if low in _POINTS else "..." if low == "..." else ""
    cue = lists.cues.get(low)
    if cue is not None:
        return cue
    if low in lists.own:
        return low
    if word.closed in _DROPPED:
        return ""
    if word.closed:
        return _CLOSED.get(word.closed, "")
    verb = lists.verbs.get(low)
    return f"V.{verb}" if verb else "V.past" if low.endswith("ed") else "V"


__all__ = ["Frame", "Item", "Words", "frame", "words"]
