"""Paragraphs, sentences, tokens and noun phrases, without a tagger.

A paragraph is read as a frame: its tokens in order, those inside quotation marks told apart
by `Token.quote`. Sentences end in the frame only, so that a quote of three sentences stays
one stretch of the sentence that carries it. Part-of-speech tags add nothing for quoted
spans (measured), so noun phrases are runs of words between words of the closed classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from verifier import lexicon
from verifier.bylines import dateline_end
from verifier.model import Span
from verifier.quotes.marks import Marked

# A dateline is looked for in so many characters.
_DATELINE = 160
# A longer line is read in pieces, so that memory stays flat whatever the input.
LONGEST_BLOCK = 8_000

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_BREAK = re.compile(r"[.!?]['’”\"]?\s|\s")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_INVISIBLE}])*"
_TOKEN = re.compile(
    rf"(?P<name>(?:[^\W\d_]\.){{2,}}|[A-Z]\.(?=\s?[A-Z]))"
    rf"|(?P<own>['’]s\b|(?<=s)['’](?=\s))"
    rf"|(?P<word>[@#]\w+|{_WORD}(?:(?:['’](?!s\b)|[-&.](?=[^\W\d_][^\W\d_]))(?:{_WORD}|\d+))*)"
    rf"|(?P<number>[$€£¥]?\d+(?:[.,:]\d+)*(?:%|[a-z]+|(?:-[^\W\d_]+)+)?)"
    rf"|(?P<run>(?P<one>[^\w\s.])(?P=one){{3,}})"
    rf"|(?P<mark>''|``|[“”\"„«»‘’'‚‹›])"
    rf"|(?P<dash>--+|[—–―]|(?<=\s)-(?=\s))"
    rf"|(?P<other>\.\.\.|\S)"
)


# How many words are remembered with what they are, and how long they may be: 8 MB.
_REMEMBERED, _LONG = 40_000, 30

# Classes whose words are names when capital and followed by a cue: Will wrote.
_CAPITALS = frozenset({"aux", "prep"})
# Classes that lead a noun phrase, and endings after which a form in -s is a plural noun.
_LEADERS = frozenset({"det", "poss", "quant"})
# Classes of words that a noun phrase can start with.
_STARTERS = _LEADERS | {"", "pron", "objp"}
_VERBAL = frozenset({"ed", "ly"})
_ADJECTIVAL = ("al", "ive", "ous", "ic", "est", "ary", "ful", "able", "ent", "less", "ish")


class Sort(IntEnum):
    """What a token is by its shape."""

    WORD = 0
    NAME = 1
    NUMBER = 2
    OWN = 3
    MARK = 4
    DASH = 5
    OTHER = 6


_SORTS = {"name": Sort.NAME, "own": Sort.OWN, "number": Sort.NUMBER, "mark": Sort.MARK,
          "dash": Sort.DASH, "run": Sort.OTHER,
          "other": Sort.OTHER}  # fmt: skip


_WORD_SORT, _NAME, _NUMBER = Sort.WORD, Sort.NAME, Sort.NUMBER


class Token(NamedTuple):
    """One token. `low`: lower case, straight apostrophes. `closed`: its closed word class or "".

    `quote` is the number of the outermost marked stretch it stands in (marks included), -1
    outside.
    """

    text: str
    low: str
    start: int
    end: int
    sort: Sort
    closed: str
    quote: int


class Form(IntEnum):
    """What a mention looks like."""

    PRONOUN = 0
    NAME = 1
    COMMON = 2
    POSSESSOR = 3
    GROUP = 4


class NounPhrase(NamedTuple):
    """A candidate mention: tokens `first` to `last` (exclusive) of its paragraph, and its head.

    `core` is the end of what stands before a preposition: "a spokesman | for the ministry".
    """

    first: int
    last: int
    head: int
    core: int
    form: Form
    start: int
    end: int


class Paragraph(NamedTuple):
    """One paragraph (or a piece of a very long line). Sentences are ranges of token numbers."""

    span: Span
    tokens: tuple[Token, ...]
    sentences: tuple[Span, ...]
    phrases: tuple[NounPhrase, ...]


def blocks(text: str) -> Iterator[Span]:
    """The lines of `text` that are not blank, a long one in pieces that end at a space."""
    for line in _LINE.finditer(text):
        start, end = line.span()
        while end - start > LONGEST_BLOCK:
            cut = _BREAK.search(text, start + LONGEST_BLOCK, min(end, start + 2 * LONGEST_BLOCK))
            stop = cut.end() if cut else min(end, start + 2 * LONGEST_BLOCK)
            yield (start, stop)
            start = stop
        if text[start:end].strip():
            yield (start, end)


def read(text: str, marked: Sequence[Marked], language: str = "en") -> Iterator[Paragraph]:
    """The paragraphs of `text`, each made when it is asked for; `marked` as `marks.find` gives."""
    outer = [(n, m) for n, m in enumerate(marked) if m.depth == 0]
    at = 0
    for start, end in blocks(text):
        while at < len(outer) and outer[at][1].end <= start:
            at += 1
        stop = at
        while stop < len(outer) and outer[stop][1].start < end:
            stop += 1
        yield paragraph(text, (start, end), outer[at:stop], language)


def paragraph(
    text: str, span: Span, marked: Iterable[tuple[int, Marked]], language: str = "en"
) -> Paragraph:
    """The paragraph at `text[span]`; `marked` are the numbered outermost stretches in it.

    A dateline is no part of its first sentence, so that no place or agency of it speaks.
    """
    body = span[0] + dateline_end(text[span[0] : min(span[1], span[0] + _DATELINE)])
    tokens = _tokens(text, (body, span[1]), list(marked), language)
    return Paragraph(span, tokens, sentences(tokens, language), noun_phrases(tokens, language))


def _tokens(
    text: str, span: Span, marked: list[tuple[int, Marked]], language: str
) -> tuple[Token, ...]:
    known, cues = _looks(language), _past_cues(language)
    edges = iter([*marked, (-1, None)])
    number, stretch = next(edges)
    out: list[Token] = []
    for m in _TOKEN.finditer(text, *span):
        start, end = m.span()
        while stretch is not None and stretch.end <= start:
            number, stretch = next(edges)
        word = m.group()
        low, sort, closed = known[m.lastgroup or "other"][word]
        inside = number if stretch is not None and start >= stretch.start else -1
        if closed == "aux" and sort is _NAME and out and out[-1].sort <= _NUMBER:
            closed = ""  # a capital inside the sentence: Will, May
        if low in cues and out and out[-1].closed in _CAPITALS and out[-1].sort is _NAME:
            out[-1] = out[-1]._replace(closed="")
        out.append(Token(word, low, start, end, sort, closed, inside))
    return tuple(out)


class _Looks(dict[str, tuple[str, Sort, str]]):
    """Written word -> its lower case, sort and closed class, for one group of `_TOKEN`."""

    def __init__(self, group: str, classes: dict[str, str]) -> None:
        super().__init__()
        self._group, self._classes = group, classes

    def __missing__(self, word: str) -> tuple[str, Sort, str]:
        low = word.lower().replace("’", "'")
        sort = _SORTS.get(self._group, Sort.WORD)
        if self._group == "word" and (word[0].isupper() or word[0] == "@"):
            sort = Sort.NAME
        look = (low, sort, self._classes.get(low, ""))
        if len(word) < _LONG and len(self) < _REMEMBERED:
            self[word] = look
        return look


@cache
def _looks(language: str) -> dict[str, _Looks]:
    classes = lexicon.pairs("closed", language)
    return {group: _Looks(group, classes) for group in (*_SORTS, "word")}


def sentences(tokens: Sequence[Token], language: str = "en") -> tuple[Span, ...]:
    """Ranges of token numbers; a full stop inside a quote ends one only at the quote's end."""
    short = lexicon.entries("abbreviations", language)
    found, first = [], 0
    for n, token in enumerate(tokens):
        if token.low in {".", "!", "?", "..."} and _ends(tokens, n, short):
            stop = n + 1
            while stop < len(tokens) and tokens[stop].quote == token.quote != -1:
                stop += 1
            found.append((first, stop))
            first = stop
    if first < len(tokens):
        found.append((first, len(tokens)))
    return tuple(found)


