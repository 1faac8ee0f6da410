"""Two wordings of one utterance -> what differs, typed, and how much it matters.

The kinds are those of CONTRACT: harmless `differences`, and `divergences` that have a
severity. The blocks in which the words differ are read one by one; what lies at the outer
ends is read apart, because there a difference may be a mere cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from verifier import cuts, lexicon
from verifier.blocks import Block, align, without_chance
from verifier.model import Divergence, Relation, Severity, Span
from verifier.sense import (
    NEGATING_WORDS,
    counts_otherwise,
    is_amount,
    is_quantity,
    lists,
    sense,
    without_fillers,
)
from verifier.spellings import levelled
from verifier.text import bare_words, plain
from verifier.value import value
from verifier.wording import Wording

# Two ends that differ in at least this many words each are no changed words but the
# joint of two utterances (tests/cases/compare.txt).
_SPLICE_WORDS = 5
# How a clause is reported where no cue is found.
_SAID = "said"
# How many places a gap may slide along words that repeat.
_SLIDE = 4


@value
class Comparison:
    """How one wording differs from another.

    `common` is the stretch of `here` from the first to the last words that agree; `lead` and
    `tail` are the stretches of `there` before and after them.
    """

    relation: Relation
    divergences: tuple[Divergence, ...] = ()
    differences: tuple[str, ...] = ()
    common: Span = (0, 0)
    lead: Span = (0, 0)
    tail: Span = (0, 0)


def compare(
    here: Wording, there: Wording, *, indirect: bool = False, language: str = "en"
) -> Comparison:
    """All that differs between `here` and `there`, which are taken to be one utterance.

    Of reported clauses (`indirect`) only numbers and negations diverge: the rest is the
    reporter's own wording. What one side denies and the other does not is a negation.
    """
    turned = _denied(here, language) != _denied(there, language)
    if not turned and (here.text == there.text or bare_words(here.text) == bare_words(there.text)):
        return Comparison(relation=Relation.VERBATIM, common=here.span(0, len(here.words)))
    reading = _Reading(here, there, language)
    divergences, differences = reading.reported() if indirect else reading.all()
    if turned:
        divergences = _turned(divergences, here, there)
    return Comparison(
        relation=_relation(divergences, differences),
        divergences=tuple(divergences),
        differences=tuple(sorted(differences)),
        **reading.extent(),
    )


def _denied(side: Wording, language: str) -> bool:
    return plain(side.cue) in lexicon.entries("denials", language)


def _turned(found: Sequence[Divergence], here: Wording, there: Wording) -> list[Divergence]:
    """What differs where one side is denied: "denied that it was safe" is "said it was not"."""
    rest = [d for d in found if d.kind != "negation"]
    if len(rest) < len(found):
        return rest
    cues = here.cue or _SAID, there.cue or _SAID
    denial = Divergence(kind="negation", severity=Severity.HIGH, here=cues[0], there=cues[1])
    return [denial, *rest]


def _is_brief(divergence: Divergence) -> bool:
    """Whether it is a word or two that differ, and no clause of its own."""
    return (
        max(len(bare_words(divergence.here)), len(bare_words(divergence.there))) <= NEGATING_WORDS
    )


def _without_currency(surface: str) -> str:
    """The amount alone of `million dollars`, which `fold` reads as `$` and `million`."""
    return surface.split(" ", 1)[0]


def _shortened(surface: str) -> bool:
    return surface.endswith(("'s", "'d"))


def _relation(divergences: Sequence[Divergence], differences: set[str]) -> Relation:
    if any(d.severity is Severity.HIGH for d in divergences):
        return Relation.DIVERGENT
    return Relation.FRAGMENT if "truncation" in differences else Relation.VARIANT


class _Reading:
    """One comparison in progress: both sides, the word lists, and the blocks between them."""

    def __init__(self, here: Wording, there: Wording, language: str) -> None:
        self.here, self.there = levelled(here, there, language)
        self.lists = lists(language)
        light = self.lists.light_words.__contains__
        norms = self.here.norms
        self.blocks = without_chance(align(norms, self.there.norms, light), norms, light)

    def extent(self) -> dict[str, Span]:
        """Where the words agree here, and what `there` has before and after them."""
        equal = [b for b in self.blocks if b.equal]
        if not equal:
            return {}
        first, last = equal[0], equal[-1]
        return {
            "common": self.here.span(first.a, last.b),
            "lead": self.there.span(0, first.c),
            "tail": self.there.span(last.d, len(self.there.words)),
        }

    def all(self) -> tuple[list[Divergence], set[str]]:
        """(divergences, harmless differences), each in the order of the words."""
        divergences: list[Divergence] = []
        differences: set[str] = set()
        if swapped := self._swapped():
            return [self.divergence("number", swapped)], differences
        if not any(b.equal for b in self.blocks):
            whole = Block(0, len(self.here.words), 0, len(self.there.words))
            return list(self.inner(whole, differences)), differences
        for at, block in enumerate(self.blocks):
            if block.equal:
                differences |= set(self.harmless(block))
            elif at == 0:
                divergences += self.edge(block, differences, left=True)
            elif at == len(self.blocks) - 1:
                divergences += self.edge(block, differences, left=False)
            else:
                divergences += self.inner(block, differences)
        return divergences, differences

    def _swapped(self) -> Block | None:
        """From the first to the last number, where the same words have them in another order."""
        one, other = (
            [k for k, w in enumerate(side.norms) if w[0].isdigit()]
            for side in (self.here, self.there)
        )
        if len(one) < 2 or Counter(self.here.norms) != Counter(self.there.norms):
            return None
        apart = [
            (i, j)
            for i, j in zip(one, other, strict=True)
            if self.here.norms[i] != self.there.norms[j]
        ]
        if not apart:
            return None
        return Block(apart[0][0], apart[-1][0] + 1, apart[0][1], apart[-1][1] + 1)

    def reported(self) -> tuple[list[Divergence], set[str]]:
        """As `all`, of reported clauses: their wording is the reporter's own."""
        divergences, differences = self.all()
        kept = [d for d in divergences if d.kind == "negation" and _is_brief(d)]
        kept += self._amounts()
        shorter = min(len(self.here.words), len(self.there.words))
        if sum(b.b - b.a for b in self.blocks if b.equal) < shorter:
            differences.discard("truncation")
        return kept, differences

    def _amounts(self) -> Iterator[Divergence]:
        """Numbers of one side that the other gives otherwise, wherever in the clause they stand."""
        one, other = Counter(self.here.norms), Counter(self.there.norms)
        ours = [k for k, w in enumerate(self.here.norms) if w in one - other]
        theirs = [k for k, w in enumerate(self.there.norms) if w in other - one]
        for i in ours:
            for j in theirs:
                pair = [self.here.norms[i]], [self.there.norms[j]]
                if counts_otherwise(*pair, self.lists, beside_number=False):
                    yield self.divergence("number", Block(i, i + 1, j, j + 1))
                    return

    # ------------------------------------------------------------ equal words
    def harmless(self, block: Block) -> Iterator[str]:
        """How words that fold to the same are written differently."""
        for i, j in zip(range(block.a, block.b), range(block.c, block.d), strict=True):
            one, other = self.here.surface(i), self.there.surface(j)
            if one == other or _without_currency(one) == _without_currency(other):
                continue
            if self.here.whole(i, block.a, block.b) and self.there.whole(j, block.c, block.d):
                yield self._writing(self.here.words[i].norm, one, other)

    def _writing(self, norm: str, one: str, other: str) -> str:
        if {one, other} & self.lists.contractions.keys() or _shortened(one) != _shortened(other):
            return "contraction"
        if {one, other} & self.lists.spellings.keys():
            return "spelling"
        numbers = any(is_amount(w, self.lists) for w in (norm, one, other))
        return "number-format" if numbers else "spelling"

    # ------------------------------------------------------------ inside
    def inner(self, block: Block, differences: set[str]) -> Iterator[Divergence]:
        """A difference between words that agree."""
        for place in self._places(block):
            harmless = self._harmless_block(place)
            if harmless:
                differences.add(harmless)
                return
        if self._is_splice(block):
            yield self.divergence("splice", block)
            return
        yield from self._typed(block, differences)

    def _places(self, block: Block) -> Iterator[Block]:
        """Where the words of one side may stand: in "to try to" either "to" may be the one more."""
        yield block
        a, b, c, d, _ = block
        if a < b and c < d:
            return
        norms, start, end = (self.here.norms, a, b) if a < b else (self.there.norms, c, d)
        for step in range(1, _SLIDE + 1):
            if start - step >= 0 and norms[start - step] == norms[end - step]:
                yield Block(a - step, b - step, c - step, d - step)
            else:
                break
        for step in range(_SLIDE):
            if end + step < len(norms) and norms[start + step] == norms[end + step]:
                yield Block(a + step + 1, b + step + 1, c + step + 1, d + step + 1)
            else:
                break

    def _harmless_block(self, block: Block) -> str | None:
        """The harmless kind that explains the whole block, if one does."""
        a, b, c, d, _ = block
        one, other = self.here.norms[a:b], self.there.norms[c:d]
        if "".join(one) == "".join(other):
            return "spelling"
        if self._bracketed(self.here, a, b) or self._bracketed(self.there, c, d):
            return "bracket"
        if self._marked_cut(self.here, a, b, c, d) or self._marked_cut(self.there, c, d, a, b):
            return "ellipsis"
        if self._only_fillers(a, b, here=True) or self._only_fillers(c, d, here=False):
            return "filler" if a == b or c == d else None
        if self._stammered(block):
            return "filler"
        return None

    def _stammered(self, block: Block) -> bool:
        """Words that one side says twice in a row: "if she gets to pick, if she gets to pick"."""
        a, b, c, d, _ = block
        if (a < b) == (c < d):
            return False
        norms, start, end = (self.here.norms, a, b) if a < b else (self.there.norms, c, d)
        said, size = norms[start:end], end - start
        twice = said in (norms[start - size : start], norms[end : end + size])
        tells = any(w in self.lists.negations or is_quantity(w, self.lists) for w in said)
        return twice and not tells

    @staticmethod
    def _bracketed(side: Wording, start: int, end: int) -> bool:
        return start < end and side.bracketed.issuperset(range(start, end))

    @staticmethod
    def _marked_cut(side: Wording, start: int, end: int, other: int, other_end: int) -> bool:
        """Nothing of this side is unpaired, the other side has words, and a cut is marked."""
        return start == end and other < other_end and side.ellipsis_at(start)

    def _is_splice(self, block: Block) -> bool:
        """Words are gone over the end of a sentence, and what is left reads as one sentence."""
        a, b, c, d, _ = block
        gone = a == b and c < d
        return (
            gone
            and any(self.there.sentence_break(k) for k in range(c, d + 1))
            and not self.here.sentence_break(a)
        )

    def _typed(self, block: Block, differences: set[str]) -> Iterator[Divergence]:
        """Negations and numbers first; what else differs is wording, omission or insertion."""
        one, one_filler = self._spoken(self.here, block.a, block.b)
        other, other_filler = self._spoken(self.there, block.c, block.d)
        if self.here.brackets(block.a, block.b) or self.there.brackets(block.c, block.d):
            differences.add("bracket")
        if one_filler != other_filler:
            differences.add("filler")
        if one == other:
            return
        found = sense(one, other, self.lists, beside_number=self._beside_number(block))
        if found.negated:
            yield self.divergence("negation", block)
        if found.counted:
            yield self.divergence("number", block)
        if (found.negated or found.counted) and found.content <= 1:
            return
        if found.here or found.there or not (found.negated or found.counted):
            kind = "wording" if one and other else "insertion" if one else "omission"
            yield self.divergence(kind, block, high=found.content > 0)

    def _spoken(self, side: Wording, start: int, end: int) -> tuple[list[str], list[str]]:
        """(words, fillers) of a stretch, without what is in brackets and without "No, ..."."""
        kept = [k for k in range(start, end) if k not in side.bracketed and not side.answer(k)]
        return without_fillers([side.norms[k] for k in kept], self.lists)

    def _beside_number(self, block: Block) -> bool:
        norms = self.here.norms
        beside = norms[max(0, block.a - 1) : block.a] + norms[block.b : block.b + 1]
        return any(is_quantity(w, self.lists) for w in beside)

    # ------------------------------------------------------------ ends
    def edge(self, block: Block, differences: set[str], *, left: bool) -> Iterator[Divergence]:
        """What lies before the first or after the last words that agree."""
        shorter_here = len(self.here.words) <= len(self.there.words)
        own, far = (self._lead(block, here=h, left=left) for h in (shorter_here, not shorter_here))
        if not own and self._only_fillers(min(far), max(far) + 1, here=not shorter_here):
            differences.add("filler")
        elif not own:
            differences.add(self._cut_kind(block, here=shorter_here, left=left))
            yield from self._dropped(far, here=not shorter_here, left=left)
        elif not far:
            yield from self._unpaired(block, differences, left=left)
        elif self._apart(block, left=left):
            differences.add("truncation")
        elif min(len(own), len(far)) >= _SPLICE_WORDS:
            yield self.divergence("splice", block)
        else:
            yield from self._paired(
                block, differences, len(own), shorter_here=shorter_here, left=left
            )

    def _only_fillers(self, start: int, end: int, *, here: bool) -> bool:
        norms = self._side(here=here).norms[start:end]
        return bool(norms) and not without_fillers(norms, self.lists)[0]

    def _side(self, *, here: bool) -> Wording:
        return self.here if here else self.there

    @staticmethod
    def _lead(block: Block, *, here: bool, left: bool) -> range:
        """The unpaired words of one side, nearest to the words that agree first."""
        start, end = (block.a, block.b) if here else (block.c, block.d)
        return range(end - 1, start - 1, -1) if left else range(start, end)

    def _cut_kind(self, block: Block, *, here: bool, left: bool) -> str:
        """A cut at the end is truncation, also where dots mark it."""
        side = self._side(here=here)
        at = (block.b if left else block.a) if here else (block.d if left else block.c)
        return "ellipsis" if side.ellipsis_at(at) else "truncation"

    def _apart(self, block: Block, *, left: bool) -> bool:
        """Whether on each side a sentence ends between the lead and the words that agree."""
        at_here, at_there = (block.b, block.d) if left else (block.a, block.c)
        return self.here.sentence_break(at_here) and self.there.sentence_break(at_there)

    def _unpaired(self, block: Block, differences: set[str], *, left: bool) -> Iterator[Divergence]:
        """The shorter quote goes on where the longer one's marks close.

        Where the longer one visibly breaks off inside a sentence, it is the one that is cut.
        """
        here = block.a < block.b
        side, at = self._side(here=here), self._joint(block, here=here, left=left)
        if side.sentence_break(at) or self._side(here=not here).broken_off(left=left):
            differences.add("truncation")
            yield from self._dropped(self._lead(block, here=here, left=left), here=here, left=left)
        else:
            yield from self._typed(block, differences)

    @staticmethod
    def _joint(block: Block, *, here: bool, left: bool) -> int:
        """The gap between the lead of one side and the words that agree."""
        if here:
            return block.b if left else block.a
        return block.d if left else block.c

    def _paired(
        self, block: Block, differences: set[str], size: int, *, shorter_here: bool, left: bool
    ) -> Iterator[Divergence]:
        """The shorter one's end against as many words of the longer one's sentence."""
        far = self._side(here=not shorter_here)
        lead = self._lead(block, here=not shorter_here, left=left)
        near = cuts.same_sentence(far, lead, size, left=left)
        if self.lists.function_words.issuperset(self._beyond(far, lead, near)):
            near = list(lead)
        if len(near) < len(lead):
            differences.add("truncation")
            yield from self._dropped(lead[len(near) :], here=not shorter_here, left=left)
        if not near:
            start = end = self._joint(block, here=not shorter_here, left=left)
        else:
            start, end = min(near), max(near) + 1
        a, b, c, d, _ = block
        pair = Block(a, b, start, end) if shorter_here else Block(start, end, c, d)
        yield from self.inner(pair, differences)

    @staticmethod
    def _beyond(side: Wording, lead: range, near: Sequence[int]) -> list[str]:
        """The words of `lead` beyond those that are `near` in its sentence."""
        return [side.norms[k] for k in lead[len(near) :]] if near else [""]

    def _dropped(self, lead: range, *, here: bool, left: bool) -> Iterator[Divergence]:
        """A negation, a condition or a limit among the words that a cut has dropped."""
        kind, lost = cuts.lost(self._side(here=here), lead, self.lists, left=left)
        if lost and not cuts.kept_outside(self._side(here=not here), self.lists, left=left):
            start, end = min(lost), max(lost) + 1
            a, c = (start, end), self._anchor_point(left=left, here=not here)
            block = Block(*a, *c) if here else Block(*c, *a)
            yield self.divergence("insertion" if here and kind == "omission" else kind, block)

    def _anchor_point(self, *, left: bool, here: bool) -> tuple[int, int]:
        at = 0 if left else len(self._side(here=here).words)
        return at, at

    # ------------------------------------------------------------ results
    def divergence(self, kind: str, block: Block, *, high: bool = True) -> Divergence:
        """The block as a typed difference with both sides' words and spans."""
        a, b, c, d, _ = block
        return Divergence(
            kind=kind,
            severity=Severity.HIGH if high else Severity.LOW,
            here=self.here.slice(a, b),
            there=self.there.slice(c, d),
            here_span=self.here.span(a, b),
            there_span=self.there.span(c, d),
        )
