"""One load of stories into the archive, inside the open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Sequence

from verifier.archive.rows import (
    OCCURRENCE,
    STORY,
    Row,
    microseconds,
    moment,
    occurrence_row,
    story_row,
    wording_hash,
)
from verifier.archive.schema import count, counter
from verifier.archive.segments import append
from verifier.index import Wording, is_apart, quote_words
from verifier.model import Quote, Story

_ADD_STORY = (
    f"INSERT INTO story (id, version, current, superseded, quotes, {STORY}) "
    f"VALUES (?, ?, ?, ?, ?, {', '.join('?' * (STORY.count(',') + 1))})"
)
_CURRENT = "SELECT number, version, quotes, revision, updated, published FROM story "
_ADD_OCCURRENCE = (
    f"INSERT INTO occurrence (quote, story, ordinal, {OCCURRENCE}) "
    f"VALUES (?, ?, ?, {', '.join('?' * (OCCURRENCE.count(',') + 1))})"
)


class Load:
    """Takes stories one by one, then appends the postings of what is new in them.

    New wordings whose hash is among `guests` are counted by another shard; see `sharding`.
    """

    def __init__(self, db: sqlite3.Connection, guests: Container[int] = ()) -> None:
        self._db = db
        self._guests = guests
        self._counted_elsewhere: set[int] = set()
        self._wordings: list[Wording] = []
        self._next = counter(db, "numbers")
        self._stories = self._occurrences = 0
        self.new = self.changed = self.same = 0

    def add(self, story: Story, quotes: Sequence[Quote]) -> None:
        """Add one story, unless this version of it is there already.

        A version that is older than the current one, by its own account, becomes history.
        """
        identity = story.id
        before = self._db.execute(f"{_CURRENT} WHERE id = ? AND current", (identity,)).fetchone()
        if before is None:
            self.new += 1
            self._insert(story, identity, quotes)
        elif before[1] == story.version:
            self.same += 1
        elif story.follows(_version(before)):
            self.changed += 1
            self._supersede(story, before[0], before[2])
            if not self._restore(story, identity):
                self._insert(story, identity, quotes)
        elif self._known(story, identity) is None:
            self.changed += 1
            self._insert(story, identity, quotes, superseded=before)
        else:
            self.same += 1

    def finish(self) -> None:
        """Append the postings and bring the counters up to date."""
        append(self._db, self._wordings, self._counted_elsewhere)
        strangers = len(self._counted_elsewhere)
        for name, more in (
            ("stories", self._stories),
            ("occurrences", self._occurrences),
            ("quotes", len(self._wordings) - strangers),
            ("numbers", len(self._wordings)),
        ):
            count(self._db, name, more)

    def _supersede(self, story: Story, number: int, quotes: int) -> None:
        at = microseconds(story.updated or story.published)
        change = "UPDATE story SET current = 0, superseded = ? WHERE number = ?"
        self._db.execute(change, (at, number))
        self._stories -= 1
        self._occurrences -= quotes

    def _restore(self, story: Story, identity: str) -> bool:
        """Make an older version current again, if the story went back to it."""
        row = self._known(story, identity)
        if not row:
            return False
        change = "UPDATE story SET current = 1, superseded = NULL WHERE number = ?"
        self._db.execute(change, (row[0],))
        self._stories += 1
        self._occurrences += row[1]
        return True

    def _known(self, story: Story, identity: str) -> Row | None:
        row: Row | None = self._db.execute(
            "SELECT number, quotes FROM story WHERE id = ? AND version = ?",
            (identity, story.version),
        ).fetchone()
        return row

    def _insert(
        self, story: Story, identity: str, quotes: Sequence[Quote], superseded: Row | None = None
    ) -> None:
        """Add a version: the current one, or one that the row `superseded` took the place of."""
        kept = [(number, quote) for quote in quotes if (number := self._number(quote)) is not None]
        at = superseded and (superseded[4] or superseded[5])
        state = (identity, story.version, superseded is None, at, len(kept))
        cursor = self._db.execute(_ADD_STORY, (*state, *story_row(story)))
        rows = (
            (number, cursor.lastrowid, ordinal, *occurrence_row(quote, story.text))
            for ordinal, (number, quote) in enumerate(kept)
        )
        self._db.executemany(_ADD_OCCURRENCE, rows)
        if superseded is None:
            self._stories += 1
            self._occurrences += len(kept)

    def _number(self, quote: Quote) -> int | None:
        """The number of the quote's wording, new or known; None if it holds no word."""
        wording = worded(quote)
        if wording is None:
            return None
        key, apart, words = wording
        row = self._db.execute("SELECT number FROM quote WHERE hash = ?", (key,)).fetchone()
        if row:
            return int(row[0])
        self._next += 1
        row = (self._next, key, apart, " ".join(words))
        self._db.execute("INSERT INTO quote VALUES (?, ?, ?, ?)", row)
        if key in self._guests:
            self._db.execute("INSERT INTO guest VALUES (?)", (self._next,))
            self._counted_elsewhere.add(self._next)
        self._wordings.append((self._next, apart, words))
        return self._next


def worded(quote: Quote) -> tuple[int, bool, tuple[str, ...]] | None:
    """The hash of the quote's wording, whether it is kept apart, and its words; if it has any."""
    words = quote_words(quote.text)
    if not words:
        return None
    apart = is_apart(quote)
    return wording_hash(" ".join(words), apart=apart), apart, words


def _version(row: Row) -> Story:
    """What a row of `_CURRENT` says of which version it is."""
    return Story(text="", revision=row[3], updated=moment(row[4]))
