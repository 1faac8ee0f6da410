"""Clauses reported without quotation marks, with their source, cue and relay chain.

    sentence -> cues -> frame -> source -> content -> confidence

Each choice is a small log-linear one (`learned`) over what `clauses` offers. A boundary is
not the likeliest one but the one whose clause most probably shares half of its length with
the true clause, which is what a reader needs and what the evaluation counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from verifier import lexicon
from verifier.model import Kind, Mention, Quote, Span, digest
from verifier.policy import Policy
from verifier.quotes import clauses, learned, via
from verifier.quotes.clauses import FRAMES, Cue
from verifier.quotes.learned import Weights
from verifier.quotes.syntax import Paragraph, Sort, Token
from verifier.quotes.wordclass import BREAKS, Row
from verifier.quotes.wordclass import read as read_row

# A longer sentence is read in pieces, and no more cues than these are looked at in one, so
# that a page of nothing but cues takes linear time. Of the training sentences none has more.
_LONGEST_SENTENCE = 250
_MOST_CUES = 12
# An overlap of half decides; of two boundaries that serve it alike, the likelier one.
_OVERLAP = 0.5
_LIKELIER = 0.5
_SAME = 0.8
# A cue that reports no clause with more than this probability is not looked at further.
_HOPELESS = 0.9
# Nor is a frame that has less than this share of the probability of all.
_UNLIKELY = 0.12


class Clause(NamedTuple):
    """One reading of a cue: content and source in tokens of the row, and how sure each choice is.

    `sure` holds the probabilities of: some frame, this frame, the start, the end, the source.
    """

    cue: Cue
    frame: str
    pieces: tuple[Span, ...]
    source: Span | None
    sure: tuple[float, ...]


def find(text: str, paragraphs: Iterable[Paragraph], language: str = "en") -> list[Quote]:
    """The indirect quotes of `text`, by position; `paragraphs` as `syntax.read` gives them."""
    found: list[Quote] = []
    for paragraph in paragraphs:
        for tokens in sentences(paragraph, language):
            found.extend(_quotes(text, read_row(tokens, language), language))
    return found


def sentences(paragraph: Paragraph, language: str = "en") -> Iterator[Sequence[Token]]:
    """The sentences, or pieces of very long ones, that hold a reporting word."""
    verbs = lexicon.pairs("reported_cues", language)
    nouns = lexicon.entries("cue_nouns", language)
    tokens = paragraph.tokens
    for first, last in paragraph.sentences:
        for begin in range(first, last, _LONGEST_SENTENCE):
            piece = tokens[begin : min(last, begin + _LONGEST_SENTENCE)]
            if any(t.low in verbs and t.quote < 0 and not _named(t, nouns) for t in piece[1:]) or (
                piece[0].low in verbs
            ):
                yield piece


def _named(token: Token, nouns: frozenset[str]) -> bool:
    """Part of a name: the United States, the Cook Report."""
    return token.sort is Sort.NAME and token.low in nouns


def _quotes(text: str, row: Row, language: str) -> Iterator[Quote]:
    weights = learned.weights(language)
    floor = Policy().reported_confidence
    judged = [
        best
        for cue in clauses.cues(row, language)[:_MOST_CUES]
        if (best := judge(row, cue, weights))
    ]
    for sure, clause, features in judged:
        rivals = (s for s, other, _ in judged if other is not clause and _same(row, clause, other))
        if sure >= floor and not is_marked(row, clause) and all(s <= sure for s in rivals):
            yield _quote(text, row, clause, sureness(weights.joint, features), language)


def judge(row: Row, cue: Cue, weights: Weights) -> tuple[float, Clause, dict[str, float]] | None:
    """The reading of `cue` whose edges are surest right, how sure its content is, its features."""
    found = [(c, judge_features(row, c)) for c in readings(row, cue, weights)]
    if not found:
        return None
    clause, features = max(found, key=lambda f: sureness(weights.whole, f[1]))
    return sureness(weights.content, features), clause, features


def _same(row: Row, one: Clause, other: Clause) -> bool:
    """Whether two cues claim one content: nearly all characters shared."""
    mine, theirs = (
        {k for a, b in c.pieces for k in range(row.start[a], row.end[b - 1])} for c in (one, other)
    )
    return len(mine & theirs) >= _SAME * len(mine | theirs)


def _quote(text: str, row: Row, clause: Clause, confidence: float, language: str) -> Quote:
    spans = tuple((row.start[a], row.end[b - 1]) for a, b in clause.pieces)
    words = " ".join(text[a:b] for a, b in spans)
    source, relays = via.chain(row, clause.cue, clause.source, language)
    return Quote(
        id=digest(words, str(spans[0][0])),
        kind=Kind.INDIRECT,
        text=words,
        spans=spans,
        source=_mention(text, row, source),
        cue=_mention(text, row, _cue_span(clause.cue)),
        via=tuple(text[row.start[a] : row.end[b - 1]] for a, b in relays),
        confidence=round(confidence, 4),
    )


def _cue_span(cue: Cue) -> Span:
    """The cue in tokens: `according to` is two."""
    return (cue.at, cue.at + 2) if cue.group == "A" else (cue.at, cue.at + 1)


def _mention(text: str, row: Row, span: Span | None) -> Mention | None:
    if span is None:
        return None
    start, end = row.start[span[0]], row.end[span[1] - 1]
    return Mention(text=text[start:end], span=(start, end))


def is_marked(row: Row, clause: Clause) -> bool:
    """Whether the content holds quotation marks: then it is the quoted half's."""
    return any(any(row.marked[a:b]) for a, b in clause.pieces)


