"""The archive: stories, their quotes and the posting index, in one SQLite file.

Every change is one transaction. Readers go on while a writer writes (write-ahead log); a
second writer waits a little and is then told so. A quote that appears in three hundred
stories is one row with three hundred occurrences. Each load adds a segment of postings;
when there are many, the latest are merged. This package alone knows sqlite3. What changes an
archive is imported when it is to change: a check only reads.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from verifier.archive.file import admit, connect, errors, only_one, transaction
from verifier.archive.rows import (
    OCCURRENCE,
    OUTLETS,
    STORY,
    Occurrence,
    columns,
    microseconds,
    moment,
    occurrence,
    quote,
    story,
    wording_hash,
)
from verifier.archive.schema import counter
from verifier.archive.segments import due, merge, segments
from verifier.index import Posting, Wording
from verifier.model import Coverage, Holdings, Quote, Story
from verifier.policy import Policy
from verifier.value import value

if TYPE_CHECKING:
    from verifier.archive.load import Load
    from verifier.archive.nights import Nights

_ASKED = 500  # parameters in one statement; SQLite allows 999 at the least


@value
class Added:
    """How many stories were new, changed, or there already."""

    new: int = 0
    changed: int = 0
    same: int = 0


@value
class Changes:
    """What one transaction may change: stories by `load`, the nightly run's by `nights`."""

    load: Load
    nights: Nights


