"""Brute force: every archived quote compared with the query by the full rule.

No index, no budget, no cap. What is left out is only what cannot be accepted: quotes whose
words in common with the query, in whatever order, weigh less than any rule asks for. (Words
that are written as one here and as two there are not in common for this bound.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from verifier.align import Rule, Side, align, judge, least_weight, prepare
from verifier.policy import Policy
from verifier.weights import Frequencies, Weigher, contexts


class Oracle:
    """All pairs, for wordings of distinct folded words joined by spaces."""

    def __init__(self, wordings: Sequence[str], policy: Policy) -> None:
        self._wordings = wordings
        self._policy = policy
        self._weigher = Weigher(policy)
        self._docs = _docs(wordings)
        self._shared = np.zeros(len(wordings), dtype=np.float32)

    def accepted(self, query: Sequence[str], frequencies: Frequencies) -> set[int]:
        """Places in `wordings` of those that the rule accepts."""
        policy = self._policy
        weights = self._weigher.query(query, frequencies)
        least, _ = least_weight(weights, frequencies.quotes, policy)
        least = max(least, min(policy.whole_weight, policy.in_place_weight))
        text = prepare(query, weights)
        known = dict(zip(contexts(query), weights, strict=True))
        found = set()
        of: defaultdict[str, float] = defaultdict(float)
        for word, weight in zip(query, weights, strict=True):
            of[word] += weight
        for at in self._possible(of, least):
            words = self._wordings[at].split(" ")
            alignment = align(text, Side(words, self._weigher.beside(words, known)), policy)
            if judge(alignment, frequencies.quotes, policy) not in (None, Rule.UNDECIDED):
                found.add(at)
        return found

    def _possible(self, of: Mapping[str, float], least: float) -> list[int]:
        self._shared[:] = 0
        for word, weight in of.items():
            docs = self._docs.get(word)
            if docs is not None:
                self._shared[docs] += weight
        return [int(at) for at in np.flatnonzero(self._shared >= 0.999 * least)]


def _docs(wordings: Sequence[str]) -> dict[str, npt.NDArray[np.int32]]:
    """Word -> the places of the wordings that hold it, ascending."""
    ids: dict[str, int] = {}
    words: list[npt.NDArray[np.int32]] = []
    sizes: list[int] = []
    for wording in wordings:
        distinct = [ids.setdefault(word, len(ids)) for word in set(wording.split(" "))]
        words.append(np.array(distinct, dtype=np.int32))
        sizes.append(len(distinct))
    column = np.concatenate(words)
    places = np.repeat(np.arange(len(wordings), dtype=np.int32), sizes)
    order = np.argsort(column, kind="stable")
    bounds = np.searchsorted(column[order], np.arange(len(ids) + 1))
    sorted_places = places[order]
    return {word: sorted_places[bounds[i] : bounds[i + 1]] for word, i in ids.items()}
