"""The carriers of one quote: which of them are one origin, and what they owe to the article.

Whole texts are compared only where they have a shingle in common, which an inverted index
tells; a disjoint-set forest (Tarjan, 1975, J. ACM 22) spares those that are one origin
already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from verifier import provenance
from verifier.policy import Policy
from verifier.provenance import Carrier, Link, Shingles


class Origins:
    """What is worked out once for all carriers of a quote."""

    def __init__(self, carriers: Sequence[Carrier], policy: Policy) -> None:
        self.carriers, self.policy = carriers, policy
        self._near = alike([c.body.shingles for c in carriers])

    def groups(self, chosen: Iterable[int]) -> dict[int, int]:
        """For each of the `chosen` one of them: the same for all that are one origin.

        Those that are linked share it, directly or over others that are chosen. A quote that
        was said before is no copy of today's, and the other way round.
        """
        forest = _Forest(chosen)
        for one, other in self._named(list(forest)):
            forest.unite(one, other)
        for one in forest:
            for other in self._near[one]:
                if other < one and other in forest and forest.root(one) != forest.root(other):
                    pair = self.carriers[one], self.carriers[other]
                    if provenance.reprint(*pair, self.policy):
                        forest.unite(one, other)
        return {n: forest.root(n) for n in forest}

    def _named(self, chosen: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs that are one origin by the names of outlets, agencies and sources."""
        outlets: dict[str, int] = {}
        agencies: dict[str, int] = {}
        cited: dict[str, int] = {}
        for n in chosen:
            carrier = self.carriers[n]
            if carrier.body.outlet:
                yield n, outlets.setdefault(carrier.body.outlet, n)
            if carrier.body.agency:
                yield n, agencies.setdefault(carrier.body.agency, n)
            yield from ((n, cited.setdefault(name, n)) for name in carrier.cited)
        for n in chosen:
            for name in self.carriers[n].sources:
                yield from ((n, held[name]) for held in (outlets, agencies) if name in held)

    def links(self, article: Carrier) -> list[Link | None]:
        """For each carrier the reason why it is not independent of `article`, if there is one.

        A copy of a story that is not independent is not independent either.
        """
        links = [provenance.link(article, c, self.policy) for c in self.carriers]
        agencies: dict[str, list[int]] = {}
        for n, carrier in enumerate(self.carriers):
            if carrier.body.agency:
                agencies.setdefault(carrier.body.agency, []).append(n)
        left, before = [n for n, own in enumerate(links) if own is None], -1
        while len(left) != before:
            before = len(left)
            for n in left:
                beside = agencies.get(self.carriers[n].body.agency or "", ())
                links[n] = self._inherited(n, sorted({*self._near[n], *beside}), links)
            left = [n for n in left if links[n] is None]
        return links

    def _inherited(
        self, one: int, others: Iterable[int], links: Sequence[Link | None]
    ) -> Link | None:
        for other in others:
            origin = links[other]
            if origin and origin.why in provenance.COPYING:
                own = provenance.link(self.carriers[other], self.carriers[one], self.policy)
                if own and own.why in {provenance.REPRINT, provenance.SAME_AGENCY}:
                    outlet = self.carriers[other].story.outlet or "another story"
                    evidence = f"a copy of {outlet}'s story: {own.evidence}; {origin.evidence}"
                    return Link(why=own.why, evidence=evidence)
        return None


def alike(texts: Sequence[Shingles]) -> list[set[int]]:
    """For each text the others that may share any part of it; all others surely share none."""
    near: list[set[int]] = [set() for _ in texts]
    if len(texts) < 2:
        return near
    whole: dict[int, list[int]] = {}  # of the small texts, which are not sampled
    sampled: dict[int, list[int]] = {}
    for n in sorted(range(len(texts)), key=lambda k: texts[k].sampled):
        text = texts[n]
        near[n].update(*(whole[h] for h in text.all & whole.keys()))
        if text.sampled:
            near[n].update(*(sampled[h] for h in text.few & sampled.keys()))
        own, index = (text.few, sampled) if text.sampled else (text.all, whole)
        for shingle in own:
            index.setdefault(shingle, []).append(n)
    for n, others in enumerate(near):
        for other in others:
            near[other].add(n)
    return near


class _Forest:
    """Disjoint sets of numbers."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._parent = {n: n for n in numbers}

    def __iter__(self) -> Iterator[int]:
        return iter(self._parent)

    def __contains__(self, number: int) -> bool:
        return number in self._parent

    def root(self, number: int) -> int:
        """The number that stands for the set."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    def unite(self, one: int, other: int) -> None:
        """Make the two sets one, which the smaller number stands for."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
