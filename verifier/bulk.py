"""`index.covering` for thousands of queries: the same answers from arrays.

Only a night imports this: importing numpy costs more than a whole check.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from verifier.index import Least, Posting, Term, spread

Numbers = npt.NDArray[np.int64]

_MUCH = np.iinfo(np.int32).max


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
        # The placed ones first, then the others that open.
        read = sorted(read, key=lambda one: (not one[0].placed, not one[0].opens))
        starts, ends, placed = np.array([(t.start, t.end, t.placed) for t, _ in read]).T
        until = np.array([*accumulate(weights, initial=0)])
        docs, sizes = _numbers([posting for _, posting in read])
        at = np.repeat(np.arange(len(sizes)), sizes)
        as_long = sum(sizes[: placed.sum()])
        opening = sum([size for (t, _), size in zip(read, sizes, strict=True) if t.opens])
        worths = (until.take(ends) - until.take(starts)).astype(np.int32)
        np.add.at(self._shared, docs, worths.take(at))
        enough = self._enough(docs, docs[:as_long], docs[as_long:opening], least)
        docs, at = docs.take(enough), at.take(enough)
        if not len(docs):
            return []
        # By quote, then by the place in the query: a start and an end differ by one or two.
        order = np.lexsort(((starts + ends).take(at), docs))
        docs, at = docs.take(order), at.take(order)
        start, end = starts.take(at), ends.take(at)
        first = np.ones(len(docs), dtype=bool)
        first[1:] = docs[1:] != docs[:-1]
        # A word that the term before covers, too, counts once.
        start[1:] = np.where(first[1:], start[1:], np.maximum(start[1:], end[:-1]))
        more = until.take(end) - until.take(start)
        begin = first.nonzero()[0]
        covered = np.add.reduceat(more, begin)
        enough = np.where(np.maximum.reduceat(placed.take(at), begin), *least)
        found: list[int] = docs.take(begin)[covered >= enough].tolist()
        return found

    def _enough(self, docs: Numbers, placed: Numbers, opening: Numbers, least: Least) -> Numbers:
        """Where in `docs` those stand that may share enough; all that was added up is 0 again.

        Words that two terms cover were counted twice, which is more than enough.
        """
        shared = self._shared
        for some, weight in ((placed, least.placed), (opening, least.moved)):
            shared[some[shared.take(some) >= weight]] = _MUCH
        enough: Numbers = (shared.take(docs) == _MUCH).nonzero()[0]
        shared[docs] = 0
        return enough


def _numbers(postings: Sequence[Posting]) -> tuple[Numbers, list[int]]:
    """The numbers of all, one posting after the other, and how many each holds."""
    width = max(posting.width for posting in postings)
    packed = [spread(one.docs or b"", one.width, width) for one in postings]
    raw = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, width)
    wide = np.zeros((len(raw), 8), dtype=np.uint8)
    for byte in range(width):
        wide[:, byte] = raw[:, byte]
    return wide.view("<i8").ravel(), [len(one) // width for one in packed]
