"""Quotes that nobody said, with the statistics of those that people say.

Words follow each other as in `pairs.tsv.gz`; a share of them are rare names and terms from a
long tail, as in any archive of news. Many quotes are variants of others, a few of them of
hundreds, and some hold a set phrase. The same seed writes the same quotes.
"""

from __future__ import annotations

import gzip
import random
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.pairs import PAIRS

_PHRASES = Path(__file__).with_name("phrases.txt")
_POOL = 2000  # successors drawn for one word
_TAIL = 300_000  # rare words
_START = "bcdfghklmnprstvz"
_VOWEL = ("a", "e", "i", "o", "u", "ai", "ou", "ea")
_END = ("", "n", "r", "s", "l", "th", "nd", "m")
# Shares of words and of quotes. Of 6,244 quotes of real news one in a hundred or fewer holds a
# phrase that unrelated ones share.
_RARE, _PHRASE = 0.05, 0.01
_FRESH, _VIRAL = 0.70, 0.05  # shares of quotes; the rest are variants of few
_LARGEST = 300  # variants of one quote


class Line(NamedTuple):
    """One wording; `cluster` is the number of the wording of which it is a variant."""

    text: str
    cluster: int


class Writer:
    """Writes wordings, one after the other, from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._followers = _followers(random.Random(0))
        self._phrases = [
            line.split()
            for line in _PHRASES.read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        ]
        self._ranks = list(accumulate(1 / (rank + 50) for rank in range(_TAIL)))

    def fresh(self) -> list[str]:
        """The words of a quote unlike any other."""
        rng = self.rng
        size = max(3, min(90, int(rng.lognormvariate(2.75, 0.62))))
        words: list[str] = []
        before = ""
        phrase = rng.randrange(size) if rng.random() < _PHRASE else -1
        while len(words) < size:
            if len(words) == phrase:
                words += rng.choice(self._phrases)
                phrase = -1
            else:
                words.append(self.word(before))
            before = words[-1]
        return words

    def word(self, before: str) -> str:
        """A word that may follow `before`."""
        if self.rng.random() < _RARE:
            return self.name()
        for start in (before, "", "the"):
            pool = self._followers.get(start)
            if pool and (word := pool[int(self.rng.random() * len(pool))]):
                return word
        return "the"

    def name(self) -> str:
        """A rare word, some rarer than others."""
        rank = bisect(self._ranks, self.rng.random() * self._ranks[-1])
        return rare_word(rank)

    def lines(self, count: int) -> Iterator[Line]:
        """`count` distinct wordings, variants after what they vary."""
        seen: set[int] = set()
        written: list[str] = []
        clusters: list[int] = []
        viral: list[int] = []
        sizes: Counter[int] = Counter()
        rng = self.rng
        while len(written) < count:
            at = len(written)
            draw = rng.random()
            cluster = at
            if draw < _FRESH or at < 10:
                words = self.fresh()
                if rng.random() < 0.0005 and len(words) > 8:
                    viral.append(at)
            else:
                some = draw < _FRESH + _VIRAL and viral
                of = rng.choice(viral[-8:]) if some else rng.randrange(at)
                cluster = clusters[of]
                if sizes[cluster] == _LARGEST:
                    continue
                words = self.variant(written[of].split())
            text = " ".join(words)
            if hash(text) in seen:
                continue
            seen.add(hash(text))
            written.append(text)
            clusters.append(cluster)
            sizes[cluster] += 1
            yield Line(text, cluster)

    def variant(self, words: list[str]) -> list[str]:
        """`words` with one to three changes, or a part of them."""
        rng = self.rng
        words = list(words)
        for _ in range(rng.choice((1, 1, 2, 3))):
            at = rng.randrange(len(words))
            step = rng.random()
            if step < 0.4:
                words[at] = self.word(words[at - 1] if at else "")
            elif step < 0.6:
                words.insert(at, self.word(words[at - 1] if at else ""))
            elif step < 0.8 and len(words) > 4:
                del words[at]
            elif len(words) > 10:
                words = words[: len(words) - rng.randint(1, 4)]
        return words


def rare_word(rank: int) -> str:
    """A pronounceable word for every number."""
    out = []
    rank += 4000
    while rank:
        rank, a = divmod(rank, len(_START))
        rank, b = divmod(rank, len(_VOWEL))
        rank, c = divmod(rank, len(_END))
        out.append(_START[a] + _VOWEL[b] + _END[c])
    return "".join(out)


def _followers(rng: random.Random) -> dict[str, list[str]]:
    """For each word, words that follow it, as often as they do."""
    rows: defaultdict[str, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    with gzip.open(PAIRS, "rt", encoding="utf-8") as lines:
        for line in lines:
            first, second, n = line.rstrip("\n").split("\t")
            rows[first][0].append(second)
            rows[first][1].append(int(n))
    return {
        first: rng.choices(words, counts, k=min(_POOL, 4 * sum(counts)))
        for first, (words, counts) in rows.items()
    }
