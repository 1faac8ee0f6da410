"""What a cut at the end of a quote takes away: nothing that matters, or the sense with it.

`lead` are the indices of the dropped words, those nearest to the kept ones first; `left`
says that they stood before them.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.sense import Lists
from verifier.text import bare_words
from verifier.wording import Wording

# How far from a cut a dropped negation still belongs to what was kept.
_EDGE_WORDS = 8
_PHRASE_WORDS = 3


def lost(side: Wording, lead: range, known: Lists, *, left: bool) -> tuple[str, list[int]]:
    """(kind, words) of what the cut takes away; no words if the sense stays."""
    norms = side.norms
    clause = _clause(side, lead, left=left)
    if any(norms[k] in known.negations for k in clause):
        return "negation", clause
    if left and clause and norms[clause[0]] in known.limits:
        return "omission", clause[:1]
    sentence = same_sentence(side, lead, 2 * _EDGE_WORDS, left=left)
    opening = [norms[k] for k in sorted(sentence)[:_PHRASE_WORDS]]
    if not left and _opens(opening, known.reservations):
        denied = not known.negations.isdisjoint(opening)
        return ("negation" if denied else "omission"), sentence
    return "omission", sentence if _opens(opening, known.conditions) else []


def kept_outside(kept: Wording, known: Lists, *, left: bool) -> bool:
    """Whether the story says beside its marks what the cut has taken out of them."""
    context = kept.before if left else kept.after
    norms = bare_words(context)
    near = norms[-_EDGE_WORDS:] if left else norms[:_EDGE_WORDS]
    said = known.negations | known.limits
    conditional = any(
        _opens(near[k : k + _PHRASE_WORDS], known.conditions) for k in range(len(near))
    )
    return conditional or not said.isdisjoint(near) or "n't" in context


def same_sentence(side: Wording, lead: Sequence[int], size: int, *, left: bool) -> list[int]:
    """At most `size` words of `lead`, up to the end of their sentence."""
    near: list[int] = []
    for k in lead:
        if len(near) >= size and not {k, near[-1]} <= side.bracketed:
            break
        if side.sentence_break(k + 1 if left else k):
            break
        near.append(k)
    return near


def _opens(opening: Sequence[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    return any(tuple(opening[:n]) in phrases for n in range(1, len(opening) + 1))


def _clause(side: Wording, lead: range, *, left: bool) -> list[int]:
    """The dropped words that belong to the same clause as the kept ones."""
    found: list[int] = []
    for k in lead[:_EDGE_WORDS]:
        if side.clause_break(k + 1 if left else k):
            break
        found.append(k)
    return found
