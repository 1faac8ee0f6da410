"""Whether two quotes that have words in common are one utterance, and one person's.

`compare` says how the words differ; here speakers, days and subjects say whether anybody
would have thought of comparing them.
"""

from __future__ import annotations

from verifier import context, lexicon, people, provenance
from verifier.compare import Comparison
from verifier.context import Scene
from verifier.index import quote_words
from verifier.model import Kind, Quote, Severity
from verifier.pattern import pattern
from verifier.policy import Policy
from verifier.sense import is_quantity, lists
from verifier.text import bare_words
from verifier.value import NamedTuple, value
from verifier.weights import Weigher
from verifier.wording import Wording

_OTHER_WORDS = frozenset({"wording", "splice", "omission", "insertion"})
_INNER_MARK = pattern(r"(?:^|[\s(:—–-])[‘“\"'](?:\w[^’”\"]*)?$")
_BETWEEN_WORDS = pattern(r"\W*")


class Side(NamedTuple):
    """A quote where it stands, and its words."""

    scene: Scene
    words: Wording

    @property
    def quote(self) -> Quote:
        """The quote alone."""
        return self.scene.quote


@value
class Pair:
    """Two quotes that the engine takes for one, and how they compare: score 0..100."""

    here: Side
    there: Side
    compared: Comparison
    score: float
    decided: bool

    @property
    def same(self) -> bool | None:
        """Whether one person said both; None if that is unknown."""
        return context.same_source(self.here.quote, self.there.quote)

    @property
    def other_words(self) -> bool:
        """Whether one has words of content that the other has not, or has otherwise."""
        high = (d.kind for d in self.compared.divergences if d.severity is Severity.HIGH)
        return not _OTHER_WORDS.isdisjoint(high)

    @property
    def shorter(self) -> tuple[str, ...]:
        """The words of the shorter quote."""
        return min((quote_words(s.quote.text) for s in (self.here, self.there)), key=len)


class Utterances:
    """The judgements, under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._weigher = Weigher(policy)

    def weight(self, said: tuple[str, ...]) -> float:
        """How surprising the words are (nats) in general news."""
        return sum(self._weigher.general(said))

    # ------------------------------------------------------------ one saying or two
    def coincide(self, pair: Pair) -> bool:
        """Whether the two are two sayings: too unlike for words that nothing else ties together."""
        if pair.here.quote.kind is Kind.INDIRECT:
            return self._two_reports(pair)
        if _unnamed_term(pair, self.policy) and not _one_source(pair):
            return True
        if pair.same is True:
            least = self._least_alike(pair)
        elif pair.other_words and pair.same is False and self._is_short(pair):
            return True
        else:
            least = self.policy.alike_score if pair.decided else self.policy.other_speaker_score
        return pair.score < least and pair.other_words

    def _least_alike(self, pair: Pair) -> float:
        """Of one known speaker any likeness will do, but not of what he said at another time."""
        here, there = pair.here, pair.there
        known = people.same_person(here.quote.speaker, there.quote.speaker)
        apart = context.same_day(here.scene, there.scene, self.policy) is False
        return 0.0 if known and not apart else self.policy.alike_score

    def _two_reports(self, pair: Pair) -> bool:
        """Clauses reported without marks: nothing ties those of unknown people together."""
        unlike = pair.score < self.policy.alike_reported and not pair.compared.divergences
        here, there = pair.here.quote, pair.there.quote
        return unlike or _strangers(pair) or context.names_apart(here.text, there.text)

    def _is_short(self, pair: Pair) -> bool:
        """Too short for other words by another person to be one utterance."""
        return len(pair.shorter) < self.policy.other_speaker_part

    # ------------------------------------------------------------ one speaker or two
    def others(self, pair: Pair) -> bool:
        """Whether the two name different people; a relay names nobody."""
        here, there = pair.here.quote, pair.there.quote
        if _relays(here, there) or _relays(there, here):
            return False
        return pair.same is False and not _same_surroundings(pair.here.words, pair.there.words)

    def sure(self, pair: Pair) -> bool:
        """Whether both speakers are so well read that one of them may be called wrong."""
        confidence = min(pair.here.quote.confidence, pair.there.quote.confidence)
        return confidence >= self.policy.sure_speaker

    def tell_speakers_apart(self, pair: Pair) -> bool:
        """Whether the words are so many and so much alike that only one can have said them."""
        policy, shorter = self.policy, pair.shorter
        part = "truncation" in pair.compared.differences
        least = policy.other_speaker_part if part else policy.other_speaker_words
        alike = pair.score >= policy.other_speaker_score
        if not (pair.decided and alike and len(shorter) >= least):
            return False
        weight = self.weight(shorter)
        if weight < policy.other_speaker_alone:
            return weight >= policy.other_speaker_weight and self._one_scene(pair)
        return True

    def _one_scene(self, pair: Pair) -> bool:
        """Whether a name, or a telling word of the quote, stands in both stories beside it."""
        named, told = context.in_common(pair.here.scene, pair.there.scene)
        return bool(named) or any(self.weight((w,)) >= self.policy.telling_weight for w in told)

    # ------------------------------------------------------------ common words
    def supported(self, here: Scene, there: Scene) -> bool:
        """Whether context makes up for words that do not decide; a scrap asks for its speaker."""
        if not context.same_occasion(here, there, self.policy):
            return False
        one, other = quote_words(here.quote.text), quote_words(there.quote.text)
        if one == other or here.quote.kind is Kind.INDIRECT:
            return True
        shorter = min(one, other, key=len)
        if people.same_person(here.quote.speaker, there.quote.speaker) is not True:
            return len(shorter) >= self.policy.other_speaker_words
        if len(shorter) < self.policy.other_speaker_words:
            apart = context.days_apart(here, there)
            if apart is not None and apart > self.policy.scrap_days:
                return False
        return self.weight(shorter) >= self.policy.scrap_weight


def quotes_inside(pair: Pair) -> tuple[bool, bool]:
    """(here, there): on which side the words that agree stand in marks of their own inside it."""
    here, there = pair.here.words.text, pair.there.words.text
    return _in_marks(here, pair.compared.common[0]), _in_marks(there, pair.compared.lead[1])


def _in_marks(text: str, at: int) -> bool:
    """Whether a mark is open before the first word after `at`."""
    start = _BETWEEN_WORDS.match(text, at)
    return bool(_INNER_MARK.search(text[: start.end() if start else at]))


def is_repeated(pair: Pair) -> bool:
    """Whether one story says beside its quote that the other's speaker is repeated there."""
    sides = (pair.here, pair.there.quote), (pair.there, pair.here.quote)
    return any(_says_so(side.words, other) for side, other in sides)


