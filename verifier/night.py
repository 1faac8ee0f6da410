"""The nightly comparison: every new quote against the window, as utterances.

    new stories -> engine -> assess -> clusters of (story, quote) -> utterances

An utterance is what was said once: its earliest quote, and the stories whose quote matches
that one. What matches only over a third quote is an utterance of its own, so that chains of
fragments tie nothing together that has nothing in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from verifier import verdicts
from verifier.archive import Archive
from verifier.assess import Case, Occurrence
from verifier.fold import fold
from verifier.model import (
    Holdings,
    Match,
    Quote,
    Relation,
    Severity,
    Story,
    Utterance,
    Variant,
    digest,
)
from verifier.policy import Policy
from verifier.retrieval import Search
from verifier.value import value

Place = tuple[str, str]
"""A story's id and a quote's: where words stand."""


@value
class Found:
    """A quote with its story, and what became of it there as far as others' matches say."""

    story: Story
    quote: Quote
    correction: str | None = None
    standing: bool = True

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.story.id, self.quote.id

    @property
    def order(self) -> tuple[bool, float, Place]:
        """By date, the undated last; then by what does not depend on the order of loading."""
        at = self.story.published
        return at is None, at.timestamp() if at else 0.0, self.place


def utterances(
    archive: Archive,
    number: int,
    *,
    search: Search,
    policy: Policy,
    since: date | None,
    now: datetime,
    progress: Callable[[int], None] = lambda _stories: None,
) -> tuple[Utterance, ...]:
    """Every utterance that a story added after `number` shares with another story.

    Those that diverge come first, by severity and by how many carry them. What the new quotes
    matched is matched in its turn, so that an utterance that one more story carries is shown
    with all that carry it. `search` finds them. Raises ArchiveError.
    """
    holdings = search.holdings()
    graph = _Graph()

    def compared(stories: Sequence[tuple[Story, tuple[Quote, ...]]]) -> None:
        queries = [q for _, quotes in stories for q in quotes]
        found = iter(search.find(queries, since, now))
        for story, quotes in stories:
            case = _case(search, policy, holdings, story, quotes)
            matched = case.matched([next(found) for _ in quotes])
            for quote, matches in zip(quotes, matched, strict=True):
                graph.add(story, quote, matches)

    for stories in _batches(archive.added_since(number, since), search.together):
        compared(stories)
        progress(len(stories))
    fresh = graph.asked()
    for stories in _batches(graph.beside(), search.together):
        compared(stories)
    judged = (_utterance(search, policy, holdings, *group) for group in graph.groups(fresh))
    return tuple(sorted((u for u in judged if u), key=_worst_first))


def _case(
    search: Search, policy: Policy, holdings: Holdings, story: Story, quotes: Sequence[Quote]
) -> Case:
    return Case(
        story,
        quotes,
        policy=policy,
        holdings=holdings,
        quotes_of=search.quotes_of,
        story_of=search.story_of,
    )


def _batches(
    stories: Iterable[tuple[Story, tuple[Quote, ...]]], size: int
) -> Iterator[list[tuple[Story, tuple[Quote, ...]]]]:
    batch = []
    for one in stories:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class _Graph:
    """Which quotes matched which, and how well."""

    def __init__(self) -> None:
        self._nodes: dict[Place, Found] = {}
        self._edges: dict[Place, dict[Place, float]] = {}
        self._asked: set[Place] = set()

    def asked(self) -> frozenset[Place]:
        """The quotes that were matched so far."""
        return frozenset(self._asked)

    def beside(self) -> list[tuple[Story, tuple[Quote, ...]]]:
        """The quotes that others led to, by story."""
        stories: dict[str, Story] = {}
        quotes: dict[str, list[Quote]] = {}
        for place, found in sorted(self._nodes.items()):
            if place not in self._asked:
                stories[found.story.id] = found.story
                quotes.setdefault(found.story.id, []).append(found.quote)
        return [(stories[name], tuple(own)) for name, own in quotes.items()]

    def add(self, story: Story, quote: Quote, matches: Iterable[Match]) -> None:
        """The matches of one new quote."""
        own = Found(story=story, quote=quote)
        self._asked.add(own.place)
        for match in matches:
            if match.story.id == story.id:  # as it stood before
                continue
            other = Found(
                story=match.story,
                quote=match.quote,
                correction=match.correction,
                standing=match.standing,
            )
            self._nodes.setdefault(own.place, own)  # what others say of it is kept
            if other.correction or other.place not in self._nodes:
                self._nodes[other.place] = other
            for one, two in ((own, other), (other, own)):
                self._edges.setdefault(one.place, {})[two.place] = match.score

    def groups(self, fresh: frozenset[Place]) -> Iterator[tuple[Found, list[tuple[Found, float]]]]:
        """The earliest quote that is left, with those that match it; and so on.

        Groups of which none is `fresh` are left out.
        """
        left = set(self._nodes)
        for first in sorted(self._nodes.values(), key=lambda f: f.order):
            if first.place in left:
                left.discard(first.place)
                near = {p: s for p, s in self._edges[first.place].items() if p in left}
                left -= near.keys()
                if near and not fresh.isdisjoint({first.place, *near}):
                    yield first, [(self._nodes[p], score) for p, score in sorted(near.items())]


