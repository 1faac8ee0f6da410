"""What is looked at when a quote and a mention are weighed: candidates and their features.

A feature is a short string; its weight stands in the lexicon of the language. All are
built from the symbols of `frame`, hardly any from words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from verifier.model import Span
from verifier.quotes.frame import Frame, Item
from verifier.quotes.syntax import Form, NounPhrase, Sort

NEAREST = 9
_NOUNS = frozenset("N S D C U O P H".split())
_PREPOSITIONS = frozenset("of in to p by for with about on at".split())
_SPEAKING = frozenset("N S D P H".split())


class Candidate(NamedTuple):
    """A mention that may be the source: its frame, phrase and item, and how far it is.

    `paragraphs` and `sentences` are distances from the quote, negative before it;
    `sentences` counts only inside the quote's own paragraph.
    """

    frame: Frame
    number: int
    item: int
    paragraphs: int
    sentences: int

    @property
    def phrase(self) -> NounPhrase:
        return self.frame.paragraph.phrases[self.number]

    @property
    def span(self) -> Span:
        return (self.phrase.start, self.phrase.end)


class Given(NamedTuple):
    """A quote that is already decided: where it stood and whose it was (None: not reported)."""

    paragraph: int
    item: int
    sentence: int
    source: Candidate | None
    name: str


class Link(NamedTuple):
    """How a mention is tied to a cue: by which construction, and the cue's item (-1: none)."""

    mode: str
    cue: int


class Setting(NamedTuple):
    """A quote in its surroundings, and what was decided before it."""

    frames: Sequence[Frame]
    at: int
    item: int
    text: str
    last: Given | None
    tally: dict[str, int]
    counts: dict[str, int]

    @property
    def frame(self) -> Frame:
        return self.frames[self.at]


def is_verb(symbol: str) -> bool:
    """A verb of any kind: cue, other verb or auxiliary."""
    return symbol == "x" or symbol[:1] == "V" or "." in symbol[1:]


def is_cue(symbol: str) -> bool:
    """A verb that reports: `say.past`; neither `V.past` nor `...`."""
    return "." in symbol[1:] and symbol[0] not in "V."


def is_finite(symbol: str) -> bool:
    return symbol == "x" or symbol.endswith((".past", ".pres", ".base")) or symbol == "V"


# ---------------------------------------------------------------- paths
def path(symbols: Sequence[str], start: int, stop: int) -> str:
    """The symbols in `start:stop` without prepositional phrases, cut in the middle when long."""
    out: list[str] = []
    k = start
    while k < stop:
        symbol = symbols[k]
        if symbol in _PREPOSITIONS and k + 1 < stop and symbols[k + 1] in _NOUNS:
            k += 2
            continue
        if not (symbol == "Q" and out and out[-1] == "Q"):
            out.append(symbol)
        k += 1
    if len(out) > 8:
        out = [*out[:4], "~", *out[-4:]]
    return " ".join(out)


def link(frame: Frame, item: int, phrase: NounPhrase) -> Link:
    """The cue that the mention at `item` most likely belongs to, from its own side."""
    symbols = frame.symbols
    own = frame.items[item]
    if phrase.last < own.last and phrase.form is not Form.GROUP and own.symbol == "U":
        return Link("own", item)
    before = symbols[item - 1] if item else ""
    if before == "to" and item > 1 and symbols[item - 2] == "according.ing":
        return Link("according", item - 2)
    after = _governed(frame, item)
    if after is not None and is_cue(symbols[after.cue]):
        return after
    if is_cue(before) and before.endswith((".past", ".pres")):
        opens = symbols[item - 2] if item > 1 else ""
        return Link("inverted" if opens in {"Q", ",", "", "."} else "object", item - 1)
    if before == "by" and item > 1 and is_cue(symbols[item - 2]):
        return Link("by", item - 2)
    if item + 1 < len(symbols) and symbols[item + 1] == ":":
        return Link("colon", item + 1)
    participle = _participle(frame, item)
    if participle is not None:
        return participle
    if before == "-":
        return Link("dash", item - 1)
    return after or Link("none", -1)