def _says_so(side: Wording, other: Quote) -> bool:
    if other.speaker is None:
        return False
    passage = bare_words(f"{side.before} {side.after}")
    family = people.parse(other.speaker.name).family
    named = bool(family) and family[-1] in {w.removesuffix("'s") for w in passage}
    return named and not lexicon.entries("repeating").isdisjoint(passage)


def _unnamed_term(pair: Pair, policy: Policy) -> bool:
    """A term in marks inside a paraphrase, or a poll's phrase, of nobody known on either side."""
    sides = (pair.here.quote, pair.there.quote)
    if not all(q.kind is Kind.MIXED and _unsure(q, policy) for q in sides):
        return False
    polled = any(_counted(context.mentioned(q)) for q in sides)
    return len(pair.shorter) <= (policy.other_speaker_words if polled else policy.term_words)


def _unsure(quote: Quote, policy: Policy) -> bool:
    return quote.speaker is None or quote.confidence < policy.sure_speaker


def _strangers(pair: Pair) -> bool:
    """Whether nothing ties the sources together: `4 in 10` and `half of the voters in Vermont`.

    One who is known may be whoever is not resolved in the other story, but for a number of
    people.
    """
    if pair.same is not None or _one_source(pair):
        return False
    unknown = [s.quote for s in (pair.here, pair.there) if s.quote.speaker is None]
    return len(unknown) > 1 or any(_counted(context.mentioned(q)) for q in unknown)


def _one_source(pair: Pair) -> bool:
    """Whether both stories name the same source, resolved or not, or go on in the same words."""
    if _same_surroundings(pair.here.words, pair.there.words):
        return True
    one, other = context.mentioned(pair.here.quote), context.mentioned(pair.there.quote)
    part = one <= other or other <= one
    return bool(one and other) and (one == other or (part and not _counted(one | other)))


def _counted(mention: frozenset[str]) -> bool:
    """Whether a mention is a number of people, of whom there are always others."""
    return any(is_quantity(w, lists("en")) for w in mention)


def _same_surroundings(here: Wording, there: Wording) -> bool:
    """Whether both stories go on in the same words: whoever it is, it is one attribution."""
    before, after = (
        [bare_words(t) for t in pair]
        for pair in ((here.before, there.before), (here.after, there.after))
    )
    return all(after) and before[0][-5:] == before[1][-5:] and after[0][:5] == after[1][:5]


def _relays(one: Quote, other: Quote) -> bool:
    """Whether the speaker of `one` is an outlet, or whom `other` has the words from."""
    if one.speaker is None:
        return False
    name = one.speaker.name
    relays = {provenance.outlet_key(v) for v in other.via}
    return provenance.known_outlet(name) is not None or provenance.outlet_key(name) in relays