class Archive:
    """One archive file, open. Use `Archive.open` in a `with` statement."""

    def __init__(self, path: Path, db: sqlite3.Connection, policy: Policy) -> None:
        self.path = path
        self._db = db
        self._policy = policy

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        create: bool = True,
        readonly: bool = False,
        policy: Policy | None = None,
        patience: float = 5.0,
        outdated: Callable[[], object] | None = None,
    ) -> Self:
        """The archive at `path`; made if it is missing and `create`.

        An older format becomes this one, also for a reader, which takes a minute for a million
        quotes; `outdated` is called before. `patience`: seconds to wait for another writer.
        Raises ArchiveError if it is missing, no archive, damaged, of a newer format or another
        normaliser; ArchiveBusy if another process holds it.
        """
        path = Path(path)
        with errors(path), ExitStack() as unless_admitted:
            db = connect(path, create=create and not readonly, readonly=readonly, wait=patience)
            unless_admitted.callback(db.close)
            admit(db, path, readonly=readonly, outdated=outdated)
            unless_admitted.pop_all()
        return cls(path, db, policy or Policy())

    def close(self) -> None:
        """Close the file. Nothing is lost: every change is committed already."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, stories: Iterable[tuple[Story, Sequence[Quote]]]) -> Added:
        """Add stories with their quotes, all or none.

        The same version again changes nothing; a changed one supersedes the one before,
        which stays as history. Memory grows with the number of new quotes (some 2 kB each):
        load a large collection in batches. Raises ArchiveBusy, ArchiveError.
        """
        with self.change() as changes:
            load = changes.load
            for one, quotes in stories:
                load.add(one, quotes)
        return Added(new=load.new, changed=load.changed, same=load.same)

    @contextmanager
    def change(self, *, merge: bool = True, guests: Container[int] = ()) -> Iterator[Changes]:
        """One transaction in which stories, feeds and runs change together, or not at all.

        Without `merge` the segment of its postings stays as it is until the next merge: many
        small changes then cost one rewriting of them all. `guests`: the hashes of wordings
        that another shard counts. Raises ArchiveBusy, ArchiveError.
        """
        from verifier.archive.load import Load  # noqa: PLC0415

        with self._writing():
            changes = Changes(load=Load(self._db, guests), nights=self.nights)
            yield changes
            changes.load.finish()
        if merge:
            self.merge(everything=False)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read in the block is of one moment, whatever others write meanwhile.

        Within another block it is that one's.
        """
        with errors(self.path):
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("ROLLBACK")

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Keeps other runs away, in any process, until the block ends. Raises ArchiveBusy."""
        with only_one(self.path):
            yield

    @property
    def nights(self) -> Nights:
        """What the nightly run remembers, to be read."""
        from verifier.archive.nights import Nights  # noqa: PLC0415

        return Nights(self._db)

    def knows(self, story: Story) -> bool:
        """Whether this version of the story is the current one."""
        statement = "SELECT 1 FROM story WHERE id = ? AND version = ? AND current"
        with errors(self.path):
            found = self._db.execute(statement, (story.id, story.version)).fetchone()
        return found is not None

    def latest(self) -> int:
        """The highest number that a story has: numbers grow with each load."""
        with errors(self.path):
            (number,) = self._db.execute("SELECT max(number) FROM story").fetchone()
        return int(number or 0)

    def added_since(
        self, number: int, since: date | None = None
    ) -> Iterator[tuple[Story, tuple[Quote, ...]]]:
        """The current stories with a higher number, each with its quotes.

        `since` leaves out what was published before that day.
        """
        limit = microseconds(datetime.combine(since, time(), UTC)) if since else None
        statement = (
            "SELECT id FROM story WHERE number > ? AND current "
            "AND (? IS NULL OR published IS NULL OR published >= ?) ORDER BY number"
        )
        with errors(self.path):
            ids = [row[0] for row in self._db.execute(statement, (number, limit, limit))]
        for identity in ids:
            found = self.story(identity)
            if found:
                yield found, self.quotes_in(identity)

    def merge(self, *, everything: bool = True) -> int:
        """Merge segments of postings into one, or only those that are due; how many."""
        merged = 0
        while self._mergeable(everything=everything):
            with self._writing():  # another process may have merged the same meanwhile
                parts = self._mergeable(everything=everything)
                if parts:
                    merge(self._db, parts)
            merged += len(parts)
        return merged

    def prune(self, before: date) -> int:
        """Drop the stories published before `before`, and what only they quoted; how many."""
        from verifier.archive.pruning import prune  # noqa: PLC0415

        limit = microseconds(datetime.combine(before, time(), UTC))
        with self._writing():
            return prune(self._db, limit or 0)

    def backup(self, target: Path | str) -> None:
        """A compact copy of the archive at `target`, whole or not at all, while others write."""
        target = Path(target)
        part = target.with_name(target.name + ".part")
        with errors(target):
            part.unlink(missing_ok=True)
            try:
                self._db.execute("VACUUM INTO ?", (str(part),))
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def shard(self, folder: Path, size: int) -> Iterator[Path]:
        """Write this archive as shards of at most `size` occurrences into an empty `folder`.

        Gives each path when it is written; see `sharding`. Raises ArchiveError.
        """
        from verifier.archive.sharding import write_shards  # noqa: PLC0415

        with self.snapshot():
            yield from write_shards(self._db, folder, size)

    def seal(self) -> None:
        """Merge all postings, and leave a file that is read without any beside it."""
        from verifier.archive.sharding import close_for_good  # noqa: PLC0415

        with errors(self.path):
            close_for_good(self._db)

    def story(self, story_id: str) -> Story | None:
        """The current version of a story."""
        versions = self._stories("id = ? AND current", story_id)
        return versions[0] if versions else None

    def versions(self, story_id: str) -> tuple[Story, ...]:
        """All versions of a story, in the order in which they came in."""
        return self._stories("id = ?", story_id)

    def quotes_in(self, story_id: str) -> tuple[Quote, ...]:
        """All quotes of the current version of a story, in its order."""
        statement = (
            f"SELECT {columns('o', OCCURRENCE)}, {columns('s', STORY)} "
            "FROM story s JOIN occurrence o ON o.story = s.number "
            "WHERE s.id = ? AND s.current ORDER BY o.ordinal"
        )
        middle = OCCURRENCE.count(",") + 1
        with errors(self.path):
            rows = self._db.execute(statement, (story_id,)).fetchall()
            text = story(rows[0][middle:]).text if rows else ""
            return tuple(quote(row[:middle], text) for row in rows)

    def occurrences(
        self, numbers: Iterable[int], *, history: bool = False, since: date | None = None
    ) -> tuple[Occurrence, ...]:
        """Where the archived quotes `numbers` stand, earliest first.

        `history` includes stories that a later version superseded. `since` leaves out what
        was published before that day; stories without a date stay.
        """
        where = "" if history else " AND s.current"
        limit: list[Any] = []
        if since:
            where += " AND (s.published IS NULL OR s.published >= ?)"
            limit.append(microseconds(datetime.combine(since, time(), UTC)))
        statement = (
            f"SELECT o.quote, s.current, s.superseded, {columns('o', OCCURRENCE)}, "
            f"{columns('s', STORY)} FROM occurrence o JOIN story s ON s.number = o.story "
            "WHERE o.quote IN ({})" + where
        )
        with errors(self.path):
            rows = self._asked(statement, sorted(set(numbers)), after=limit)
            found = [occurrence(row) for row in rows]
        return tuple(sorted(found, key=lambda o: o.order))

    def seen_since(self, numbers: Iterable[int], since: date) -> set[int]:
        """Those of the quotes `numbers` that a story of that day or later, or undated, has."""
        limit = microseconds(datetime.combine(since, time(), UTC))
        statement = (
            "SELECT DISTINCT o.quote FROM occurrence o JOIN story s ON s.number = o.story "
            "WHERE o.quote IN ({}) AND (s.published IS NULL OR s.published >= ?)"
        )
        with errors(self.path):
            return {row[0] for row in self._asked(statement, sorted(set(numbers)), after=[limit])}

    def holdings(self, around: datetime | None = None, days: int = 30) -> Holdings:
        """What the archive holds, and whether it covers the `days` before and after `around`.

        Without `around` the whole archive counts as near.
        """
        with errors(self.path):
            oldest, newest, outlets = self._extent()
            near = len(self.outlets(around, days)) if around else outlets
            return Holdings(
                stories=counter(self._db, "stories"),
                quotes=counter(self._db, "quotes"),
                occurrences=counter(self._db, "occurrences"),
                outlets=outlets,
                oldest=moment(oldest),
                newest=moment(newest),
                bytes=self._bytes(),
                coverage=coverage(near, self._policy.thin_outlets),
            )

    def outlets(self, around: datetime | None = None, days: int = 30) -> frozenset[str]:
        """The outlets with a story in the `days` before and after `around`, or with any."""
        low = microseconds(around - timedelta(days=days)) if around else None
        high = microseconds(around + timedelta(days=days)) if around else None
        statement = (
            f"{OUTLETS} SELECT name FROM outlets WHERE name IS NOT NULL AND (? IS NULL OR EXISTS "
            "(SELECT 1 FROM story WHERE current AND outlet = name AND published BETWEEN ? AND ?))"
        )
        with errors(self.path):
            return frozenset(row[0] for row in self._db.execute(statement, (low, low, high)))

    def stats(self) -> Holdings:
        """What the archive holds."""
        return self.holdings()

    def check(self) -> list[str]:
        """What is wrong with the file, one line each; empty if it is sound."""
        from verifier.archive.soundness import problems  # noqa: PLC0415

        with errors(self.path):
            return list(problems(self._db))

    def quotes(self) -> int:
        """The number of distinct wordings: N of the weights and of the guard."""
        with errors(self.path):
            return counter(self._db, "quotes")

    def numbered(self) -> int:
        """The highest number that a wording has or had."""
        with errors(self.path):
            return counter(self._db, "numbers")

    def postings(self, keys: Sequence[int], *, largest: int) -> dict[int, Posting]:
        """For each key that occurs: how many quotes hold it and, if few, their numbers.

        Of a key whose numbers are more than `largest` in any segment, `docs` is None.
        """
        found: dict[int, Posting] = {}
        with errors(self.path):
            for segment in segments(self._db):
                start, width = segment.places[0], segment.width
                rows = self._asked(
                    "SELECT place, coalesce(n, length(docs) / ?), "
                    "CASE WHEN length(docs) <= ? THEN docs END FROM gram WHERE place IN ({})",
                    [start + key for key in keys],
                    before=(width, width * largest),
                )
                for at, n, docs in rows:
                    key = at - start
                    known = found.get(key)
                    found[key] = known.plus(n, docs, width) if known else Posting(n, docs, width)
        return found

    def wordings(self, numbers: Sequence[int]) -> list[tuple[int, int, str]]:
        """The number, the hash and the folded words, joined by spaces, of archived quotes.

        The hash is a wording's name in every archive, the number only in this one.
        """
        statement = "SELECT number, hash, words FROM quote WHERE number IN ({})"
        with errors(self.path):
            return list(self._asked(statement, numbers))

    def filed(self, numbers: Sequence[int]) -> list[Wording]:
        """Archived quotes as they are indexed, in the order of their numbers."""
        with errors(self.path):
            rows = self._asked(
                "SELECT number, apart, words FROM quote WHERE number IN ({}) ORDER BY number",
                numbers,
            )
            return [(number, bool(apart), words.split(" ")) for number, apart, words in rows]

    def hashes(self, *, guests: bool = True) -> array[int]:
        """The hashes of all wordings, or of those that are counted here."""
        where = "" if guests else " WHERE number NOT IN (SELECT quote FROM guest)"
        with errors(self.path):
            rows = self._db.execute("SELECT hash FROM quote" + where)
            return array("q", (row[0] for row in rows))

    def ids(self) -> list[str]:
        """The ids of all stories."""
        with errors(self.path):
            rows = self._db.execute("SELECT DISTINCT id FROM story").fetchall()
        return [identity for (identity,) in rows]

    def held(self) -> list[tuple[str, str]]:
        """The id and the version of each story that is or was here."""
        with errors(self.path):
            return list(self._db.execute("SELECT id, version FROM story"))

    def current(self, ids: Sequence[str]) -> list[tuple[str, int]]:
        """Those of the stories that are here, with the number of their quotes."""
        statement = "SELECT id, quotes FROM story WHERE current AND id IN ({})"
        with errors(self.path):
            return list(self._asked(statement, ids))

    def numbers(self, hashes: Sequence[int]) -> dict[int, int]:
        """The wordings of these hashes that are here: number -> hash."""
        with errors(self.path):
            return dict(self._asked("SELECT number, hash FROM quote WHERE hash IN ({})", hashes))

    def containing(self, words: Sequence[str], most: int = 200) -> list[int]:
        """The numbers of archived wordings that hold `words` one after the other.

        Reads every wording, for words too few for the index; a second at a million.
        """
        sought = " ".join(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = "SELECT number FROM quote WHERE ' ' || words || ' ' LIKE ? ESCAPE '\\' LIMIT ?"
        with errors(self.path):
            rows = self._db.execute(statement, (f"% {sought} %", most))
            return [number for (number,) in rows]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with errors(self.path), transaction(self._db):
            yield

    def _mergeable(self, *, everything: bool) -> Sequence[Any]:
        with errors(self.path):
            found = segments(self._db)
        parts = found if everything else due(found)
        return parts if len(parts) > 1 else ()

    def _asked(
        self,
        statement: str,
        values: Sequence[Any],
        *,
        before: Sequence[Any] = (),
        after: Sequence[Any] = (),
    ) -> Iterator[Any]:
        """The rows of `statement`, whose `{}` stands for a list of `values`."""
        for at in range(0, len(values), _ASKED):
            part = values[at : at + _ASKED]
            marks = ",".join("?" * len(part))
            yield from self._db.execute(
                statement.format(marks), [*before, *part, *after]
            ).fetchall()

    def _stories(self, where: str, story_id: str) -> tuple[Story, ...]:
        statement = f"SELECT {STORY} FROM story WHERE {where} ORDER BY number"
        with errors(self.path):
            return tuple(story(row) for row in self._db.execute(statement, (story_id,)))

    def _extent(self) -> tuple[int | None, int | None, int]:
        """The earliest and latest date, and the number of outlets, from the index alone."""
        return self._db.execute(  # type: ignore[no-any-return]
            f"{OUTLETS} SELECT (SELECT min(low) FROM extent), (SELECT max(high) FROM extent), "
            "(SELECT count(*) FROM extent)"
        ).fetchone()

    def _bytes(self) -> int:
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())


def coverage(outlets: int, thin: int) -> Coverage:
    """How well so many outlets cover a day; fewer than `thin` are few."""
    if not outlets:
        return Coverage.NONE
    return Coverage.THIN if outlets < thin else Coverage.SEARCHED


__all__ = [
    "Added",
    "Archive",
    "Changes",
    "Occurrence",
    "coverage",
    "wording_hash",
]
