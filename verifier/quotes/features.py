"""What is looked at when a quote and a mention are weighed.

A feature is a short string; its weight stands in the lexicon of the language. All are
built from the symbols of `frame` and from counts, hardly any from words.
"""

from __future__ import annotations

from typing import NamedTuple

from verifier.model import Span
from verifier.quotes.candidates import Candidate, Setting, candidates
from verifier.quotes.frame import Frame
from verifier.quotes.links import NOUNS, is_cue, is_verb, path, skeleton
from verifier.quotes.syntax import Sort, Token

# How many items before and after a quote are looked at.
_VIEW = 60


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


def rows(setting: Setting) -> tuple[list[Candidate], list[list[str]]]:
    """The candidates of a quote, and rows of features: first that of nobody, then theirs."""
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
    start, stop = k, k + 1
    while start > max(0, k - _VIEW) and items[start - 1].sentence == items[k].sentence:
        start -= 1
    while stop < min(len(items), k + _VIEW) and items[stop].sentence == items[k].sentence:
        stop += 1
    return start, stop


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
def _nobody(setting: Setting, shared: View) -> list[str]:
    """The features of leaving the quote to nobody: a scare quote, a title, a name."""
    frame, k = setting.frame, setting.item
    item, tokens = frame.items[k], frame.paragraph.tokens
    around = frame.symbols[slice(*_sentence(frame, k))]
    earlier = _bucket(sum(map(is_cue, frame.symbols[max(0, k - _VIEW) : k])))
    cues = sum(map(is_cue, around))
    before = _word(tokens[item.first - 1]) if item.first else "^"
    after = _word(tokens[item.last]) if item.last < len(tokens) else "$"
    last = setting.last
    state = "-" if last is None else ("n" if last.source is None else "y") + shared.since[:4]
    shape, size, tied = shared.shape, shared.shape[:2], shared.rivals
    return [
        "0", f"0 s={shape}", f"0 b={shared.before}", f"0 a={shared.after}",
        f"0 c={shared.context}", f"0 b={shared.before}|s={shape}", f"0 a={shared.after}|s={shape}",
        f"0 cues={_bucket(cues)}|s={size}", f"0 q={_bucket(around.count('Q'))}",
        f"0 st={state}|s={size}", f"0 st={state}", f"0 w={before}", f"0 v={after}",
        f"0 w={before}|s={size}", f"0 t={tied}|b={shared.before}", f"0 t={tied}|s={shape}",
        f"0 t={tied}|s={size}|q={_bucket(around.count('Q'))}",
        f"0 alone={shared.alone:d}", f"0 at={min(setting.number, 2)}",
        f"0 t={tied}|st={state}", f"0 cb={earlier}",
    ]  # fmt: skip


def _word(token: Token) -> str:
    """The word itself, never a name: those of the training articles are no feature."""
    return "N" if token.sort is Sort.NAME and not token.closed else token.low