def _governed(frame: Frame, item: int) -> Link | None:
    """The verb that the mention is the subject of: at once, or after an apposition or clause."""
    symbols, items = frame.symbols, frame.items
    sentence = items[item].sentence
    k, mode = item + 1, "subject"
    if k < len(symbols) and symbols[k] in {",", "(", "-"}:
        k, mode = _after_insert(frame, k), "apposition"
    elif k < len(symbols) and symbols[k] in {"who", "which"}:
        k, mode = _after_clause(frame, k), "clause"
    elif k < len(symbols) and symbols[k] in _PREPOSITIONS:
        k, mode = _after_prepositions(frame, k), "subject"
    if k >= len(symbols) or items[k].sentence != sentence or not is_verb(symbols[k]):
        return None
    if symbols[k] == "x":
        k, mode = _after_auxiliary(frame, k), mode + "-x"
    return Link(mode, k)


def _after_insert(frame: Frame, k: int) -> int:
    """The item after the comma, bracket or dash that ends what opens at `k`."""
    symbols = frame.symbols
    closing = {"(": ")"}.get(symbols[k], symbols[k])
    for j in range(k + 1, min(k + 22, len(symbols) - 1)):
        if symbols[j] in {".", ";", ":"}:
            break
        if symbols[j] == closing and is_verb(symbols[j + 1]):
            return j + 1
    return len(symbols)


def _after_clause(frame: Frame, k: int) -> int:
    """The first finite cue after the relative clause that opens at `k` without a comma."""
    symbols = frame.symbols
    seen = 0
    for j in range(k + 1, min(k + 18, len(symbols))):
        if symbols[j] in {".", ";", ":"}:
            break
        if is_finite(symbols[j]):
            seen += 1
            if seen > 1 and is_cue(symbols[j]) and symbols[j - 1] != "x":
                return j
    return len(symbols)


def _after_prepositions(frame: Frame, k: int) -> int:
    symbols = frame.symbols
    while k + 1 < len(symbols) and symbols[k] in _PREPOSITIONS and symbols[k + 1] in _NOUNS:
        k += 2
    return k


def _after_auxiliary(frame: Frame, k: int) -> int:
    symbols = frame.symbols
    while k + 1 < len(symbols) and (symbols[k + 1] in {"x", "not"} or is_verb(symbols[k + 1])):
        k += 1
        if symbols[k] != "x" and symbols[k] != "not":
            break
    return k


def _participle(frame: Frame, item: int) -> Link | None:
    """`X did this, saying`: the first participle of a cue after a comma in the sentence."""
    symbols, items = frame.symbols, frame.items
    for k in range(item + 1, min(item + 16, len(symbols))):
        if items[k].sentence != items[item].sentence:
            break
        if symbols[k].endswith(".ing") and is_cue(symbols[k]) and symbols[k - 1] in {",", "and"}:
            return Link("participle", k)
    return None


# ---------------------------------------------------------------- candidates
def candidates(setting: Setting) -> list[Candidate]:
    """The mentions that may be the source, the quote's own sentence first; at most about 40."""
    frame = setting.frame
    own = frame.items[setting.item].sentence
    before: list[Candidate] = []
    after: list[Candidate] = []
    for number, item in frame.place.items():
        if not _may_speak(frame, number, item):
            continue
        side = before if item < setting.item else after
        side.append(Candidate(frame, number, item, 0, frame.items[item].sentence - own))
    found = [*_near(before[::-1], 14), *_near(after, 9)]
    found.extend(_earlier(setting))
    if setting.at + 1 < len(setting.frames):
        found.extend(_later(setting.frames[setting.at + 1]))
    return found


def _near(side: list[Candidate], limit: int) -> list[Candidate]:
    """All of the own sentence up to the limit, then those of others that have a cue or a verb."""
    own = [c for c in side if c.sentences == 0][:limit]
    other = [c for c in side if c.sentences != 0]
    if len(own) < limit:
        own.extend(c for c in other[:limit] if _is_subject(c.frame, c.item))
    return own


