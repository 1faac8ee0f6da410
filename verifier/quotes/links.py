"""Which cue a mention belongs to, and by which construction.

Constructions are found on the row of symbols of a frame, in constant time for each mention.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.quotes.frame import Frame
from verifier.quotes.phrases import Form, NounPhrase
from verifier.value import NamedTuple

NOUNS = frozenset(["N", "S", "D", "C", "U", "O", "P", "H"])
PREPOSITIONS = frozenset(["of", "in", "to", "p", "by", "for", "with", "about", "on", "at"])
_ENDS = frozenset(".;:")
_SUBORDINATE = frozenset(["when", "while", "because", "if", "where"])
# A path of more symbols than this tells nothing.
_FAR = 60
# How many symbols an insertion, a clause and a row before a participle may be long.
_INSERTION, _CLAUSE, _PARTICIPLE = 22, 18, 16


class Link(NamedTuple):
    """How a mention is tied to a cue: by which construction, and the cue's item (-1: none)."""

    mode: str
    cue: int


def is_verb(symbol: str) -> bool:
    """A verb of any kind: cue, other verb or auxiliary."""
    return symbol == "x" or symbol[:1] == "V" or "." in symbol[1:]


def is_cue(symbol: str) -> bool:
    """A verb that reports, `say.past`; neither `V.past` nor `...`."""
    return "." in symbol[1:] and symbol[0] not in "V."


def is_finite(symbol: str) -> bool:
    """A verb in a form that a clause can have."""
    return symbol in {"x", "V"} or symbol.endswith((".past", ".pres", ".base"))


def path(symbols: Sequence[str], start: int, stop: int) -> str:
    """The symbols in `start:stop` without prepositional phrases, cut in the middle when long."""
    if stop - start > _FAR:
        return "far"
    out: list[str] = []
    k = start
    while k < stop:
        symbol = symbols[k]
        if symbol in PREPOSITIONS and k + 1 < stop and symbols[k + 1] in NOUNS:
            k += 2
            continue
        if not (symbol == "Q" and out and out[-1] == "Q"):
            out.append(symbol)
        k += 1
    if len(out) > 8:
        out = [*out[:4], "~", *out[-4:]]
    return " ".join(out)


def skeleton(symbols: Sequence[str], start: int, stop: int) -> str:
    """The clauses in `start:stop`: subjects (n), verbs, conjunctions and marks, no more."""
    if stop - start > _FAR:
        return "far"
    out: list[str] = []
    for k in range(start, stop):
        symbol = symbols[k]
        if symbol in NOUNS:
            if k + 1 < stop and is_finite(symbols[k + 1]):
                out.append("n")
        elif is_cue(symbol):
            out.append(symbol.replace(".past", "").replace(".pres", "").replace(".base", ""))
        elif is_verb(symbol):
            kept = "v" if symbol in {"V.past", "V.pres"} else "x" if symbol == "x" else ""
            if kept and not (out and out[-1] in {"v", "x"}):
                out.append(kept)
        elif symbol not in PREPOSITIONS:
            out.append("s" if symbol in _SUBORDINATE else symbol)
    if len(out) > 7:
        out = [*out[:3], "~", *out[-4:]]
    return " ".join(out)


def link(frame: Frame, item: int, phrase: NounPhrase) -> Link:  # noqa: PLR0911 (a table)
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
    later = _participle(frame, item) or (after and _conjoined(frame, after.cue))
    if later is not None:
        return later
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
    elif k < len(symbols) and symbols[k] in PREPOSITIONS:
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
    for j in range(k + 1, min(k + _INSERTION, len(symbols) - 1)):
        if symbols[j] in _ENDS:
            break
        if symbols[j] == closing and is_verb(symbols[j + 1]):
            return j + 1
    return len(symbols)


def _after_clause(frame: Frame, k: int) -> int:
    """The first finite cue after the relative clause that opens at `k` without a comma."""
    symbols = frame.symbols
    seen = 0
    for j in range(k + 1, min(k + _CLAUSE, len(symbols))):
        if symbols[j] in _ENDS:
            break
        if is_finite(symbols[j]):
            seen += 1
            if seen > 1 and is_cue(symbols[j]) and symbols[j - 1] != "x":
                return j
    return len(symbols)


def _after_prepositions(frame: Frame, k: int) -> int:
    symbols = frame.symbols
    while k + 1 < len(symbols) and symbols[k] in PREPOSITIONS and symbols[k + 1] in NOUNS:
        k += 2
    return k


def _after_auxiliary(frame: Frame, k: int) -> int:
    symbols = frame.symbols
    while k + 1 < len(symbols) and (symbols[k + 1] in {"x", "not"} or is_verb(symbols[k + 1])):
        k += 1
        if symbols[k] != "x" and symbols[k] != "not":
            break
    return k


def _conjoined(frame: Frame, verb: int) -> Link | None:
    """`X smiled and said`: the first cue joined to the verb that X is the subject of."""
    symbols, items = frame.symbols, frame.items
    for k in range(verb + 1, min(verb + _PARTICIPLE, len(symbols))):
        if items[k].sentence != items[verb].sentence or symbols[k] == ":":
            break
        if symbols[k - 1] in {"and", "but", ","} and symbols[k].endswith((".past", ".pres")):
            return Link("conjoined", k) if is_cue(symbols[k]) else None
    return None


def _participle(frame: Frame, item: int) -> Link | None:
    """`X did this, saying`: the first participle of a cue after a comma in the sentence."""
    symbols, items = frame.symbols, frame.items
    for k in range(item + 1, min(item + _PARTICIPLE, len(symbols))):
        if items[k].sentence != items[item].sentence:
            break
        symbol = symbols[k]
        if symbol[-4:] != ".ing" or symbol == "according.ing":
            continue
        if is_cue(symbol) and symbols[k - 1] in {",", "and"}:
            return Link("participle", k)
    return None


__all__ = ["NOUNS", "PREPOSITIONS", "Link", "is_cue", "is_finite", "is_verb", "link", "path",
           "skeleton"]  # fmt: skip
