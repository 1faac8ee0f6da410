"""Drop old stories, and what only they quoted, inside the open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from verifier.archive.schema import count
from verifier.archive.segments import Segment, drop, remove, segments
from verifier.index import Wording

_AT_ONCE = 20_000  # quotes taken out of a segment in one go: some 30 MB


def prune(db: sqlite3.Connection, before: int) -> int:
    """Drop stories published before `before` (microseconds since 1970); how many.

    Earlier versions are dropped too, and not counted. Stories without a date stay. A segment of
    which nothing is left goes as a whole.
    """
    old = "published IS NOT NULL AND published < ?"
    stories, current, occurrences = db.execute(
        f"SELECT count(*), total(current), total(quotes * current) FROM story WHERE {old}",
        (before,),
    ).fetchone()
    if not stories:
        return 0
    db.execute(
        f"DELETE FROM occurrence WHERE story IN (SELECT number FROM story WHERE {old})", (before,)
    )
    db.execute(f"DELETE FROM story WHERE {old}", (before,))
    count(db, "stories", -int(current))
    count(db, "occurrences", -int(occurrences))
    for segment in segments(db):
        _shrink(db, segment)
    return int(current)


def _shrink(db: sqlite3.Connection, segment: Segment) -> None:
    """Take the quotes that no story has any more out of one segment."""
    where = (
        "number BETWEEN ? AND ? AND NOT EXISTS "
        "(SELECT 1 FROM occurrence WHERE occurrence.quote = number)"
    )
    span = (segment.first, segment.last)
    guest = "number IN (SELECT quote FROM guest)"
    gone, guests = db.execute(
        f"SELECT count(*), total({guest}) FROM quote WHERE {where}", span
    ).fetchone()
    if gone == segment.quotes:
        drop(db, segment)
    elif gone:
        strangers = {row[0] for row in db.execute("SELECT quote FROM guest")}
        for part in _parts(db, where, span):
            remove(db, segment, part, strangers)
    db.execute(f"DELETE FROM guest WHERE quote IN (SELECT number FROM quote WHERE {where})", span)
    db.execute(f"DELETE FROM quote WHERE {where}", span)
    count(db, "quotes", int(guests) - gone)


def _parts(db: sqlite3.Connection, where: str, span: tuple[int, int]) -> Iterator[list[Wording]]:
    rows = db.execute(f"SELECT number, apart, words FROM quote WHERE {where} ORDER BY number", span)
    while part := rows.fetchmany(_AT_ONCE):
        yield [(number, bool(apart), words.split(" ")) for number, apart, words in part]