def _may_speak(frame: Frame, number: int, item: int) -> bool:
    phrase = frame.paragraph.phrases[number]
    head = frame.paragraph.tokens[phrase.head]
    if phrase.form is not Form.COMMON or head.sort is Sort.NAME:
        return True
    symbol = frame.items[item].symbol
    return symbol in _SPEAKING or _is_subject(frame, item)


def _is_subject(frame: Frame, item: int) -> bool:
    symbols = frame.symbols
    after = symbols[item + 1] if item + 1 < len(symbols) else ""
    before = symbols[item - 1] if item else ""
    return is_verb(after) or after in {",", ":", "who", "("} or is_cue(before) or before == "-"


def _earlier(setting: Setting) -> Iterator[Candidate]:
    """Sources chosen before, and the subjects of the paragraphs before."""
    last = setting.last
    taken = set()
    if last is not None and last.source is not None and last.source.frame is not setting.frame:
        paragraphs = last.source.paragraphs + last.paragraph - setting.at
        taken.add(last.source.span)
        yield last.source._replace(paragraphs=max(-9, min(paragraphs, -1)), sentences=0)
    for back in range(1, min(3, setting.at) + 1):
        frame = setting.frames[setting.at - back]
        count = 0
        for number, item in reversed(frame.place.items()):
            if count >= (6 if back == 1 else 2):
                break
            if not _is_subject(frame, item) or not _may_speak(frame, number, item):
                continue
            found = Candidate(frame, number, item, -back, 0)
            if found.span not in taken:
                count += 1
                yield found


def _later(frame: Frame) -> Iterator[Candidate]:
    """The first mentions of the next paragraph that have a cue."""
    count = 0
    for number, item in frame.place.items():
        if count >= 3 or item > 20:
            return
        tie = link(frame, item, frame.paragraph.phrases[number])
        if tie.mode in {"subject", "inverted", "apposition"} and is_cue(frame.symbols[tie.cue]):
            count += 1
            yield Candidate(frame, number, item, 1, 0)


# ---------------------------------------------------------------- features
class View(NamedTuple):
    """What all candidates of one quote share, computed once."""

    context: str
    shape: str
    before: str
    after: str
    since: str
    alone: bool


def name_of(candidate: Candidate) -> str:
    """The word that mentions of one source share: the last capital of a name, else the head."""
    tokens = candidate.frame.paragraph.tokens
    phrase = candidate.phrase
    for k in range(phrase.core - 1, phrase.first - 1, -1):
        if tokens[k].sort is Sort.NAME and not tokens[k].closed:
            return tokens[k].low
    return tokens[phrase.head].low


def _bucket(n: int) -> str:
    return str(n) if n < 4 else "4-6" if n < 7 else "7+"


def view(setting: Setting) -> View:
    frame, k = setting.frame, setting.item
    item = frame.items[k]
    symbols = frame.symbols
    start = k
    while start > 0 and frame.items[start - 1].sentence == item.sentence:
        start -= 1
    stop = k + 1
    while stop < len(symbols) and frame.items[stop].sentence == item.sentence:
        stop += 1
    before = path(symbols, max(start, k - 7), k).split()
    after = path(symbols, k + 1, min(stop, k + 8)).split()
    shape = _shape(setting.text)
    ahead = " ".join(before[-2:]) if before else "^"
    behind = " ".join(after[:2]) if after else "$"
    since = _since(setting, start)
    alone = len(symbols) == 1
    return View(f"{ahead}|{behind}", shape, ahead, behind, since, alone)


def _shape(text: str) -> str:
    """Length class, first letter and last mark of the quote's text, which may lose its marks."""
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
    if last.paragraph != setting.at:
        return f"par{min(setting.at - last.paragraph, 3)}"
    if last.item < start:
        gap = path(setting.frame.symbols, last.item + 1, setting.item)
        return "sent " + gap if len(gap) < 16 else "sent"
    return path(setting.frame.symbols, last.item + 1, setting.item)


