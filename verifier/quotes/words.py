"""What a written word is by itself: its lower case, its shape, its class; looked up once a word.

Text is cut into pieces, each a word with the white space before it, so that one pass of one
pattern finds them all and their lengths say where they stand. What stands between two spaces
is cut alike wherever it stands, so that it too is remembered.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache

from verifier import lexicon
from verifier.pattern import pattern
from verifier.value import NamedTuple, value

# How many words are remembered with what they are, and how long they may be: 20 MB.
_REMEMBERED, _LONG = 40_000, 30

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LETTER = r"[^\W\d_]"
_LETTERS = rf"(?:[A-Za-z]++|{_LETTER}){_LETTER}*+(?:[\u0300-\u036f{_INVISIBLE}]++{_LETTER}*+)*+"
_MARKS = "“”\"„«»‘’'‚‹›"
# Four of one mark or more are a rule or noise.
_RULES = "|".join(rf"{re.escape(c) * 4}+" for c in "!#$%&()*+,-/:;<=>?@[\\]^`{|}~…—–―•·" + _MARKS)
_PIECE = pattern(
    r"\s*+(?:"
    rf"(?:{_LETTER}\.){{2,}}|[A-Z]\.(?=\s?[A-Z])"
    rf"|{_LETTERS}(?:(?:['’](?!s\b)|[-&.](?={_LETTER}{{2}}))(?:{_LETTERS}|\d+))*"
    r"|['’]s\b"
    rf"|[@#]\w+|[$€£¥]?\d+(?:[.,:]\d+)*(?:%|[a-z]+|(?:-{_LETTER}+)+)?"
    rf"|(?=[^\w\s.]{{4}})(?:{_RULES})"
    rf"|''|``|[{_MARKS}]|--+|\.\.\.|\S)"
)
# What has these is cut as a whole: white space that is no single space, and the only piece
# that looks beyond a space, `J.` before a capital, unless it ends an `U.S.`.
_ODD = pattern(r"[^\S ]")
_INITIAL = pattern(rf"[A-Z]\.\s[A-Z](?<![\s(“]{_LETTER}\.[A-Z]\.\s[A-Z])")
# Every reporting word is a row of these and no part of a longer one; a test says so.
_PLAIN_LETTERS = pattern("[a-z]+")
_DASHES = frozenset("—–―")
_OWN = frozenset({"'s", "’s"})
_MARKED = frozenset({*_MARKS, "''", "``"})
# Classes that lead a noun phrase, and those that one can start with.
LEADERS = frozenset({"det", "poss", "quant"})
_STARTERS = LEADERS | {"", "pron", "objp"}
_VERBAL = frozenset({"ed", "ly"})
STOPS = frozenset({".", "!", "?", "..."})
# Capitals of these classes may be names after all, and these marks an apostrophe or a dash.
_CAPITALS = frozenset({"aux", "prep"})
_TWOFOLD = frozenset({"'", "’", "-"})


class Sort(IntEnum):
    """What a token is by its shape."""

    WORD = 0
    NAME = 1
    NUMBER = 2
    OWN = 3
    MARK = 4
    DASH = 5
    OTHER = 6


class Tag(IntEnum):
    """What a word can do, as one character a word, so that rows of words are searched as text."""

    STARTS = 1  # a noun phrase can start with it
    PLAIN = 2  # a word of a noun phrase, whatever stands around it
    REPORTS = 4  # it can introduce a reported clause
    NAMES = 8  # a name, of no closed class
    STOPS = 16  # it can end a sentence
    VARIES = 32  # what it is depends on its neighbours


@value
class Word:
    """One written word; `low` with straight apostrophes, `closed` its closed class or "".

    A word is a key of many tables, and itself alone.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    text: str
    low: str
    sort: Sort
    closed: str
    tag: str


class Chunk(NamedTuple):
    """The words between two spaces, their tags, and their lengths with what is before each."""

    words: tuple[Word, ...]
    tags: str
    lengths: tuple[int, ...]


# The tag of what stands inside quotation marks, when only the words outside count.
QUOTED = "!"


def tagged(tag: Tag) -> re.Pattern[str]:
    """A pattern for one word of a row of tags that can do `tag`."""
    return re.compile(f"[{''.join(re.escape(_char(n)) for n in range(64) if n & tag)}]")


def _char(tag: int) -> str:
    return chr(64 + tag)


