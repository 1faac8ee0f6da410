"""Segments of postings: append, merge, remove. Each function works in the open transaction.

A segment holds the postings of an unbroken range of quote numbers, and the ranges do not
overlap, so that the postings of several segments, one after the other, are ascending.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterator, Sequence
from math import log
from typing import NamedTuple

from verifier.index import Wording, pack, postings, unpack

KEYS = 1 << 32  # index.word_key

# This many segments of one size become one of the next. Every posting is then rewritten
# log4(quotes / load) times, and a query looks into at most 3 segments of each size.
_FANOUT = 4

# Segments are merged slice by slice of their keys, of so many quotes each: 3 MB of those of
# PolNeAR. A heap of 250 sorted streams took twice as long.
_SLICE = 2_000
_COUNTED = (
    f"SELECT place & {KEYS - 1}, coalesce(n, length(docs) / 4), docs FROM gram "
    "WHERE place BETWEEN ? AND ?"
)


class Segment(NamedTuple):
    """A range of quote numbers (both inclusive) and how many quotes it holds."""

    number: int
    first: int
    last: int
    quotes: int

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
    number = _open(db, wordings[0][0], wordings[-1][0], len(wordings))
    found = postings(wordings, guests)
    db.executemany("INSERT INTO gram VALUES (?, ?, ?)", _rows(number, found))


def _rows(
    number: int, found: dict[int, tuple[int, array[int]]]
) -> Iterator[tuple[int, int | None, bytes]]:
    """The rows of a segment, ascending, of what `postings` found."""
    for key in sorted(found):  # of the keys alone: half the time of sorting the items
        n, docs = found[key]
        yield place(number, key), None if n == len(docs) else n, pack(docs)


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
    number = _open(db, parts[0].first, parts[-1].last, quotes)
    step = KEYS // (1 + quotes // _SLICE)
    for low in range(0, KEYS, step):
        rows = _merged(db, parts, low, min(low + step, KEYS) - 1)
        into = ((place(number, key), n, docs) for key, n, docs in rows)
        db.executemany("INSERT INTO gram VALUES (?, ?, ?)", into)
    for part in parts:
        drop(db, part)


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
        listed, gone = unpack(row[1]), set(docs)
        kept = array("I", [number for number in listed if number not in gone])
        left = (len(listed) if row[0] is None else row[0]) - n
        if left or kept:
            change = "UPDATE gram SET n = ?, docs = ? WHERE place = ?"
            db.execute(change, (None if left == len(kept) else left, pack(kept), at))
        else:
            db.execute("DELETE FROM gram WHERE place = ?", (at,))
    db.execute(
        "UPDATE segment SET quotes = quotes - ? WHERE number = ?", (len(wordings), segment.number)
    )


def _open(db: sqlite3.Connection, first: int, last: int, quotes: int) -> int:
    cursor = db.execute(
        "INSERT INTO segment (first, last, quotes) VALUES (?, ?, ?)", (first, last, quotes)
    )
    return int(cursor.lastrowid or 0)


def _merged(
    db: sqlite3.Connection, parts: Sequence[Segment], low: int, high: int
) -> Iterator[tuple[int, int | None, bytes]]:
    """Key, count and quotes of all keys from `low` to `high` in `parts`, ascending."""
    found: dict[int, tuple[int, bytes]] = {}
    for part in parts:
        within = (place(part.number, low), place(part.number, high))
        for key, n, docs in db.execute(_COUNTED, within):
            known = found.get(key)
            found[key] = (known[0] + n, known[1] + docs) if known else (n, docs)
    for key in sorted(found):
        n, docs = found[key]
        yield key, None if n * 4 == len(docs) else n, docs


def _tier(segment: Segment) -> int:
    return int(log(max(segment.quotes, 1), _FANOUT))