def none_features(setting: Setting, shared: View) -> list[str]:
    """The features of leaving the quote to nobody: a scare quote, a title, a name."""
    frame, k = setting.frame, setting.item
    item = frame.items[k]
    tokens = frame.paragraph.tokens
    around = [s for i, s in zip(frame.items, frame.symbols, strict=True)
              if i.sentence == item.sentence]  # fmt: skip
    cues = sum(map(is_cue, around))
    said = any(s[:3] in {"say", "tel", "add", "wri", "spe"} and is_cue(s) for s in around)
    quotes = around.count("Q")
    before = tokens[item.first - 1].low if item.first else "^"
    after = tokens[item.last].low if item.last < len(tokens) else "$"
    last = setting.last
    state = "-" if last is None else ("n" if last.source is None else "y") + shared.since[:4]
    return [
        "0", f"0 s={shared.shape}", f"0 b={shared.before}", f"0 a={shared.after}",
        f"0 c={shared.context}", f"0 bs={shared.before}|{shared.shape}",
        f"0 as={shared.after}|{shared.shape}", f"0 cues={_bucket(cues)}{said:d}|{shared.shape[0]}",
        f"0 q={_bucket(quotes)}", f"0 st={state}|{shared.shape[0]}", f"0 st={state}",
        f"0 w={before}", f"0 v={after}", f"0 w={before}|{shared.shape[0]}",
        f"0 said={said:d}|{shared.before}", f"0 alone={shared.alone:d}",
        f"0 at={min(setting.at, 2)}", f"0 cb={_bucket(sum(map(is_cue, frame.symbols[:k])))}",
    ]  # fmt: skip


def features(
    setting: Setting, shared: View, candidate: Candidate, rank: int, subject_rank: int
) -> list[str]:
    """The features of giving the quote to `candidate`.

    `rank` counts the candidates nearer on its side, `subject_rank` those of them that are
    tied to a verb.
    """
    frame, phrase = candidate.frame, candidate.phrase
    symbols, item = frame.symbols, candidate.item
    tie = link(frame, item, phrase)
    cue = symbols[tie.cue] if tie.cue >= 0 else "-"
    kind = cue.split(".")[0]
    symbol = _symbol(frame, candidate)
    left = symbols[item - 1] if item else "^"
    right = symbols[item + 1] if item + 1 < len(symbols) else "$"
    left2 = symbols[item - 2] if item > 1 else "^"
    right2 = symbols[item + 2] if item + 2 < len(symbols) else "$"
    where, between, cue_way = _where(setting, candidate, tie)
    same = _same(setting, candidate)
    name = name_of(candidate)
    known = min(setting.tally.get(name, 0), 3)
    often = min(setting.counts.get(name, 0), 4)
    out = [
        f"k={symbol}", f"w={where}", f"w={where}|k={symbol}", f"w={where}|m={tie.mode}",
        f"w={where}|m={tie.mode}|c={kind}", f"m={tie.mode}|c={cue}", f"c={cue}|{shared.shape}",
        f"w={where}|m={tie.mode}|k={symbol}", f"w={where}|r={rank}", f"w={where}|sr={subject_rank}",
        f"w={where}|sr={subject_rank}|m={tie.mode}", f"w={where}|r={rank}|k={symbol}",
        f"l={left}", f"r={right}", f"w={where}|lr={left}|{right}", f"w={where}|l2={left2} {left}",
        f"w={where}|r2={right} {right2}", f"w={where}|cw={cue_way}",
        f"w={where}|m={tie.mode}|c={kind}|cw={cue_way}", f"w={where}|m={tie.mode}|cx={shared.context}",
        f"w={where}|m={tie.mode}|s={shared.shape}", f"w={where}|ss={shared.shape[1:]}|cx={shared.context}",
        f"w={where}|m={tie.mode}|a={shared.after}", f"w={where}|m={tie.mode}|b={shared.before}",
        f"same={same}", f"same={same}|w={where}", f"same={same}|sn={shared.since}",
        f"same={same}|w={where}|sn={shared.since}", f"same={same}|sn={shared.since}|s={shared.shape[1:]}",
        f"same={same}|cx={shared.context}", f"known={known}|k={symbol}|w={where}",
        f"often={often}|k={symbol}|w={where}", f"known={known}|often={often}",
        f"alone={shared.alone:d}|w={where}|m={tie.mode}|same={same}",
        f"form={phrase.form.value}|w={where}|m={tie.mode}", f"nest={phrase.last < frame.items[item].last:d}{phrase.first > frame.items[item].first:d}|k={symbol}|m={tie.mode}",
    ]  # fmt: skip
    if between is not None:
        out += [f"p={between}", f"p={between}|w={where}|k={symbol}", f"p={between}|cx={shared.context}"]
        parts = between.split()
        out += [
            f"w={where}|p1={' '.join(parts[:2])}", f"w={where}|p9={' '.join(parts[-2:])}",
            f"w={where}|nN={_bucket(sum(p in _NOUNS for p in parts))}|nC={_bucket(sum(map(is_cue, parts)))}|Q{'Q' in parts:d}",
        ]  # fmt: skip
    return out


