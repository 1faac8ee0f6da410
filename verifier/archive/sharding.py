"""An archive as several smaller ones, by day: what one machine of a cluster searches at a time.

All versions of a story stay together, with all that it quotes, so that a shard is a whole
archive of some days. A wording that an earlier shard has too is a guest in the later ones:
it is found there, but not counted, so that the counts of all shards add up to those of one
archive. Quotes are numbered anew: what a search holds in memory for a shard grows with the
highest number in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from verifier.archive.file import admit, connect, errors
from verifier.archive.rows import OCCURRENCE, microseconds
from verifier.archive.schema import count
from verifier.archive.segments import build, merge, segments

_DAY = 86_400_000_000  # microseconds
UNDATED = -(1 << 40)  # before any day
SUFFIX = ".db"
_EPOCH = date(1970, 1, 1).toordinal()

Days = tuple[int, int]
"""The first and the last day, counted from 1970."""

_HOME = f"SELECT id, coalesce(min(published) / {_DAY}, {UNDATED}) AS day FROM story GROUP BY id"
_PLAN = (
    f"CREATE TEMP TABLE home AS {_HOME}",
    "CREATE INDEX temp.home_day ON home (day)",
    "CREATE TEMP TABLE seen (quote INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE here (number INTEGER PRIMARY KEY, quote INTEGER UNIQUE)",
)
_SIZES = "SELECT day, total(s.quotes) FROM home JOIN story s USING (id) GROUP BY day ORDER BY day"
_STORIES = "FROM home JOIN story s USING (id) WHERE day BETWEEN ? AND ?"
_OCCURRENCES = "FROM home JOIN story s USING (id) JOIN occurrence o ON o.story = s.number"
_WITHIN = "WHERE day BETWEEN ? AND ?"
_COLUMNS = ", ".join(f"o.{column.strip()}" for column in OCCURRENCE.split(","))
_RENUMBERED = (
    f"SELECT h.number, o.story, o.ordinal, {_COLUMNS} "
    f"{_OCCURRENCES} JOIN here h ON h.quote = o.quote"
)
_COUNTS = {
    "stories": "SELECT count(*) FROM story WHERE current",
    "occurrences": "SELECT total(quotes) FROM story WHERE current",
    "quotes": "SELECT count(*) FROM quote WHERE number NOT IN (SELECT quote FROM guest)",
}


def write_shards(source: sqlite3.Connection, folder: Path, size: int) -> Iterator[Path]:
    """Write the shards of `source` into `folder`; each path when that shard is complete.

    A shard holds whole days, and at most `size` occurrences unless one day alone has more.
    Works in the open transaction of `source`, in which nothing may change meanwhile.
    """
    for statement in _PLAN:
        source.execute(statement)
    for days in ranges(source.execute(_SIZES), size):
        path = folder / name(days)
        with errors(path), closing(connect(path, create=True, readonly=False, wait=5)) as target:
            admit(target, path, readonly=False)
            target.execute("BEGIN")
            _copy(source, target, days)
            target.execute("COMMIT")
            close_for_good(target)
        yield path


def day(published: datetime | None) -> int:
    """The day on which a story came out."""
    return UNDATED if published is None else (microseconds(published) or 0) // _DAY


def ranges(sizes: Iterable[tuple[int, float]], size: int) -> list[Days]:
    """Neighbouring days together as long as they hold no more than `size`."""
    found: list[Days] = []
    held = 0.0
    for day, quotes in sizes:
        if found and held + quotes <= size:
            found[-1] = (found[-1][0], day)
            held += quotes
        else:
            found.append((day, day))
            held = quotes
    return found


def close_for_good(db: sqlite3.Connection) -> None:
    """Merge all postings, and leave a file that is read without any beside it."""
    parts = segments(db)
    if len(parts) > 1:
        db.execute("BEGIN")
        merge(db, parts)
        db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = DELETE")


def name(days: Days) -> str:
    """The name of the file that holds these days."""
    first = "undated" if days[0] == UNDATED else str(date.fromordinal(_EPOCH + days[0]))
    return first + SUFFIX


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, days: Days) -> None:
    """The stories of these days, and what they quote."""
    source.execute("DELETE FROM here")
    found = f"SELECT DISTINCT o.quote {_OCCURRENCES} {_WITHIN} ORDER BY o.quote"
    source.execute(f"INSERT INTO here (quote) {found}", days)
    _insert(target, "story", source.execute(f"SELECT s.* {_STORIES} ORDER BY s.number", days))
    rows = source.execute(f"{_RENUMBERED} {_WITHIN} ORDER BY h.number, o.story, o.ordinal", days)
    _insert(target, "occurrence", rows)
    wordings = "SELECT h.number, hash, apart, words FROM here h JOIN quote q ON q.number = h.quote"
    _insert(target, "quote", source.execute(f"{wordings} ORDER BY h.number"))
    guests = source.execute("SELECT number FROM here JOIN seen USING (quote) ORDER BY number")
    _insert(target, "guest", guests)
    source.execute("INSERT OR IGNORE INTO seen SELECT quote FROM here")
    index(target)
    (numbers,) = source.execute("SELECT count(*) FROM here").fetchone()
    count(target, "numbers", numbers)


def index(db: sqlite3.Connection) -> None:
    """Make the postings and the counters of what stands in the tables of an empty archive."""
    build(db)
    for name, statement in _COUNTS.items():
        (found,) = db.execute(statement).fetchone()
        count(db, name, int(found))


def _insert(target: sqlite3.Connection, table: str, rows: sqlite3.Cursor) -> None:
    marks = ", ".join("?" * len(rows.description))
    target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