# ---------------------------------------------------------------- somebody's
def _somebody(setting: Setting, shared: View, candidate: Candidate, ranks: list[int]) -> list[str]:
    """The features of giving the quote to `candidate`.

    `ranks` counts the candidates nearer on its side: all, those tied to a cue, to speech.
    """
    mention = candidate.mention
    left2, left, right, right2 = mention.around
    mode, cue, kind = mention.tie.mode, mention.cue, mention.symbol
    verb = cue.split(".")[0]
    where, between, way, bones = _where(setting, candidate)
    same = _same(setting, candidate)
    known = min(setting.tally.get(mention.name, 0), 3)
    often = min(setting.counts.get(mention.name, 0), 4)
    rank, tied, spoken = min(ranks[0], 5), min(ranks[1], 4), min(ranks[2], 3)
    wm = f"w={where}|m={mode}"
    shape, edges = shared.shape, shared.shape[1:]
    out = [
        f"k={kind}", f"w={where}", f"w={where}|k={kind}", wm, f"{wm}|c={verb}",
        f"m={mode}|c={cue}", f"c={cue}|s={shape}", f"{wm}|k={kind}",
        f"w={where}|r={rank}", f"w={where}|t={tied}", f"{wm}|t={tied}", f"{wm}|t={spoken}",
        f"{wm}|t={spoken}|c={verb}", f"w={where}|r={rank}|k={kind}",
        f"l={left}", f"r={right}", f"w={where}|l={left}|r={right}",
        f"w={where}|l={left2} {left}", f"w={where}|r={right} {right2}",
        f"w={where}|y={way}", f"{wm}|c={verb}|y={way}", f"{wm}|x={shared.context}",
        f"{wm}|s={shape}", f"w={where}|s={edges}|x={shared.context}",
        f"{wm}|a={shared.after}", f"{wm}|b={shared.before}",
        f"same={same}", f"same={same}|w={where}", f"same={same}|n={shared.since}",
        f"same={same}|w={where}|n={shared.since}", f"same={same}|n={shared.since}|s={edges}",
        f"same={same}|x={shared.context}", f"same={same}|v={shared.rivals}",
        f"known={known}|w={where}|k={kind}", f"often={often}|w={where}|k={kind}",
        f"known={known}|often={often}", f"{wm}|alone={shared.alone:d}|same={same}",
        f"f={mention.phrase.form.value}|{wm}", f"i={mention.nested:d}|k={kind}|m={mode}",
        f"v={shared.rivals}|{wm}", f"v={shared.rivals}|{wm}|c={verb}",
        f"v={shared.rivals}|w={where}|s={shape}", f"v={shared.rivals}|{wm}|t={spoken}",
    ]  # fmt: skip
    if between is not None:
        out.extend(_paths(shared, where, kind, between))
        clauses, cue_clauses = bones
        out += [
            f"e={clauses}|w={where}",
            f"e={clauses}|w={where}|k={kind}|m={mode}",
            f"e={cue_clauses}|{wm}|c={verb}",
            f"e={cue_clauses}|{wm}|b={shared.before}",
        ]
    return out


def _paths(shared: View, where: str, kind: str, between: str) -> list[str]:
    """The features of the path between mention and quote inside one sentence."""
    parts = between.split()
    nouns = _bucket(sum(p in NOUNS for p in parts))
    cues = _bucket(sum(map(is_cue, parts)))
    verbs = _bucket(sum(map(is_verb, parts)))
    return [
        f"p={between}", f"p={between}|w={where}|k={kind}", f"p={between}|x={shared.context}",
        f"w={where}|p1={' '.join(parts[:2])}", f"w={where}|p9={' '.join(parts[-2:])}",
        f"w={where}|p3={' '.join(parts[:3])}", f"w={where}|p7={' '.join(parts[-3:])}",
        f"w={where}|nN={nouns}|nC={cues}|q={'Q' in parts:d}",
        f"w={where}|nV={verbs}|nC={cues}|k={kind}",
        f"w={where}|nN={nouns}|q={'Q' in parts:d}|t={';' in parts or '.' in parts:d}",
    ]  # fmt: skip


def _where(setting: Setting, candidate: Candidate) -> tuple[str, str | None, str, tuple[str, str]]:
    """Relative place, the path between mention and quote (same sentence), the cue's way to it."""
    mention = candidate.mention
    if candidate.paragraphs:
        return f"P{max(-3, candidate.paragraphs)}", None, _ending(candidate), ("", "")
    if candidate.sentences:
        return f"S{max(-2, min(2, candidate.sentences))}", None, _ending(candidate), ("", "")
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


def _ending(candidate: Candidate) -> str:
    """What follows the cue in a sentence that is not the quote's own."""
    symbols, cue = candidate.scene.frame.symbols, candidate.mention.tie.cue
    if cue < 0:
        return "-"
    rest = path(symbols, cue + 1, min(len(symbols), cue + 6)).split()
    return " ".join(rest[:2]) + (" $:" if symbols[-1] == ":" else "")


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
