"""Two quotes, word by word: what is common to them, what it weighs, and whether it suffices.

The equal runs of the longest common subsequence are chained into segments over short gaps;
a segment that weighs too little is chance and does not count. What counts is weighed on both
sides, because a word may be surprising after one predecessor and not after another, and the
smaller sum holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate
from math import inf, log

from rapidfuzz.distance import LCSseq

from verifier.model import Span
from verifier.policy import Policy
from verifier.value import NamedTuple, value

# Words in a quote: the mean of 6,244 in real news is 20.
USUAL = 20
_ALLOWED = 0.8
# Sums of the same weights in another order differ by less.
_ROUNDING = 1e-6
_JOINED = 3  # at most so many words are written as one: cyber security, cybersecurity

# Equal words: where they start and end here, and where there, ends exclusive. A plain tuple,
# because a night makes a hundred a query.
Run = tuple[int, int, int, int]


class Tag(StrEnum):
    """What happened to a stretch of words on the way from here to there."""

    EQUAL = "equal"
    REPLACE = "replace"
    INSERT = "insert"
    DELETE = "delete"


class Rule(StrEnum):
    """Which rule accepts two quotes as one utterance. `UNDECIDED`: the words do not suffice."""

    WHOLE = "whole"
    ALTERED = "altered"
    CONTAINED = "contained"
    FRAGMENT = "fragment"
    SPLICE = "splice"
    UNDECIDED = "undecided"


class Block(NamedTuple):
    """Word ranges, ends exclusive. Equal ones may differ in length: cyber security."""

    tag: Tag
    here: Span
    there: Span


@value
class Segment:
    """Equal runs with short gaps between them.

    `weight` (nats) is of the equal words, `density` their share of the weight of all words
    from the first to the last, each on the side where it is smaller.
    """

    runs: tuple[Run, ...]
    weight: float
    density: float

    @property
    def longest(self) -> int:
        """The most words that are equal one after the other."""
        return max(end - start for start, end, _, _ in self.runs)

    @property
    def here(self) -> Span:
        """The range of words here."""
        return (self.runs[0][0], self.runs[-1][1])

    @property
    def there(self) -> Span:
        """The range of words there."""
        return (self.runs[0][2], self.runs[-1][3])


@value
class Alignment:
    """What two quotes have in common. Weights in nats, shares 0..1.

    `weight` is the smaller of the two sides' sums over the aligned words; `contain` the
    share of the lighter quote that is aligned; `similarity` the share of both together.
    """

    words: tuple[int, int]
    segments: tuple[Segment, ...]
    weight: float
    contain: float
    similarity: float
    shorter: str

    @property
    def score(self) -> float:
        """0..100: the share of the shorter quote's weight that is aligned."""
        return round(100 * self.contain, 1)

    @property
    def adjacent(self) -> bool:
        """Whether two adjacent words are common to both."""
        return any(end - start > 1 for s in self.segments for start, end, _, _ in s.runs)

    @property
    def in_place(self) -> bool:
        """Whether each word stands where its partner does: a few were put for others."""
        here, there = self.words
        return here == there and all(_stays(segment.runs) for segment in self.segments)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All words of both sides, in order, as equal, replaced, inserted, deleted ranges."""
        runs = [run for segment in self.segments for run in segment.runs]
        return tuple(_fill(runs, *self.words))


class Side(NamedTuple):
    """The words of one quote and what they weigh."""

    words: Sequence[str]
    weights: Sequence[float]


class Text(NamedTuple):
    """A query, made ready for comparison with many.

    `until[i]` is the weight of the first i words, `least` what an alignment must weigh to be
    of use, `moved` what one must weigh that is not in place.
    """

    side: Side
    until: Sequence[float]
    least: float
    moved: float

    @property
    def total(self) -> float:
        """The weight (nats) of all its words."""
        return self.until[-1]


def prepare(
    words: Sequence[str], weights: Sequence[float], least: tuple[float, float] = (0.0, 0.0)
) -> Text:
    """`words` made ready to be aligned with others; `least`: see `least_weight`."""
    return Text(Side(list(words), weights), list(accumulate(weights, initial=0.0)), *least)


def common(text: Text, words: list[str], policy: Policy) -> list[list[Run]]:
    """The equal runs of `text` and `words` in chains; none if no rule could accept them.

    A bound from the query's side alone: what the others weigh beside it costs more to say.
    """
    runs = common_runs(text, words)
    here, there = len(text.side.words), len(words)
    least = text.least if here == there and _stays(runs) else text.moved
    if _weight(text.until, runs) < least - _ROUNDING:
        return []
    chains = _chain(runs, policy.gap_words)
    chance = _places(here, there)
    weight = 0.0
    for chain in chains:
        one = _weight(text.until, chain)
        if one >= least or _counts(chain, one, chance, policy):
            weight += one
    return chains if weight >= least else []


def common_runs(text: Text, words: list[str]) -> list[Run]:
    """The equal runs of the longest common subsequence, in order.

    None if they weigh less than `text.least` on the side of `text`, but for the words that
    are written as one on one side.
    """
    here = text.side.words
    matching = LCSseq.editops(here, words).as_matching_blocks()
    runs = [(a, a + size, b, b + size) for a, b, size in matching if size]
    if _weight(text.until, runs) < _ALLOWED * text.least:
        return []
    return _join(_gather(runs, here, words), here, words)


def align(
    text: Text, other: Side, policy: Policy, chains: Sequence[Sequence[Run]] | None = None
) -> Alignment:
    """`text` against `other`; `chains` are what is `common` to them, if it is known already."""
    if chains is None:
        chains = _chain(common_runs(text, list(other.words)), policy.gap_words)
    until = list(accumulate(other.weights, initial=0.0))
    total = until[-1]
    enough = policy.fragment_share * min(text.total, total)
    chance = _places(len(text.side.words), len(other.words))
    here = there = 0.0
    segments = []
    for chain in chains:
        one, two = _weight(text.until, chain), _weight_there(until, chain)
        if min(one, two) >= enough or _counts(chain, min(one, two), chance, policy):
            segments.append(_segment(chain, (one, text.until), (two, until)))
            here += one
            there += two
    shorter = "here" if text.total <= total else "there"
    share, whole = (here, text.total) if shorter == "here" else (there, total)
    return Alignment(
        words=(len(text.side.words), len(other.words)),
        segments=tuple(segments),
        weight=min(here, there),
        contain=share / whole if whole else 0.0,
        similarity=(here + there) / (text.total + total) if text.total + total else 0.0,
        shorter=shorter,
    )


def guard(quotes: int, policy: Policy) -> float:
    """The ln of the number of archived quotes: what the best of so many matches by chance."""
    return log(max(quotes, policy.guard_floor))


def least_weight(weights: Sequence[float], quotes: int, policy: Policy) -> tuple[float, float]:
    """The weight (nats) below which nothing is accepted for a query whose words weigh so much.

    First that of any alignment, then that of one that is not in place. The smallest margin; a
    match by similarity needs its share of the query besides. A query lighter than that can be
    undecided if it is aligned whole.
    """
    total = sum(weights)
    lost = guard(quotes, policy) + _places(len(weights), 0)
    margin = lost + min(policy.fragment_margin, policy.contained_margin, policy.passage_margin)
    of_both = (
        (policy.whole_similarity, 0.0),
        (policy.alike_similarity, lost + policy.alike_margin),
        (policy.altered_similarity, lost + policy.altered_margin),
    )
    alike = [max(weight, _share_of(similarity) * total) for similarity, weight in of_both]
    moved = max(policy.whole_weight, min(margin, *alike))
    placed = max(_placed(quotes, policy), _share_of(policy.in_place_similarity) * total)
    if len(weights) < policy.in_place_words:
        placed = moved
    whole = policy.fragment_share * total
    return min(moved, placed, whole), min(moved, whole)


def _placed(quotes: int, policy: Policy) -> float:
    """What words that all stand in their places must weigh (nats)."""
    return max(policy.in_place_weight, guard(quotes, policy) + policy.in_place_margin)


def _share_of(similarity: float) -> float:
    """The least share of one side that is aligned when two sides are so similar.

    2 W >= s (x + y), where the aligned words weigh W on either side, and y >= W.
    """
    return similarity / (2 - similarity)


def judge(alignment: Alignment, quotes: int, policy: Policy) -> Rule | None:
    """The rule that accepts the two quotes as one utterance among `quotes`; None if none does.

    Quotes that share no two adjacent words are not one wording. `UNDECIDED` if the shorter
    one is aligned but its words are too few or too common.
    """
    rule = _accepting(alignment, quotes, policy) if alignment.adjacent else None
    if rule is None and alignment.contain >= policy.fragment_share:
        return Rule.UNDECIDED
    return rule


def _accepting(alignment: Alignment, quotes: int, policy: Policy) -> Rule | None:
    return _alike(alignment, quotes, policy) or _in_part(alignment, quotes, policy)


def _alike(alignment: Alignment, quotes: int, policy: Policy) -> Rule | None:
    """The rule by which two quotes are one as a whole."""
    weight, similarity = alignment.weight, alignment.similarity
    if weight >= policy.whole_weight and similarity >= policy.whole_similarity:
        return Rule.WHOLE
    placed = alignment.in_place and max(alignment.words) >= policy.in_place_words
    if placed and similarity >= policy.in_place_similarity and weight >= _placed(quotes, policy):
        return Rule.ALTERED
    beyond = weight - guard(quotes, policy) - _places(*alignment.words)
    alike = similarity >= policy.alike_similarity
    margin = policy.alike_margin if alike else policy.altered_margin
    altered = weight >= policy.altered_weight and beyond >= margin
    return Rule.ALTERED if altered and similarity >= policy.altered_similarity else None


def _in_part(alignment: Alignment, quotes: int, policy: Policy) -> Rule | None:
    """The rule by which a part of one quote is the other, or a part of it."""
    # A part may stand anywhere in the longer one, however short that is.
    lost = guard(quotes, policy) + max(_places(*alignment.words), 0.0)
    beyond = alignment.weight - lost
    if alignment.weight < policy.whole_weight:
        return None
    if alignment.contain >= policy.contained_share and beyond >= policy.contained_margin:
        return Rule.CONTAINED
    if alignment.contain >= policy.fragment_share and beyond >= policy.fragment_margin:
        return Rule.FRAGMENT
    spliced = any(_is_passage(segment, lost, policy) for segment in alignment.segments)
    return Rule.SPLICE if spliced else None


def _is_passage(segment: Segment, lost: float, policy: Policy) -> bool:
    """Whether a part of both, of which neither is a part, is one utterance.

    So many equal words in a row are no set phrase.
    """
    no_phrase = segment.longest >= policy.passage_words
    margin = policy.passage_margin if no_phrase else policy.splice_margin
    return segment.weight - lost >= margin and segment.density >= policy.splice_density


def _gather(runs: list[Run], here: Sequence[str], there: Sequence[str]) -> list[Run]:
    """Move a run next to its neighbour where the same words stand there too.

    The common subsequence does not care where in a gap a word finds its partner; people do.
    """
    for at in range(len(runs) - 1, 0, -1):
        moved = _towards(runs[at - 1], runs[at], here, there)
        if moved:
            runs[at - 1 : at + 1] = [moved]
    at = 1
    while at < len(runs):
        moved = _back(runs[at - 1], runs[at], here, there)
        if moved:
            runs[at - 1 : at + 1] = [moved]
        else:
            at += 1
    return runs


def _towards(run: Run, after: Run, here: Sequence[str], there: Sequence[str]) -> Run | None:
    """`run` and `after` as one, if the words of `run` also stand right before `after`."""
    i, i_end, j, j_end = run
    k, k_end, m, m_end = after
    size = i_end - i
    if i_end == k and m - size >= j_end and there[m - size : m] == here[i:i_end]:
        return (i, k_end, m - size, m_end)
    if j_end == m and k - size >= i_end and here[k - size : k] == there[j:j_end]:
        return (k - size, k_end, j, m_end)
    return None


def _back(before: Run, run: Run, here: Sequence[str], there: Sequence[str]) -> Run | None:
    """`before` and `run` as one, if the words of `run` also stand right after `before`."""
    i, i_end, j, j_end = before
    k, k_end, m, m_end = run
    size = k_end - k
    if i_end == k and j_end + size <= m and there[j_end : j_end + size] == here[k:k_end]:
        return (i, k_end, j, j_end + size)
    if j_end == m and i_end + size <= k and here[i_end : i_end + size] == there[m:m_end]:
        return (i, i_end + size, j, m_end)
    return None


def _join(runs: Sequence[Run], here: Sequence[str], there: Sequence[str]) -> list[Run]:
    """`runs`, and between them the words that differ only in being written as one."""
    joined: list[Run] = []
    i = j = 0
    for run in _ended(runs, len(here), len(there)):
        a, a_end, b, b_end = run
        small = 0 < a - i <= _JOINED and 0 < b - j <= _JOINED
        if small and "".join(here[i:a]) == "".join(there[j:b]):
            joined.append((i, a, j, b))
        joined.append(run)
        i, j = a_end, b_end
    joined.pop()
    return joined


def _ended(runs: Iterable[Run], here: int, there: int) -> list[Run]:
    """`runs`, and one of no words at the end of both sides."""
    return [*runs, (here, here, there, there)]


def _chain(runs: Iterable[Run], gap: int) -> list[list[Run]]:
    """Runs in groups, no more than `gap` words between neighbours on either side."""
    chains: list[list[Run]] = []
    i = j = -inf
    for run in runs:
        a, a_end, b, b_end = run
        if a - i > gap or b - j > gap:
            chains.append([])
        chains[-1].append(run)
        i, j = a_end, b_end
    return chains


def _segment(
    runs: Sequence[Run], here: tuple[float, Sequence[float]], there: tuple[float, Sequence[float]]
) -> Segment:
    """`runs` with, of each side, their weight and that of all words up to each."""
    a, _, b, _ = runs[0]
    _, a_end, _, b_end = runs[-1]
    one, two = here[1][a_end] - here[1][a], there[1][b_end] - there[1][b]
    density = min(here[0] / one if one else 0.0, there[0] / two if two else 0.0)
    return Segment(runs=tuple(runs), weight=min(here[0], there[0]), density=density)


def _counts(runs: Sequence[Run], weight: float, chance: float, policy: Policy) -> bool:
    """Whether runs of this weight are more than chance."""
    single = len(runs) == 1 and runs[0][1] - runs[0][0] == 1
    return weight >= chance + (policy.single_weight if single else policy.segment_weight)


def _weight(until: Sequence[float], runs: Iterable[Run]) -> float:
    """What the words of `runs` weigh here."""
    weight = 0.0
    for start, end, _, _ in runs:
        weight += until[end] - until[start]
    return weight


def _weight_there(until: Sequence[float], runs: Iterable[Run]) -> float:
    weight = 0.0
    for _, _, start, end in runs:
        weight += until[end] - until[start]
    return weight


def _stays(runs: Iterable[Run]) -> bool:
    return all(i == j and i_end == j_end for i, i_end, j, j_end in runs)


def _places(here: int, there: int) -> float:
    """The ln of how many quotes of usual length the longer one amounts to.

    In a speech of a thousand words a phrase finds a partner by chance in fifty times as many
    places as in one sentence, and in five words in a quarter as many.
    """
    return log(max(here, there, 1) / USUAL)


def _fill(runs: Iterable[Run], here: int, there: int) -> Iterator[Block]:
    i = j = 0
    for a, a_end, b, b_end in _ended(runs, here, there):
        if a > i and b > j:
            yield Block(Tag.REPLACE, (i, a), (j, b))
        elif a > i:
            yield Block(Tag.DELETE, (i, a), (j, j))
        elif b > j:
            yield Block(Tag.INSERT, (i, i), (j, b))
        if a_end > a:
            yield Block(Tag.EQUAL, (a, a_end), (b, b_end))
        i, j = a_end, b_end
