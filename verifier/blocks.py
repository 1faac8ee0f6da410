"""Two lists of words -> the blocks in which they agree and differ.

Long runs that rapidfuzz finds equal (longest common subsequence, one code point a word)
are anchors. Between them the words are aligned by Gotoh's affine-gap recurrence (O. Gotoh,
1982, J. Mol. Biol. 162), because one long gap is a cut and many short ones are chance;
gaps at the outer ends are free, so that a fragment lies whole inside a longer quote. What
agrees by chance in ends that are otherwise unlike is no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate

from rapidfuzz.distance import LCSseq

from verifier.value import NamedTuple

# Scores of the recurrence, in the currency of one function word that agrees. Set by hand
# on the table of cases (tests/cases/compare.txt): a gap must cost more than the chance
# agreement of one function word, and a cut of thirty words less than five content words.
_FUNCTION, _CONTENT, _MISMATCH, _OPEN, _EXTEND = 1.0, 3.0, -1.0, -2.0, -0.2
# Both begin, or both end, with the same word: worth a gap of one word, and no more, so that
# "we know that we lost" begins before "we lost" and not around it.
_BOTH_ENDS = 2.2
_ANCHOR_WORDS = 6  # a run this long does not agree by chance
_CHANCE_WORDS = 4  # ends that differ in fewer words hold no chance agreement
_MAX_CELLS = 40_000  # beyond it (200 words against 200) the common subsequence must do
_NEVER = float("-inf")


class Block(NamedTuple):
    """Words a..b here against c..d there; either they are equal or they differ."""

    a: int
    b: int
    c: int
    d: int
    equal: bool = False


def code_points(*sides: Sequence[str]) -> list[str]:
    """Each side as a string of one private code point a word, the same word the same point."""
    numbers: dict[str, int] = {}
    return [
        "".join([chr(0x10000 + numbers.setdefault(w, len(numbers)) % 0xF0000) for w in side])
        for side in sides
    ]


def align(here: Sequence[str], there: Sequence[str], light: Callable[[str], bool]) -> list[Block]:
    """The blocks of `here` against `there`, in order, covering both; `light` words weigh less."""
    anchors = list(_anchors(here, there))
    cells: list[tuple[int, int]] = []
    i = j = 0
    for block in [*anchors, None]:
        b, d = (block.a, block.c) if block else (len(here), len(there))
        free_start, free_end = not cells and (i, j) == (0, 0), block is None
        region = _Region(here[i:b], there[j:d], light, free_start=free_start, free_end=free_end)
        cells += [(i + x, j + y) for x, y in region.pairs()]
        if block:
            cells += [(block.a + k, block.c + k) for k in range(block.b - block.a)]
            i, j = block.b, block.d
    return list(_blocks(cells, len(here), len(there)))


def without_chance(
    blocks: list[Block], here: Sequence[str], light: Callable[[str], bool]
) -> list[Block]:
    """The blocks, each end one difference from where its words agree by chance.

    An end reaches out from the heaviest block as far as it gains by the recurrence: beyond it
    no local alignment (Smith and Waterman, 1981, J. Mol. Biol. 147) would go.
    """
    gains = [sum(map(partial(_gain, light), here[b.a : b.b])) if b.equal else 0.0 for b in blocks]
    if not any(gains):
        return blocks
    core = gains.index(max(gains))
    before = _local(blocks[:core][::-1], gains[:core][::-1])
    return [*before[::-1], blocks[core], *_local(blocks[core + 1 :], gains[core + 1 :])]


def _gain(light: Callable[[str], bool], word: str) -> float:
    return _FUNCTION if light(word) else _CONTENT


def _local(end: list[Block], gains: Sequence[float]) -> list[Block]:
    """The blocks of an end, outwards; those beyond its best local alignment are merged."""
    scores = [0.0, *accumulate(g or _loss(b) for b, g in zip(end, gains, strict=True))]
    kept = max(range(0, len(scores), 2), key=scores.__getitem__)
    chance = end[kept:]
    if len(chance) < 3 or chance[-1].equal or _apart(chance) < _CHANCE_WORDS:
        return end
    return [*end[:kept], _merged(chance[0], chance[-1])]


def _loss(block: Block) -> float:
    """What a difference costs in the recurrence."""
    one, other = block.b - block.a, block.d - block.c
    gap = abs(one - other)
    return _MISMATCH * min(one, other) + (_OPEN + _EXTEND * gap if gap else 0.0)


def _apart(blocks: Sequence[Block]) -> int:
    """How many words differ, on the side on which they are fewer."""
    unequal = [b for b in blocks if not b.equal]
    return min(sum(b.b - b.a for b in unequal), sum(b.d - b.c for b in unequal))


def _merged(one: Block, other: Block) -> Block:
    first, last = sorted((one, other))
    return Block(first.a, last.b, first.c, last.d)


def _anchors(here: Sequence[str], there: Sequence[str]) -> Iterator[Block]:
    """The equal runs of the longest common subsequence that are too long for chance."""
    return (b for b in _equal(here, there) if b.b - b.a >= _ANCHOR_WORDS)


def _equal(here: Sequence[str], there: Sequence[str]) -> Iterator[Block]:
    one, other = code_points(here, there)
    for op in LCSseq.opcodes(one, other):
        if op.tag == "equal":
            yield Block(op.src_start, op.src_end, op.dest_start, op.dest_end, equal=True)


def _blocks(cells: list[tuple[int, int]], n: int, m: int) -> Iterator[Block]:
    """Pairs of equal words -> maximal equal blocks and the differences between them."""
    i = j = 0
    k = 0
    while k < len(cells):
        x, y = cells[k]
        if (x, y) != (i, j):
            yield Block(i, x, j, y)
        end = k
        while end + 1 < len(cells) and cells[end + 1] == (cells[end][0] + 1, cells[end][1] + 1):
            end += 1
        i, j = cells[end][0] + 1, cells[end][1] + 1
        yield Block(x, i, y, j, equal=True)
        k = end + 1
    if (i, j) != (n, m):
        yield Block(i, n, j, m)


class _Region:
    """Two short stretches between anchors, aligned by Gotoh's recurrence."""

    def __init__(
        self,
        here: Sequence[str],
        there: Sequence[str],
        light: Callable[[str], bool],
        *,
        free_start: bool,
        free_end: bool,
    ) -> None:
        self.here, self.there = here, there
        self.gain = [_gain(light, w) for w in here]
        self.free_start, self.free_end = free_start, free_end

    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of equal words, in order."""
        n, m = len(self.here), len(self.there)
        if not n or not m:
            return []
        if n * m > _MAX_CELLS:
            return self._common()
        return self._trace(self._fill())

    def _common(self) -> list[tuple[int, int]]:
        return [(r.a + k, r.c + k) for r in _equal(self.here, self.there) for k in range(r.b - r.a)]

    def _edge(self, length: int, *, free: bool) -> float:
        return 0.0 if free or not length else _OPEN + _EXTEND * length

    def _fill(self) -> list[list[tuple[int, int]]]:
        """Best predecessor of each cell, as the step (di, dj); gaps jump to where they opened."""
        m = len(self.there)
        best = [self._edge(j, free=self.free_start) for j in range(m + 1)]
        steps = [[(0, j) for j in range(m + 1)]]
        down = [_NEVER] * (m + 1)  # a gap there: words here without partner
        opened = [0] * (m + 1)
        for i, (word, gain) in enumerate(zip(self.here, self.gain, strict=True), 1):
            row = [self._edge(i, free=self.free_start)] + [0.0] * m
            step = [(i, 0)] + [(1, 1)] * m
            right, right_at = _NEVER, 0
            for j, other in enumerate(self.there, 1):
                equal = word == other
                score = best[j - 1] + (gain if equal else _MISMATCH)
                if equal and self._outermost(i, j):
                    score += _BOTH_ENDS
                if best[j] + _OPEN > down[j]:
                    down[j], opened[j] = best[j] + _OPEN, i - 1
                down[j] += _EXTEND
                if row[j - 1] + _OPEN > right:
                    right, right_at = row[j - 1] + _OPEN, j - 1
                right += _EXTEND
                if down[j] > score:
                    score, step[j] = down[j], (i - opened[j], 0)
                if right > score:
                    score, step[j] = right, (0, j - right_at)
                row[j] = score
            best = row
            steps.append(step)
            self._remember(i, row)
        return steps

    def _outermost(self, i: int, j: int) -> bool:
        """Whether the i-th and the j-th words are the first, or the last, of both quotes."""
        if self.free_start and i == j == 1:
            return True
        return self.free_end and (i, j) == (len(self.here), len(self.there))

    def _remember(self, i: int, row: list[float]) -> None:
        """Keep the best end when the outer gap is free."""
        n, m = len(self.here), len(self.there)
        if i == 1:
            self.end, self.end_score = (n, m), _NEVER
        if i == n:
            options = (
                [(row[j], (n, j)) for j in range(m + 1)] if self.free_end else [(row[m], (n, m))]
            )
        else:
            options = [(row[m], (i, m))] if self.free_end else []
        for score, cell in options:
            if score > self.end_score:
                self.end, self.end_score = cell, score

    def _trace(self, steps: list[list[tuple[int, int]]]) -> list[tuple[int, int]]:
        i, j = self.end
        found = []
        while i > 0 and j > 0:
            di, dj = steps[i][j]
            if di == dj == 1 and self.here[i - 1] == self.there[j - 1]:
                found.append((i - 1, j - 1))
            i, j = i - di, j - dj
        return found[::-1]
