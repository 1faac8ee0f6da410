"""How common words, pairs and triples are in news English, from a shipped table of counts.

An archive of ten quotes knows nothing about how common a word is. `background.bin` holds,
for words and for two or three adjacent words that occur in at least two sentences of a
corpus of news articles, the number of sentences that hold them; words are hashes there.
`python -m tests.benchmarks.background` makes the file.

Layout, little-endian: magic `QVB1`, sentences (uint32), entries (uint32), the keys
ascending (uint32 each), their counts in the same order (uint16 each, capped).
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MAGIC = b"QVB1"
_HEADER = struct.Struct("<4sII")
_LARGEST = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Background:
    """Counts of sentences by key (`index.word_key`, `pair_key`, `triple_key`)."""

    sentences: int
    keys: array[int]
    counts: array[int]

    def count(self, key: int) -> int:
        """How many sentences hold `key`; 0 for those in fewer than two."""
        at = bisect_left(self.keys, key)
        return self.counts[at] if at < len(self.keys) and self.keys[at] == key else 0


def write(sentences: int, counts: dict[int, int]) -> bytes:
    """The table as a file's content."""
    order = sorted(counts)
    keys = array("I", order)
    values = array("H", (min(counts[key], _LARGEST) for key in order))
    head = _HEADER.pack(MAGIC, sentences, len(order))
    return head + _little(keys).tobytes() + _little(values).tobytes()


def read(content: bytes) -> Background:
    """The inverse of `write`. Raises ValueError on anything else."""
    magic, sentences, entries = _HEADER.unpack_from(content)
    if magic != MAGIC or len(content) != _HEADER.size + 6 * entries:
        raise ValueError("not a table of background counts")
    middle = _HEADER.size + 4 * entries
    keys, counts = array("I"), array("H")
    keys.frombytes(content[_HEADER.size : middle])
    counts.frombytes(content[middle:])
    return Background(sentences=sentences, keys=_little(keys), counts=_little(counts))


def _little(values: array[int]) -> array[int]:
    """`values` in the file's byte order, or back."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


@cache
def shipped(language: str = "en") -> Background:
    """The table that ships for `language`."""
    return read((files(__package__) / "lexicon" / language / "background.bin").read_bytes())
