"""A quote and what the engine found for it -> a finding.

occurrences in other stories -> those of common words decided by their context
    -> compared, one match a story -> linked with the article and among themselves -> judged
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from verifier import context, people, provenance, verdicts, wording
from verifier.compare import compare
from verifier.model import (
    Divergence,
    Finding,
    Holdings,
    Kind,
    Match,
    Quote,
    Relation,
    Severity,
    Story,
)
from verifier.policy import Policy
from verifier.provenance import Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An archived quote where it stands, and how well it fits: score 0..100.

    `decided` says whether the words alone make it the same utterance.
    """

    story: Story
    quote: Quote
    score: float
    decided: bool


class Case:
    """The article under check: what is worked out once for all of its quotes.

    `quotes_of(id)` gives all quotes of the archived story with that id.
    """

    def __init__(
        self,
        story: Story,
        quotes: Sequence[Quote],
        *,
        policy: Policy,
        holdings: Holdings,
        quotes_of: Callable[[str], Sequence[Quote]],
    ) -> None:
        self.story, self.quotes, self.policy, self.holdings = story, quotes, policy, holdings
        self._quotes_of = quotes_of
        self._names: dict[str, frozenset[str]] = {}
        self._bodies: dict[str, Carrier] = {}

    def assess(self, found: Sequence[Sequence[Occurrence]]) -> tuple[Finding, ...]:
        """The findings for the article's quotes, in order; `found` are the occurrences of each."""
        others = [[o for o in hits if not is_same_story(self.story, o.story)] for hits in found]
        kept = [
            [o for o in hits if o.decided or self._same_occasion(quote, o)]
            for quote, hits in zip(self.quotes, others, strict=True)
        ]
        beside = _neighbours(self.quotes, kept)
        return tuple(
            self._finding(
                quote,
                [o for o in hits if o in chosen or any(_near(o, place) for place in beside[n])],
            )
            for n, (quote, hits, chosen) in enumerate(zip(self.quotes, others, kept, strict=True))
        )

    def _finding(self, quote: Quote, hits: Sequence[Occurrence]) -> Finding:
        here = wording.of(quote, self.story.text)
        matches = [self._match(quote, here, o) for o in hits]
        best = list(_best_of_each_story(m for m in matches if m))
        carriers = [self._carrier(m.story, m.quote) for m in best]
        linked = self._linked(quote, best, carriers)
        sources = self._sources(linked, carriers)
        return verdicts.judge(quote, linked, sources, self.holdings)

    # ------------------------------------------------------------ the words
    def _match(self, quote: Quote, here: wording.Wording, found: Occurrence) -> Match | None:
        """The typed comparison; None where another speaker makes common words coincidence."""
        there = wording.of(found.quote, found.story.text)
        indirect = quote.kind is Kind.INDIRECT
        compared = compare(here, there, indirect=indirect)
        divergences = list(compared.divergences)
        if _other_speaker(quote, found.quote):
            if not found.decided or found.score < self.policy.other_speaker_score:
                return None
            divergences.append(_speaker_divergence(quote, found.quote))
        high = any(d.severity is Severity.HIGH for d in divergences)
        return Match(
            story=found.story,
            quote=found.quote,
            relation=Relation.DIVERGENT if high else compared.relation,
            score=found.score,
            divergences=tuple(divergences),
            differences=compared.differences,
        )

    # ------------------------------------------------------------ common words
    def _same_occasion(self, quote: Quote, found: Occurrence) -> bool:
        return context.same_occasion(
            context.Scene(story=self.story, quote=quote, names=self._names_of(self.story)),
            context.Scene(story=found.story, quote=found.quote, names=self._names_of(found.story)),
            self.policy,
        )

    def _names_of(self, story: Story) -> frozenset[str]:
        if story.id not in self._names:
            self._names[story.id] = context.names(story.text)
        return self._names[story.id]

    # ------------------------------------------------------------ independence
    def _carrier(self, story: Story, quote: Quote) -> Carrier:
        if story.id not in self._bodies:
            own = story is self.story
            quoted = self.quotes if own else self._quotes_of(story.id)
            self._bodies[story.id] = provenance.carrier(story, quote, quoted, self.policy)
        return replace(self._bodies[story.id], quote=quote)

    def _linked(
        self, quote: Quote, matches: Sequence[Match], carriers: Sequence[Carrier]
    ) -> list[Match]:
        """Each match with the reason why it is not independent of the article, if there is one.

        A copy of a story that is not independent is not independent either.
        """
        article = self._carrier(self.story, quote)
        links = [provenance.link(article, c, self.policy) for c in carriers]
        for n, own in enumerate(links):
            if own is None:
                links[n] = self._inherited(carriers[n], carriers, links)
        return [
            replace(
                match,
                independent=link is None,
                why=link.why if link else None,
                evidence=link.evidence if link else None,
            )
            for match, link in zip(matches, links, strict=True)
        ]

    def _inherited(
        self,
        one: Carrier,
        carriers: Sequence[Carrier],
        links: Sequence[provenance.Link | None],
    ) -> provenance.Link | None:
        for other, link in zip(carriers, links, strict=True):
            if other is not one and link and link.why in provenance.COPYING:
                own = provenance.link(other, one, self.policy)
                if own and own.why in {provenance.REPRINT, provenance.SAME_AGENCY}:
                    outlet = other.story.outlet or "another story"
                    evidence = f"a copy of {outlet}'s story: {own.evidence}; {link.evidence}"
                    return provenance.Link(why=own.why, evidence=evidence)
        return None

    def _sources(self, matches: Sequence[Match], carriers: Sequence[Carrier]) -> int:
        """How many independent origins carry the quote without divergence."""
        supporting = [c for m, c in zip(matches, carriers, strict=True) if verdicts.supports(m)]
        return len(set(provenance.origins(supporting, self.policy)))