def _ends(tokens: Sequence[Token], n: int, short: frozenset[str]) -> bool:
    """Whether the stop at `n` ends the sentence of the frame it stands in."""
    token = tokens[n]
    after = n + 1
    if token.quote >= 0:
        while after < len(tokens) and tokens[after].quote == token.quote:
            if tokens[after].sort is not Sort.MARK and tokens[after].low not in {".", "!", "?"}:
                return False
            after += 1
    elif n and tokens[n - 1].low in short and token.low == ".":
        return False
    if after >= len(tokens):
        return True
    following = tokens[after]
    if following.start == tokens[after - 1].end and token.quote < 0 and following.quote < 0:
        return False
    return following.sort is not Sort.WORD and following.low not in {",", ";"}


def noun_phrases(tokens: Sequence[Token], language: str = "en") -> tuple[NounPhrase, ...]:
    """The candidate mentions outside quotation marks, by position; those inside others follow.

    A possessor ("Ms Alder's claim", "her claim") is a mention of its own, and so are the
    members of a group ("Alder and Bruun").
    """
    chunker = _Chunker(tokens, language)
    found: list[NounPhrase] = []
    n = 0
    while n < len(tokens):
        token = tokens[n]
        if token.quote < 0 and token.sort <= _NUMBER and token.closed in _STARTERS:
            n = chunker.take(n, found)
        else:
            n += 1
    found.extend(_groups(tokens, found))
    return tuple(sorted(found, key=lambda p: (p.start, p.end)))


