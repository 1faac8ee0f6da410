"""The archive's tables and counters, its identity as a file, and how older formats become this.

A file is ours if its `application_id` says so; `user_version` is its format. Each function
in MIGRATIONS takes the format that is its index to the next one, inside one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from verifier.archive.segments import build, merge, segments
from verifier.fold import NORMALISER

APPLICATION_ID = 0x51564152  # "QVAR"

_TABLES = """
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE story (               -- every version of every story
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  current INTEGER NOT NULL,        -- 0: a later version took its place
  superseded INTEGER,              -- when that one appeared (microseconds since 1970, UTC)
  quotes INTEGER NOT NULL,         -- occurrences in it
  outlet TEXT NOT NULL,
  agency TEXT,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  guid TEXT NOT NULL,
  byline TEXT,
  dateline TEXT,
  credit TEXT,
  published INTEGER,               -- microseconds since 1970, UTC
  updated INTEGER,
  language TEXT,
  status TEXT NOT NULL,
  note TEXT,
  text BLOB NOT NULL               -- UTF-8, deflated
);
CREATE UNIQUE INDEX story_version ON story (id, version);
CREATE INDEX story_outlet ON story (outlet, published) WHERE current;

CREATE TABLE quote (               -- one row for each distinct wording
  number INTEGER PRIMARY KEY,      -- never used again
  hash INTEGER NOT NULL,
  apart INTEGER NOT NULL,          -- 1: reported without marks
  words TEXT NOT NULL              -- folded, joined by spaces
);
CREATE UNIQUE INDEX quote_hash ON quote (hash);

CREATE TABLE occurrence (          -- a quote as a story has it
  quote INTEGER NOT NULL,
  story INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  spans TEXT NOT NULL,             -- JSON; the wording is what stands there in the story
  text TEXT,                       -- the wording, where it is not
  source TEXT,
  source_start INTEGER,
  source_end INTEGER,
  cue TEXT,
  cue_start INTEGER,
  cue_end INTEGER,
  speaker TEXT,
  role TEXT,
  via TEXT,                        -- JSON
  confidence REAL NOT NULL,
  reported INTEGER NOT NULL,
  PRIMARY KEY (quote, story, ordinal)
) WITHOUT ROWID;

CREATE TABLE segment (             -- the postings of the quotes of one load, or of several merged
  number INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,          -- quote numbers, both inclusive
  last INTEGER NOT NULL,           -- in the postings numbers take as many bytes as this one
  quotes INTEGER NOT NULL
);
CREATE TABLE gram (
  place INTEGER PRIMARY KEY,       -- segment * 2^32 + key
  n INTEGER,                       -- quotes that hold the key; NULL: as many as are listed
  docs BLOB NOT NULL               -- numbers of quotes, little-endian; see index.py
);
"""

# ... and what the nightly run remembers.
_NIGHTS = """
CREATE TABLE feed (                -- what is known of each feed from asking it
  url TEXT PRIMARY KEY,
  state TEXT NOT NULL              -- JSON
) WITHOUT ROWID;
CREATE TABLE page (                -- stories of which the feed has a summary only
  story TEXT PRIMARY KEY,
  version TEXT NOT NULL,           -- the summary's
  tries INTEGER NOT NULL,
  summary TEXT                     -- JSON; NULL when the page was read or given up
);
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  started INTEGER NOT NULL,
  finished INTEGER,                -- NULL: it was broken off
  policy TEXT NOT NULL,
  stories INTEGER NOT NULL,        -- the highest story number when it had compared all
  counts TEXT                      -- JSON
);
CREATE TABLE reported (            -- findings as they were last reported
  id TEXT PRIMARY KEY,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE ignored (             -- findings that a person dismissed
  id TEXT PRIMARY KEY,
  why TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
"""


def _create(db: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    counters = ("stories", "quotes", "occurrences", "numbers")
    db.executemany("INSERT INTO meta VALUES (?, 0)", [(name,) for name in counters])
    db.execute("INSERT INTO meta VALUES ('normaliser', ?)", (NORMALISER,))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _add_nights(db: sqlite3.Connection) -> None:
    for statement in _NIGHTS.split(";\n"):
        db.execute(statement)


def _add_wire(db: sqlite3.Connection) -> None:
    """What the wires say of a version: their keyword, its number, until when it is held."""
    for column in ("slug TEXT", "revision TEXT NOT NULL DEFAULT ''", "embargo INTEGER"):
        db.execute(f"ALTER TABLE story ADD COLUMN {column}")


def _add_shards(db: sqlite3.Connection) -> None:
    """Quotes that an earlier shard holds too, and counts; and the quotes of a story at once."""
    db.execute("CREATE TABLE guest (quote INTEGER PRIMARY KEY)")
    db.execute("CREATE INDEX occurrence_story ON occurrence (story, ordinal)")


def _as_before(_db: sqlite3.Connection) -> None:
    """Formats 5 and 6 listed quotes in other ways: the last step lists them anew."""


def _list_anew(db: sqlite3.Connection) -> None:
    """Quotes are found by single words, too, and numbers take no more bytes than they need."""
    db.execute("DELETE FROM gram")
    db.execute("DELETE FROM segment")
    build(db)
    parts = segments(db)
    if len(parts) > 1:
        merge(db, parts)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create,
    _add_nights,
    _add_wire,
    _add_shards,
    _as_before,
    _as_before,
    _list_anew,
)
FORMAT = len(MIGRATIONS)


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Take the file from format `version` (0: empty) to FORMAT, in the open transaction."""
    for step in MIGRATIONS[version:]:
        step(db)
    db.execute(f"PRAGMA user_version = {FORMAT}")


def counter(db: sqlite3.Connection, name: str) -> int:
    """One of the counters that `meta` keeps."""
    return int(db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0])


def count(db: sqlite3.Connection, name: str, more: int) -> None:
    """Add `more` to a counter."""
    db.execute("UPDATE meta SET value = value + ? WHERE name = ?", (more, name))