def is_same_story(article: Story, story: Story) -> bool:
    """Whether the archived story is the article itself: its address or its text."""
    if article.url and _address(article.url) == _address(story.url):
        return True
    return article.text.split() == story.text.split()


def _address(url: str) -> str:
    return url.partition("#")[0].removeprefix("https://").removeprefix("http://").rstrip("/")


# ---------------------------------------------------------------- neighbours
Place = tuple[str, int, int]
"""A story's id and a stretch of its text."""

_NEAR = 400  # characters: one sentence, or the next


def _neighbours(quotes: Sequence[Quote], kept: Sequence[Sequence[Occurrence]]) -> list[list[Place]]:
    """For each quote: where in other stories the quotes beside it were found."""
    found: list[list[Place]] = []
    for n, quote in enumerate(quotes):
        places: list[Place] = []
        for m in (n - 1, n + 1):
            if 0 <= m < len(quotes) and _gap(quote, quotes[m]) <= _NEAR:
                places += [_place(o) for o in kept[m] if o.decided]
        found.append(places)
    return found


def _gap(one: Quote, other: Quote) -> int:
    first, second = sorted((one, other), key=lambda q: q.spans[0])
    return second.spans[0][0] - first.spans[-1][1]


def _place(found: Occurrence) -> Place:
    return found.story.id, found.quote.spans[0][0], found.quote.spans[-1][1]


def _near(found: Occurrence, place: Place) -> bool:
    story, start, end = _place(found)
    return story == place[0] and start - place[2] <= _NEAR and place[1] - end <= _NEAR


# ---------------------------------------------------------------- speakers
def _other_speaker(here: Quote, there: Quote) -> bool:
    """Whether the two name different people; who only relays the words names nobody."""
    if _relays(here, there) or _relays(there, here):
        return False
    return people.same_person(here.speaker, there.speaker) is False


def _relays(one: Quote, other: Quote) -> bool:
    """Whether the speaker of `one` is an outlet, or whom `other` has the words from."""
    if one.speaker is None:
        return False
    name = one.speaker.name
    relays = {provenance.outlet_key(v) for v in other.via}
    return provenance.known_outlet(name) is not None or provenance.outlet_key(name) in relays


def _speaker_divergence(here: Quote, there: Quote) -> Divergence:
    return Divergence(
        kind="speaker",
        severity=Severity.HIGH,
        here=here.speaker.name if here.speaker else "",
        there=there.speaker.name if there.speaker else "",
    )


def _best_of_each_story(matches: Iterable[Match]) -> Iterator[Match]:
    """One match a story: the one that fits best, and of equals the earlier."""
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match.story.id)
        if known is None or _fit(match) > _fit(known):
            best[match.story.id] = match
    yield from best.values()


def _fit(match: Match) -> tuple[bool, float, int]:
    return (
        match.relation is not Relation.DIVERGENT,
        match.score,
        -match.quote.spans[0][0],
    )
