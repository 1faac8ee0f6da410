"""Clauses reported without quotation marks, with their source, cue and relay chain.

    paragraph -> sentences with a reporting word -> readings -> quotes

Precision matters more than reach: what somebody thinks, wants or believes is not reported
speech, and a clause that holds quotation marks is left to the quoted half.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from verifier import lexicon
from verifier.model import Kind, Mention, Quote, Span, digest
from verifier.policy import Policy
from verifier.quotes import clauses, learned, readings, via, wordclass
from verifier.quotes.clauses import Cue
from verifier.quotes.readings import Clause, Judged
from verifier.quotes.syntax import Paragraph
from verifier.quotes.wordclass import Row
from verifier.quotes.words import Sort, Tag, Word, tagged

# A longer sentence is read in pieces, and no more cues than these are looked at in one, so
# that a page of nothing but cues takes linear time.
_LONGEST_SENTENCE = 250
_MOST_CUES = 12
# Two cues whose contents share this much claim the same clause.
_SAME = 0.8
# An outlet's clause that another one fills by this much is only its relay.
_FILLED = 0.5
_REPORTS = tagged(Tag.REPORTS)


def find(text: str, paragraphs: Iterable[Paragraph]) -> list[Quote]:
    """The indirect quotes of `text`, by position; `paragraphs` as `syntax.read` gives them."""
    return [q for paragraph in paragraphs for q in in_paragraph(text, paragraph)]


def in_paragraph(text: str, paragraph: Paragraph) -> list[Quote]:
    """The indirect quotes of one paragraph of `text`, by position of their cues."""
    found: list[Quote] = []
    for first, last in sentences(paragraph):
        row = wordclass.read(paragraph, first, last)
        found.extend(_quotes(text, row, paragraph.language))
    return found


def sentences(paragraph: Paragraph) -> Iterator[Span]:
    """The sentences, or pieces of very long ones, that hold a reporting word outside marks."""
    cues = [m.start() for m in _REPORTS.finditer(paragraph.outside)]
    if not cues:
        return
    nouns = lexicon.entries("cue_nouns", paragraph.language)
    for first, last in paragraph.sentences:
        for begin in range(first, last, _LONGEST_SENTENCE):
            end = min(last, begin + _LONGEST_SENTENCE)
            here = cues[bisect_left(cues, begin) : bisect_left(cues, end)]
            if any(n == begin or not _named(paragraph.words[n], nouns) for n in here):
                yield (begin, end)


def _named(word: Word, nouns: frozenset[str]) -> bool:
    """Part of a name: the United States, the Cook Report."""
    return word.sort is Sort.NAME and word.low in nouns


def _quotes(text: str, row: Row, language: str) -> Iterator[Quote]:
    """The quotes of one sentence; an outlet's clause around another's is its relay."""
    accepted = list(_accepted(row, language))
    for one in accepted:
        others = [o.clause for o in accepted if o is not one]
        if any(
            _relays(row, one.clause, o, language) and _fills(row, o, one.clause) for o in others
        ):
            continue
        outer = [o for o in others if _relays(row, o, one.clause, language)]
        yield _quote(text, row, one, outer, language)


def _accepted(row: Row, language: str) -> Iterator[Judged]:
    """The clauses of a sentence that are sure enough, the surest of those with one content."""
    weights = learned.weights(language)
    floor = Policy().reported_confidence
    cues = clauses.cues(row, language)[:_MOST_CUES]
    judged = [j for cue in cues if (j := readings.judge(row, cue, weights))]
    for one in judged:
        if one.sure < floor or readings.is_marked(row, one.clause):
            continue
        surer = (o for o in judged if o.sure > one.sure)
        if all(_shared(row, one.clause, o.clause) < _SAME for o in surer):
            yield one


def _letters(row: Row, clause: Clause) -> set[int]:
    return {k for a, b in clause.pieces for k in range(row.start[a], row.end[b - 1])}


def _shared(row: Row, one: Clause, other: Clause) -> float:
    """How much of the contents of two clauses is common to both."""
    mine, theirs = _letters(row, one), _letters(row, other)
    return len(mine & theirs) / len(mine | theirs)


def _relays(row: Row, outer: Clause, inner: Clause, language: str) -> bool:
    """Whether `outer` is an outlet's report of `inner`: `Alder said ..., CNN reported`."""
    if outer.source is None or not via.outlet_in(row, outer.source, language):
        return False
    return any(a <= inner.cue.at < b for a, b in outer.pieces)


def _fills(row: Row, inner: Clause, outer: Clause) -> bool:
    """Whether an outlet's clause holds little but `inner`, with its source and cue."""
    edges = [k for span in (*inner.pieces, inner.source or (), _cue_span(inner.cue)) for k in span]
    whole = inner._replace(pieces=((min(edges), max(edges)),))
    return _shared(row, whole, outer) >= _FILLED


def _quote(text: str, row: Row, one: Judged, outer: list[Clause], language: str) -> Quote:
    """The quote of a clause; `outer` are the outlets' clauses around it."""
    clause = one.clause
    source, relays = via.chain(row, clause.cue, clause.source, language)
    around = (via.outlet_in(row, o.source, language) for o in outer if o.source)
    spans = tuple((row.start[a], row.end[b - 1]) for a, b in clause.pieces)
    words = " ".join(text[a:b] for a, b in spans)
    sure = readings.sureness(learned.weights(language).joint, one.features)
    return Quote(
        id=digest(words, str(spans[0][0])),
        kind=Kind.INDIRECT,
        text=words,
        spans=spans,
        source=_mention(text, row, source),
        cue=_mention(text, row, _cue_span(clause.cue)),
        via=tuple(_text(text, row, name) for name in (*relays, *around) if name),
        confidence=round(sure, 4),
    )


def _cue_span(cue: Cue) -> Span:
    """The cue in tokens: `according to` is two."""
    return (cue.at, cue.at + 2) if cue.group == "A" else (cue.at, cue.at + 1)


def _text(text: str, row: Row, span: Span) -> str:
    return text[row.start[span[0]] : row.end[span[1] - 1]]


def _mention(text: str, row: Row, span: Span | None) -> Mention | None:
    if span is None:
        return None
    return Mention(text=_text(text, row, span), span=(row.start[span[0]], row.end[span[1] - 1]))


__all__ = ["find", "in_paragraph", "sentences"]
