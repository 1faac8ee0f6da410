"""Segments of postings: append, merge, remove. Each function works in the open transaction.

A segment holds the postings of an unbroken range of quote numbers, and the ranges do not
overlap, so that the postings of several segments, one after the other, are ascending.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from math import log

from verifier.index import Wording, byte_width, pack, postings, spread, unpack
from verifier.value import NamedTuple

KEYS = 1 << 32  # index.word_key

# This many segments of one size become one of the next. Every posting is then rewritten
# log4(quotes / load) times, and a query looks into at most 3 segments of each size.
_FANOUT = 4

# Segments are merged slice by slice of their keys, of so many quotes each: 3 MB of those of
# PolNeAR. A heap of 250 sorted streams took twice as long.
_SLICE = 2_000
_AT_ONCE = 50_000  # wordings in memory with their postings: some 60 MB
_COUNTED = (
    f"SELECT place & {KEYS - 1}, coalesce(n, length(docs) / ?), docs FROM gram "
    "WHERE place BETWEEN ? AND ?"
)


class Segment(NamedTuple):
    """A range of quote numbers (both inclusive) and how many quotes it holds."""

    number: int
    first: int
    last: int
    quotes: int

    @property
    def width(self) -> int:
        """The bytes of each number in its postings."""
        return byte_width(self.last)

    @property
    def places(self) -> tuple[int, int]:
        """The first and the last place that its postings may have."""
        return place(self.number, 0), place(self.number, KEYS - 1)


def place(segment: int, key: int) -> int:
    """Where in `gram` a segment's posting of a key stands."""
    return segment * KEYS + key


def segments(db: sqlite3.Connection) -> list[Segment]:
    """All segments, in the order of their quote numbers."""
    rows = db.execute("SELECT number, first, last, quotes FROM segment ORDER BY first")
    return [Segment(*row) for row in rows]


def append(
    db: sqlite3.Connection, wordings: Sequence[Wording], guests: Collection[int] = ()
) -> None:
    """Add a segment with the postings of `wordings`, ascending in number."""
    if not wordings:
        return
    segment = _open(db, wordings[0][0], wordings[-1][0], len(wordings))
    rows = _rows(segment, postings(wordings, guests))
    db.executemany("INSERT INTO gram VALUES (?, ?, ?)", rows)


def _rows(
    segment: Segment, found: dict[int, tuple[int, array[int]]]
) -> Iterator[tuple[int, int | None, bytes]]:
    """The rows of a segment, ascending, of what `postings` found."""
    keys = sorted(found)  # of the keys alone: half the time of sorting the items
    width, first = segment.width, place(segment.number, 0)
    packed = pack(array("I", chain.from_iterable(found[key][1] for key in keys)), width)
    end = 0
    for key in keys:
        n, docs = found[key]
        start, end = end, end + width * len(docs)
        yield first + key, None if n == len(docs) else n, packed[start:end]


def due(found: Sequence[Segment]) -> Sequence[Segment]:
    """The latest segments that are to become one; none while they are few."""
    for tier in range(32):
        start = len(found)
        while start and _tier(found[start - 1]) <= tier:
            start -= 1
        if len(found) - start >= _FANOUT:
            return found[start:]
    return ()


def merge(db: sqlite3.Connection, parts: Sequence[Segment]) -> None:
    """Make one segment of `parts`, which are neighbours."""
    quotes = sum(part.quotes for part in parts)
    whole = _open(db, parts[0].first, parts[-1].last, quotes)
    step = KEYS // (1 + quotes // _SLICE)
    for low in range(0, KEYS, step):
        rows = _merged(db, parts, whole, (low, min(low + step, KEYS) - 1))
        db.executemany("INSERT INTO gram VALUES (?, ?, ?)", rows)
    for part in parts:
        drop(db, part)


def build(db: sqlite3.Connection) -> None:
    """Append the postings of all wordings, of which there are none yet."""
    guests = frozenset(row[0] for row in db.execute("SELECT quote FROM guest"))
    rows = db.execute("SELECT number, apart, words FROM quote ORDER BY number")
    while part := rows.fetchmany(_AT_ONCE):
        wordings = [(number, bool(apart), words.split(" ")) for number, apart, words in part]
        append(db, wordings, guests)


def drop(db: sqlite3.Connection, segment: Segment) -> None:
    """Remove a segment with all its postings."""
    db.execute("DELETE FROM gram WHERE place BETWEEN ? AND ?", segment.places)
    db.execute("DELETE FROM segment WHERE number = ?", (segment.number,))


def remove(
    db: sqlite3.Connection,
    segment: Segment,
    wordings: Sequence[Wording],
    guests: Collection[int] = (),
) -> None:
    """Take the postings of `wordings` out of `segment`, which holds others too."""
    for key, (n, docs) in sorted(postings(wordings, guests).items()):
        at = place(segment.number, key)
        row = db.execute("SELECT n, docs FROM gram WHERE place = ?", (at,)).fetchone()
        listed, gone = unpack(row[1], segment.width), set(docs)
        kept = array("I", [number for number in listed if number not in gone])
        left = (len(listed) if row[0] is None else row[0]) - n
        if left or kept:
            change = "UPDATE gram SET n = ?, docs = ? WHERE place = ?"
            packed = pack(kept, segment.width)
            db.execute(change, (None if left == len(kept) else left, packed, at))
        else:
            db.execute("DELETE FROM gram WHERE place = ?", (at,))
    db.execute(
        "UPDATE segment SET quotes = quotes - ? WHERE number = ?", (len(wordings), segment.number)
    )


def _open(db: sqlite3.Connection, first: int, last: int, quotes: int) -> Segment:
    cursor = db.execute(
        "INSERT INTO segment (first, last, quotes) VALUES (?, ?, ?)", (first, last, quotes)
    )
    return Segment(int(cursor.lastrowid or 0), first, last, quotes)


def _merged(
    db: sqlite3.Connection, parts: Sequence[Segment], whole: Segment, keys: tuple[int, int]
) -> Iterator[tuple[int, int | None, bytes]]:
    """The rows of `whole` for the keys from one to another, both inclusive, out of `parts`."""
    found: dict[int, tuple[int, bytes]] = {}
    width, start = whole.width, place(whole.number, 0)
    for part in parts:
        narrow = part.width
        within = [place(part.number, key) for key in keys]
        for key, n, docs in db.execute(_COUNTED, (narrow, *within)):
            wide = docs if narrow == width else spread(docs, narrow, width)
            known = found.get(key)
            found[key] = (known[0] + n, known[1] + wide) if known else (n, wide)
    for key in sorted(found):
        n, docs = found[key]
        yield start + key, None if n * width == len(docs) else n, docs


def _tier(segment: Segment) -> int:
    return int(log(max(segment.quotes, 1), _FANOUT))
