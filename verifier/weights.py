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
from dataclasses import field
from math import log
from zlib import crc32

from verifier.background import Background, Counts, general
from verifier.index import Keys, triple_key, word_key
from verifier.policy import Policy
from verifier.value import NamedTuple, value

# Remembered weights, beyond which the memory is emptied: some 30 MB.
_REMEMBERED = 200_000
# ... and words: some 10 MB.
_WORDS = 40_000


# (two words before, the word before, the word) -> weight; "" where none stands before.
Context = tuple[str, str, str]
Known = Mapping[Context, float]


@value
class Frequencies:
    """How many archived quotes there are, and how many of them hold a key (absent: none).

    Whatever the number of shards, these are the sums over all of them.
    """

    quotes: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)


def contexts(words: Sequence[str]) -> Iterator[Context]:
    """Each word with the two before it."""
    return zip(("", "", *words), ("", *words), words, strict=False)


class _Word(NamedTuple):
    """A word in general news, with what the keys of its pairs are made of, as in `index`.

    `key` is its own and `after` its bytes behind a space, with which the key of the words
    before it goes on; `held` is how many sentences hold it, `weight` what it weighs alone.
    """

    key: int
    after: bytes
    held: int
    weight: float


class Weigher:
    """Weighs words. What it remembers changes no result."""

    def __init__(self, policy: Policy, background: Background | None = None) -> None:
        self._policy = policy
        self._counts = Counts(background) if background else general()
        self._total = self._counts.sentences + 1
        self._words: dict[str, _Word] = {}
        self._general: dict[Context, float] = {}

    def general(self, words: Sequence[str]) -> list[float]:
        """The weight (nats) of each word in general news, given those before it."""
        return self.beside(words, {})

    def beside(self, words: Sequence[str], known: Known) -> list[float]:
        """The weights (nats) of an archived quote beside a query, of which some are known."""
        given, general, remember = known.get, self._general.get, self._remember
        return [
            given(context) or general(context) or remember(context) for context in contexts(words)
        ]

    def query(
        self, words: Sequence[str], frequencies: Frequencies, keys: Keys | None = None
    ) -> list[float]:
        """The weight (nats) of each word of a query among the archive's quotes.

        `keys`: its keys, if they are made already or are of a space apart. A pair that the
        archive repeats though general news does not, as in a quote that everyone carries,
        keeps a share of its general weight.
        """
        held, count = frequencies.counts.get, self._counts.__getitem__
        share, least = self._policy.repeated_share, self._policy.least_weight
        total, more = self._total, self._total + frequencies.quotes
        keys = keys or Keys.of(words)
        flip = keys.flip
        weights = []
        before = before_held = pair = 0
        for at, word in enumerate(words):
            # But for the one quote that the query may match.
            single, single_held = count(keys.words[at] ^ flip), max(held(keys.words[at], 0) - 1, 0)
            alone = weight = log(more / (single + single_held + 0.5))
            if at:
                rarer, pair = pair, count(keys.pairs[at - 1] ^ flip)
                pair_held = max(held(keys.pairs[at - 1], 0) - 1, 0)
                usual = self._surprisal(single, pair, before, total)
                among = self._surprisal(
                    single + single_held, pair + pair_held, before + before_held, more
                )
                weight = min(max(among, share * usual), alone)
                if at > 1 and pair:
                    phrase = count(triple_key(keys.pairs[at - 2] ^ flip, word))
                    weight = min(weight, self._phrase(phrase, rarer)) if phrase else weight
            weights.append(max(weight, least))
            before, before_held = single, single_held
        return weights

    def _remember(self, context: Context) -> float:
        """The weight of a word in general news: its surprisal, never more than on its own."""
        if len(self._general) > _REMEMBERED:
            self._general.clear()
        first, second, word = context
        known, read, count = self._words.get, self._read, self._counts.__getitem__
        _, after, single, weight = known(word) or read(word)
        # What the background has not seen together it cannot make less of a surprise.
        if single and second:
            key, before, held, _ = known(second) or read(second)
            pair = count(crc32(after, key))
            if pair:
                weight = min(weight, self._surprisal(single, pair, held, self._total))
                if first:
                    earlier = crc32(before, (known(first) or read(first)).key)
                    phrase = count(crc32(after, earlier))
                    if phrase:
                        weight = min(weight, self._phrase(phrase, count(earlier)))
        weight = self._general[context] = max(weight, self._policy.least_weight)
        return weight

    def _read(self, word: str) -> _Word:
        if len(self._words) > _WORDS:
            self._words.clear()
        key = word_key(word)
        held = self._counts[key]
        after = f" {word}".encode("utf-8", "surrogatepass")
        found = self._words[word] = _Word(key, after, held, log(self._total / (held + 0.5)))
        return found

    def _surprisal(self, single: int, pair: int, before: int, total: int) -> float:
        """-ln P(word | first), the pair's estimate smoothed with the word's own."""
        prior = self._policy.pair_prior
        return -log(min((pair + prior * (single + 0.5) / total) / (before + prior), 1.0))

    def _phrase(self, phrase: int, pair: int) -> float:
        """-ln P(word | the pair before it) in general news: what a set phrase is."""
        return -log(phrase / (pair + self._policy.pair_prior))
