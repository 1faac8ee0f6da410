"""What each word of a quote weighs: how surprising it is after the word before it.

The weight (nats) of a word is its conditional surprisal, -ln P(word | previous word), so
that "day" weighs little in "at the end of the day". P is taken from the sentences of the
shipped background table and the quotes of the archive, counted together: an archive of ten
quotes leans on the background, one of a million on itself. The pair's estimate is smoothed
with the word's own frequency (a Dirichlet prior; Zhai & Lafferty, 2004, ACM TOIS 22.2).
Set phrases of three words, which the background knows, weigh less still.

The archive is asked about the query's words and pairs only. What an archived quote has
beside them is weighed by the background alone, so that the result does not depend on which
other queries are asked, nor on how many shards the archive has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log

from verifier.background import Background, shipped
from verifier.index import pair_key, pair_keys, triple_key, word_key
from verifier.policy import Policy

# Remembered weights, beyond which the memory is emptied: some 30 MB.
_REMEMBERED = 200_000


# (two words before, the word before, the word) -> weight; "" where none stands before.
Known = Mapping[tuple[str, str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """How many archived quotes there are, and how many of them hold a key (absent: none).

    Whatever the number of shards, these are the sums over all of them.
    """

    quotes: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)


def contexts(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each word with the two before it."""
    return zip(("", "", *words), ("", *words), words, strict=False)


class Weigher:
    """Weighs words. What it remembers changes no result."""

    def __init__(self, policy: Policy, background: Background | None = None) -> None:
        self._policy = policy
        self._background = background or shipped()
        self._general: dict[tuple[str, str, str], float] = {}

    def general(self, words: Sequence[str]) -> list[float]:
        """The weight (nats) of each word in general news, given those before it."""
        return self.beside(words, {})

    def beside(self, words: Sequence[str], known: Known) -> list[float]:
        """The weights (nats) of an archived quote beside a query, of which some are known."""
        return [
            known.get(context) or self._general.get(context) or self._remember(context)
            for context in contexts(words)
        ]

    def query(
        self, words: Sequence[str], frequencies: Frequencies, *, apart: bool = False
    ) -> list[float]:
        """The weight (nats) of each word of a query among the archive's quotes.

        A pair that the archive repeats though general news does not, as in a quote that
        everyone carries, keeps a share of its general weight.
        """
        held = _Held(self._background, frequencies, apart=apart)
        return [self._among(held, *context) for context in contexts(words)]

    def informations(
        self, words: Sequence[str], frequencies: Frequencies, *, apart: bool = False
    ) -> dict[int, float]:
        """What sharing each of the query's pairs is worth (nats), by key in the index."""
        held = _Held(self._background, frequencies, apart=apart)
        keys = zip(pair_keys(words, apart=apart), pair_keys(words), strict=True)
        return {key: log(held.total / (held.count(plain) + 0.5)) for key, plain in keys}

    def _remember(self, context: tuple[str, str, str]) -> float:
        if len(self._general) > _REMEMBERED:
            self._general.clear()
        held = _Held(self._background, Frequencies())
        weight = self._general[context] = self._among(held, *context)
        return weight

    def _among(self, held: _Held, second: str, first: str, word: str) -> float:
        """-ln P(word | the words before it), never more than the word's own surprisal."""
        policy = self._policy
        alone = log(held.total / (held.count(word_key(word)) + 0.5))
        weight = alone
        if first:
            given = self._given(held, first, word)
            if held.archived:
                general = _Held(self._background, Frequencies())
                given = max(given, policy.repeated_share * self._given(general, first, word))
            weight = min(given, alone)
        if second:
            weight = min(weight, self._phrase(second, first, word))
        return max(weight, policy.least_weight)

    def _given(self, held: _Held, first: str, word: str) -> float:
        """-ln P(word | first), the pair's estimate smoothed with the word's own."""
        prior = self._policy.pair_prior
        chance = (held.count(word_key(word)) + 0.5) / held.total
        pair, before = held.count(pair_key(first, word)), held.count(word_key(first))
        return -log(min((pair + prior * chance) / (before + prior), 1.0))

    def _phrase(self, second: str, first: str, word: str) -> float:
        """-ln P(word | second, first) in general news: a set phrase is no surprise."""
        count = self._background.count
        phrase = count(triple_key(second, first, word))
        if not phrase:
            return inf
        return -log(phrase / (count(pair_key(second, first)) + self._policy.pair_prior))


class _Held:
    """Sentences and quotes that hold a key, but for the one quote that the query may match."""

    def __init__(
        self, background: Background, frequencies: Frequencies, *, apart: bool = False
    ) -> None:
        self._general = background.count
        self._counts = frequencies.counts
        self._flip = word_key("", apart=apart)
        self.archived = bool(frequencies.counts)
        self.total = background.sentences + frequencies.quotes + 1

    def count(self, key: int) -> int:
        general = self._general(key)
        return general + max(self._counts.get(key ^ self._flip, 0) - 1, 0)