# ------------------------------------------------------------------ one cue
def readings(row: Row, cue: Cue, weights: Weights) -> list[Clause]:
    """What `cue` may report: one clause for each frame that is not too improbable."""
    odds = learned.frame_probabilities(weights.frame, clauses.frame_features(row, cue))
    if odds[0] > _HOPELESS:
        return []
    likely = [k for k in range(1, len(FRAMES)) if odds[k] > _UNLIKELY * (1.0 - odds[0])]
    found = (_reading(row, cue, FRAMES[k], (1.0 - odds[0], odds[k]), weights) for k in likely)
    return [clause for clause in found if clause]


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
        sides.extend(_right(row, cue, frame, weights))
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
    cue, pieces = clause.cue, clause.pieces
    (first, _), (begin, last) = pieces[0], pieces[-1]
    words = sum(b - a for a, b in pieces)
    verbs = sum(row.verbs[b] - row.verbs[a] for a, b in pieces)
    at = cue.at
    gap = clauses.bucket(at - clause.source[1]) if clause.source else "none"
    before, after = row.kind(at - 1), row.kind(at + 1)
    earlier = clauses.few(row.verbs[at])
    numbers = zip(("some", "frame", "start", "end", "source"), clause.sure, strict=True)
    shape = (
        f"frame={clause.frame} {cue.group} {cue.form}", f"opens={row.kinds[first]} {verbs > 0}", f"enters={clause.frame[:2]} {row.kind(begin - 1)}",
        f"resumes={clause.frame[:2]} {row.kinds[begin]}",
        f"near={clause.frame} {before} {after}", f"gap={clause.frame} {cue.form} {gap}",
        f"earlier={clause.frame} {before} {earlier}",
        f"behind={clause.frame} {after} {verbs > 0} {earlier != '0'}",
        f"opens2={row.kinds[first]} {row.kind(first + 1)}",
        f"length={clauses.bucket(words)} {verbs > 0}", f"verb={cue.verb}",
        f"closes={row.kind(last)}", f"source={_source_kind(row, clause)} {cue.form}",
    )  # fmt: skip
    found = {name: math.log(max(p, 1e-6)) for name, p in numbers}
    return found | {"one": 1.0} | dict.fromkeys(shape, 1.0)


def _source_kind(row: Row, clause: Clause) -> str:
    return row.kinds[clause.source[0]] if clause.source else "nobody"


def sureness(table: learned.Table, features: dict[str, float]) -> float:
    """The calibrated probability that `table` gives to what `judge_features` saw."""
    return learned.logistic(sum(table.get(f, 0.0) * x for f, x in features.items()))
