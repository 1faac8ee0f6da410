"""Readings of one cue: which clause it reports, and how sure that is.

    cue -> frames -> source -> content -> judgement

Each choice is a small log-linear one (`learned`) over what `clauses` offers. Every frame
that is not too improbable is read to its end, and the finished clauses are judged, since a
frame alone cannot tell `he said without naming names` from a reported clause. An edge is
chosen for being likely and for sharing half of its clause with the other likely ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from verifier.model import Span
from verifier.quotes import clauses, learned
from verifier.quotes.clauses import FRAMES, Cue
from verifier.quotes.learned import Weights
from verifier.quotes.wordclass import BREAKS, Row
from verifier.value import NamedTuple

# Of two edges, the overlap of half that each probably reaches counts 1 and its own
# probability this. On the training articles, cross-validated: 0.02 gives F1 .816 at half
# and .698 at four fifths of the clause, 0.5 gives .810 and .710, 1.0 gives .803 and .727.
# Readers see the edges, so they win.
_OVERLAP = 0.5
_LIKELIER = 1.0
# A cue that reports no clause with more than this probability is not looked at further.
_HOPELESS = 0.8
# Nor is a frame that has less than this share of the probability of all.
_UNLIKELY = 0.12


# Prepositions of place and time; `of`, `about`, `against` and `to` lead to what was said.
_PLACES = frozenset({"at", "in", "on", "during", "from", "by"})


class Clause(NamedTuple):
    """One reading of a cue: content and source in tokens of the row, and how sure each choice is.

    `sure` holds the probabilities of: some frame, this frame, the start, the end, the source.
    """

    cue: Cue
    frame: str
    pieces: tuple[Span, ...]
    source: Span | None
    sure: tuple[float, ...]


class Judged(NamedTuple):
    """A clause, how sure its content is, and the features it was judged by."""

    sure: float
    clause: Clause
    features: dict[str, float]


def judge(row: Row, cue: Cue, weights: Weights) -> Judged | None:
    """The reading of `cue` whose edges are surest right; None when it hardly reports a clause."""
    found = [(c, judge_features(row, c)) for c in readings(row, cue, weights)]
    if not found:
        return None
    clause, features = max(found, key=lambda f: sureness(weights.whole, f[1]))
    return Judged(sureness(weights.content, features), clause, features)


def is_adjunct(row: Row, span: Span) -> bool:
    """Whether a stretch only says where or when: `said at the end of the meeting`."""
    first, last = span
    return row.kinds[first] in _PLACES and row.verbs[last] == row.verbs[first]


def is_date(row: Row, span: Span) -> bool:
    """Whether a stretch without a verb is a time, or stands behind its preposition: on Tuesday."""
    first, last = span
    timed = row.kinds[first] == "time" or row.kinds[first - 1] in _PLACES
    return timed and row.verbs[last] == row.verbs[first]


def is_marked(row: Row, clause: Clause) -> bool:
    """Whether the content holds quotation marks: then it is the quoted half's."""
    return any(any(row.marked[a:b]) for a, b in clause.pieces)


def readings(row: Row, cue: Cue, weights: Weights) -> list[Clause]:
    """What `cue` may report: one clause for each frame that is not too improbable."""
    odds = learned.frame_probabilities(weights.frame, clauses.frame_features(row, cue))
    if odds[0] > _HOPELESS:
        return []
    likely = [k for k in range(1, len(FRAMES)) if odds[k] > _UNLIKELY * (1.0 - odds[0])]
    found = (_reading(row, cue, FRAMES[k], (1.0 - odds[0], odds[k]), weights) for k in likely)
    return [
        clause
        for clause in found
        if clause and not (clause.frame == "right" and is_adjunct(row, clause.pieces[-1]))
    ]


def _reading(
    row: Row, cue: Cue, frame: str, odds: tuple[float, float], weights: Weights
) -> Clause | None:
    source, source_sure = _source(row, cue, frame, weights)
    pieces, sure = _content(row, cue, frame, source, weights)
    return Clause(cue, frame, pieces, source, (*odds, *sure, source_sure)) if pieces else None


def _source(row: Row, cue: Cue, frame: str, weights: Weights) -> tuple[Span | None, float]:
    """The likeliest mention, and its probability."""
    mentions = clauses.sources(row, cue, frame)
    scores = [
        learned.score(weights.source, clauses.source_features(row, cue, m, frame)) for m in mentions
    ]
    odds = learned.softmax(scores)
    best = max(range(len(odds)), key=odds.__getitem__)
    return mentions[best], odds[best]


def _content(
    row: Row, cue: Cue, frame: str, source: Span | None, weights: Weights
) -> tuple[tuple[Span, ...], tuple[float, float]]:
    """The content's stretches, and how sure their starts and ends are."""
    sides: list[tuple[Span, float, float]] = []
    if frame != "right":
        before = source[0] if source and source[0] < cue.at else cue.at
        left = _left(row, cue, frame, before, weights)
        if left is None:
            return (), (0.0, 0.0)
        sides.append(left)
    if not frame.startswith("left"):
        right = _right(row, cue, frame, weights)
        sides.extend(side for side in right if not (sides and is_date(row, side[0])))
    if not sides:
        return (), (0.0, 0.0)
    start, end = min(s for _, s, _ in sides), min(e for _, _, e in sides)
    return tuple(span for span, _, _ in sides), (start, end)


