"""The pieces a reported clause can consist of, and what speaks for each.

A frame says on which sides of its cue the content stands and where the source is:

    right          Alder said (that) taxes would rise
    left-before    Taxes would rise, Alder said
    left-after     Taxes would rise, said Alder        ... , according to Alder
    round-before   Taxes, Alder said, would rise
    round-after    Taxes, said Alder, would rise       Alder is said to have left

For each frame there are candidate starts and ends of the content and candidate sources.
Every `*_features` function names what the scorer sees of one candidate, as strings: classes
of the words around it (`wordclass`), distances, and the verb of the cue. Positions are
token numbers in the row, ends exclusive.
"""

from __future__ import annotations

from verifier import lexicon
from verifier.model import Span
from verifier.quotes.wordclass import BREAKS, Row
from verifier.value import NamedTuple

FRAMES = ("none", "right", "left-before", "left-after", "round-before", "round-after")

# How far a clause is looked for from its cue, in tokens: keeps the work linear. Of the
# training contents 99.7% are shorter.
REACH = 120
_START_REACH = 12
_SOURCE_REACH = 60
_SOURCE_AFTER = 6

_SPLITTERS = frozenset(
    {
        "sub",
        "and",
        "but",
        "when",
        "as",
        "so",
        "or",
        "who",
        "which",
        "during",
        "like",
        "wh",
        "in",
        "on",
        "at",
        "prep",
        "with",
        "for",
        "from",
        "by",
    }
)
# Joining words that differ from each other, and what is told apart behind them.
_WORDED = frozenset({"sub", "but", "and", "as", "when", "so", "or"})
_SECOND = frozenset({"pron", "adv", "that", "who", "which", "to"})
_LEFT_EDGES = frozenset(
    {"and", "but", "that", "sub", "wh", "when", "or", "so", "as", "cue", "saying", "than"}
)
_RELATIVE = frozenset({"who", "which", "that", "wh", "when"})
_NOUNS = frozenset({"Cap", "First", "noun", "s", "person", "body", "document", "utterance"})
_HEADS = _NOUNS | {"gen", "last", "whom", "more", "sym", "month", "ly", "q", "/", "time", "num"}
_VERBAL = frozenset({"ing", "ed", "base", "past", "pres"})
_DETERMINERS = frozenset({"det", "poss", "gen", "num", "more", "last", "adv", "ly"})
_OPENERS = (
    _HEADS - {"gen", "q", "/"}
    | _VERBAL
    | {"det", "pron", "poss", "who", "which", "there", "adv", "cue", "saying", "obj"}
)
_LINKS = frozenset({"of", "in", "for", "at", "from", "with", "to", "by", "on", "about"})
_INSIDE = frozenset({"det", "poss", "Cap", "num", "gen", "First", "more", "pron"})
_TRAILING = frozenset({"adv", "ly", "and", "time", "det", "prep"}) | _LINKS
_AUXILIARIES = frozenset({"have", "modal", "be", "do", "contracted"})
_NAMED = frozenset({"Cap", "First"})
_SUBJECTS = frozenset({"det", "pron", "poss", "num", "there"})
_FILLERS = frozenset({"adv", "ly", "have", "be", "modal", "do", "not"})


class Cue(NamedTuple):
    """A reporting word at token `at`: its verb, its form (b, s, d, g: -, -s, -ed, -ing), its group.

    `group`: A for `according`, T for verbs that name whom they tell, S for the others.
    """

    at: int
    verb: str
    form: str
    group: str


def cues(row: Row, language: str = "en") -> list[Cue]:
    """The reporting words of `row` outside quotation marks."""
    verbs = lexicon.pairs("reported_cues", language)
    return [
        cue(row, at, verbs[low], language)
        for at, low in enumerate(row.low)
        if low in verbs and not row.marked[at] and _counts(row, at, verbs[low])
    ]


def _counts(row: Row, at: int, verb: str) -> bool:
    """`point` is a cue only with `out`, `according` only with `to`, a part of a name never.

    Neither is the end of a question: what did the captain say?
    """
    if row.kinds[at] == "Cap" or row.low[at + 1 : at + 2] == ("?",):
        return False
    if verb == "point":
        return "out" in row.low[at + 1 : at + 4]
    return verb != "according" or row.low[at + 1 : at + 2] == ("to",)


def cue(row: Row, at: int, verb: str, language: str = "en") -> Cue:
    """The cue at token `at`, a form of `verb`."""
    low = row.low[at]
    form = "g" if low.endswith("ing") else "b" if low == verb else "s" if low[-1] == "s" else "d"
    told = verb in lexicon.entries("addressing_verbs", language)
    return Cue(at, verb, form, "A" if verb == "according" else "T" if told else "S")


