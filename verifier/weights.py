"""What each word of a quote weighs: how surprising it is after the word before it.

The weight (nats) of a word is its conditional surprisal, -ln P(word | previous word), so
that "day" weighs little in "at the end of the day". P is taken from the sentences of the
shipped background table and the quotes of the archive, counted together: an archive of ten
quotes leans on the background, one of a million on itself. The pair's estimate is smoothed
with the word's own frequency (a Dirichlet prior; Zhai & Lafferty, 2004, ACM TOIS 22.2).

The archive is asked about the query's words and pairs only. What an archived quote has
beside them is weighed by the background alone, so that the result does not depend on which
other queries are asked, nor on how many shards the archive has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from verifier.background import Background, shipped
from verifier.index import pair_key, pair_keys, word_key
from verifier.policy import Policy

# Remembered weights, beyond which the memory is emptied: some 30 MB.
_REMEMBERED = 200_000


Pairs = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """How many archived quotes there are, and how many of them hold a key (absent: none).

    Whatever the number of shards, these are the sums over all of them.
    """

    quotes: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)


def pair_weights(words: Sequence[str], weights: Sequence[float]) -> Pairs:
    """The weights by (word before, word)."""
    return dict(zip(zip(("", *words), words, strict=False), weights, strict=True))


class Weigher:
    """Weighs words. What it remembers changes no result."""

    def __init__(self, policy: Policy, background: Background | None = None) -> None:
        self._policy = policy
        self._background = background or shipped()
        self._general: dict[tuple[str, str], float] = {}

    def general(self, words: Sequence[str]) -> list[float]:
        """The weight (nats) of each word in general news, given the one before it."""
        return self.beside(words, {})

    def beside(self, words: Sequence[str], known: Pairs) -> list[float]:
        """The weights (nats) of an archived quote beside a query whose pairs are known."""
        return [
            known.get(pair) or self._general.get(pair) or self._remember(*pair)
            for pair in zip(("", *words), words, strict=False)
        ]

    def query(
        self, words: Sequence[str], frequencies: Frequencies, *, apart: bool = False
    ) -> list[float]:
        """The weight (nats) of each word of a query among the archive's quotes.

        A pair that the archive repeats though general news does not, as in a quote that
        everyone carries, keeps a share of its general weight.
        """
        share, least = self._policy.repeated_share, self._policy.least_weight
        total = self._background.sentences + frequencies.quotes + 1
        held = _Held(self._background, frequencies.counts, apart=apart)
        weights = []
        before = ""
        for word, general in zip(words, self.general(words), strict=True):
            single = held.count(word_key(word))
            given = alone = log(total / (single + 0.5))
            if before:
                pair, first = held.count(pair_key(before, word)), held.count(word_key(before))
                given = self._surprisal(pair, first, single, total)
                given = min(max(given, share * general), alone)
            weights.append(max(given, least))
            before = word
        return weights

    def informations(
        self, words: Sequence[str], frequencies: Frequencies, *, apart: bool = False
    ) -> dict[int, float]:
        """What sharing each of the query's pairs is worth (nats), by key in the index."""
        total = self._background.sentences + frequencies.quotes + 1
        held = _Held(self._background, frequencies.counts, apart=apart)
        general = pair_keys(words)
        keyed = pair_keys(words, apart=apart)
        return {
            key: log(total / (held.count(plain) + 0.5))
            for key, plain in zip(keyed, general, strict=True)
        }

    def _remember(self, before: str, word: str) -> float:
        if len(self._general) > _REMEMBERED:
            self._general.clear()
        weight = self._general[before, word] = self._weigh(before, word)
        return weight

    def _weigh(self, before: str, word: str) -> float:
        count = self._background.count
        total = self._background.sentences + 1
        single = count(word_key(word))
        alone = log(total / (single + 0.5))
        if before:
            pair, first = count(pair_key(before, word)), count(word_key(before))
            alone = min(alone, self._surprisal(pair, first, single, total))
        return max(alone, self._policy.least_weight)

    def _surprisal(self, pair: int, first: int, single: int, total: int) -> float:
        """-ln P(second | first), the pair's estimate smoothed with the second's own."""
        prior = self._policy.pair_prior
        return -log(min((pair + prior * (single + 0.5) / total) / (first + prior), 1.0))


class _Held:
    """Sentences and quotes that hold a key, but for the one quote that the query may match."""

    def __init__(self, background: Background, counts: Mapping[int, int], *, apart: bool) -> None:
        self._general = background.count
        self._counts = counts
        self._flip = word_key("", apart=apart)

    def count(self, key: int) -> int:
        return self._general(key) + max(self._counts.get(key ^ self._flip, 0) - 1, 0)
