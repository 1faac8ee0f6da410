"""Is the file what it says? SQLite's own check, then ours: postings, counts and links agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise

from verifier.archive.rows import wording_hash
from verifier.archive.schema import counter
from verifier.archive.segments import KEYS, Segment, segments
from verifier.index import Keys, unpack

_MASK = (1 << 64) - 1
_COUNTERS = {
    "stories": "SELECT count(*) FROM story WHERE current",
    "occurrences": "SELECT total(quotes) FROM story WHERE current",
    "quotes": "SELECT count(*) FROM quote WHERE number NOT IN (SELECT quote FROM guest)",
}
_MUST_BE_NONE = {
    "occurrences of no story": "SELECT count(*) FROM occurrence WHERE story NOT IN "
    "(SELECT number FROM story)",
    "occurrences of no quote": "SELECT count(*) FROM occurrence WHERE quote NOT IN "
    "(SELECT number FROM quote)",
    "guests that are no quotes": "SELECT count(*) FROM guest WHERE quote NOT IN "
    "(SELECT number FROM quote)",
    "quotes without an occurrence": "SELECT count(*) FROM quote WHERE NOT EXISTS "
    "(SELECT 1 FROM occurrence WHERE occurrence.quote = number)",
    "stories whose number of quotes is wrong": "SELECT count(*) FROM story s LEFT JOIN "
    "(SELECT story, count(*) n FROM occurrence GROUP BY story) o ON o.story = s.number "
    "WHERE s.quotes <> coalesce(o.n, 0)",
    "stories with two current versions": "SELECT count(*) FROM (SELECT id FROM story "
    "WHERE current GROUP BY id HAVING count(*) > 1)",
    "postings of no segment": "SELECT count(*) FROM gram WHERE place >> 32 NOT IN "
    "(SELECT number FROM segment)",
    "quotes of no segment": "SELECT count(*) FROM quote WHERE NOT EXISTS "
    "(SELECT 1 FROM segment WHERE quote.number BETWEEN first AND last)",
}


def problems(db: sqlite3.Connection) -> Iterator[str]:
    """What is wrong, one line each. Reads everything once; memory stays small."""
    broken = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    yield from broken
    if broken:
        return
    for name, statement in _COUNTERS.items():
        (found,) = db.execute(statement).fetchone()
        if found != counter(db, name):
            yield f"{name}: {counter(db, name)} are counted, {int(found)} are there"
    for what, statement in _MUST_BE_NONE.items():
        (found,) = db.execute(statement).fetchone()
        if found:
            yield f"{what}: {found}"
    found_segments = segments(db)
    for one, other in pairwise(found_segments):
        if one.last >= other.first:
            yield f"segments {one.number} and {other.number} overlap"
    for segment in found_segments:
        yield from _segment(db, segment)


def _segment(db: sqlite3.Connection, segment: Segment) -> Iterator[str]:
    """Compare the postings with those that the wordings ask for.

    Both are summed up as one number that does not depend on the order, so that nothing has
    to be held in memory.
    """
    quotes = expected = 0
    rows = db.execute(
        "SELECT hash, apart, words, number NOT IN (SELECT quote FROM guest) "
        "FROM quote WHERE number BETWEEN ? AND ?",
        (segment.first, segment.last),
    )
    numbered = db.execute(
        "SELECT number FROM quote WHERE number BETWEEN ? AND ?", (segment.first, segment.last)
    )
    for (number,), (key, apart, words, counted) in zip(numbered, rows, strict=True):
        quotes += 1
        if wording_hash(words, apart=bool(apart)) != key:
            yield f"quote {number}: its words are not those it was filed under"
        expected += _expected(number, words.split(" "), apart=bool(apart), counted=counted)
    if quotes != segment.quotes:
        yield f"segment {segment.number}: {segment.quotes} quotes are counted, {quotes} are there"
    if expected & _MASK != _found(db, segment) & _MASK:
        yield f"segment {segment.number}: its postings are not those of its quotes"


def _expected(number: int, words: Sequence[str], *, apart: bool, counted: int) -> int:
    keys = Keys.of(words, apart=apart)
    listed = set(keys.listed)
    times = sum([hash((key,)) for key in keys.held]) * counted
    return sum([hash((key, number)) for key in listed]) + times


def _found(db: sqlite3.Connection, segment: Segment) -> int:
    total = 0
    rows = db.execute(
        f"SELECT place & {KEYS - 1}, n, docs FROM gram WHERE place BETWEEN ? AND ?", segment.places
    )
    for key, n, packed in rows:
        docs = unpack(packed, segment.width)
        total += (len(docs) if n is None else n) * hash((key,))
        total += sum([hash((key, number)) for number in docs])
    return total
