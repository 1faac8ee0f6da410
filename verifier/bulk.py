"""`index.covering` for thousands of queries: the same answers from arrays.

Only a night imports this: importing numpy costs more than a whole check.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from verifier.index import Term


class Covering:
    """`index.covering` in an archive whose quotes have numbers up to `largest`."""

    def __init__(self, largest: int) -> None:
        self._shared = np.zeros(largest + 1, dtype=np.int32)

    def __call__(
        self, read: Sequence[tuple[Term, bytes]], weights: Sequence[int], least: int
    ) -> list[int]:
        """The numbers of the quotes that hold terms whose words weigh `least` or more."""
        if not read:
            return []
        read = sorted(read)
        terms = np.array([(term.start, term.end) for term, _ in read])
        until = np.concatenate(([0], np.cumsum(weights)))
        worths = until[terms[:, 1]] - until[terms[:, 0]]
        lists = [np.frombuffer(docs, dtype="<u4") for _, docs in read]
        docs = np.concatenate(lists)
        at = np.repeat(np.arange(len(read)), [len(one) for one in lists])
        np.add.at(self._shared, docs, worths.astype(np.int32)[at])
        enough = self._shared[docs] >= least
        self._shared[docs] = 0
        docs, at = docs[enough], at[enough]
        order = np.lexsort((at, docs))
        docs, at = docs[order], at[order]
        first = np.ones(len(docs), dtype=bool)
        first[1:] = docs[1:] != docs[:-1]
        # A word that the term before covers, too, counts once.
        twice = np.zeros(len(docs), dtype=bool)
        twice[1:] = ~first[1:] & (terms[at[:-1], 1] > terms[at[1:], 0])
        more = worths[at] - np.where(twice, np.asarray(weights)[terms[at, 0]], 0)
        covered = np.add.reduceat(more, np.flatnonzero(first)) if len(docs) else more
        found: list[int] = docs[first][covered >= least].tolist()
        return found