class Vocabulary:
    """The words of one language as they are met."""

    def __init__(self, language: str) -> None:
        self._classes = lexicon.pairs("closed", language)
        self._verbs = inflections(language)
        self._cues = lexicon.pairs("reported_cues", language)
        self._known: dict[str, Word] = {}
        self._opened: dict[Word, Word] = {}
        self._pieces = _Pieces(self)
        self._chunks = _Chunks(self)

    def read(self, text: str) -> list[Chunk]:
        """The words of `text`, in chunks; the first length counts a character before it."""
        if _ODD.search(text) or "  " in text or text != text.strip() or _INITIAL.search(text):
            return [self.cut(text)]
        return list(map(self._chunks.__getitem__, text.split(" ")))

    def may_report(self, text: str) -> bool:
        """Whether a word of `text` can introduce a reported clause; a third of the work of `read`.

        Parts of words count too: a yes may be wrong, a no is not.
        """
        return not self._cues.keys().isdisjoint(_PLAIN_LETTERS.findall(text.lower()))

    def cut(self, written: str) -> Chunk:
        """The words of `written`, behind a space."""
        found = _PIECE.findall(written)
        words = tuple(map(self._pieces.__getitem__, found))
        lengths = [*map(len, found)]
        if lengths:
            lengths[0] += 1
        return Chunk(words, "".join([word.tag for word in words]), tuple(lengths))

    def word(self, text: str) -> Word:
        """The word that is written `text`."""
        known = self._known.get(text)
        if known is None:
            sort = _sort(text)
            low = text.lower().replace("’", "'")
            known = self._made(text, low, sort, self._classes.get(low, ""))
            if len(text) < _LONG and len(self._known) < _REMEMBERED:
                self._known[text] = known
        return known

    def opened(self, word: Word) -> Word:
        """`word` as a name, which a capital of a closed class can be: Will, May."""
        found = self._opened.get(word)
        if found is None:
            found = self._opened[word] = self._made(word.text, word.low, word.sort, "")
        return found

    def turned(self, word: Word, sort: Sort) -> Word:
        """`word`, an ambiguous mark, as one of another sort."""
        return self._made(word.text, word.low, sort, word.closed)

    def _made(self, text: str, low: str, sort: Sort, closed: str) -> Word:
        tag = 0
        if sort <= Sort.NUMBER and closed in _STARTERS:
            tag |= Tag.STARTS
        if sort is Sort.WORD and not closed and low not in self._verbs and low[-2:] not in _VERBAL:
            tag |= Tag.PLAIN
        if low in self._cues:
            tag |= Tag.REPORTS
        if sort is Sort.NAME and not closed:
            tag |= Tag.NAMES
        if low in STOPS:
            tag |= Tag.STOPS
        if text in _TWOFOLD or (sort is Sort.NAME and closed in _CAPITALS):
            tag |= Tag.VARIES
        return Word(text=text, low=low, sort=sort, closed=closed, tag=_char(tag))


class _Pieces(dict[str, Word]):
    """A word with the white space before it -> the word."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, piece: str) -> Word:
        word = self._vocabulary.word(piece.lstrip())
        if len(piece) < _LONG and len(self) < 2 * _REMEMBERED:
            self[piece] = word
        return word


class _Chunks(dict[str, Chunk]):
    """What stands between two spaces -> its words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, written: str) -> Chunk:
        chunk = self._vocabulary.cut(written)
        if len(written) < _LONG and len(self) < _REMEMBERED:
            self[written] = chunk
        return chunk


def _sort(text: str) -> Sort:
    first, second = text[0], text[1:2]
    if first.isdecimal() or (first in "$€£¥" and second.isdecimal()):
        return Sort.NUMBER
    if first.isalnum() or (first in "@#" and second and second != first):
        return Sort.NAME if first.isupper() or first == "@" or text[-1] == "." else Sort.WORD
    if text in _OWN:
        return Sort.OWN
    if text in _MARKED:
        return Sort.MARK
    if text in _DASHES or (text[:2] == "--" and len(text) < 4):
        return Sort.DASH
    return Sort.OTHER


@cache
def vocabulary(language: str = "en") -> Vocabulary:
    """The words of `language`, shared by all stories."""
    return Vocabulary(language)


@cache
def inflections(language: str) -> dict[str, str]:
    """Known verb forms, which end a noun phrase, with their inflection."""
    return lexicon.pairs("verbs", language) | lexicon.pairs("cues", language)


__all__ = ["LEADERS", "QUOTED", "STOPS", "Sort", "Tag", "Vocabulary", "Word", "inflections",
           "tagged", "vocabulary"]  # fmt: skip
