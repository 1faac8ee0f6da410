"""Segments of postings: append, merge, remove. Each function works in the open transaction.

A segment holds the postings of an unbroken range of quote numbers, and the ranges do not
overlap, so that the postings of several segments, one after the other, are ascending.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import groupby
from math import log
from operator import itemgetter
from typing import NamedTuple

from verifier.index import Wording, pack, postings, unpack

KEYS = 1 << 32  # index.word_key

# This many segments of one size become one of the next. Every posting is then rewritten
# log4(quotes / load) times, and a query looks into at most 3 segments of each size.
_FANOUT = 4


_WITHIN = "place BETWEEN ? AND ? ORDER BY place"


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
    rows = (
        (place(number, key), None if n == len(docs) else n, pack(docs))
        for key, (n, docs) in sorted(found.items())
    )
    db.executemany("INSERT INTO gram VALUES (?, ?, ?)", rows)


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
    number = _open(db, parts[0].first, parts[-1].last, sum(part.quotes for part in parts))
    streams = [
        db.execute(f"SELECT place & {KEYS - 1}, n, docs FROM gram WHERE {_WITHIN}", part.places)
        for part in parts
    ]
    db.executemany("INSERT INTO gram VALUES (?, ?, ?)", _merged(number, streams))
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
    number: int, streams: Sequence[sqlite3.Cursor]
) -> Iterator[tuple[int, int | None, bytes]]:
    """The rows of all segments by key; of equal keys, those of earlier segments first."""
    rows = merge_sorted(*streams, key=itemgetter(0))
    for key, group in groupby(rows, key=itemgetter(0)):
        same = list(group)
        _, n, docs = same[0]
        if len(same) > 1:
            docs = b"".join([row[2] for row in same])
            total = sum([len(row[2]) // 4 if row[1] is None else row[1] for row in same])
            n = None if total * 4 == len(docs) else total
        yield place(number, key), n, docs


def _tier(segment: Segment) -> int:
    return int(log(max(segment.quotes, 1), _FANOUT))
