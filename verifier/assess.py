"""A quote and what the engine found for it -> a finding.

occurrences in other stories -> those of common words decided by their context
    -> compared, one match a story -> linked with the article and among themselves -> judged
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import log

from verifier import context, corrections, people, provenance, splices, utterance, verdicts, wording
from verifier.compare import compare
from verifier.context import Scene
from verifier.index import quote_words
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
from verifier.provenance import Body, Carrier
from verifier.splices import Part
from verifier.utterance import Pair, Side, Utterances
from verifier.value import value
from verifier.verdicts import Doubt
from verifier.wording import Wording


@value
class Occurrence:
    """An archived quote where it stands, and how well it fits: score 0..100.

    `decided` says whether the words alone make it the same utterance; `current` whether the
    story still stands as it is here, or a later version took its place.
    """

    story: Story
    quote: Quote
    score: float
    decided: bool
    current: bool = True


@value
class _Reading(Part):
    """An occurrence compared with the article's quote; `same`: surely of the same speaker."""

    found: Occurrence
    same: bool


class Case:
    """The article under check: what is worked out once for all of its quotes.

    `quotes_of(id)` gives all quotes of the archived story with that id, `story_of(id)` the
    story as it stands now.
    """

    def __init__(
        self,
        story: Story,
        quotes: Sequence[Quote],
        *,
        policy: Policy,
        holdings: Holdings,
        quotes_of: Callable[[str], Sequence[Quote]],
        story_of: Callable[[str], Story | None] = lambda _: None,
    ) -> None:
        self.story, self.quotes, self.policy, self.holdings = story, quotes, policy, holdings
        self._quotes_of, self._story_of = quotes_of, story_of
        self._utterances = Utterances(policy)
        self._names: dict[str, frozenset[str]] = {}
        self._bodies: dict[str, Body] = {}

    def assess(self, found: Sequence[Sequence[Occurrence]]) -> tuple[Finding, ...]:
        """The findings for the article's quotes, in order; `found` are the occurrences of each."""
        others = [[o for o in hits if not is_same_story(self.story, o.story)] for hits in found]
        kept = [
            [o for o in hits if self._is_utterance(quote, o)]
            for quote, hits in zip(self.quotes, others, strict=True)
        ]
        beside = _neighbours(self.quotes, kept)
        return tuple(
            self._finding(
                quote,
                [o for o in hits if o in chosen or any(_near(o, place) for place in beside[n])],
                hits,
            )
            for n, (quote, hits, chosen) in enumerate(zip(self.quotes, others, kept, strict=True))
        )

    def _finding(
        self, quote: Quote, hits: Sequence[Occurrence], offered: Sequence[Occurrence]
    ) -> Finding:
        """`offered` are all that the engine found, `hits` those of the same occasion."""
        matches = self._matches(quote, hits, offered)
        carriers = [self._carrier(m.story, m.quote) for m in matches]
        linked = self._grouped(self._linked(quote, matches, carriers), carriers)
        sources = self._sources(linked, carriers)
        doubt = None if matches else self._doubt(quote, offered)
        return verdicts.judge(quote, linked, sources, self.holdings, doubt)

    def _doubt(self, quote: Quote, offered: Sequence[Occurrence]) -> Doubt | None:
        if offered:
            return Doubt.COMMON
        weight = self._utterances.weight(quote_words(quote.text))
        least = log(self.policy.guard_floor) + self.policy.fragment_margin
        return Doubt.LIGHT if weight < least else None

    def _matches(
        self, quote: Quote, hits: Sequence[Occurrence], offered: Sequence[Occurrence]
    ) -> list[Match]:
        """One match a story."""
        here = wording.of(quote, self.story.text)
        stories = _by_story(hits)
        beside = _by_story(o for o in offered if o.story.id in stories and o not in hits)
        found = (
            self._story_match(quote, here, own, beside.get(story, []))
            for story, own in stories.items()
        )
        matches = [match for match in found if match]
        return (
            [m for m in matches if not _in_conflict(m)]
            if self._commonplace(quote, hits)
            else matches
        )

    def _commonplace(self, quote: Quote, hits: Sequence[Occurrence]) -> bool:
        """Whether several others have said it, each for himself: no conflict over who said it."""
        alike = (o.quote.speaker for o in hits if o.score >= self.policy.other_speaker_score)
        said_by = [s for s in alike if people.same_person(quote.speaker, s) is False]
        return any(people.same_person(said_by[0], other) is False for other in said_by[1:])

    def _story_match(
        self,
        quote: Quote,
        here: Wording,
        hits: Sequence[Occurrence],
        beside: Sequence[Occurrence],
    ) -> Match | None:
        """What one story has: the best fit of its current version, or the joint of two quotes."""
        readings = [r for o in hits if (r := self._read(quote, here, o))]
        if not readings:
            return None
        current = [r for r in readings if r.found.current]
        best = max(current or readings, key=_fit)
        match = best.match
        if best.same and not splices.is_whole(quote.text, best.compared):
            rest = [r for o in beside if o.current and (r := self._read(quote, here, o))]
            parts = [r for r in current + rest if r.same]
            match = splices.spliced(quote.text, best, parts) or match
        now = match.story if current else self._story_of(match.story.id) or match.story
        changed = any(_changed(r.match.quote, match.quote) for r in readings if not r.found.current)
        return corrections.noted(match, now, current=bool(current), changed=changed)

    # ------------------------------------------------------------ the words
    def _is_utterance(self, quote: Quote, found: Occurrence) -> bool:
        """Whether the words decide or, of common ones, what is known beside them."""
        if _decided(quote, found):
            return True
        here, there = self._scene(self.story, quote), self._scene(found.story, found.quote)
        return self._utterances.supported(here, there)

    def _read(self, quote: Quote, here: Wording, found: Occurrence) -> _Reading | None:
        """The typed comparison; None where the two are two sayings."""
        there = wording.of(found.quote, found.story.text)
        compared = compare(here, there, indirect=quote.kind is Kind.INDIRECT)
        pair = Pair(
            here=Side(self._scene(self.story, quote), here),
            there=Side(self._scene(found.story, found.quote), there),
            compared=compared,
            score=found.score,
            decided=found.decided,
        )
        if self._utterances.coincide(pair):
            return None
        match = Match(
            story=found.story,
            quote=found.quote,
            relation=compared.relation,
            score=found.score,
            divergences=compared.divergences,
            differences=compared.differences,
        )
        attributed = self._attributed(match, pair) if self._utterances.others(pair) else match
        if attributed is None:
            return None
        return _Reading(found=found, match=attributed, compared=compared, same=pair.same is True)

    def _attributed(self, match: Match, pair: Pair) -> Match | None:
        """A match of words that another speaker has there: repeated, in conflict, or none.

        Whoever repeats another's words is a relay of them; what he says around them is his own.
        """
        inside_here, inside_there = utterance.quotes_inside(pair)
        if inside_there:
            return replace(match, quote=_relayed(match.quote))
        if inside_here:
            return match if splices.is_whole(pair.here.quote.text, pair.compared) else None
        if utterance.is_repeated(pair):
            return match
        if not self._utterances.tell_speakers_apart(pair):
            return None
        if not self._utterances.sure(pair):
            return match
        conflict = _speaker_divergence(pair.here.quote, pair.there.quote)
        divergences = (*match.divergences, conflict)
        return replace(match, relation=Relation.DIVERGENT, divergences=divergences)

    def _scene(self, story: Story, quote: Quote) -> Scene:
        return Scene(story=story, quote=quote, names=self._names_of(story))

    def _names_of(self, story: Story) -> frozenset[str]:
        if story.id not in self._names:
            self._names[story.id] = context.names(story.text)
        return self._names[story.id]

    # ------------------------------------------------------------ independence
    def _carrier(self, story: Story, quote: Quote) -> Carrier:
        key = story.version if story is not self.story else ""
        if key not in self._bodies:
            quoted = self._quotes_of(story.id) if key else self.quotes
            self._bodies[key] = provenance.body(story, quoted, self.policy)
        return provenance.carrier(story, quote, self._bodies[key])

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

    def _grouped(self, matches: Sequence[Match], carriers: Sequence[Carrier]) -> list[Match]:
        """The independent ones of one origin are one source: the later name the earliest."""
        own = [(m, c) for m, c in zip(matches, carriers, strict=True) if m.independent]
        groups = provenance.origins([c for _, c in own], self.policy)
        first: dict[int, Match] = {}
        for match, group in sorted(
            zip((m for m, _ in own), groups, strict=True), key=lambda pair: _time(pair[0])
        ):
            first.setdefault(group, match)
        origin = {id(m): first[g] for (m, _), g in zip(own, groups, strict=True)}
        return [
            match
            if origin.get(id(match), match) is match
            else replace(match, copy_of=origin[id(match)].story.outlet or "another story")
            for match in matches
        ]

    def _sources(self, matches: Sequence[Match], carriers: Sequence[Carrier]) -> int:
        """How many independent origins carry the quote without divergence."""
        supporting = [c for m, c in zip(matches, carriers, strict=True) if verdicts.supports(m)]
        return len(set(provenance.origins(supporting, self.policy)))


