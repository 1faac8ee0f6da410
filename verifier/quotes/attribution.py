"""Whose each marked stretch is: every mention nearby is weighed, and nobody too.

A log-linear model over the candidates of one quote (`candidates`, `features`): the
probability of each is the softmax of the sums of its features' weights. Quotes are decided
in reading order, since whose the last one was is a feature of the next. The weights are
learned by `tests/benchmarks/train_attribution.py`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from verifier import lexicon
from verifier.pattern import pattern
from verifier.quotes.candidates import Candidate, Given, Scene, Setting
from verifier.quotes.features import rows
from verifier.quotes.marks import Marked
from verifier.quotes.syntax import Paragraph, read
from verifier.quotes.words import QUOTED, Tag, tagged
from verifier.value import NamedTuple

# How many paragraphs before a quote's own are in view, and how many names are counted.
_BEHIND = 3
_NAMES_COUNTED = 50_000
# A quote is nobody's when that is likelier than this (train, cross-validated: .50 gives the
# best joint F1; between .40 and .60 it changes by less than 0.2).
_NOBODY = 0.5
# Names, each to its last word.
_LAST_NAMES = pattern(f"{tagged(Tag.NAMES).pattern}++")


class Decision(NamedTuple):
    """Whose a quote is, or the likeliest source of one that is nobody's.

    `nobody` is the probability that it is no one's reported words, `probability` that of
    `source` being right, as the model has it.
    """

    source: Candidate | None
    nobody: float
    probability: float

    @property
    def reported(self) -> bool:
        """Whether the quote counts as somebody's words."""
        return self.source is not None and self.nobody < _NOBODY


Choose = Callable[[int, Setting], Candidate | None]


def decide(setting: Setting, language: str = "en") -> Decision:
    """The likeliest source of the quote in `setting`."""
    return weigh(*rows(setting), lexicon.weights("attribution", language))


def weigh(
    found: Sequence[Candidate], features: Sequence[Sequence[str]], weights: dict[str, float]
) -> Decision:
    """The likeliest of the candidates `found`; the first row of features is nobody's."""
    weight = weights.get
    odds = softmax([sum([weight(feature, 0.0) for feature in row]) for row in features])
    if not found:
        return Decision(None, odds[0], 0.0)
    best = max(range(1, len(odds)), key=odds.__getitem__)
    return Decision(found[best - 1], odds[0], odds[best])


def softmax(scores: list[float]) -> list[float]:
    """Shares of one, by the exponentials of `scores`."""
    top = max(scores)
    parts = [math.exp(s - top) for s in scores]
    whole = sum(parts)
    return [p / whole for p in parts]


def walk(
    text: str,
    marked: Sequence[Marked],
    choose: Choose,
    language: str = "en",
    paragraphs: Iterator[Paragraph] | None = None,
) -> None:
    """Call `choose(number, setting)` for each outermost stretch of `marked`, in order.

    What it returns, the source or None, is what the settings after it know. Only a few
    paragraphs are held at a time; a caller that reads them too passes `paragraphs`.
    """
    paragraphs = read(text, marked, language) if paragraphs is None else paragraphs
    end = max([m.end for m in marked], default=0)  # what stands behind it is asked of no more
    last: Given | None = None
    tally: dict[str, int] = {}
    counts: dict[str, int] = {}
    for number, at, scenes in _windows(paragraphs):
        paragraph = scenes[at].paragraph
        if paragraph.span[0] < end:
            _count(paragraph, counts)
        if QUOTED not in paragraph.outside:
            continue
        for stretch, item in scenes[at].frame.quotes.items():
            inner = text[slice(*marked[stretch].inner)]
            setting = Setting(scenes, at, number, item, inner, last, tally, counts)
            source = choose(stretch, setting)
            last = Given(number, item, source)
            if source is not None:
                name = source.mention.name
                tally[name] = tally.get(name, 0) + 1


def _windows(
    paragraphs: Iterator[Paragraph],
) -> Iterator[tuple[int, int, Sequence[Scene]]]:
    """Each paragraph's number, its place in its window, and the window: three before, one after."""
    window: list[Scene] = []
    number = -1
    for paragraph in paragraphs:
        window.append(Scene(paragraph))
        if len(window) > 1:
            number += 1
            yield number, len(window) - 2, window
        if len(window) > _BEHIND + 1:
            window = window[1:]
    if window:
        yield number + 1, len(window) - 1, window


def _count(paragraph: Paragraph, counts: dict[str, int]) -> None:
    """Count the names of a paragraph by their last word."""
    for m in _LAST_NAMES.finditer(paragraph.outside):
        word = paragraph.words[m.end() - 1].low
        if word in counts or len(counts) < _NAMES_COUNTED:
            counts[word] = counts.get(word, 0) + 1


@cache
def _curve(language: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    points = sorted((float(k), v) for k, v in lexicon.weights("confidence", language).items())
    return tuple(k for k, _ in points), tuple(v for _, v in points)


def confidence(probability: float, language: str = "en") -> float:
    """The share of quotes of this model probability whose span and source are right.

    Measured on held-out articles by the trainer; between its points, a straight line.
    """
    at, share = _curve(language)
    k = bisect_right(at, probability)
    if k == 0 or k == len(at):
        return share[min(k, len(at) - 1)]
    part = (probability - at[k - 1]) / (at[k] - at[k - 1])
    return share[k - 1] + part * (share[k] - share[k - 1])


__all__ = ["Choose", "Decision", "confidence", "decide", "softmax", "walk", "weigh"]
