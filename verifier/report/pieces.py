"""Texts cut into pieces for marking: which stretch belongs to which quote or difference."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from verifier.model import Divergence, Finding, Severity, Span
from verifier.text import paragraphs
from verifier.value import value


@value
class Piece:
    """A stretch of an article; `number` is that of the quote it belongs to, 0 for none.

    `last` is true of the piece that ends the quote.
    """

    text: str
    number: int = 0
    last: bool = False


@value
class Marked:
    """A stretch of a quote; `kind` is that of the difference in it, "" for none.

    `gap` is true where words are missing; `grave` of a difference of high severity.
    """

    text: str
    kind: str = ""
    grave: bool = False
    gap: bool = False


# ---------------------------------------------------------------- articles
def of_article(text: str, findings: Sequence[Finding]) -> list[list[Piece]]:
    """The paragraphs of `text`, each in pieces. Where quotes overlap, the shorter one shows.

    Every quote ends in exactly one piece, an empty one where another quote covers it all.
    """
    spans = paragraphs(text) or [(0, 0)]
    cuts = list(_cuts(text, spans, findings))
    shown = {n for cut in cuts for _, n in cut}
    starts = [start for start, _ in spans]
    for n, finding in enumerate(findings, 1):
        if n not in shown:
            place = bisect_right(starts, max((b for _, b in finding.quote.spans), default=0))
            cuts[max(0, place - 1)].append(("", n))
    return list(reversed([*_ended(cuts)]))


def _cuts(
    text: str, spans: Sequence[Span], findings: Sequence[Finding]
) -> Iterator[list[tuple[str, int]]]:
    """For each paragraph its stretches with the number of the quote that owns them."""
    stretches = list(_owners(len(text), findings))
    at = 0
    for first, last in spans:
        while at < len(stretches) and stretches[at][1] <= first:
            at += 1
        cut = []
        here = at
        while here < len(stretches) and stretches[here][0] < last:
            start, end, number = stretches[here]
            cut.append((text[max(start, first) : min(end, last)], number))
            here += 1
        yield cut


def _ended(cuts: Sequence[Sequence[tuple[str, int]]]) -> Iterator[list[Piece]]:
    """The paragraphs from the last to the first, the last piece of each quote known."""
    ended = {0}
    for cut in reversed(cuts):
        pieces = []
        for words, number in reversed(cut):
            pieces.append(Piece(text=words, number=number, last=number not in ended))
            ended.add(number)
        yield pieces[::-1]


def _owners(length: int, findings: Sequence[Finding]) -> Iterator[tuple[int, int, int]]:
    """Stretches `(start, end, number)` that cover the text without overlap, in order."""
    size = {n: sum(b - a for a, b in f.quote.spans) for n, f in enumerate(findings, 1)}
    events: dict[int, list[int]] = {0: [], length: []}
    for n, finding in enumerate(findings, 1):
        for start, end in finding.quote.spans:
            if 0 <= start < end <= length:
                events.setdefault(start, []).append(n)
                events.setdefault(end, []).append(-n)
    active: set[int] = set()
    shortest: list[tuple[int, int]] = []  # a heap of (size, number); what ended leaves it late
    for start, end in pairwise(sorted(events)):
        active -= {-n for n in events[start] if n < 0}
        for n in events[start]:
            if n > 0:
                active.add(n)
                heappush(shortest, (size[n], n))
        while shortest and shortest[0][1] not in active:
            heappop(shortest)
        yield start, end, shortest[0][1] if shortest else 0


# ---------------------------------------------------------------- quotes
def here(text: str, divergences: Iterable[Divergence]) -> list[Marked]:
    """The article's words, with the differing ones marked."""
    return _marked(text, [(d.here_span, d) for d in divergences if not is_beside(d)])


def is_beside(divergence: Divergence) -> bool:
    """Whether it lies in the attribution and not in the words: who said it, or denied it."""
    spans = (divergence.here_span, divergence.there_span)
    named = bool(divergence.here and divergence.there)
    return divergence.kind == "speaker" or (named and spans == ((0, 0), (0, 0)))


def there(text: str, divergences: Iterable[Divergence]) -> list[Marked]:
    """The other story's words, with the differing ones marked."""
    return _marked(text, [(d.there_span, d) for d in divergences if not is_beside(d)])


def _marked(text: str, places: list[tuple[Span, Divergence]]) -> list[Marked]:
    """Spans that overlap or lie outside of `text` are cut to what is left of them."""
    found: list[Marked] = []
    at = 0
    for (first, last), divergence in sorted(places, key=lambda p: (p[0], p[1].kind)):
        start = min(max(first, at), len(text))
        end = min(max(last, start), len(text))
        if last > first and start == end:
            continue
        if start > at:
            found.append(Marked(text=text[at:start]))
        grave = divergence.severity is Severity.HIGH
        found.append(
            Marked(text=text[start:end], kind=divergence.kind, grave=grave, gap=start == end)
        )
        at = end
    return [*found, Marked(text=text[at:])] if at < len(text) else found
