"""What is looked at when a quote and a mention are weighed.

A feature is a short string; its weight stands in the lexicon of the language. All are
built from the symbols of `frame` and from counts, hardly any from words. Features that are
spelled from the same few symbols make a term, so that the sum of their weights is looked up
once for all the quotes and mentions that agree in these symbols.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import NamedTuple

from verifier.model import Span
from verifier.quotes.candidates import Candidate, Setting, candidates
from verifier.quotes.frame import Frame
from verifier.quotes.links import NOUNS, is_cue, is_verb, path, skeleton
from verifier.quotes.phrases import Form
from verifier.quotes.words import Sort, Word

# How many items before and after a quote are looked at.
_VIEW = 60
# How many sums are remembered: 20 MB.
_REMEMBERED = 50_000

# A group of features and the few symbols they are spelled from.
Term = tuple[Callable[..., list[str]], tuple[Hashable, ...]]


class View(NamedTuple):
    """What all candidates of one quote share, computed once.

    `before` and `after` are the two steps around the quote, `context` both; `shape` its
    length, first letter and last mark; `since` the path from the quote decided last;
    `rivals` how well the best mentions before, after and elsewhere are tied to a cue.
    """

    context: str
    shape: str
    before: str
    after: str
    since: str
    alone: bool
    rivals: str


def rows(setting: Setting) -> tuple[list[Candidate], list[list[Term]]]:
    """The candidates of a quote, and rows of terms: first that of nobody, then theirs."""
    found = candidates(setting)
    shared = _view(setting, found)
    out = [_nobody(setting, shared)]
    ranks: dict[tuple[bool, int], list[int]] = {}
    for candidate in found:
        side = (candidate.mention.item < setting.item, candidate.paragraphs)
        rank = ranks.setdefault(side, [0, 0, 0])
        out.append(_somebody(setting, shared, candidate, rank))
        rank[0] += 1
        rank[1] += candidate.mention.strength > 0
        rank[2] += candidate.mention.strength > 1
    return found, out


def spelled(row: Iterable[Term]) -> list[str]:
    """The features of a row of terms."""
    return [feature for group, values in row for feature in group(*values)]


class Sums(dict[Term, float]):
    """Term -> the sum of its features' weights, remembered: few terms make up most rows."""

    def __init__(self, weights: dict[str, float]) -> None:
        super().__init__()
        self._weights = weights

    def __missing__(self, term: Term) -> float:
        if len(self) >= _REMEMBERED:
            self.clear()
        weight = self._weights.get
        self[term] = total = sum([weight(f, 0.0) for f in spelled([term])])
        return total


def _bucket(n: int) -> str:
    return str(n) if n < 4 else "4-6" if n < 7 else "7+"


# ---------------------------------------------------------------- the quote
def _view(setting: Setting, found: list[Candidate]) -> View:
    frame, k = setting.frame, setting.item
    symbols = frame.symbols
    start, stop = _sentence(frame, k)
    before = path(symbols, max(start, k - 7), k).split()
    after = path(symbols, k + 1, min(stop, k + 8)).split()
    ahead = " ".join(before[-2:]) if before else "^"
    behind = " ".join(after[:2]) if after else "$"
    return View(
        f"{ahead}|{behind}", _shape(setting.text), ahead, behind, _since(setting, start),
        len(symbols) == 1, _rivals(setting, found),
    )  # fmt: skip


def _sentence(frame: Frame, k: int) -> Span:
    """The items of the sentence around item `k`, those that are near."""
    items = frame.items
    own = items[k].sentence
    first, last = max(0, k - _VIEW), min(len(items), k + _VIEW)
    start = bisect_left(items, own, first, k, key=_number)
    return start, bisect_right(items, own, k + 1, last, key=_number)


_number = attrgetter("sentence")


def _shape(text: str) -> str:
    """Length class, first letter, last mark, and whether most words are capitalised."""
    words = text.split()
    size = len(words)
    long = "1" if size == 1 else "2" if size < 4 else "4" if size < 10 else "10"
    first = next((c for c in text if c.isalnum()), "a")
    begin = "A" if first.isupper() else "0" if first.isdigit() else "a"
    last = text[-1:] if text[-1:] in ",.?!…-—" else "w"
    titled = size > 1 and sum(w[:1].isupper() for w in words) * 3 >= size * 2
    return f"{long}{begin}{last}{'T' if titled else ''}"


