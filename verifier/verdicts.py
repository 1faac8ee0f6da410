"""A quote and its matches -> a verdict, with its reason in one sentence.

The verdicts are those of CONTRACT: independence decides what corroborates; a divergence
counts wherever it is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from verifier import provenance
from verifier.model import (
    Coverage,
    Finding,
    Holdings,
    Match,
    Quote,
    Relation,
    Severity,
    Verdict,
)

# In the order in which they are named to a person: what changes the sense most comes first.
_KINDS = ("negation", "number", "speaker", "splice", "omission", "insertion", "wording")


class Doubt(StrEnum):
    """Why words cannot decide whose they are."""

    COMMON = "others have these words, and nothing shows that it is the same occasion"
    LIGHT = "too few or too common words to be told from anybody's"


def judge(
    quote: Quote,
    matches: Sequence[Match],
    sources: int,
    holdings: Holdings,
    doubt: Doubt | None = None,
) -> Finding:
    """The finding for `quote`; `sources` are the independent origins without divergence.

    `doubt`: why, without a match, the words could not have decided.
    """
    ordered = tuple(sorted(matches, key=_order))
    verdict = _verdict(ordered)
    kinds = {d.kind for m in ordered for d in m.divergences if d.severity is Severity.HIGH}
    divergences = tuple(k for k in _KINDS if k in kinds)
    return Finding(
        quote=quote,
        verdict=verdict,
        independent_sources=sources,
        divergences=divergences,
        reason=(
            _reason(quote, verdict, ordered, sources, divergences)
            if ordered
            else _unmatched(holdings, doubt)
        ),
        matches=ordered,
    )


def _verdict(matches: Sequence[Match]) -> Verdict:
    diverges = any(m.relation is Relation.DIVERGENT for m in matches)
    supported = any(supports(m) for m in matches)
    if not matches:
        return Verdict.UNMATCHED
    if diverges:
        return Verdict.CONTESTED if supported else Verdict.DIVERGENT
    return Verdict.CORROBORATED if supported else Verdict.COPIED


def supports(match: Match) -> bool:
    """Whether the match corroborates: independent, standing, without divergence that counts."""
    return match.independent and match.standing and match.relation is not Relation.DIVERGENT


def _order(match: Match) -> tuple[bool, bool, float, str, str]:
    """Divergent ones first, then independent ones, then by time."""
    published = match.story.published
    return (
        match.relation is not Relation.DIVERGENT,
        not match.independent,
        published.timestamp() if published else float("inf"),
        match.story.id,
        match.quote.id,
    )


# ---------------------------------------------------------------- reasons
def _reason(
    quote: Quote,
    verdict: Verdict,
    matches: Sequence[Match],
    sources: int,
    kinds: Sequence[str],
) -> str:
    if verdict is Verdict.COPIED:
        return _copied(matches)
    if verdict is Verdict.CORROBORATED:
        return _corroborated(quote, matches, sources)
    differs = _against([m for m in matches if m.relation is Relation.DIVERGENT], kinds)
    if verdict is Verdict.CONTESTED:
        carried = [m for m in matches if supports(m)]
        return f"{_carriers(carried)} {'have' if _several(carried) else 'has'} it, but {differs}."
    return f"{differs[0].upper()}{differs[1:]}; no independent source has it as it stands here."


def between(first: Match, finding: Finding) -> str:
    """The reason of `finding` where no article is at hand, but the story that had it first."""
    against = [m for m in finding.matches if m.relation is Relation.DIVERGENT]
    with_it = [first, *(m for m in finding.matches if supports(m))]
    if not against:
        shared = f"Independently in {_carriers(with_it)}."
        return shared if finding.verdict is Verdict.CORROBORATED else finding.reason
    with_it += [m for m in finding.matches if m.copy_of or m.why == provenance.REPRINT]
    with_it = [m for m in dict.fromkeys(with_it) if m not in against]
    kinds = _listed(list(finding.divergences))
    return f"{_carriers(with_it)} and {_carriers(against)} differ in {kinds}."


def _unmatched(holdings: Holdings, doubt: Doubt | None) -> str:
    if doubt is Doubt.COMMON:
        return f"Too common to attribute: {doubt} (searched: {_searched(holdings)})."
    if holdings.coverage is Coverage.NONE:
        return "Not searched: the archive holds nothing from around the article's date."
    searched = _searched(holdings)
    found = f"Not found in {searched}"
    if holdings.coverage is Coverage.THIN:
        found = f"Hardly searched: not in the few stories at hand ({searched})"
    return f"{found}; too common to attribute: {doubt}." if doubt else f"{found}."


def _searched(holdings: Holdings) -> str:
    searched = (
        f"{holdings.stories:,} {'story' if holdings.stories == 1 else 'stories'} of "
        f"{holdings.outlets:,} {'outlet' if holdings.outlets == 1 else 'outlets'}"
    )
    if holdings.oldest and holdings.newest:
        days = dict.fromkeys((_day(holdings.oldest), _day(holdings.newest)))
        searched += f", {' to '.join(days)}"
    return searched


def _copied(matches: Sequence[Match]) -> str:
    fallen = [m for m in matches if m.independent]
    if fallen:
        return f"Nobody else has it who still stands by it: {fallen[0].correction}."
    reasons = {m.why for m in matches}
    outlets = _outlets(matches)
    if reasons == {provenance.CITED_SOURCE}:
        return f"Only as in the source it cites ({outlets})."
    if reasons == {provenance.SAID_BEFORE}:
        first = next(m.story.published for m in matches)
        return f"Said at another time, on {_day(first)} ({outlets}); nobody else has it from now."
    if reasons == {provenance.SAME_OUTLET}:
        return f"Only in other stories of the same outlet ({outlets})."
    return f"Only in copies of the same report ({outlets})."


def _corroborated(quote: Quote, matches: Sequence[Match], sources: int) -> str:
    carried = [m for m in matches if supports(m)]
    text = f"{_count(sources)} it: {_carriers(carried)}"
    unnamed = quote.speaker and all(m.quote.speaker is None for m in carried)
    if unnamed:
        return f"{text}; the words agree, whose they are is not named there."
    return f"{text}."


_FEW_WAYS = 3  # that a reason tells one by one
_DIFFERS = {  # what one outlet does, what several do
    "negation": ("says the opposite", "say the opposite"),
    "number": ("gives another number", "give another number"),
    "speaker": ("names another speaker", "name another speaker"),
    "splice": ("shows that two passages were joined", "show that two passages were joined"),
    "omission": ("has words that are cut here", "have words that are cut here"),
    "insertion": ("lacks words that stand here", "lack words that stand here"),
    "wording": ("has other words", "have other words"),
}


def _against(matches: Sequence[Match], kinds: Sequence[str]) -> str:
    """Who has it otherwise, and how: each by what it has itself, if they are few."""
    groups: dict[tuple[str, ...], list[Match]] = {}
    for match in matches:
        own = {d.kind for d in match.divergences if d.severity is Severity.HIGH}
        groups.setdefault(tuple(k for k in kinds if k in own), []).append(match)
    if len(groups) > _FEW_WAYS:
        groups = {tuple(kinds): list(matches)}
    return "; ".join(
        f"{_carriers(found)} {_differs(own, several=_several(found))}"
        for own, found in groups.items()
    )


def _differs(kinds: Sequence[str], *, several: bool) -> str:
    return _listed([_DIFFERS[k][several] for k in kinds])


def _listed(names: Sequence[str]) -> str:
    """`A, B and C`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _count(sources: int) -> str:
    return "One independent source has" if sources == 1 else f"{sources} independent sources have"


def _outlets(matches: Sequence[Match], most: int = 3) -> str:
    names = list(dict.fromkeys(m.story.outlet or "an unnamed outlet" for m in matches))
    more = [f"{len(names) - most} more"] * (len(names) > most)
    return _listed([*names[:most], *more])


def _carriers(matches: Sequence[Match]) -> str:
    """Who has it, and who copied it from them: a copy is no further voice."""
    copies = [m for m in matches if _is_copy(m)]
    own = [m for m in matches if not _is_copy(m)]
    if not own or not copies:
        return _outlets(matches)
    return f"{_outlets(own)} (copied by {_outlets(copies)})"


def _is_copy(match: Match) -> bool:
    return bool(match.copy_of) or match.why == provenance.REPRINT


def _several(matches: Sequence[Match]) -> bool:
    own = [m for m in matches if not _is_copy(m)] or matches
    return len({m.story.outlet for m in own}) > 1


def _day(when: datetime | None) -> str:
    return f"{when.day} {when:%b %Y}" if when else "an unknown day"