def bucket(count: int) -> str:
    """A length or distance, coarsely."""
    if count < 4:
        return str(count)
    return "5" if count < 6 else "8" if count < 9 else "13" if count < 14 else "22"


def few(count: int, most: int = 2) -> str:
    """A count up to `most`."""
    return str(min(count, most))


# ------------------------------------------------------------------ frames
def frame_features(row: Row, cue: Cue) -> list[str]:
    """What speaks for or against each frame of `cue`."""
    i, verb, form, kind = cue.at, cue.verb, cue.form, row.kind
    p1, n1 = kind(i - 1), kind(i + 1)
    return [
        f"n1={n1}", f"p1={p1}", f"formp1={form} {p1}",
        f"verbform={verb} {form}", f"verbp1={verb} {p1}", f"verbn1={verb} {n1}",
        f"toend={bucket(len(row.kinds) - i)}", *_sides(row, cue), *_marks_near(row, i),
    ]  # fmt: skip


def _sides(row: Row, cue: Cue) -> list[str]:
    """The stretches from the cue to the nearest breaks."""
    i, kinds, verbs = cue.at, row.kinds, row.verbs
    left = i - 1
    while left >= 0 and kinds[left] not in BREAKS:
        left -= 1
    right = row.stop[i + 1]
    that = "that" in kinds[i + 1 : min(right, i + 9)]
    quoted = left > 0 and row.marked[left - 1]
    n1 = row.kind(i + 1)
    joint = next((k for k in range(i + 1, right) if kinds[k] in _RELATIVE), right)
    plain = verbs[joint] == verbs[i + 1]
    turned = row.kind(i - 1) == "," and verbs[left + 1] > 0
    return [
        f"inverted={turned} {n1 in _OPENERS and n1 not in _VERBAL} {plain}",
        f"behind={n1} {few(verbs[right] - verbs[i + 1])} {row.kind(right)}",
        f"leftfirst={row.kind(left)} {row.kind(left + 1)}",
        f"leftquoted={quoted} {bucket(i - 1 - left)}",
        f"rightnext={row.kind(right)} {row.kind(right + 1)}",
        f"that={that}", f"verbthat={cue.verb} {that}",
    ]  # fmt: skip


def _marks_near(row: Row, i: int) -> list[str]:
    marked = row.marked
    right = marked[i + 1 : i + REACH]
    left = marked[max(0, i - REACH) : i]
    return [f"marksright={any(right)} {right[:1]}", f"marksleft={any(left)} {left[-1:]}"]


# ------------------------------------------------------------------ content right of the cue
def starts(row: Row, cue: Cue) -> list[int]:
    """Where content right of `cue` can start."""
    found = []
    for j in range(cue.at + 1, min(len(row.kinds), cue.at + _START_REACH)):
        if row.kinds[j] in {";", ".", "Q"}:
            break
        if row.kinds[j] not in BREAKS:
            found.append(j)
    apposed = _apposed(row, cue)
    return [j for j in found if j not in apposed]


def _apposed(row: Row, cue: Cue) -> range:
    """`Jon Berg` of `according to the harbour master, Jon Berg, the works will last`."""
    kinds, comma = row.kinds, row.stop[min(cue.at + 2, len(row.kinds))]
    stop = row.stop[min(comma + 1, len(kinds))]
    if cue.group != "A" or not (row.kind(comma) == row.kind(stop) == ","):
        return range(0)
    before, between = kinds[max(0, comma - 2) : comma], kinds[comma + 1 : stop]
    named = before[-1:] == ("person",) and len(between) > 1 and _NAMED.issuperset(between)
    role = before == ("Cap", "Cap") and between[:1] == ("det",) and between[-1] == "person"
    goes_on = row.kind(stop + 1) in _SUBJECTS and row.verbs[-1] > row.verbs[stop]
    return range(comma + 1, stop) if (named or role) and goes_on else range(0)


def start_features(row: Row, cue: Cue, j: int, frame: str) -> list[str]:
    """What speaks for content that starts at `j`."""
    i, kinds = cue.at, row.kinds
    here, before = kinds[j], kinds[j - 1] if j - 1 > i else "cue"
    skipped = kinds[i + 1 : j]
    where = f"{cue.group} {frame[0]}"
    return [
        f"beforehere={before} {here}", f"herenext={here} {row.kind(j + 1)}",
        f"before={where} {before}", f"wherehere={where} {here}",
        f"skipped={where} {bucket(j - i - 1)}",
        f"breaksbefore={few(row.breaks[j] - row.breaks[i + 1], 3)} {before}",
        f"firsthere={where} {kinds[i + 1]} {not skipped}",
        f"all={' '.join(skipped) if j - i < 5 else 'long'}",
    ]  # fmt: skip


