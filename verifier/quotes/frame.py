"""A paragraph as a row of items: quotes, noun phrases, cues and the words between them.

The path from a mention to a quote is the row of symbols between them. Symbols are few, so
that what was learned from one sentence holds for every sentence built the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from verifier import lexicon
from verifier.quotes.syntax import Form, NounPhrase, Paragraph, Sort, Token

_POINTS = frozenset(".,:;?!()[]")
_DROPPED = frozenset({"adv", "day"})


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
    """A paragraph, its items, and where its phrases and quotes are among them."""

    paragraph: Paragraph
    items: tuple[Item, ...]
    symbols: tuple[str, ...]
    place: dict[int, int]  # number of a noun phrase -> number of the item it stands in
    quotes: dict[int, int]  # number of a marked stretch -> number of its item


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


def frame(paragraph: Paragraph, language: str = "en") -> Frame:
    """The items of `paragraph`, in order."""
    lists = words(language)
    tokens, phrases = paragraph.tokens, paragraph.phrases
    place: dict[int, int] = {}
    quotes: dict[int, int] = {}
    items: list[Item] = []
    tops = _tops(phrases)
    n, t, s = 0, 0, 0
    while n < len(tokens):
        while s + 1 < len(paragraph.sentences) and paragraph.sentences[s][1] <= n:
            s += 1
        if tokens[n].quote >= 0:
            last = _quote_end(tokens, n)
            quotes.setdefault(tokens[n].quote, len(items))
            items.append(Item("Q", n, last, -1, tokens[n].quote, s))
        elif t < len(tops) and phrases[tops[t]].first == n:
            number = tops[t]
            phrase = phrases[number]
            last = phrase.last
            items.append(Item(_noun(tokens, phrase, lists), n, last, number, -1, s))
            t += 1
        else:
            last = n + 1
            symbol = _word(tokens[n], lists)
            if symbol:
                items.append(Item(symbol, n, last, -1, -1, s))
        n = last
        while t < len(tops) and phrases[tops[t]].first < n:
            t += 1
    starts = {item.first: k for k, item in enumerate(items) if item.phrase >= 0}
    _place_all(phrases, items, starts, place)
    return Frame(paragraph, tuple(items), tuple(i.symbol for i in items), place, quotes)


def _quote_end(tokens: Sequence[Token], n: int) -> int:
    last = n + 1
    while last < len(tokens) and tokens[last].quote == tokens[n].quote:
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


def _place_all(
    phrases: Sequence[NounPhrase],
    items: Sequence[Item],
    starts: dict[int, int],
    place: dict[int, int],
) -> None:
    """Give every phrase the item that it begins in."""
    k = -1
    firsts = sorted(starts)
    for number, phrase in enumerate(phrases):
        while k + 1 < len(firsts) and firsts[k + 1] <= phrase.first:
            k += 1
        if k >= 0 and items[starts[firsts[k]]].last > phrase.first:
            place[number] = starts[firsts[k]]


def _noun(tokens: Sequence[Token], phrase: NounPhrase, lists: Words) -> str:
    """P pronoun, N name, S one that can speak, D document, U what was said, T time, C other."""
    head = tokens[phrase.head]
    if phrase.form is Form.PRONOUN:
        return "O" if head.closed == "objp" else "P"
    if phrase.form is Form.POSSESSOR:
        return "H"
    if phrase.form is Form.NAME:
        return "N"
    if head.low in lists.utterances:
        return "U"
    kind = lists.sources.get(head.low)
    if kind is None:
        known = (lists.sources.get(t.low) for t in tokens[phrase.first : phrase.head])
        return "S" if head.closed == "quant" or "person" in known else "C"
    return "D" if kind == "document" else "S"


def _word(token: Token, lists: Words) -> str:  # noqa: PLR0911 (a table)
    """The symbol of a word or mark outside noun phrases; "" for one that tells nothing."""
    low = token.low
    if token.sort >= Sort.MARK:
        if token.sort is Sort.DASH:
            return "-"
        return low if low in _POINTS else "..." if low == "..." else ""
    cue = lists.cues.get(low)
    if cue is not None:
        return cue
    if low in lists.own:
        return low
    if token.closed in _DROPPED:
        return ""
    if token.closed:
        return {"aux": "x", "prep": "p", "conj": "and", "rel": "who"}.get(token.closed, "")
    verb = lists.verbs.get(low)
    return f"V.{verb}" if verb else "V.past" if low.endswith("ed") else "V"


__all__ = ["Frame", "Item", "Words", "frame", "words"]