@cache
def _past_cues(language: str) -> frozenset[str]:
    return frozenset(w for w, c in lexicon.pairs("cues", language).items() if c.endswith(".past"))


@cache
def _inflections(language: str) -> dict[str, str]:
    """Known verb forms, which end a noun phrase, with their inflection."""
    return lexicon.pairs("verbs", language) | lexicon.pairs("cues", language)


class _Chunker:
    """Takes one noun phrase at a time from a row of tokens."""

    def __init__(self, tokens: Sequence[Token], language: str) -> None:
        self.tokens = tokens
        self.verbs = _inflections(language)
        self.speakers = lexicon.pairs("sources", language)
        self.titles = lexicon.entries("titles", language)
        self.subjects = lexicon.entries("determiners", language)

    def take(self, n: int, found: list[NounPhrase]) -> int:
        """Append the phrases that start at `n`, if any; the number of the next token to look at."""
        token = self.tokens[n]
        kind = token.closed
        if kind in {"pron", "objp"}:
            found.append(self._phrase(n, n + 1, Form.PRONOUN))
            return n + 1
        if kind == "poss":
            found.append(self._phrase(n, n + 1, Form.POSSESSOR))
        stop = self._end(n)
        if stop == n:
            return n + 1
        self._add(n, stop, found)
        return stop

    def _add(self, first: int, last: int, found: list[NounPhrase]) -> None:
        """The phrase `first:last`, and its possessors as mentions of their own."""
        if last == first + 1:
            self._add_core(last, self._phrase(first, last, self._form(first, last)), found)
            return
        begin = first
        for k in range(first, last):
            if self.tokens[k].sort is Sort.OWN:
                if k > begin:
                    found.append(self._phrase(begin, k, self._form(begin, k)))
                begin = k + 1
        if begin >= last:
            return
        form = self._form(begin, last)
        self._add_name(first, last, found)
        self._add_core(last, self._phrase(first, last, form), found)

    def _add_core(self, last: int, core: NounPhrase, found: list[NounPhrase]) -> None:
        """The phrase itself, with the prepositional phrase that belongs to it."""
        stop = self._tail(core)
        if stop > last:
            core = core._replace(last=stop, end=self.tokens[stop - 1].end)
        found.append(core)

    def _add_name(self, first: int, last: int, found: list[NounPhrase]) -> None:
        """The name that a phrase begins with, as a mention of its own: Alder | supporters."""
        tokens, k = self.tokens, first
        while k < last and tokens[k].sort is Sort.NAME and not tokens[k].closed:
            k += 1
        if first < k < last and tokens[k].sort is Sort.WORD:
            found.append(self._phrase(first, k, Form.NAME))

    def _tail(self, phrase: NounPhrase) -> int:
        """The end with a prepositional phrase: only after a noun that can speak, and only one."""
        n = phrase.last
        tokens = self.tokens
        if n + 1 >= len(tokens) or tokens[n].low not in {"of", "for", "at", "from", "in", "with"}:
            return n
        if tokens[n].quote >= 0 or tokens[phrase.head].low not in self.speakers:
            return n
        stop = self._end(n + 1)
        return stop if stop > n + 1 else n

    def _end(self, n: int) -> int:
        """Where the run of words of a noun phrase that starts at `n` ends."""
        tokens, k, size = self.tokens, n, len(self.tokens)
        led = tokens[n].closed in _LEADERS
        verbs = self.verbs
        while k < size and tokens[k].quote < 0:
            token = tokens[k]
            low = token.low
            plain = token.sort is _WORD_SORT and not token.closed and low not in verbs
            if not (plain and low[-2:] not in _VERBAL) and not self._belongs(k, n, led=led):
                break
            k += 1
        while k > n and tokens[k - 1].low in {"of", "the", "and", "&", "for"}:
            k -= 1
        return k

    def _belongs(self, k: int, n: int, *, led: bool) -> bool:  # noqa: PLR0911 (a table)
        token = self.tokens[k]
        if token.sort is Sort.OWN:
            return k > n and self.tokens[k - 1].closed != "pron"
        if token.sort in {Sort.MARK, Sort.DASH, Sort.OTHER}:
            return k > n and token.low == "." and self.tokens[k - 1].low in self.titles
        if token.closed:
            return self._closed_belongs(k, n)
        if token.sort is Sort.NAME:
            return k > n or not self._opens_with_verb(k)
        if token.sort is Sort.WORD and self._looks_verbal(k, n, led=led):
            return False
        if token.sort is Sort.WORD and token.low in self.verbs:
            return self._is_nominal(k, n, led=led)
        return True

    def _opens_with_verb(self, k: int) -> bool:
        """A capital that only begins the sentence: According to, Asked about, Speaking at."""
        token, tokens = self.tokens[k], self.tokens
        if k and tokens[k - 1].low not in {".", "!", "?", "--", "-", "—", "–", ":"}:
            return False
        form = self.verbs.get(token.low, "")
        follows = tokens[k + 1] if k + 1 < len(tokens) else None
        return form.endswith(("ing", "past", "part")) and (
            follows is None or follows.closed != "" or form.endswith("ing")
        )

    def _looks_verbal(self, k: int, n: int, *, led: bool) -> bool:
        """An unlisted past form or adverb where no noun can stand: Xi Jinping designated."""
        low = self.tokens[k].low
        if not low.endswith(("ed", "ly")):
            return False
        follows = self.tokens[k + 1] if k + 1 < len(self.tokens) else None
        if k > n and not led:
            return self.tokens[k - 1].sort is Sort.NAME
        if k > n:
            ends = follows is None or follows.closed != "" or follows.sort >= Sort.OWN
            return low.endswith("ed") and ends and self.tokens[k - 1].closed not in _LEADERS
        return follows is None or follows.low not in self.speakers

    def _closed_belongs(self, k: int, n: int) -> bool:
        token = self.tokens[k]
        if k == n:
            return token.closed in _LEADERS and (token.low != "that" or self._points(k))
        if token.closed == "quant" or (token.closed == "det" and self._all_determiners(n, k)):
            return True
        if token.closed == "day":
            return False
        if token.sort is Sort.NAME and token.closed not in {"aux", "rel", "conj", "pron", "objp"}:
            return self.tokens[k - 1].sort is Sort.NAME
        return token.low in {"of", "the", "and", "for"} and self._inside_name(k)

    def _points(self, k: int) -> bool:
        """Whether `that` is a determiner here, and no conjunction."""
        return k == 0 or self.tokens[k - 1].closed == "prep" or self.tokens[k].sort is Sort.NAME

    def _all_determiners(self, n: int, k: int) -> bool:
        return all(t.closed in _LEADERS for t in self.tokens[n:k])

    def _inside_name(self, k: int) -> bool:
        """`of`, `of the`, `and` between two capitals of one name: Department of Justice."""
        tokens = self.tokens
        after = k + 1
        if after < len(tokens) and tokens[k].low == "of" and tokens[after].low == "the":
            after += 1
        if after >= len(tokens) or tokens[after].quote >= 0:
            return False
        before = tokens[k - 1]
        if before.low == "of":
            before = tokens[k - 2]
        joins = tokens[k].low in {"of", "the"}
        return joins and before.sort is Sort.NAME and tokens[after].sort is Sort.NAME

    def _is_nominal(self, k: int, n: int, *, led: bool) -> bool:
        """A verb's form that is none where it stands: a retired general, the reports, of state."""
        token, tokens = self.tokens[k], self.tokens
        form = self.verbs[token.low].rpartition(".")[2]
        before = tokens[k - 1] if k else None
        if k == n:
            after_preposition = before is not None and before.closed == "prep"
            return form in {"base", "pres"} and after_preposition and before.low != "to"  # type: ignore[union-attr]
        if before is not None and (before.sort is Sort.OWN or before.closed in _LEADERS):
            return form != "past" or (before.low not in self.subjects and before.closed != "quant")
        if form == "base":
            return led and not tokens[k - 1].low.endswith("s")
        if form == "pres":
            return led and tokens[k - 1].low.endswith(_ADJECTIVAL)
        follows = tokens[k + 1] if k + 1 < len(tokens) else None
        if follows is None or follows.quote >= 0 or follows.closed or follows.sort is Sort.OTHER:
            return False
        return led and token.low.endswith(("ed", "ing")) and follows.low in self.speakers

    def _form(self, first: int, last: int) -> Form:
        names = [t for t in self.tokens[first:last] if t.sort is Sort.NAME and not t.closed]
        head = self.tokens[last - 1]
        if names and (head.sort is Sort.NAME or head.closed == "day"):
            return Form.NAME
        return Form.COMMON

    def _phrase(self, first: int, last: int, form: Form) -> NounPhrase:
        tokens = self.tokens
        return NounPhrase(
            first, last, last - 1, last, form, tokens[first].start, tokens[last - 1].end
        )


def _groups(tokens: Sequence[Token], found: list[NounPhrase]) -> Iterator[NounPhrase]:
    """Two neighbours joined by `and`: one mention more."""
    for left, right in pairwise(found):
        joined = right.first == left.last + 1 and tokens[left.last].low in {"and", "&"}
        if joined and tokens[left.last].quote < 0:
            yield NounPhrase(
                left.first, right.last, right.head, right.last, Form.GROUP, left.start, right.end
            )


__all__ = [
    "Form", "NounPhrase", "Paragraph", "Sort", "Token",
    "blocks", "noun_phrases", "paragraph", "read", "sentences",
]  # fmt: skip
