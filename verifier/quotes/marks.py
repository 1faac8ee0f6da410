"""Stretches between quotation marks, in every convention of the wires.

Marks pair inside one paragraph: an unclosed one costs its own paragraph only. Double marks
pair first, single ones then outside and inside them; which of two enclosing stretches is
the outer one follows from the pairing, so that “a ‘b’ c” and ‘a “b” c’ both nest.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter

from verifier.model import Span
from verifier.pattern import pattern
from verifier.value import NamedTuple

_LINE = pattern(r"[^\n\r\u2028\u2029]+")
# A run of four or more is a rule or noise, no mark.
_DOUBLE = pattern(r"[“”\"«»„‟＂'`]{4,}|[“”\"«»„‟＂]|''|``")
_SINGLE = pattern(r"[‘’'‚‹›\"“”]{4,}|[‘’'‚‹›]")
_OPENS_AFTER = frozenset("([{—–-/‘'“\"‚„")
_CLOSES_BEFORE = frozenset(".,;:!?)]}—–-’'”\"…")
# 6'2": the inch mark closes nothing.
_INCHES = pattern(r"\d['’′]\s?\d{1,2}(?:½|\.\d)?$")
# '90s, '16 and the clipped words: apostrophes that open nothing.
_CLIPPED = pattern(r"\d0?s?\b|\d\ds?\b|(?:em|til|cause|tis|twas|n|bout|round)\b", re.IGNORECASE)
_FIRST_MARK = pattern(r"[“”\"„«]")
# An outer single-quoted stretch is a headline's or a British quote: no longer than this.
_LONGEST_SINGLE = 1200
_CLOSERS_TRIED = 12
# In a line so long, as many marks as one in so many characters are noise; of real lines
# none has one in nineteen. Nor has a story more stretches than these and one in so many characters.
_LONG_LINE, _DENSE = 2_000, 12
_STRETCHES, _APART = 1_000, 40
_MARKS = "“”\"«»„‟＂'`‘’‚‹›"
_MARK = pattern(f"[{_MARKS}]")


class Marked(NamedTuple):
    """`text[start:end]` with its marks; `inner` without them, trimmed of white space.

    `depth` is 1 inside another stretch. `closed` is false when its paragraph ended first;
    `continues` when the next paragraph goes on with it.
    """

    start: int
    end: int
    inner: Span
    depth: int
    closed: bool
    continues: bool = False


class _Pair(NamedTuple):
    start: int
    end: int
    left: int
    right: int
    closed: bool


_start = itemgetter(0)


def find(text: str) -> tuple[Marked, ...]:
    """The marked stretches of `text` that hold a letter or digit, by position, one a paragraph."""
    found: list[Marked] = []
    carry, mark = False, -1
    for line in _LINE.finditer(text):
        a, b = line.span()
        if mark < a:
            first = _MARK.search(text, a)
            mark = first.start() if first else len(text)
        if mark >= b and not carry:  # most lines hold none
            continue
        if len(found) >= _STRETCHES + a // _APART or _is_noise(text, a, b):
            carry = False
            continue
        doubles, unclosed = _doubles(text, a, b, carry=carry)
        goes_on = _goes_on(text, b) if unclosed else ""
        carry = goes_on == "bare"
        if not doubles and not _SINGLE.search(text, a, b):
            continue
        singles = _singles(text, a, b, doubles)
        found.extend(_merged(text, doubles, singles, last=b if goes_on else -1))
        del found[_STRETCHES + b // _APART :]
    return tuple(found)


def _is_noise(text: str, a: int, b: int) -> bool:
    """Whether `text[a:b]` is a long line of little but marks."""
    if b - a < _LONG_LINE:
        return False
    return sum([text.count(mark, a, b) for mark in _MARKS]) * _DENSE > b - a


def _doubles(text: str, a: int, b: int, *, carry: bool) -> tuple[list[_Pair], bool]:
    """Pairs of double marks in `text[a:b]`, and whether the last is unclosed at its end."""
    pairs: list[_Pair] = []
    start, width, opener = (a, 0, "“") if carry else (-1, 0, "")
    for m in _DOUBLE.finditer(text, a, b):
        i, j = m.span()
        if j - i > 3:
            continue
        role = _role(text, (a, b), (i, j), opener if start >= 0 else "")
        if role == "open":
            if start >= 0 and text[start + width : i].strip():
                pairs.append(_Pair(start, i, width, 0, closed=False))
            start, width, opener = i, j - i, m.group()
        elif role == "close" and start >= 0:
            pairs.append(_Pair(start, j, width, j - i, closed=True))
            start = -1
    if start >= 0:
        pairs.append(_Pair(start, b, width, 0, closed=False))
    return pairs, start >= 0


def _role(text: str, line: Span, place: Span, opener: str) -> str:  # noqa: PLR0911 (a table)
    """What the double mark at `place` does while `opener` ("" for none) is open."""
    (a, b), (i, j) = line, place
    mark = text[i:j]
    before = text[i - 1] if i > a else " "
    after = text[j] if j < b else " "
    if opener in {"„", "‟"} and mark in "“”":
        return "close"
    if opener == "»" and mark == "«":
        return "close"
    if (
        opener == "“" == mark
        and not before.isspace()
        and (after.isspace() or after in _CLOSES_BEFORE)
    ):
        return "close"
    if mark in {"“", "«", "„", "``", "‟"}:
        return "open"
    opens = before.isspace() or before in _OPENS_AFTER
    closes = after.isspace() or after in _CLOSES_BEFORE
    if mark in "”»":
        return "open" if not opener and opens and not closes else "close"
    if before.isdigit() and _INCHES.search(text, max(a, i - 8), i):
        return "none"
    if opens and not closes:
        return "open"
    if closes and not opens:
        return "close"
    if opener:
        return "close"
    return "open" if opens or after.isalnum() else "none"


def _goes_on(text: str, end: int) -> str:
    """How the paragraph after `end` continues an open quote: "marked", "bare" or not ("")."""
    line = _LINE.search(text, end)
    if line is None:
        return ""
    first = _FIRST_MARK.search(text, *line.span())
    if first is None:
        return ""
    if not text[line.start() : first.start()].strip():
        return "marked"
    k = first.start()
    ends = not text[k - 1].isspace() and text[k + 1 : k + 2] in {"", " ", "\n", "\r", ",", "."}
    return "bare" if first.group() == "”" or (first.group() == '"' and ends) else ""


def _singles(text: str, a: int, b: int, doubles: list[_Pair]) -> list[_Pair]:
    """Pairs of single marks in `text[a:b]` that do not cross an edge of a double pair."""
    marks = [m.start() for m in _SINGLE.finditer(text, a, b) if m.end() - m.start() == 1]
    if not marks:
        return []
    closers = [k for k in marks if text[k] in "’'›" and _may_close(text, a, b, k)]
    curly = [k for k in marks if text[k] == "‘" and (k == a or text[k - 1] in ' (“"\xa0')]
    pairs: list[_Pair] = []
    i = a
    for k in marks:
        if k >= i and _may_open(text, a, b, k):
            end = _closer(text, k, closers, curly, doubles)
            if end is not None:
                pairs.append(_Pair(k, end + 1, 1, 1, closed=True))
                i = end + 1
    return pairs


def _may_open(text: str, a: int, b: int, k: int) -> bool:
    if text[k] not in "‘'‚‹" or text[k : k + 2] == "''" or (k > a and text[k - 1] == text[k]):
        return False
    before = text[k - 1] if k > a else " "
    rest = text[k + 1 : min(b, k + 8)]
    return (
        (before.isspace() or before in '([{—–-“"/')
        and bool(rest)
        and (rest[0].isalnum() or rest[0] in "$@#[…")
        and not _CLIPPED.match(rest)
    )


def _may_close(text: str, a: int, b: int, k: int) -> bool:
    return (
        k > a
        and not text[k - 1].isspace()
        and not (k + 1 < b and text[k + 1].isalnum())
        and text[k : k + 2] != "''"
        and text[k - 1] != text[k]
    )


def _closer(
    text: str, k: int, closers: list[int], curly: list[int], doubles: list[_Pair]
) -> int | None:
    """The single mark that closes the one at `k`: the first that is no plural possessive."""
    around = _pair_around(k, doubles)
    limit = around.end if around else k + _LONGEST_SINGLE
    nxt = bisect_right(curly, k)
    if nxt < len(curly):
        limit = min(limit, curly[nxt])
    first = bisect_right(closers, k + 1)
    tried = [c for c in closers[first : first + _CLOSERS_TRIED] if c < limit]
    if not around:
        tried = [c for c in tried if _contains_whole(text, k, c, doubles)]
    sure = [c for c in tried if not (text[c - 1] == "s" and _lower_follows(text, c))]
    return next(iter(sure or tried), None)


def _lower_follows(text: str, c: int) -> bool:
    return text[c + 1 : c + 2] == " " and text[c + 2 : c + 3].islower()


def _pair_around(k: int, doubles: list[_Pair]) -> _Pair | None:
    n = bisect_right(doubles, k, key=_start) - 1
    return doubles[n] if n >= 0 and doubles[n].start <= k < doubles[n].end else None


def _contains_whole(text: str, k: int, c: int, doubles: list[_Pair]) -> bool:
    """No double pair is cut by `text[k:c]`; one inside needs curly marks or a mark of a clause."""
    n = bisect_left(doubles, k, key=_start)
    if n >= len(doubles) or doubles[n].start > c:
        return True
    last = bisect_left(doubles, c, key=_start) - 1
    if doubles[last].end > c or not doubles[last].closed:
        return False
    return text[k] == "‘" or text[c - 1] in ",.?!"


def _merged(text: str, doubles: list[_Pair], singles: list[_Pair], last: int) -> Iterator[Marked]:
    """Both kinds by position with their depth; `last` is the end of a stretch that continues."""
    outer_end = -1
    for p in sorted(doubles + singles):
        depth = 1 if p.start < outer_end else 0
        outer_end = max(outer_end, p.end)
        inner = _trim(text, p.start + p.left, p.end - p.right)
        if inner is not None:
            goes_on = not p.closed and p.end == last
            yield Marked(p.start, p.end, inner, depth, p.closed, goes_on)


def _trim(text: str, start: int, end: int) -> Span | None:
    """The stretch without white space at its ends; nothing if it holds no letter or digit."""
    body = text[start:end]
    if not any(map(str.isalnum, body)):
        return None
    start += len(body) - len(body.lstrip())
    return (start, start + len(body.strip()))


__all__ = ["Marked", "find"]
