"""Segments of postings: append, merge, remove. Each function works in the open transaction.

A segment holds the postings of an unbroken range of quote numbers, and the ranges do not
overlap, so that the postings of several segments, one after the other, are ascending.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import groupby
from math import log
from operator import itemgetter
from typing import NamedTuple

from verifier.index import Wording, pack, postings, unpack

# This many segments of one size become one of the next. Every posting is then rewritten
# log4(quotes / load) times, and a query looks into at most 3 segments of each size.
_FANOUT = 4


class Segment(NamedTuple):
    """A range of quote numbers (both inclusive) and how many quotes it holds."""

    number: int
    first: int
    last: int
    quotes: int


def segments(db: sqlite3.Connection) -> list[Segment]:
    """All segments, in the order of their quote numbers."""
    rows = db.execute("SELECT number, first, last, quotes FROM segment ORDER BY first")
    return [Segment(*row) for row in rows]


def append(db: sqlite3.Connection, wordings: Sequence[Wording]) -> None:
    """Add a segment with the postings of `wordings`, ascending in number."""
    if not wordings:
        return
    number = _open(db, wordings[0][0], wordings[-1][0], len(wordings))
    found = postings(wordings)
    rows = ((number, key, found[key][0], pack(found[key][1])) for key in sorted(found))
    db.executemany("INSERT INTO gram VALUES (?, ?, ?, ?)", rows)


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
        db.execute(
            "SELECT key, segment, n, docs FROM gram WHERE segment = ? ORDER BY key", (part.number,)
        )
        for part in parts
    ]
    db.executemany("INSERT INTO gram VALUES (?, ?, ?, ?)", _merged(number, streams, parts))
    for part in parts:
        drop(db, part)


def drop(db: sqlite3.Connection, segment: Segment) -> None:
    """Remove a segment with all its postings."""
    db.execute("DELETE FROM gram WHERE segment = ?", (segment.number,))
    db.execute("DELETE FROM segment WHERE number = ?", (segment.number,))


def remove(db: sqlite3.Connection, segment: Segment, wordings: Sequence[Wording]) -> None:
    """Take the postings of `wordings` out of `segment`, which holds others too."""
    for key, (n, docs) in sorted(postings(wordings).items()):
        place = (segment.number, key)
        row = db.execute("SELECT n, docs FROM gram WHERE segment = ? AND key = ?", place).fetchone()
        gone = set(docs)
        left = unpack(row[1])
        kept = type(left)("I", [number for number in left if number not in gone])
        if row[0] > n:
            change = "UPDATE gram SET n = ?, docs = ? WHERE segment = ? AND key = ?"
            db.execute(change, (row[0] - n, pack(kept), *place))
        else:
            db.execute("DELETE FROM gram WHERE segment = ? AND key = ?", place)
    db.execute(
        "UPDATE segment SET quotes = quotes - ? WHERE number = ?", (len(wordings), segment.number)
    )


def _open(db: sqlite3.Connection, first: int, last: int, quotes: int) -> int:
    cursor = db.execute(
        "INSERT INTO segment (first, last, quotes) VALUES (?, ?, ?)", (first, last, quotes)
    )
    return int(cursor.lastrowid or 0)


def _merged(
    number: int, streams: Iterable[sqlite3.Cursor], parts: Sequence[Segment]
) -> Iterator[tuple[int, int, int, bytes]]:
    place = {part.number: at for at, part in enumerate(parts)}
    rows = merge_sorted(*streams, key=itemgetter(0))
    for key, group in groupby(rows, key=itemgetter(0)):
        same = list(group)
        if len(same) > 1:
            same.sort(key=lambda row: place[row[1]])
        yield number, key, sum(row[2] for row in same), b"".join([row[3] for row in same])


def _tier(segment: Segment) -> int:
    return int(log(max(segment.quotes, 1), _FANOUT))