def _utterance(
    search: Search,
    policy: Policy,
    holdings: Holdings,
    first: Found,
    others: Sequence[tuple[Found, float]],
) -> Utterance | None:
    """The earliest quote judged against the others; None if they turn out to be none."""
    case = _case(search, policy, holdings, first.story, (first.quote,))
    known = [
        Occurrence(story=o.story, quote=o.quote, score=score, decided=True, current=o.standing)
        for o, score in others
    ]
    (finding,) = case.assess([known])
    if not finding.matches:
        return None
    # What was said of these places before saw the earlier versions too, which `known` leaves out.
    corrections = {o.place: o.correction for o, _ in others}
    matches = [
        replace(m, correction=corrections.get((m.story.id, m.quote.id)) or m.correction)
        for m in finding.matches
    ]
    own = Match(
        story=first.story,
        quote=first.quote,
        relation=Relation.VERBATIM,
        score=100.0,
        independent=True,
        correction=first.correction,
        standing=first.standing,
    )
    return Utterance(
        id=digest("utterance", *first.place),
        variants=_variants(own, matches),
        severity=_severity(matches),
        divergences=finding.divergences,
        origins=finding.independent_sources + 1,
        reason=verdicts.between(own, finding),
    )


def _variants(own: Match, matches: Sequence[Match]) -> tuple[Variant, ...]:
    """By wording, the earliest first; the first one holds the earliest story."""
    by_wording: dict[tuple[str, ...], list[Match]] = {}
    ordered = sorted(matches, key=lambda m: Found(story=m.story, quote=m.quote).order)
    for match in (own, *ordered):
        key = (*(w.norm for w in fold(match.quote.text)), *_other_speaker(match))
        by_wording.setdefault(key, []).append(match)
    return tuple(Variant(matches=tuple(found)) for found in by_wording.values())


def _other_speaker(match: Match) -> tuple[str, ...]:
    return tuple(d.there for d in match.divergences if d.kind == "speaker")


def _severity(matches: Sequence[Match]) -> Severity | None:
    found = {d.severity for m in matches for d in m.divergences}
    if Severity.HIGH in found:
        return Severity.HIGH
    return Severity.LOW if found else None


_ORDER = {Severity.HIGH: 0, Severity.LOW: 1, None: 2}


def _worst_first(utterance: Utterance) -> tuple[int, int, str]:
    return _ORDER[utterance.severity], -len(utterance.matches), utterance.id


def fingerprint(utterance: Utterance) -> str:
    """Changes when the utterance has another wording, carrier or difference."""
    parts = sorted(
        digest(m.story.id, m.quote.text, *(f"{d.kind}:{d.there}" for d in m.divergences))
        for m in utterance.matches
    )
    return digest(*parts)


def without(utterances: Sequence[Utterance], ids: set[str]) -> tuple[Utterance, ...]:
    """Those whose id is not among `ids`."""
    return tuple(u for u in utterances if u.id not in ids)
