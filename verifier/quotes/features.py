"""What is looked at when a quote and a mention are weighed.

A feature is a short string; its weight stands in the lexicon of the language. All are
built from the symbols of `frame` and from counts, hardly any from words. Each of them was
kept because leaving it out made the held-out training articles less likely; twice as many
made them no likelier.
"""

from __future__ import annotations

from verifier.model import Span
from verifier.quotes.candidates import Candidate, Setting, candidates
from verifier.quotes.frame import Frame
from verifier.quotes.links import NOUNS, is_cue, path, skeleton
from verifier.quotes.words import Sort, Word
from verifier.value import NamedTuple

# How many items before and after a quote are looked at.
_VIEW = 60


class View(NamedTuple):
    """What all candidates of one quote share, computed once.

    `before` and `after` are the two steps around the quote; `shape` its length, first letter
    and last mark; `since` the path from the quote decided last; `rivals` how well the best
    mentions before, after and elsewhere are tied to a cue.
    """

    shape: str
    before: str
    after: str
    since: str
    alone: bool
    rivals: str


def rows(setting: Setting) -> tuple[list[Candidate], list[list[str]]]:
    """The candidates of a quote, and rows of features: first that of nobody, then theirs."""
    found = candidates(setting)
    start, stop = _sentence(setting.frame, setting.item)
    shared = _view(setting, found, start, stop)
    out = [_nobody(setting, shared, start, stop)]
    ranks: dict[tuple[bool, int], int] = {}
    for candidate in found:
        side = (candidate.mention.item < setting.item, candidate.paragraphs)
        rank = ranks.get(side, 0)
        out.append(_somebody(setting, shared, candidate, rank))
        ranks[side] = rank + 1
    return found, out


def _bucket(n: int) -> str:
    return str(n) if n < 4 else "4-6" if n < 7 else "7+"


# ---------------------------------------------------------------- the quote
def _view(setting: Setting, found: list[Candidate], start: int, stop: int) -> View:
    symbols, k = setting.frame.symbols, setting.item
    before = path(symbols, max(start, k - 7), k).split()
    after = path(symbols, k + 1, min(stop, k + 8)).split()
    return View(
        _shape(setting.text),
        " ".join(before[-2:]) if before else "^",
        " ".join(after[:2]) if after else "$",
        _since(setting, start),
        len(symbols) == 1,
        _rivals(setting, found),
    )


def _sentence(frame: Frame, k: int) -> Span:
    """The items of the sentence around item `k`, those that are near."""
    first, last = frame.sentence(k)
    return max(first, k - _VIEW), min(last, k + _VIEW)


def _shape(text: str) -> str:
    """Length class, first letter, last mark, and whether most words are capitalised."""
    words = text.split()
    size = len(words)
    long = "1" if size == 1 else "2" if size < 4 else "4" if size < 10 else "10"
    first = next((c for c in text if c.isalnum()), "a")
    begin = "A" if first.isupper() else "0" if first.isdigit() else "a"
    last = text[-1:] if text[-1:] in ",.?!…-—" else "w"
    titled = size > 1 and sum([w[:1].isupper() for w in words]) * 3 >= size * 2
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
def _nobody(setting: Setting, shared: View, start: int, stop: int) -> list[str]:
    """What speaks for leaving the quote to nobody: a scare quote, a title, a name."""
    frame, last = setting.frame, setting.last
    item, words = frame.items[setting.item], frame.paragraph.words
    before = _word(words[item.first - 1]) if item.first else "^"
    after = _word(words[item.last]) if item.last < len(words) else "$"
    state = "-" if last is None else ("n" if last.source is None else "y") + shared.since[:4]
    cues = _bucket(sum(map(is_cue, frame.symbols[start:stop])))
    size = shared.shape[:2]
    return [
        f"0 s={shared.shape}", f"0 b={shared.before}|s={shared.shape}",
        f"0 w={before}", f"0 v={after}", f"0 w={before}|s={size}",
        f"0 cues={cues}|s={size}", f"0 t={shared.rivals}|b={shared.before}", f"0 st={state}",
        f"0 alone={shared.alone:d}", f"0 at={min(setting.number, 2)}",
    ]  # fmt: skip


def _word(word: Word) -> str:
    """The word itself, never a name: those of the training articles are no feature."""
    return "N" if word.sort is Sort.NAME and not word.closed else word.low


# ---------------------------------------------------------------- somebody's
def _somebody(setting: Setting, shared: View, candidate: Candidate, rank: int) -> list[str]:
    """What speaks for giving the quote to `candidate`; `rank` of its side are nearer."""
    mention = candidate.mention
    mode, cue, kind, same = mention.tie.mode, mention.cue, mention.symbol, _same(setting, candidate)
    left2, left, right, right2 = mention.around
    known = min(setting.tally.get(mention.name, 0), 3)
    often = min(setting.counts.get(mention.name, 0), 4)
    where = _where(setting, candidate)
    w = f"w={where}"
    out = [
        # what it is, and how it is tied to which cue
        w, f"k={kind}", f"{w}|m={mode}", f"m={mode}|c={cue}", f"{w}|m={mode}|k={kind}",
        f"i={mention.nested:d}|k={kind}|m={mode}",
        # what stands next to it, and how many others are nearer
        f"l={left}", f"r={right}", f"{w}|l={left}|r={right}", f"{w}|l={left2} {left}",
        f"{w}|r={right} {right2}", f"{w}|r={min(rank, 5)}",
        # what the quote looks like, and how well others are tied
        f"{w}|s={shared.shape[1:]}|x={shared.before}|{shared.after}",
        f"v={shared.rivals}|{w}|s={shared.shape}",
        # whose the last quote was, and how often the name was quoted and stands in the story
        f"same={same}", f"same={same}|n={shared.since}", f"same={same}|{w}|n={shared.since}",
        f"{w}|m={mode}|alone={shared.alone:d}|same={same}", f"known={known}|often={often}",
    ]  # fmt: skip
    if where in {"B", "A"}:
        out += _between(setting, candidate, w)
    return out


def _where(setting: Setting, candidate: Candidate) -> str:
    """Paragraphs away (P), sentences away (S), or before (B) or after (A) the quote in its own."""
    if candidate.paragraphs:
        return f"P{max(-3, candidate.paragraphs)}"
    if candidate.sentences:
        return f"S{max(-2, min(2, candidate.sentences))}"
    return "B" if candidate.mention.item < setting.item else "A"


def _between(setting: Setting, candidate: Candidate, w: str) -> list[str]:
    """What stands between a mention and a quote of one sentence, and between cue and quote."""
    symbols, k, mention = setting.frame.symbols, setting.item, candidate.mention
    first, last = (mention.item + 1, k) if mention.item < k else (k + 1, mention.item)
    parts = path(symbols, first, last).split()
    nouns = _bucket(sum([p in NOUNS for p in parts]))
    cues = _bucket(sum(map(is_cue, parts)))
    cue, mode, verb = mention.tie.cue, mention.tie.mode, mention.cue.partition(".")[0]
    way = "-" if cue < 0 else "B " + skeleton(symbols, cue + 1, k) if cue < k else "A"
    return [
        f"{w}|p1={' '.join(parts[:2])}", f"{w}|p9={' '.join(parts[-2:])}",
        f"{w}|nN={nouns}|nC={cues}|q={'Q' in parts:d}",
        f"e={skeleton(symbols, first, last)}|{w}", f"e={way}|{w}|m={mode}|c={verb}",
    ]  # fmt: skip


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


__all__ = ["View", "rows"]