def _since(setting: Setting, start: int) -> str:
    """The path from the quote decided last to this one."""
    last = setting.last
    if last is None:
        return "first"
    if last.paragraph != setting.number:
        return f"par{min(setting.number - last.paragraph, 3)}"
    if last.item < start:
        gap = path(setting.frame.symbols, last.item + 1, setting.item)
        return "sent " + gap if len(gap) < 16 else "sent"
    return path(setting.frame.symbols, last.item + 1, setting.item)


def _rivals(setting: Setting, found: list[Candidate]) -> str:
    best = [0, 0, 0]
    for candidate in found:
        if candidate.paragraphs or candidate.sentences:
            side = 2
        else:
            side = 0 if candidate.mention.item < setting.item else 1
        best[side] = max(best[side], candidate.mention.strength)
    return f"{best[0]}{best[1]}{best[2]}"


# ---------------------------------------------------------------- nobody's
def _nobody(setting: Setting, shared: View) -> list[Term]:
    """The terms of leaving the quote to nobody: a scare quote, a title, a name."""
    frame, k = setting.frame, setting.item
    item, words = frame.items[k], frame.paragraph.words
    around = frame.symbols[slice(*_sentence(frame, k))]
    earlier = _bucket(sum(map(is_cue, frame.symbols[max(0, k - _VIEW) : k])))
    cues = _bucket(sum(map(is_cue, around)))
    before = _word(words[item.first - 1]) if item.first else "^"
    after = _word(words[item.last]) if item.last < len(words) else "$"
    last = setting.last
    state = "-" if last is None else ("n" if last.source is None else "y") + shared.since[:4]
    quotes = _bucket(around.count("Q"))
    at = min(setting.number, 2)
    return [
        (_scare, (shared.shape, shared.before, shared.after, before, after)),
        (_untold, (shared.shape, shared.before, shared.rivals, state, cues, quotes)),
        (_apart, (shared.alone, at, earlier)),
    ]


def _scare(shape: str, ahead: str, behind: str, before: str, after: str) -> list[str]:
    """The quote's shape and what stands next to it; `before` and `after` are words."""
    return [
        "0", f"0 s={shape}", f"0 b={ahead}", f"0 a={behind}", f"0 c={ahead}|{behind}",
        f"0 b={ahead}|s={shape}", f"0 a={behind}|s={shape}",
        f"0 w={before}", f"0 v={after}", f"0 w={before}|s={shape[:2]}",
    ]  # fmt: skip


def _untold(shape: str, ahead: str, rivals: str, state: str, cues: str, quotes: str) -> list[str]:
    """How little speaks for anybody: no cues, no rivals, none before."""
    size = shape[:2]
    return [
        f"0 cues={cues}|s={size}", f"0 q={quotes}", f"0 st={state}|s={size}", f"0 st={state}",
        f"0 t={rivals}|b={ahead}", f"0 t={rivals}|s={shape}",
        f"0 t={rivals}|s={size}|q={quotes}", f"0 t={rivals}|st={state}",
    ]  # fmt: skip


def _apart(alone: bool, at: int, earlier: str) -> list[str]:  # noqa: FBT001 (a symbol)
    """Where the quote stands."""
    return [f"0 alone={alone:d}", f"0 at={at}", f"0 cb={earlier}"]


def _word(word: Word) -> str:
    """The word itself, never a name: those of the training articles are no feature."""
    return "N" if word.sort is Sort.NAME and not word.closed else word.low


