"""Weights learned by `tests/benchmarks/train_reported.py`, and what they make of features.

The scorers are log-linear: a candidate's score is the sum of its features' weights, and the
candidates of one choice share a probability of one (a conditional logit; the frames are one
choice, the starts another, ...). Features are word classes and distances, see `clauses`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat

from verifier import lexicon
from verifier.quotes.clauses import FRAMES
from verifier.value import NamedTuple

Table = dict[str, float]
_NO_WEIGHTS = (0.0,) * len(FRAMES)


class Weights(NamedTuple):
    """One table a choice; `frame` holds a weight a frame for each feature.

    The last three are logistic: that the clause is right to its edges (four fifths shared),
    that it is right (half shared), and that its source is right too.
    """

    frame: dict[str, tuple[float, ...]]
    start: Table
    end: Table
    left: Table
    source: Table
    whole: Table
    content: Table
    joint: Table


@cache
def weights(language: str = "en") -> Weights:
    """The shipped weights of `lexicon/<language>/reported.txt`."""
    return compile_weights(lexicon.weights("reported", language))


def compile_weights(rows: dict[str, float]) -> Weights:
    """Tables from `<choice or frame> <feature>` -> weight."""
    tables: dict[str, Table] = {name: {} for name in (*FRAMES, *Weights._fields[1:])}
    for row, weight in rows.items():
        name, _, feature = row.partition(" ")
        tables[name][feature] = weight
    frames = [tables[name] for name in FRAMES]
    features = list(set().union(*frames))
    columns = [map(table.get, features, repeat(0.0)) for table in frames]
    frame = dict(zip(features, zip(*columns, strict=True), strict=True))
    return Weights(frame, *(tables[name] for name in Weights._fields[1:]))


def frame_probabilities(
    table: dict[str, tuple[float, ...]], features: Iterable[str]
) -> list[float]:
    """The probability of each of `FRAMES`."""
    found = [table[f] for f in features if f in table]
    return softmax([sum(column) for column in zip(*(found or [_NO_WEIGHTS]), strict=True)])


def score(table: Table, features: Iterable[str]) -> float:
    """The sum of the weights of `features`."""
    get = table.get
    return sum([get(feature, 0.0) for feature in features])


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as probabilities that sum to one."""
    top = max(scores)
    odds = [math.exp(s - top) for s in scores]
    total = sum(odds)
    return [o / total for o in odds]


def logistic(score: float) -> float:
    """The probability of a log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score))))