def _left(
    row: Row, cue: Cue, frame: str, before: int, weights: Weights
) -> tuple[Span, float, float] | None:
    """The content that ends where source and cue begin."""
    end = before
    while end > 0 and (row.kinds[end - 1] in BREAKS or row.kinds[end - 1] in {"as", "who"}):
        end -= 1
    if end == 0:
        return None
    starts = clauses.left_starts(row, end)
    features = (clauses.left_features(row, cue, p, end, frame) for p in starts)
    odds = learned.softmax([learned.score(weights.left, f) for f in features])
    best, sure = likeliest([row.end[end - 1] - row.start[p] for p in starts], odds)
    return (starts[best], end), sure, 1.0


def _right(row: Row, cue: Cue, frame: str, weights: Weights) -> list[tuple[Span, float, float]]:
    """The content behind the cue, if there is room for any."""
    starts = clauses.starts(row, cue)
    if not starts:
        return []
    features = (clauses.start_features(row, cue, j, frame) for j in starts)
    odds = learned.softmax([learned.score(weights.start, f) for f in features])
    best = max(range(len(odds)), key=odds.__getitem__)
    start = starts[best]
    ends = clauses.ends(row, start)
    spans = ((start, j) for j in ends)
    scores = [
        learned.score(weights.end, clauses.end_features(row, cue, s, ends[-1], frame))
        for s in spans
    ]
    chosen, sure = likeliest(
        [row.end[j - 1] - row.start[start] for j in ends], learned.softmax(scores)
    )
    end = ends[chosen]
    while end > start + 1 and row.kinds[end - 1] in BREAKS:
        end -= 1
    return [((start, end), odds[best], sure)]


def likeliest(lengths: Sequence[int], odds: Sequence[float]) -> tuple[int, float]:
    """Of spans that share an edge: the one most probably half the true one or more, and how sure.

    `lengths` in characters, `odds` the probability of each; the probability returned is of an
    overlap of half.
    """
    best, most = 0, -1.0
    sure = 0.0
    for k, length in enumerate(lengths):
        near = sum(
            p
            for other, p in zip(lengths, odds, strict=True)
            if min(other, length) >= _OVERLAP * max(other, length)
        )
        if near + _LIKELIER * odds[k] > most:
            best, most, sure = k, near + _LIKELIER * odds[k], near
    return best, sure


def judge_features(row: Row, clause: Clause) -> dict[str, float]:
    """What the finished clause is judged by: how sure each choice was, and its shape."""
    names = ("some", "frame", "start", "end", "source")
    found = {name: math.log(max(p, 1e-6)) for name, p in zip(names, clause.sure, strict=True)}
    shape = (*_content_shape(row, clause), *_cue_shape(row, clause))
    return found | {"one": 1.0} | dict.fromkeys(shape, 1.0)


def _content_shape(row: Row, clause: Clause) -> tuple[str, ...]:
    """How the content begins, resumes and ends, and whether it is a clause."""
    pieces, side = clause.pieces, clause.frame[:2]
    (first, _), (begin, last) = pieces[0], pieces[-1]
    words = sum(b - a for a, b in pieces)
    at = clause.cue.at
    verbal = any(row.verbs[b] > row.verbs[a] for a, b in pieces)
    opens = row.kinds[first]
    return (
        f"opens={opens} {verbal}", f"opens2={opens} {row.kind(first + 1)}",
        f"enters={side} {row.kind(begin - 1)}", f"resumes={side} {row.kinds[begin]}",
        f"length={clauses.bucket(words)} {verbal}", f"closes={row.kind(last)}",
        f"behind={clause.frame} {row.kind(at + 1)} {verbal} {row.verbs[at] > 0}",
    )  # fmt: skip


def _cue_shape(row: Row, clause: Clause) -> tuple[str, ...]:
    """The cue, its frame, its source, and what stands next to it."""
    cue, frame = clause.cue, clause.frame
    before, after = row.kind(cue.at - 1), row.kind(cue.at + 1)
    gap = clauses.bucket(cue.at - clause.source[1]) if clause.source else "none"
    return (
        f"verb={cue.verb}", f"frame={frame} {cue.group} {cue.form}",
        f"near={frame} {before} {after}", f"gap={frame} {cue.form} {gap}",
        f"earlier={frame} {before} {clauses.few(row.verbs[cue.at])}",
        f"source={_source_kind(row, clause)} {cue.form}",
        f"quoted={frame} {any(row.marked[: cue.at])} {any(row.marked[cue.at :])}",
        f"quotednear={frame} {any(row.marked[: cue.at])} {after}",
    )  # fmt: skip


def _source_kind(row: Row, clause: Clause) -> str:
    return row.kinds[clause.source[0]] if clause.source else "nobody"


def sureness(table: learned.Table, features: dict[str, float]) -> float:
    """The calibrated probability that `table` gives to what `judge_features` saw."""
    return learned.logistic(sum(table.get(f, 0.0) * x for f, x in features.items()))
