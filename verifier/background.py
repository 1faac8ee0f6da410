"""How common words, pairs and triples are in news English, from a shipped table of counts.

An archive of ten quotes knows nothing about how common a word is. `background.bin` holds,
for words and for two or three adjacent words that occur in at least two sentences of a
corpus of news articles, the number of sentences that hold them; words are hashes there.
`python -m tests.benchmarks.background` makes the file.

Layout, little-endian: magic `QVB2`; sentences, entries (uint32 each); where the keys of each
value of their upper 16 bits begin (65,537 uint32); the keys, ascending (uint32 each); their
counts in the same order (uint16 each, capped).
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Literal

from verifier import lexicon
from verifier.value import value

_MAGIC = b"QVB2"
_HEADER = struct.Struct("<4sII")
_LARGEST = 0xFFFF
_BUCKETS = 1 << 16
# Counts that are looked up one by one; a night, which needs more, is quicker with all at hand:
# they are read in the time of as many look-ups (13 ms) and take 10 MB.
_FEW = 20_000


@value
class Background:
    """Counts of sentences by key (`index.word_key`, `pair_key`, `triple_key`)."""

    sentences: int
    starts: Sequence[int]
    keys: Sequence[int]
    counts: Sequence[int]

    def count(self, key: int) -> int:
        """How many sentences hold `key`; 0 for those in fewer than two."""
        bucket = key >> 16
        end = self.starts[bucket + 1]
        at = bisect_left(self.keys, key, self.starts[bucket], end)
        return self.counts[at] if at < end and self.keys[at] == key else 0


def write(sentences: int, counts: Mapping[int, int]) -> bytes:
    """The table as a file's content."""
    order = sorted(counts)
    sizes = [0] * _BUCKETS
    for key in order:
        sizes[key >> 16] += 1
    columns = (
        array("I", accumulate(sizes, initial=0)),
        array("I", order),
        array("H", (min(counts[key], _LARGEST) for key in order)),
    )
    head = _HEADER.pack(_MAGIC, sentences, len(order))
    return head + b"".join(_little(column).tobytes() for column in columns)


def read(content: bytes) -> Background:
    """The inverse of `write`. Raises ValueError on anything else."""
    magic, sentences, entries = _HEADER.unpack_from(content)
    first = _HEADER.size + 4 * (_BUCKETS + 1)
    second = first + 4 * entries
    if magic != _MAGIC or len(content) != second + 2 * entries:
        raise ValueError("not a table of background counts")
    view = memoryview(content)
    return Background(
        sentences=sentences,
        starts=_numbers(view[_HEADER.size : first], "I"),
        keys=_numbers(view[first:second], "I"),
        counts=_numbers(view[second:], "H"),
    )


def _numbers(part: memoryview, size: Literal["I", "H"]) -> Sequence[int]:
    """The numbers of a part of the file, where they are: a copy would take a millisecond."""
    return part.cast(size) if sys.byteorder == "little" else _little(array(size, part.tobytes()))


def _little(values: array[int]) -> array[int]:
    """`values` in the file's byte order, or back."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


@cache
def shipped(language: str = "en") -> Background:
    """The table that ships for `language`."""
    return read(lexicon.path("background.bin", language).read_bytes())


class Counts(dict[int, int]):
    """Key -> how many sentences of a table hold it; what was asked for is remembered."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._all = False
        self.sentences = background.sentences

    def __missing__(self, key: int) -> int:
        if self._all:
            return 0
        if len(self) < _FEW:
            count = self[key] = self._background.count(key)
            return count
        self.update(zip(self._background.keys, self._background.counts, strict=True))
        self._all = True
        return self.get(key, 0)


@cache
def general(language: str = "en") -> Counts:
    """The counts of the table that ships for `language`."""
    return Counts(shipped(language))