def _time(match: Match) -> tuple[float, str]:
    at = match.story.published
    return (at.timestamp() if at else float("inf")), match.story.id


def _decided(quote: Quote, found: Occurrence) -> bool:
    """Whether the words alone decide; of clauses reported without marks they never do."""
    return found.decided and quote.kind is not Kind.INDIRECT


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
def _relayed(quote: Quote) -> Quote:
    """Words that the speaker of `quote` has from somebody who is not named."""
    if quote.speaker is None:
        return quote
    return replace(quote, speaker=None, via=(quote.speaker.name, *quote.via))


def _speaker_divergence(here: Quote, there: Quote) -> Divergence:
    return Divergence(
        kind="speaker", severity=Severity.HIGH, here=_called(here), there=_called(there)
    )


def _called(quote: Quote) -> str:
    if quote.speaker:
        return quote.speaker.name
    return quote.source.text if quote.source else ""


def _in_conflict(match: Match) -> bool:
    return any(d.kind == "speaker" for d in match.divergences)


def _by_story(found: Iterable[Occurrence]) -> dict[str, list[Occurrence]]:
    stories: dict[str, list[Occurrence]] = {}
    for occurrence in found:
        stories.setdefault(occurrence.story.id, []).append(occurrence)
    return stories


def _changed(before: Quote, after: Quote) -> bool:
    """Whether a later version of a story has the quote in words that say something else."""
    return compare(wording.of(before), wording.of(after)).relation is Relation.DIVERGENT


def _fit(reading: _Reading) -> tuple[bool, float, int]:
    match = reading.match
    return (
        match.relation is not Relation.DIVERGENT,
        match.score,
        -match.quote.spans[0][0],
    )