# ---------------------------------------------------------------- somebody's
def _somebody(setting: Setting, shared: View, candidate: Candidate, ranks: list[int]) -> list[Term]:
    """The terms of giving the quote to `candidate`.

    `ranks` counts the candidates nearer on its side: all, those tied to a cue, to speech.
    """
    mention = candidate.mention
    mode, cue, kind = mention.tie.mode, mention.cue, mention.symbol
    verb = cue.partition(".")[0]
    where, between, way, bones = _where(setting, candidate)
    same = _same(setting, candidate)
    known = min(setting.tally.get(mention.name, 0), 3)
    often = min(setting.counts.get(mention.name, 0), 4)
    spoken = min(ranks[2], 3)
    shape, edges, rivals = shared.shape, shared.shape[1:], shared.rivals
    out: list[Term] = [
        (_tied, (where, mode, cue, kind, mention.phrase.form, mention.nested)),
        (_nearness, (where, mode, verb, kind, min(ranks[0], 5), min(ranks[1], 4), spoken)),
        (_neighbours, (where, *mention.around)),
        (_way, (where, mode, verb, way)),
        (_beside, (where, mode, edges, shared.before, shared.after)),
        (_shaped, (where, mode, shape, rivals)),
        (_voiced, (where, mode, cue, shape, rivals, spoken)),
        (_again, (same, where, shared.since, edges, shared.context, rivals)),
        (_known, (same, where, mode, kind, known, often, shared.alone)),
    ]
    if between is not None:
        out.append((_path, (where, kind, between)))
        out.append((_path_beside, (between, shared.context)))
        out.append((_clauses, (*bones, where, mode, kind, verb, shared.before)))
    return out


def _tied(where: str, mode: str, cue: str, kind: str, form: Form, nested: bool) -> list[str]:  # noqa: FBT001
    """What the mention is and which cue it belongs to."""
    wm, verb = f"w={where}|m={mode}", cue.partition(".")[0]
    return [
        f"k={kind}", f"w={where}", f"w={where}|k={kind}", wm, f"{wm}|c={verb}",
        f"m={mode}|c={cue}", f"{wm}|k={kind}", f"f={form:d}|{wm}",
        f"i={nested:d}|k={kind}|m={mode}",
    ]  # fmt: skip


def _nearness(
    where: str, mode: str, verb: str, kind: str, rank: int, tied: int, spoken: int
) -> list[str]:
    """How many others are nearer."""
    wm = f"w={where}|m={mode}"
    return [
        f"w={where}|r={rank}", f"w={where}|t={tied}", f"{wm}|t={tied}", f"{wm}|t={spoken}",
        f"{wm}|t={spoken}|c={verb}", f"w={where}|r={rank}|k={kind}",
    ]  # fmt: skip


def _neighbours(where: str, left2: str, left: str, right: str, right2: str) -> list[str]:
    """What stands next to the mention."""
    return [
        f"l={left}", f"r={right}", f"w={where}|l={left}|r={right}",
        f"w={where}|l={left2} {left}", f"w={where}|r={right} {right2}",
    ]  # fmt: skip


def _way(where: str, mode: str, verb: str, way: str) -> list[str]:
    """What stands between the cue and the quote."""
    return [f"w={where}|y={way}", f"w={where}|m={mode}|c={verb}|y={way}"]


def _beside(where: str, mode: str, edges: str, ahead: str, behind: str) -> list[str]:
    """What stands next to the quote."""
    wm, context = f"w={where}|m={mode}", f"{ahead}|{behind}"
    return [
        f"{wm}|x={context}", f"w={where}|s={edges}|x={context}",
        f"{wm}|a={behind}", f"{wm}|b={ahead}",
    ]  # fmt: skip


def _shaped(where: str, mode: str, shape: str, rivals: str) -> list[str]:
    """What the quote looks like, and how well others are tied."""
    wm = f"w={where}|m={mode}"
    return [f"{wm}|s={shape}", f"v={rivals}|{wm}", f"v={rivals}|w={where}|s={shape}"]


def _voiced(where: str, mode: str, cue: str, shape: str, rivals: str, spoken: int) -> list[str]:
    """The cue beside the quote's shape and the other mentions with a cue."""
    wm = f"w={where}|m={mode}"
    return [
        f"c={cue}|s={shape}", f"v={rivals}|{wm}|c={cue.partition('.')[0]}",
        f"v={rivals}|{wm}|t={spoken}",
    ]  # fmt: skip


