"""A quote and what the engine found for it -> a finding.

occurrences in other stories -> those of common words decided by their context
    -> compared, one match a story -> linked with the article and among themselves -> judged
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from verifier import corrections, people, provenance, splices, utterance, verdicts, wording
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
from verifier.origins import Origins
from verifier.policy import Policy
from verifier.provenance import Body, Carrier, Link
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
        self._bodies: dict[str, Body] = {}

    def assess(self, found: Sequence[Sequence[Occurrence]]) -> tuple[Finding, ...]:
        """The findings for the article's quotes, in order; `found` are the occurrences of each."""
        others = self._others(found)
        return tuple(
            self._finding(quote, matches, offered)
            for quote, matches, offered in zip(
                self.quotes, self._matched(others), others, strict=True
            )
        )

    def matched(self, found: Sequence[Sequence[Occurrence]]) -> list[list[Match]]:
        """As `assess`, without asking who has the words from whom: one match a story."""
        return self._matched(self._others(found))

    def _others(self, found: Sequence[Sequence[Occurrence]]) -> list[list[Occurrence]]:
        return [[o for o in hits if not is_same_story(self.story, o.story)] for hits in found]

    def _matched(self, others: Sequence[Sequence[Occurrence]]) -> list[list[Match]]:
        kept = [
            [o for o in hits if self._is_utterance(quote, o)]
            for quote, hits in zip(self.quotes, others, strict=True)
        ]
        beside = _neighbours(self.quotes, kept)
        matched: list[list[Match]] = []
        for quote, hits, chosen, near in zip(self.quotes, others, kept, beside, strict=True):
            ids = {id(o) for o in chosen}
            own = [o for o in hits if id(o) in ids or any(_near(o, place) for place in near)]
            matched.append(self._matches(quote, own, hits))
        return matched

    def _finding(
        self, quote: Quote, matches: Sequence[Match], offered: Sequence[Occurrence]
    ) -> Finding:
        """`offered` are all that the engine found."""
        origins = Origins([self._carrier(m.story, m.quote) for m in matches], self.policy)
        links = origins.links(self._carrier(self.story, quote)) if matches else []
        linked = _grouped([_linked(*pair) for pair in zip(matches, links, strict=True)], origins)
        supporting = (n for n, match in enumerate(linked) if verdicts.supports(match))
        sources = len(set(origins.groups(supporting).values()))
        doubt = None if matches else self._doubt(quote, offered)
        return verdicts.judge(quote, linked, sources, self.holdings, doubt)

    def _doubt(self, quote: Quote, offered: Sequence[Occurrence]) -> Doubt | None:
        if offered:
            return Doubt.COMMON
        weight = self._utterances.weight(quote_words(quote.text))
        return Doubt.LIGHT if weight < self.policy.whole_weight else None

    def _matches(
        self, quote: Quote, hits: Sequence[Occurrence], offered: Sequence[Occurrence]
    ) -> list[Match]:
        """One match a story."""
        here = wording.of(quote, self.story.text)
        stories = _by_story(hits)
        chosen = {id(o) for o in hits}
        beside = _by_story(o for o in offered if o.story.id in stories and id(o) not in chosen)
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
        verbatim = match.relation is Relation.VERBATIM
        if best.same and not verbatim and not splices.is_whole(quote.text, best.compared):
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
        here = Scene(story=self.story, quote=quote)
        there = Scene(story=found.story, quote=found.quote)
        return self._utterances.supported(here, there)

    def _read(self, quote: Quote, here: Wording, found: Occurrence) -> _Reading | None:
        """The typed comparison; None where the two are two sayings."""
        there = wording.of(found.quote, found.story.text)
        compared = compare(here, there, indirect=quote.kind is Kind.INDIRECT)
        pair = Pair(
            here=Side(Scene(story=self.story, quote=quote), here),
            there=Side(Scene(story=found.story, quote=found.quote), there),
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

    # ------------------------------------------------------------ independence
    def _carrier(self, story: Story, quote: Quote) -> Carrier:
        key = story.version if story is not self.story else ""
        if key not in self._bodies:
            quoted = partial(self._quotes_of, story.id) if key else lambda: self.quotes
            self._bodies[key] = provenance.body(story, quoted, self.policy)
        return provenance.carrier(story, quote, self._bodies[key])


# ---------------------------------------------------------------- origins
def _linked(match: Match, link: Link | None) -> Match:
    """The match with the reason why it is not independent of the article."""
    why, evidence = (link.why, link.evidence) if link else (None, None)
    return replace(match, independent=link is None, why=why, evidence=evidence)


def _grouped(matches: Sequence[Match], origins: Origins) -> list[Match]:
    """The independent ones of one origin are one source: the later name the earliest."""
    groups = origins.groups(n for n, match in enumerate(matches) if match.independent)
    first: dict[int, int] = {}
    for n in sorted(groups, key=lambda n: _time(matches[n])):
        first.setdefault(groups[n], n)
    grouped = list(matches)
    for n, group in groups.items():
        if first[group] != n:
            outlet = matches[first[group]].story.outlet or "another story"
            grouped[n] = replace(matches[n], copy_of=outlet)
    return grouped


def _time(match: Match) -> tuple[float, str]:
    at = match.story.published
    return (at.timestamp() if at else float("inf")), match.story.id


def _decided(quote: Quote, found: Occurrence) -> bool:
    """Whether the words alone decide; of clauses reported without marks they never do."""
    return found.decided and quote.kind is not Kind.INDIRECT


_OPENING = 8  # words that tell most stories apart


def is_same_story(article: Story, story: Story) -> bool:
    """Whether the archived story is the article itself: its address, or its text.

    The same text of two outlets is a reprint.
    """
    if article.url and _address(article.url) == _address(story.url):
        return True
    if article.outlet and story.outlet and article.outlet != story.outlet:
        return False
    begins = (s.text.split(None, _OPENING)[:_OPENING] for s in (article, story))
    return next(begins) == next(begins) and article.text.split() == story.text.split()


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