def ends(row: Row, start: int) -> list[int]:
    """Where content that starts at `start` can end; the last is the end of the sentence."""
    kinds = row.kinds
    last = min(len(kinds), start + REACH)
    while last > start + 1 and kinds[last - 1] in {".", "Q", "q"}:
        last -= 1
    inner = [j for j in range(start + 1, last) if kinds[j] in BREAKS or kinds[j] in _SPLITTERS]
    return [*inner, last]


def end_features(row: Row, cue: Cue, span: Span, last: int, frame: str) -> list[str]:
    """What speaks for content that is `span`; `last` is the last of `ends` for its start."""
    kinds = row.kinds
    start, j = span
    here, after, beyond = (
        ("end", "", "") if j == last else (kinds[j], row.kind(j + 1), row.kind(j + 2))
    )
    word = row.low[j] if here in _WORDED else here
    commas = kinds[start:j].count(",")
    stop = min(row.stop[min(j + 1, last)], last)
    following = few(row.verbs[stop] - row.verbs[min(j + 1, stop)])
    cued = "cue" in kinds[j + 1 : stop]
    second = row.low[j + 1] if after in _SECOND and j + 1 < last else after
    return [
        f"wherehere={cue.group} {frame[0]} {here}", f"pair={here} {after}",
        f"triple={here} {after} {beyond}", f"wordpair={word} {second}",
        f"length={here} {bucket(j - start)}",
        f"wordverbs={word} {few(row.verbs[j] - row.verbs[start])}",
        f"commas={here} {few(commas, 3)}", f"following={here} {following} {after}",
        f"segment={here} {bucket(stop - j - 1)} {'$' if stop >= last else kinds[stop]}",
        f"first={kinds[start]} {here}",
        f"all={word} {few(commas)} {cued} {following != '0'}",
        f"opening={cue.at < 2 and cue.form == 'g'} {here} {few(commas)}",
    ]  # fmt: skip


# ------------------------------------------------------------------ content left of the cue
def left_starts(row: Row, end: int) -> list[int]:
    """Where content that ends at `end`, left of its cue, can start."""
    kinds = row.kinds
    first = max(0, end - REACH)
    inner = [
        p
        for p in range(first + 1, end)
        if kinds[p] not in BREAKS
        and (kinds[p - 1] in BREAKS or kinds[p - 1] in _LEFT_EDGES or kinds[p] in _RELATIVE)
    ]
    return [first, *inner]


def left_features(row: Row, cue: Cue, p: int, end: int, frame: str) -> list[str]:
    """What speaks for content from `p` to `end`, left of its cue."""
    before, here = row.kind(p - 1), row.kinds[p]
    edge = "^" if p == 0 else "break" if before in BREAKS else before
    verbs = few(row.verbs[end] - row.verbs[p])
    return [
        f"before={before}", f"wherebefore={cue.group} {frame} {before}",
        f"here={here} {p == 0}", f"triple={edge} {here} {row.kind(p + 1)}",
        f"verbs={edge} {verbs}", f"length={edge} {bucket(end - p)}",
        f"breaks={edge} {few(row.breaks[end] - row.breaks[p], 3)}",
        f"verbsbefore={edge} {few(row.verbs[p])} {verbs != '0'}", f"at={before} {bucket(p)}",
        f"marked={any(row.marked[max(0, p - REACH) : p])} {any(row.marked[p:end])}",
    ]  # fmt: skip


# ------------------------------------------------------------------ sources
def sources(row: Row, cue: Cue, frame: str) -> list[Span | None]:
    """The mentions that can be the source, nobody first."""
    i, size = cue.at, len(row.kinds)
    if cue.group == "A":
        return [None, *_mentions(row, i + 1, min(size, i + _SOURCE_AFTER), size)]
    left = [
        (p, mention_end(row, p, i))
        for p in range(max(0, i - _SOURCE_REACH), i)
        if row.kinds[p] in _OPENERS and (p == 0 or row.kinds[p - 1] not in _INSIDE)
    ]
    return [None, *left, *_right_sources(row, cue, frame)]