def _again(same: str, where: str, since: str, edges: str, context: str, rivals: str) -> list[str]:
    """Whether the last quote was this one's, and what has come between."""
    return [
        f"same={same}", f"same={same}|w={where}", f"same={same}|n={since}",
        f"same={same}|w={where}|n={since}", f"same={same}|n={since}|s={edges}",
        f"same={same}|x={context}", f"same={same}|v={rivals}",
    ]  # fmt: skip


def _known(
    same: str,
    where: str,
    mode: str,
    kind: str,
    known: int,
    often: int,
    alone: bool,  # noqa: FBT001
) -> list[str]:
    """How often the name was quoted and how often it stands in the story."""
    return [
        f"known={known}|w={where}|k={kind}", f"often={often}|w={where}|k={kind}",
        f"known={known}|often={often}", f"w={where}|m={mode}|alone={alone:d}|same={same}",
    ]  # fmt: skip


def _path(where: str, kind: str, between: str) -> list[str]:
    """The path between mention and quote inside one sentence."""
    parts = between.split()
    nouns = _bucket(sum(p in NOUNS for p in parts))
    cues = _bucket(sum(map(is_cue, parts)))
    verbs = _bucket(sum(map(is_verb, parts)))
    return [
        f"p={between}", f"p={between}|w={where}|k={kind}",
        f"w={where}|p1={' '.join(parts[:2])}", f"w={where}|p9={' '.join(parts[-2:])}",
        f"w={where}|p3={' '.join(parts[:3])}", f"w={where}|p7={' '.join(parts[-3:])}",
        f"w={where}|nN={nouns}|nC={cues}|q={'Q' in parts:d}",
        f"w={where}|nV={verbs}|nC={cues}|k={kind}",
        f"w={where}|nN={nouns}|q={'Q' in parts:d}|t={';' in parts or '.' in parts:d}",
    ]  # fmt: skip


def _path_beside(between: str, context: str) -> list[str]:
    return [f"p={between}|x={context}"]


def _clauses(
    bones: str, cue_bones: str, where: str, mode: str, kind: str, verb: str, ahead: str
) -> list[str]:
    """The clauses between the mention, its cue and the quote."""
    wm = f"w={where}|m={mode}"
    return [
        f"e={bones}|w={where}", f"e={bones}|w={where}|k={kind}|m={mode}",
        f"e={cue_bones}|{wm}|c={verb}", f"e={cue_bones}|{wm}|b={ahead}",
    ]  # fmt: skip


def _where(setting: Setting, candidate: Candidate) -> tuple[str, str | None, str, tuple[str, str]]:
    """Relative place, the path between mention and quote (same sentence), the cue's way to it."""
    mention = candidate.mention
    if candidate.paragraphs or candidate.sentences:
        away = (
            f"P{max(-3, candidate.paragraphs)}"
            if candidate.paragraphs
            else f"S{max(-2, min(2, candidate.sentences))}"
        )
        return away, None, candidate.scene.ending(mention.tie.cue), ("", "")
    symbols, k, item, cue = setting.frame.symbols, setting.item, mention.item, mention.tie.cue
    if item < k:
        side, between, clauses = "B", path(symbols, item + 1, k), skeleton(symbols, item + 1, k)
    else:
        side, between, clauses = "A", path(symbols, k + 1, item), skeleton(symbols, k + 1, item)
    if cue < 0:
        return side, between, "-", (clauses, "-")
    if cue < k:
        way = ("B " if item < k else "b ") + path(symbols, cue + 1, k)
        return side, between, way, (clauses, "B " + skeleton(symbols, cue + 1, k))
    return side, between, "A " + path(symbols, k + 1, cue), (clauses, "A")


def _same(setting: Setting, candidate: Candidate) -> str:
    """Whether the quote decided last has this very mention (m), this name (n), another (x)."""
    last = setting.last
    if last is None:
        return "-"
    if last.source is None:
        return "0"
    mention = last.source.mention
    if mention.span == candidate.mention.span:
        return "m"
    return "n" if mention.name == candidate.mention.name else "x"


__all__ = ["Sums", "Term", "View", "rows", "spelled"]
