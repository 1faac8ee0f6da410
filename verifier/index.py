"""Keys, postings and candidates: which archived quotes are worth comparing with a query.

A key is a hash of a folded word, of two adjacent ones, stop words kept, or of a common word
at its place in a short quote. The posting of a pair lists the numbers of the quotes that hold
it; that of a word says how many do, and lists those that it finds by itself: see `Keys.single`.

Words reported without marks (`indirect`) live in key spaces of their own, so that they are
never fetched beside words in marks.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Self
from zlib import crc32

from verifier.background import general
from verifier.fold import fold
from verifier.model import Kind, Quote
from verifier.value import NamedTuple

# A hostile page may hold one quotation of a megabyte. The longest in 7,898 quotes of real
# news has 391 words; what lies beyond this is neither indexed nor aligned.
LONGEST = 2000

# A quote of at most so many words is found by each of them besides, a longer one by its rarest:
# where every third word is another, few pairs are left. Of 6,261 altered quotes at a million 4
# are not found so.
SHORT = 12
# A common word finds a short quote by its place and by the number of words there, from so many
# on: fewer are never alike by their places (Policy.in_place_words). Such a list has 700 entries
# on the average, so that a query reads 13,000; when these words were listed plainly, 30,000.
FEW = 5
# Common are words that more than one in so many sentences of general news hold, some 470.
_OFTEN = 200
# Of the quotes that hold a rarer word, one in so many is listed: .29 on the average.
_LISTED = 4

# Indirect quotes are keyed apart by flipping these bits of the key.
_APART = 0x5BD1E995


# The number of a quote, whether it is kept apart, and its folded words.
Wording = tuple[int, bool, Sequence[str]]


class Posting(NamedTuple):
    """How many quotes hold a key, and their numbers, packed; None if they were not read.

    `width`: the bytes that a number takes.
    """

    n: int
    docs: bytes | None
    width: int

    @property
    def numbers(self) -> list[int]:
        """The numbers of the quotes, as far as they were read."""
        return unpack(self.docs or b"", self.width).tolist()

    def plus(self, n: int, docs: bytes | None, width: int) -> Posting:
        """This and what a later segment holds, of which the numbers are no narrower."""
        if self.docs is None or docs is None:
            return Posting(self.n + n, None, width)
        return Posting(self.n + n, spread(self.docs, self.width, width) + docs, width)


def quote_words(text: str, language: str = "en") -> tuple[str, ...]:
    """The folded words of `text`, at most LONGEST of them."""
    return tuple(word.norm for word in fold(text, language)[:LONGEST])


def is_apart(quote: Quote) -> bool:
    """Whether `quote` lives in the key space of words reported without marks."""
    return quote.kind is Kind.INDIRECT


def word_key(word: str, *, apart: bool = False) -> int:
    """32 bits that stand for one word, the same on any machine (CRC-32, RFC 1952)."""
    key = crc32(word.encode("utf-8", "surrogatepass"))
    return key ^ _APART if apart else key


def pair_key(first: str, second: str, *, apart: bool = False) -> int:
    """32 bits that stand for two adjacent words."""
    return word_key(f"{first} {second}", apart=apart)


def triple_key(pair: int, third: str) -> int:
    """32 bits for the adjacent words of the key `pair` (in no space apart) and a third one.

    The background knows them, no posting does.
    """
    return crc32(f" {third}".encode("utf-8", "surrogatepass"), pair)


def placed_key(word: int, at: int, words: int) -> int:
    """32 bits for the word of the key `word`, at the place `at` of so many `words`."""
    return crc32(bytes((0, at, words)), word)


class Keys(NamedTuple):
    """The keys of a wording, in its order, repeats kept: of its words, of its adjacent pairs.

    `single`: place -> the key by which the word there finds other wordings by itself.
    `flip` is what sets its key space apart: `key ^ flip` is the key in general news.
    """

    words: list[int]
    pairs: list[int]
    single: dict[int, int]
    flip: int

    @classmethod
    def of(cls, words: Iterable[str], *, apart: bool = False) -> Self:
        """Those of `words`. The CRC of a pair goes on from that of its first word."""
        flip = _APART if apart else 0
        alone: list[int] = []
        pairs: list[int] = []
        start = None
        for word in words:
            code = word.encode("utf-8", "surrogatepass")
            if start is not None:
                pairs.append(crc32(code, start) ^ flip)
            key = crc32(code)
            start = crc32(b" ", key)
            alone.append(key ^ flip)
        return cls(alone, pairs, _single(alone, flip), flip)

    @property
    def held(self) -> set[int]:
        """All of them: their counts weigh the words, and tell how long their postings are."""
        return {*self.words, *self.pairs, *self.single.values()}

    @property
    def listed(self) -> list[int]:
        """Those whose postings list the wording: all pairs, and `telling`."""
        return self.pairs + self.telling

    @property
    def telling(self) -> list[int]:
        """The single words that list the wording: all of a short one, else the rarest.

        The same in any archive, whatever else that holds; another table of general news would
        be another format of the archive.
        """
        if len(self.words) <= SHORT:
            return list(self.single.values())
        count, flip = general(), self.flip
        return [min([(count[key ^ flip], key) for key in self.single.values()])[1]]


def _single(words: list[int], flip: int) -> dict[int, int]:
    """Place -> the key by which the word there finds wordings, of the keys of `words`.

    A common word finds those that are as long and have it at the same place, and in a long
    wording none, unless all are common.
    """
    length = len(words)
    if length < FEW:
        return dict(enumerate(words))
    count = general()
    often = count.sentences // _OFTEN
    if length <= SHORT:
        return {
            at: placed_key(key, at, length) if count[key ^ flip] > often else key
            for at, key in enumerate(words)
        }
    rarer = {at: key for at, key in enumerate(words) if count[key ^ flip] <= often}
    return rarer or dict([min(enumerate(words), key=lambda one: count[one[1] ^ flip])])


def postings(
    wordings: Iterable[Wording], guests: Collection[int] = ()
) -> dict[int, tuple[int, array[int]]]:
    """Key -> (number of quotes that hold it, numbers to list), of (number, apart, words).

    Numbers must come ascending. Those of `guests` are listed but not counted: another shard
    counts them. Memory: some 60 bytes a word.
    """
    counts: Counter[int] = Counter()
    docs: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    for number, apart, words in wordings:
        keys = Keys.of(words, apart=apart)
        for key in set(keys.listed):
            docs[key].append(number)
        held = keys.held
        counts.update(dict.fromkeys(held, 0) if number in guests else held)
    empty = array("I")
    return {key: (n, docs.get(key, empty)) for key, n in counts.items()}


def byte_width(largest: int) -> int:
    """How many bytes the numbers up to `largest` take, 1 to 4."""
    return max((largest.bit_length() + 7) // 8, 1)


def pack(docs: array[int], width: int) -> bytes:
    """Quote numbers as the archive keeps them: little-endian, `width` bytes each."""
    if sys.byteorder == "big":
        docs = docs[:]
        docs.byteswap()
    return spread(docs.tobytes(), docs.itemsize, width)


def unpack(packed: bytes, width: int) -> array[int]:
    """The inverse of `pack`. Raises ValueError if the length is no multiple of `width`."""
    docs = array("I")
    docs.frombytes(spread(packed, width, docs.itemsize))
    if sys.byteorder == "big":
        docs.byteswap()
    return docs


def spread(packed: bytes, width: int, to: int) -> bytes:
    """Packed numbers of `width` bytes as such of `to`: their upper bytes are 0."""
    if width == to:
        return packed
    out = bytearray(len(packed) // width * to)
    for byte in range(min(width, to)):
        out[byte::to] = packed[byte::width]
    return bytes(out)


class Term(NamedTuple):
    """Which words of a query a key covers, places in it, end exclusive, and the key.

    `placed`: what it finds has as many words as the query, and this one in the same place.
    `opens`: what it finds is looked for among the other terms, too.
    """

    start: int
    end: int
    key: int
    placed: bool = False
    opens: bool = True

    @property
    def words(self) -> int:
        """The words that it covers: a bit for each, by its place in the query."""
        return (1 << self.end) - (1 << self.start)


def terms(words: Sequence[str], keys: Keys) -> list[Term]:
    """The terms of a query of these words: its pairs, its single words.

    And, if it is short, its pairs written as one word: that puts all places out, and leaves few
    other pairs.
    """
    found = [Term(at, at + 2, key) for at, key in enumerate(keys.pairs)]
    found += [Term(at, at + 1, key, key != keys.words[at]) for at, key in keys.single.items()]
    if len(words) <= SHORT:
        found += [
            Term(at, at + 2, word_key(first + second) ^ keys.flip)
            for at, (first, second) in enumerate(pairwise(words))
        ]
    return found


def choose(
    found: Iterable[Term], counts: Mapping[int, int], budget: int, opening: int
) -> list[Term]:
    """The terms whose postings are read, the shortest first, until they hold `budget` entries.

    Beyond `opening` entries those that are not placed open no more. `counts`: how many quotes
    hold each key.
    """
    chosen: list[Term] = []
    spent = opened = 0
    read: set[int] = set()
    held = ((_length(term, counts), term) for term in found if counts.get(term.key))
    for size, term in sorted(held):
        if term.key not in read:
            spent += size
            opened += 0 if term.placed else size
            read.add(term.key)
        if spent > budget:
            break
        opens = term.placed or opened <= opening
        chosen.append(term if opens else Term(term.start, term.end, term.key, opens=False))
    return chosen


def _length(term: Term, counts: Mapping[int, int]) -> int:
    """About how many entries the posting of `term` holds; of two words as one, at most."""
    exact = term.placed or term.end - term.start > 1
    return counts[term.key] // (1 if exact else _LISTED)


class Least(NamedTuple):
    """What the words of shared terms weigh at least: in `placed` quotes, and in all others."""

    placed: int
    moved: int


def covering(
    read: Sequence[tuple[Term, Posting]], weights: Sequence[int], least: Least
) -> list[int]:
    """The numbers of the quotes that hold terms whose words weigh `least` or more.

    `read`: the terms with their postings, rarest first; `weights` of the query's words, each
    counted once. Weights are whole numbers, so that `bulk.Covering` adds them up to the same.
    Quotes that no term lists that opens are none: those that share enough hardly share the most
    common words alone. Most quotes share one common pair by chance: they are left out as whole
    lists, of which no sets are made, since that costs more than looking each number up.
    """
    # The placed ones first: of a quote that is in none of them more is asked.
    read = sorted(read, key=lambda one: (not one[0].placed, not one[0].opens))
    worth = _Worth(weights)
    held: list[tuple[Term, Collection[int]]] = []
    seen: set[int] = set()
    wanted: set[int] = set()
    rests = _rests([term.words for term, _ in read], worth)
    for (term, posting), rest in zip(read, rests, strict=True):
        docs: Collection[int]
        enough = least.placed if term.placed else least.moved
        if rest < enough or not term.opens:  # a quote not seen yet cannot share enough
            docs = seen.intersection(unpack(posting.docs or b"", posting.width))
            wanted |= docs
        else:
            docs = posting.numbers
            wanted.update(docs if worth[term.words] >= enough else seen.intersection(docs))
            seen.update(docs)
        held.append((term, docs))
    shared = dict.fromkeys(wanted, 0)
    placed: set[int] = set()
    for term, docs in held:
        holding, words = wanted.intersection(docs), term.words
        for number in holding:
            shared[number] |= words
        if term.placed:
            placed |= holding
    return [
        number
        for number, words in shared.items()
        if worth[words] >= (least.placed if number in placed else least.moved)
    ]


class _Worth(dict[int, int]):
    """What words of a query weigh together; a set of words has a bit for each, by its place."""

    def __init__(self, weights: Sequence[int]) -> None:
        self._weights = weights

    def __missing__(self, words: int) -> int:
        worth, rest = 0, words
        while rest:
            at = rest.bit_length() - 1
            worth += self._weights[at]
            rest ^= 1 << at
        self[words] = worth
        return worth


def _rests(found: Sequence[int], worth: _Worth) -> list[int]:
    """For the words of each term what they and those of all that follow weigh."""
    known = rest = 0
    rests = []
    for words in reversed(found):
        rest += worth[words & ~known]
        known |= words
        rests.append(rest)
    rests.reverse()
    return rests