def _right_sources(row: Row, cue: Cue, frame: str) -> list[Span]:
    """Said Alder; claimed by Alder; Declaring that ..., Alder ..."""
    i, size = cue.at, len(row.kinds)
    if frame.endswith("after"):
        return _mentions(row, i + 1, min(size, i + _SOURCE_AFTER), size)
    if cue.form == "g":
        within = range(i + 2, min(size, i + _SOURCE_REACH))
        return [(p, mention_end(row, p, size)) for p in within if _led(row, p, ",")]
    if row.kind(i - 1) in {"be", "adv", "ly"} or row.kind(i + 1) == "by":
        within = range(i + 2, min(size, i + 12))
        return [(p, mention_end(row, p, size)) for p in within if _led(row, p, "by")]
    return []


def _led(row: Row, p: int, by: str) -> bool:
    return row.kinds[p - 1] == by and row.kinds[p] in _OPENERS


def _mentions(row: Row, first: int, last: int, limit: int) -> list[Span]:
    return [(p, mention_end(row, p, limit)) for p in range(first, last) if row.kinds[p] in _OPENERS]


def opens_mention(row: Row, p: int) -> bool:
    """Whether a noun phrase can start at `p`."""
    return row.kinds[p] in _OPENERS


def mention_end(row: Row, p: int, limit: int) -> int:
    """Where the noun phrase that starts at `p` ends: a run of words, linked by prepositions."""
    kinds = row.kinds
    if kinds[p] in {"pron", "who", "which", "there", "obj"}:
        return p + 1
    q = p + 1
    limit = min(limit, p + _SOURCE_REACH)
    while q < limit and _goes_on(row, q, limit):
        q += 1
    while q > p + 1 and kinds[q - 1] in _TRAILING:
        q -= 1
    return q


def _goes_on(row: Row, q: int, limit: int) -> bool:
    kinds = row.kinds
    here, before, after = kinds[q], kinds[q - 1], kinds[q + 1] if q + 1 < limit else "$"
    if here in _HEADS:
        return True
    if here in _VERBAL:
        return before in _DETERMINERS and (here != "ing" or after in _NOUNS)
    if here in {"det", "poss"}:
        return before in _LINKS or before in {"and", "prep"}
    if here in _LINKS:
        return after not in BREAKS and after != "$"
    if here == "and":
        return after in {"Cap", "det", "num", "poss", "noun", "person", "body", "s"}
    return here == "." and after == "Cap" and len(row.low[q - 1]) < 5


def source_features(row: Row, cue: Cue, mention: Span | None, frame: str) -> list[str]:
    """What speaks for `mention` as the source, or for none at all."""
    i, form = cue.at, cue.form
    where = f"{cue.group} {frame}"
    if mention is None:
        return [f"none={where} {form}", f"nonebefore={frame} {row.kind(i - 1)} {form}"]
    p, q = mention
    if p > i:
        before = row.kinds[p - 1]
        return [
            f"right={where} {form} {bucket(p - i - 1)}", f"rightbefore={where} {before}",
            f"rightpair={before} {row.kinds[p]}",
        ]  # fmt: skip
    before, here = row.kind(p - 1), row.kinds[p]
    return [
        f"before={frame} {before}", f"here={frame} {here}", f"pair={before} {here}",
        f"last={frame} {row.kinds[q - 1]}", f"marked={row.marked[p]}",
        *_tail_features(row, cue, p, q, frame),
    ]  # fmt: skip


def _tail_features(row: Row, cue: Cue, p: int, q: int, frame: str) -> list[str]:
    """What stands between the mention `p:q` and the cue behind it."""
    i, form, kinds = cue.at, cue.form, row.kinds
    middle = kinds[q:i]
    verbs = row.verbs[i] - row.verbs[q] - sum([k in _AUXILIARIES for k in middle])
    breaks, clause = few(row.breaks[i] - row.breaks[q], 3), few(verbs)
    last = i - 1
    while last > q and kinds[last] in _FILLERS:
        last -= 1
    bridge = f"{kinds[q]} {kinds[q + 1]} {kinds[last]}" if q < i else "cue"
    spelt = " ".join(middle) if len(middle) < 4 else f"long {breaks} {middle[0]}"
    return [
        f"clause={frame} {form} {clause} {breaks}", f"breaks={form} {breaks} {row.kind(p - 1)}",
        f"middle={frame} {form} {spelt}", f"cuebefore={form} {kinds[i - 1]} {bucket(i - q)}",
        f"bridge={form} {bridge} {verbs > 0}",
        f"bridgehere={kinds[p]} {kinds[q]} {kinds[last]} {p == 0}",
        f"tail={form} {kinds[last]} {breaks} {clause}",
    ]  # fmt: skip
