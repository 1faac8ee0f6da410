"""Parts of two quotes of one story, joined as one: what no comparison with either shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from verifier.compare import Comparison
from verifier.model import Divergence, Match, Relation, Severity
from verifier.text import bare_words
from verifier.value import value

# The two parts make up nearly all of the quote, and each is more than a phrase.
_COVERED = 0.8
_PART_WORDS = 3
# So many words at the joint may stand in both parts.
_SHARED_WORDS = 2


@value
class Part:
    """A quote of the story as a match of the article's, and how the two compare."""

    match: Match
    compared: Comparison


def is_whole(text: str, compared: Comparison) -> bool:
    """Whether what agrees is nearly all of the article's quote `text`."""
    start, end = compared.common
    return len(bare_words(text[start:end])) >= _COVERED * len(bare_words(text))


def spliced(text: str, best: Part, others: Iterable[Part]) -> Match | None:
    """The match `best` as a splice, if another quote of its story carries the rest of `text`."""
    for other in others:
        if other.match.quote.spans != best.match.quote.spans:
            in_order = sorted((best, other), key=lambda p: p.compared.common)
            if _joined(text, *in_order):
                return _splice(text, best, other, first=in_order[0] is best)
    return None


def _joined(text: str, first: Part, second: Part) -> bool:
    """Whether the two make up `text`, and both go on beyond the joint.

    Two quotes that only an attribution separates end and begin there, and are no splice.
    """
    (start, end), (resumed, last) = first.compared.common, second.compared.common
    if (
        last <= end
        or len(bare_words(text[resumed:end])) > _SHARED_WORDS
        or _marked(text[end:resumed])
    ):
        return False
    sizes = [len(bare_words(text[a:b])) for a, b in ((start, end), (resumed, last))]
    goes_on = _length(first.compared.tail) and _length(second.compared.lead)
    whole = sum(sizes) >= _COVERED * len(bare_words(text))
    return bool(goes_on) and whole and min(sizes) >= _PART_WORDS


def _marked(joint: str) -> bool:
    return "…" in joint or "..." in joint.replace(" ", "")


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _splice(text: str, best: Part, other: Part, *, first: bool) -> Match:
    """`there` are the words with which `best` goes on, `here` those that stand in their place."""
    own, far = best.compared, other.compared
    gone = own.tail if first else own.lead
    joint = Divergence(
        kind="splice",
        severity=Severity.HIGH,
        here=text[slice(*far.common)],
        there=best.match.quote.text[slice(*gone)],
        here_span=far.common,
        there_span=gone,
    )
    kept = [d for d in best.match.divergences if d.kind == "speaker" or _within(d, own.common)]
    return replace(best.match, relation=Relation.DIVERGENT, divergences=(*kept, joint))


def _within(divergence: Divergence, span: tuple[int, int]) -> bool:
    start, end = divergence.here_span
    return span[0] < start and end < span[1]
