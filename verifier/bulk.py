"""`index.covering` for thousands of queries: the same answers from arrays.

Only a night imports this: importing numpy costs more than a whole check.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from verifier.index import Least, Posting, Term, spread

Numbers = npt.NDArray[np.int64]


class Covering:
    """`index.covering` in an archive whose quotes have numbers up to `largest`."""

    def __init__(self, largest: int) -> None:
        self._shared = np.zeros(largest + 1, dtype=np.int32)

    def __call__(
        self, read: Sequence[tuple[Term, Posting]], weights: Sequence[int], least: Least
    ) -> list[int]:
        """The numbers of the quotes that hold terms whose words weigh `least` or more."""
        if not read:
            return []
        read = sorted(read, key=lambda one: not one[0].placed)
        rows = [(t.start, t.end, t.placed, sum(weights[t.start : t.end])) for t, _ in read]
        starts, ends, placed, worths = np.array(rows).T
        docs, at = self._enough(*_numbers([posting for _, posting in read]), placed, worths, least)
        if not len(docs):
            return []
        # By quote, then by the place in the query: a start and an end differ by one or two.
        order = np.lexsort(((starts + ends).take(at), docs))
        docs, at = docs.take(order), at.take(order)
        start, end = starts.take(at), ends.take(at)
        first = np.ones(len(docs), dtype=bool)
        first[1:] = docs[1:] != docs[:-1]
        # A word that the term before covers, too, counts once.
        twice = np.zeros(len(docs), dtype=bool)
        twice[1:] = ~first[1:] & (end[:-1] > start[1:])
        more = worths.take(at) - np.where(twice, np.asarray(weights).take(start), 0)
        begin = first.nonzero()[0]
        covered = np.add.reduceat(more, begin)
        enough = np.where(np.maximum.reduceat(placed.take(at), begin), *least)
        found: list[int] = docs.take(begin)[covered >= enough].tolist()
        return found

    def _enough(
        self, docs: Numbers, sizes: Sequence[int], placed: Numbers, worths: Numbers, least: Least
    ) -> tuple[Numbers, Numbers]:
        """Of the quotes that may hold enough: each number, and in which list it stands.

        The placed lists come first. Words that two terms cover count twice here, which is
        more than enough.
        """
        at = np.repeat(np.arange(len(sizes)), sizes)
        shared = self._shared
        np.add.at(shared, docs, worths.astype(np.int32).take(at))
        as_long = docs[: sum(sizes[: placed.sum()])]
        shared[as_long[shared.take(as_long) >= least.placed]] = least.moved
        enough = (shared.take(docs) >= least.moved).nonzero()[0]
        shared[docs] = 0
        return docs.take(enough), at.take(enough)


def _numbers(postings: Sequence[Posting]) -> tuple[Numbers, list[int]]:
    """The numbers of all, one posting after the other, and how many each holds."""
    width = max(posting.width for posting in postings)
    packed = [spread(one.docs or b"", one.width, width) for one in postings]
    raw = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, width)
    wide = np.zeros((len(raw), 8), dtype=np.uint8)
    for byte in range(width):
        wide[:, byte] = raw[:, byte]
    return wide.view("<i8").ravel(), [len(one) // width for one in packed]
