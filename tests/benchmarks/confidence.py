"""Stated confidence against rightness: of the quotes that are this sure, how many are right?

    ./run.sh bench confidence --gold DIR

DIR holds `text/` and `attributions/` (brat standoff, as PolNeAR is published). A direct or
mixed quote is right when the annotators have each of its spans (four fifths shared) as a
marked stretch of one attribution, and its source names the head of theirs in the same
place. Quotes that they left out of annotation, or annotated without marks, are not counted.
"""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.train_reported import Gold, read_gold
from verifier import lexicon
from verifier.extraction import extract
from verifier.model import Kind, Quote, Span, Story
from verifier.quotes import marks

_EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
_SURE = 0.9
_WORD = re.compile(r"\w[\w.’'-]*")
# Where the head of a mention ends: what follows describes it.
_TAIL = re.compile(r",|\s(?:of|for|at|in|from|with|on|to|who|which|that|whose)\s")


def judged(folder: Path) -> Iterator[tuple[float, bool]]:
    """(confidence, right) of every direct and mixed quote that can be judged."""
    for _, text, gold in read_gold(folder):
        stretches = [m.inner for m in marks.find(text) if m.depth == 0]
        for quote in extract(Story(text=text)):
            if (
                quote.kind is not Kind.INDIRECT
                and (right := is_right(text, quote, gold, stretches)) is not None
            ):
                yield quote.confidence, right


def is_right(
    text: str, quote: Quote, gold: Sequence[Gold], stretches: Sequence[Span]
) -> bool | None:
    """Whether spans and source are as annotated; None where the annotation does not say."""
    homes = [_home(span, gold) for span in quote.spans]
    if any(home is not None and (_is_bare(home) or not home.source) for home in homes):
        return None
    exact = all(any(_shared(span, s) >= 0.8 for s in stretches) for span in quote.spans)
    return exact and all(home is not None and _same_source(text, quote, home) for home in homes)


def _home(span: Span, gold: Sequence[Gold]) -> Gold | None:
    """The attribution whose content holds at least half of a stretch, the fullest of them."""
    held = [(sum(_overlap(span, c) for c in g.content), k) for k, g in enumerate(gold)]
    most, k = max(held, default=(0, 0))
    return gold[k] if 2 * most >= span[1] - span[0] else None


def _is_bare(home: Gold) -> bool:
    return home.use not in {"quoted", "negated"}


def _same_source(text: str, quote: Quote, home: Gold) -> bool:
    if quote.source is None:
        return False
    mine = _heads(text, quote.source.span)
    return any(mine & _heads(text, span) for span in home.source)


def _heads(text: str, span: Span) -> set[int]:
    """Where the words of a mention's head stand, articles and the like left out."""
    written = text[slice(*span)]
    tail = _TAIL.search(written)
    written = written[: tail.start()] if tail and tail.start() else written
    small = lexicon.entries("function_words") | lexicon.entries("determiners")
    words = [(span[0] + m.start(), m.group().lower()) for m in _WORD.finditer(written)]
    return {p for p, w in words if w not in small} or {p for p, _ in words}


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _shared(one: Span, other: Span) -> float:
    common = _overlap(one, other)
    return common / (one[1] - one[0] + other[1] - other[0] - common)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    points = list(judged(parser.parse_args().gold))
    if not points:
        parser.error("no quotes in that folder: it must hold text/ and attributions/")
    print("confidence     quotes   stated   right")
    for low, high in itertools.pairwise(_EDGES):
        part = [(c, r) for c, r in points if low <= c < high]
        if part:
            stated, right = (sum(x) / len(part) for x in zip(*part, strict=True))
            print(
                f"{low:.2f} to {min(high, 1):.2f}  {len(part):>6}   {100 * stated:5.1f}%  {100 * right:5.1f}%"
            )
    sure = [right for confidence, right in points if confidence >= _SURE]
    print(
        f"confidence >= {_SURE}: {100 * len(sure) / len(points):.1f}% of {len(points)} direct and mixed "
        f"quotes, {100 * sum(sure) / max(1, len(sure)):.1f}% of them right"
    )


if __name__ == "__main__":
    main()
