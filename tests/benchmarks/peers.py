"""What one would do without an index of one's own: a process that looks twenty quotes up.

    python -m tests.benchmarks.peers extract ARCHIVE TEXTS
    python -m tests.benchmarks.peers full-text DATABASE TEXTS

TEXTS holds a folded quote a line. `extract` reads the archived wordings and has rapidfuzz
compare all; `full-text` asks SQLite's FTS5 for the ten best quotes with one of the five rarest
words, in a database that `index` has made of the wordings.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_RAREST = 5
_BEST = 10


def main() -> None:
    """Look up, and print how many answers there are."""
    way, path, texts = sys.argv[1:]
    ways = {"extract": extract, "full-text": full_text}
    print(sum(map(len, ways[way](Path(path), Path(texts).read_text("utf-8").splitlines()))))


def extract(path: Path, texts: Sequence[str]) -> list[set[str]]:
    """Of the archive at `path`, read for it, what is most alike."""
    with closing(sqlite3.connect(path)) as db:
        wordings = [words for (words,) in db.execute("SELECT words FROM quote")]
    return [alike(text, wordings) for text in texts]


def alike(text: str, wordings: Sequence[str]) -> set[str]:
    """The ten most alike by rapidfuzz's ratio, of all."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - the other peer is not charged for it

    return {row[0] for row in process.extract(text, wordings, scorer=fuzz.ratio, limit=_BEST)}


def full_text(path: Path, texts: Sequence[str]) -> list[set[str]]:
    """The same from the database at `path`, by SQLite's full-text index."""
    with closing(sqlite3.connect(path)) as db:
        return [with_rare_words(db, text) for text in texts]


def with_rare_words(db: sqlite3.Connection, text: str) -> set[str]:
    """The ten best by FTS5's rank that hold one of the five rarest words."""
    words = sorted(set(text.split(" ")))
    marks = ", ".join("?" * len(words))
    held = db.execute(f"SELECT n, word FROM held WHERE word IN ({marks})", words)  # noqa: S608
    asked = " OR ".join(f'"{word}"' for _, word in sorted(held)[:_RAREST])
    statement = "SELECT text FROM quotes WHERE quotes MATCH ? ORDER BY rank LIMIT ?"
    return {row[0] for row in db.execute(statement, (asked, _BEST))} if asked else set()


def index(path: Path, wordings: Sequence[str]) -> None:
    """Make the database at `path`: the wordings, and how many of them hold each word."""
    counts = Counter(word for text in wordings for word in set(text.split(" ")))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE VIRTUAL TABLE quotes USING fts5(text)")
        db.execute("CREATE TABLE held (word TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        db.executemany("INSERT INTO quotes VALUES (?)", ((text,) for text in wordings))
        db.executemany("INSERT INTO held VALUES (?, ?)", sorted(counts.items()))


if __name__ == "__main__":
    main()