def _symbol(frame: Frame, candidate: Candidate) -> str:
    """The class of the mention itself, which may stand inside a longer phrase."""
    phrase = candidate.phrase
    if phrase.form is Form.GROUP:
        return "G"
    item = frame.items[candidate.item]
    if phrase.first == item.first and phrase.last == item.last:
        return item.symbol
    head = frame.paragraph.tokens[phrase.head]
    if phrase.form is Form.POSSESSOR:
        return "H"
    return "n" if head.sort is Sort.NAME else "c"


def _where(setting: Setting, candidate: Candidate, tie: Link) -> tuple[str, str | None, str]:
    """Relative place, the path between mention and quote (same sentence), the cue's way to it."""
    if candidate.paragraphs:
        return f"P{max(-3, candidate.paragraphs)}", None, _ending(candidate, tie)
    symbols, k, item = setting.frame.symbols, setting.item, candidate.item
    if candidate.sentences:
        return f"S{max(-2, min(2, candidate.sentences))}", None, _ending(candidate, tie)
    side = "B" if item < k else "A"
    between = path(symbols, item + 1, k) if side == "B" else path(symbols, k + 1, item)
    if tie.cue < 0:
        way = "-"
    elif tie.cue < k:
        way = ("B " if item < k else "b ") + path(symbols, tie.cue + 1, k)
    else:
        way = "A " + path(symbols, k + 1, tie.cue)
    return side, between, way


def _ending(candidate: Candidate, tie: Link) -> str:
    """What follows the cue in a sentence that is not the quote's own."""
    symbols = candidate.frame.symbols
    if tie.cue < 0:
        return "-"
    rest = path(symbols, tie.cue + 1, min(len(symbols), tie.cue + 6)).split()
    return " ".join(rest[:2]) + (" $:" if symbols[-1] == ":" else "")


def _same(setting: Setting, candidate: Candidate) -> str:
    """Whether the quote decided last has this very mention (m), this name (n), another (x)."""
    last = setting.last
    if last is None:
        return "-"
    if last.source is None:
        return "0"
    if last.source.span == candidate.span:
        return "m"
    return "n" if last.name == name_of(candidate) else "x"


def tied(candidate: Candidate) -> bool:
    """Whether the mention belongs to a cue."""
    tie = link(candidate.frame, candidate.item, candidate.phrase)
    return tie.cue >= 0 and is_cue(candidate.frame.symbols[tie.cue])


def rows(setting: Setting) -> tuple[list[Candidate], list[list[str]]]:
    """The candidates of a quote, and the features of each; the row before them is for none."""
    found = candidates(setting)
    shared = view(setting)
    out = [none_features(setting, shared)]
    ranks: dict[tuple[bool, int], list[int]] = {}
    for candidate in found:
        side = (candidate.item < setting.item, candidate.paragraphs)
        rank = ranks.setdefault(side, [0, 0])
        out.append(features(setting, shared, candidate, min(rank[0], 5), min(rank[1], 4)))
        rank[0] += 1
        rank[1] += tied(candidate)
    return found, out


__all__ = ["Candidate", "Frame", "Given", "Item", "Link", "Setting", "link", "name_of", "rows"]
