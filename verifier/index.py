"""Keys, postings and candidates: which archived quotes are worth comparing with a query.

A key is a hash of two adjacent folded words, stop words kept; its posting lists the numbers
of the quotes that hold the pair. A word of its own has a key too: its count says how many
quotes hold it, its posting lists only the quotes that are this one word.

Words reported without marks (`indirect`) live in key spaces of their own, so that they are
never fetched beside words in marks.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import pairwise
from math import inf
from typing import NamedTuple
from zlib import crc32

from verifier.fold import fold
from verifier.model import Kind, Quote

# A hostile page may hold one quotation of a megabyte. The longest in 7,898 quotes of real
# news has 391 words; what lies beyond this is neither indexed nor aligned.
LONGEST = 2000

# Indirect quotes are keyed apart by flipping these bits of the key.
_APART = 0x5BD1E995


# The number of a quote, whether it is kept apart, and its folded words.
Wording = tuple[int, bool, Sequence[str]]


class Posting(NamedTuple):
    """How many quotes hold a key, and their numbers, packed; None if they were not read."""

    n: int
    docs: bytes | None

    def plus(self, n: int, docs: bytes | None) -> Posting:
        """This and what a later segment holds."""
        whole = self.docs + docs if self.docs is not None and docs is not None else None
        return Posting(self.n + n, whole)


class Candidate(NamedTuple):
    """A quote number and what the pairs that it shares with the query are worth (nats)."""

    number: int
    worth: float


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


def triple_key(first: str, second: str, third: str) -> int:
    """32 bits that stand for three adjacent words; the background knows them, no posting does."""
    return word_key(f"{first} {second} {third}")


def pair_keys(words: Sequence[str], *, apart: bool = False) -> list[int]:
    """The keys of all adjacent pairs, in order, repeats kept; one word alone gives its own key."""
    if len(words) == 1:
        return [word_key(words[0], apart=apart)]
    return [pair_key(a, b, apart=apart) for a, b in pairwise(words)]


def all_keys(words: Sequence[str], *, apart: bool = False) -> set[int]:
    """Every key that bears on the weights of `words`: of each word and of each adjacent pair."""
    keys = {word_key(word, apart=apart) for word in words}
    keys.update(pair_keys(words, apart=apart))
    return keys


def postings(
    wordings: Iterable[Wording], guests: Collection[int] = ()
) -> dict[int, tuple[int, array[int]]]:
    """Key -> (number of quotes that hold it, numbers to list), of (number, apart, words).

    Numbers must come ascending. Those of `guests` are listed but not counted: another shard
    counts them. Memory: some 60 bytes a word.
    """
    counts: defaultdict[int, int] = defaultdict(int)
    docs: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    for number, apart, words in wordings:
        listed = set(pair_keys(words, apart=apart))
        for key in listed:
            docs[key].append(number)
        counted = number not in guests
        for key in listed.union(word_key(word, apart=apart) for word in words):
            counts[key] += counted
    empty = array("I")
    return {key: (n, docs.get(key, empty)) for key, n in counts.items()}


def pack(docs: array[int]) -> bytes:
    """Quote numbers as the archive keeps them: little-endian, 32 bits each."""
    if sys.byteorder == "big":
        docs = docs[:]
        docs.byteswap()
    return docs.tobytes()


def unpack(blob: bytes) -> array[int]:
    """The inverse of `pack`. Raises ValueError if the length is no multiple of four."""
    docs = array("I")
    docs.frombytes(blob)
    if sys.byteorder == "big":
        docs.byteswap()
    return docs


class Budget(NamedTuple):
    """How many posting entries are read for a query: `free` in any case, `most` at most."""

    free: int
    most: int


def choose(
    keys: Sequence[int],
    weights: Sequence[float],
    counts: Mapping[int, int],
    least: float,
    budget: Budget,
) -> list[int]:
    """Which of a query's pairs have their postings read, rarest first: places in `keys`.

    `keys` are those of `pair_keys`, `weights` (nats) those of the words. Reading ends when
    the budget is spent, or, beyond what is free, when the words of the pairs that are left
    weigh less than `least`: quotes that share nothing else with the query are not wanted.
    The rarest pair is read whatever it costs: a cut at a maximum frequency would lose
    exactly the quotes that everyone carries.
    """
    chosen: list[int] = []
    read: set[int] = set()
    spent = 0
    left = sum(weights)
    pairs_of_word = [2] * len(weights)
    pairs_of_word[0] = pairs_of_word[-1] = 1
    for at in sorted(range(len(keys)), key=lambda at: (counts.get(keys[at], 0), keys[at])):
        count = 0 if keys[at] in read else counts.get(keys[at], 0)
        spent += count
        if (left < least and spent > budget.free) or (chosen and spent > budget.most):
            break
        if count:
            chosen.append(at)
            read.add(keys[at])
        for word in {at, min(at + 1, len(weights) - 1)}:
            pairs_of_word[word] -= 1
            if not pairs_of_word[word]:
                left -= weights[word]
    return chosen


def gather(
    read: Iterable[tuple[float, int, Iterable[int]]], least: float, few: int, limit: int
) -> list[Candidate]:
    """The quotes that share the most with the query, best first.

    `read` holds for each pair its worth in nats, how many quotes of all shards hold it, and
    the posting. Most quotes share one common pair by chance: they are left out as whole sets.
    What is left is cut as `shortlisted` says, but equals of the last one stay.
    """
    seen: set[int] = set()
    wanted: set[int] = set()
    sets = [(worth, n, set(docs)) for worth, n, docs in read]
    for worth, n, docs in sets:
        wanted |= docs if worth >= least or n <= few else docs & seen
        seen |= docs
    shared = dict.fromkeys(wanted, 0.0)
    for worth, _, docs in sets:
        for number in docs & wanted:
            shared[number] += worth
    worths = list(shared.values())
    size = shortlisted(worths, least, few, limit)
    last = nlargest(size, worths)[-1] if size else inf
    found = [(worth, number) for number, worth in shared.items() if worth >= last]
    found.sort(reverse=True)
    return [Candidate(number, worth) for worth, number in found]


def shortlisted(worths: Sequence[float], least: float, few: int, limit: int) -> int:
    """How many candidates are compared, the best first, of such worth (nats).

    All that share `least` or more, at most `limit`; if they are fewer than `few`, the next
    best besides.
    """
    above = sum([worth >= least for worth in worths])
    return min(above, limit) if above >= few else min(few, len(worths))
