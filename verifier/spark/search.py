"""The same comparison on a cluster: the shards of an archive, searched by Apache Spark.

    queries ─ broadcast ─► each shard: shard_frequencies ─ summed ─ broadcast ─►
    each shard: match_shard ─ by blocks of queries ─► unite ─ broadcast ─►
    each shard: the places of what was found ─► here

What stands in the archive of this machine, where the new stories are, is searched here, by
the same functions. Postings never leave their shard.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from verifier.archive import Archive
from verifier.assess import Occurrence
from verifier.engine import Answer, match_shard, shard_frequencies, shown, total, unite
from verifier.index import postings
from verifier.model import Holdings, Quote, Story
from verifier.policy import Policy
from verifier.retrieval import (
    Places,
    Survey,
    joined,
    merged,
    occurrences,
    places,
    survey,
    wordings,
)
from verifier.spark.tasks import ROW, Batches, Work, batch, collect, on_shards, packed, unpacked
from verifier.weights import Frequencies

_COUNT = "key long, n long"
_ALL = -1  # in place of a key: quotes in all
_BLOCK = 1250  # queries whose answers are one row, and which ask a shard together
_PLACES = 500  # wordings whose places are one row


class SparkSearch:
    """The shards at `paths`, which every worker reaches, and `own`, which is here.

    What `own` and the shards both hold is counted once, as if all were one archive. Raises
    ArchiveError if a shard cannot be used, ClusterError if Spark cannot.
    """

    together = 4000  # a job has some overhead; the quotes of so many stories are some 20 MB

    def __init__(
        self, spark: SparkSession, own: Archive, paths: Sequence[Path], policy: Policy
    ) -> None:
        self._spark, self._own, self._policy = spark, own, policy
        self._paths = [str(path) for path in paths]
        self._cores = spark.sparkContext.defaultParallelism
        spark.conf.set("spark.sql.shuffle.partitions", self._cores)
        self._quotes: dict[str, tuple[Quote, ...]] = {}
        self._stories: dict[str, Story] = {}
        known = self._known()
        self._guests = own.numbers(sorted({wording for shard in known for wording in shard[0]}))
        self._doubled = [row for shard in known for row in shard[1]]
        self._guest_counts = {
            key: n for key, (n, _) in postings(own.filed(sorted(self._guests))).items()
        }

    def holdings(self, around: datetime | None = None) -> Holdings:
        """What all hold together."""
        rows = collect(self._on_shards(partial(_survey, around=around), ROW))
        parts: list[Survey] = [unpacked(row) for row in rows]
        doubled = Holdings(
            stories=len(self._doubled),
            occurrences=sum(quotes for _, quotes in self._doubled),
            quotes=len(self._guests),
        )
        own = survey(self._own, around)
        return joined([own, *parts], doubled, self._policy)

    def find(
        self, queries: Sequence[Quote], since: date | None, now: datetime
    ) -> list[list[Occurrence]]:
        """For each query where such words stand or stood, here or in a shard."""
        if not queries:
            return []
        answers = self._match(queries)
        found = self._places(wordings(answers), since)
        return occurrences(answers, found, now)

    def quotes_of(self, story_id: str) -> Sequence[Quote]:
        """All quotes of a story that was found."""
        return self._own.quotes_in(story_id) or self._quotes.get(story_id, ())

    def story_of(self, story_id: str) -> Story | None:
        """A story that was found, as it stands now."""
        return self._own.story(story_id) or self._stories.get(story_id)

    # ------------------------------------------------------------ the three jobs of a look-up
    def _match(self, queries: Sequence[Quote]) -> list[Answer]:
        known = self._frequencies(queries)
        blocks = [queries[at : at + _BLOCK] for at in range(0, len(queries), _BLOCK)]
        tasks = self._tasks(len(blocks))
        job = self._spark.sparkContext.broadcast((blocks, self._policy, known))
        work = partial(_match, job=job, tasks=tasks)
        rows = self._on_shards(work, ROW, tasks).groupBy("block")
        with ThreadPoolExecutor(1) as here:  # which waits for the cluster otherwise
            own = here.submit(match_shard, self._own.path, queries, self._policy, known)
            united = collect(rows.applyInArrow(_united, ROW))
        job.destroy()
        found = [a for row in sorted(united, key=lambda r: r["block"]) for a in unpacked(row)]
        return shown(unite([found, own.result()]), self._policy)

    def _frequencies(self, queries: Sequence[Quote]) -> Frequencies:
        """Of the queries' keys in all shards and here; what both hold is counted there."""
        job = self._spark.sparkContext.broadcast(queries)
        counts = self._on_shards(partial(_count, job=job), _COUNT)
        rows = collect(counts.groupBy("key").sum("n").toDF("key", "n"))
        job.destroy()
        found = {row["key"]: row["n"] for row in rows}
        shards = Frequencies(quotes=found.pop(_ALL), counts=found)
        own = shard_frequencies(self._own.path, queries)
        fewer = self._guest_counts.get
        own = Frequencies(
            quotes=own.quotes - len(self._guests),
            counts={key: n - fewer(key, 0) for key, n in own.counts.items()},
        )
        return total([shards, own])

    def _places(self, sought: frozenset[int], since: date | None) -> Places:
        tasks = self._tasks(-(-len(sought) // _PLACES))
        job = self._spark.sparkContext.broadcast(sorted(sought))
        work = partial(_find, job=job, tasks=tasks, since=since)
        parts = [places(self._own, sought, since)]
        for row in collect(self._on_shards(work, ROW, tasks)):
            found, quotes, stories = unpacked(row)
            parts.append(found)
            self._quotes |= quotes
            self._stories |= stories
        job.destroy()
        return merged(parts, self._own.story)

    # ------------------------------------------------------------ Spark
    def _known(self) -> list[Any]:
        """What the shards hold of the wordings and stories that are here."""
        job = self._spark.sparkContext.broadcast((self._own.hashes(), self._own.ids()))
        rows = collect(self._on_shards(partial(_known, job=job), ROW))
        job.destroy()
        return [unpacked(row) for row in rows]

    def _tasks(self, pieces: int) -> int:
        """In how many tasks a shard does so many pieces of work: as keep every core busy."""
        return max(1, min(pieces, -(-2 * self._cores // len(self._paths))))

    def _on_shards(self, work: Work, schema: str, tasks: int = 1) -> DataFrame:
        return on_shards(self._spark, self._paths, work, schema, tasks)


# ---------------------------------------------------------------- on a worker
def _known(path: Path, _turn: int, job: Any) -> Batches:
    hashes, ids = job.value
    with Archive.open(path, create=False, readonly=True) as archive:
        yield packed(0, (list(archive.numbers(hashes).values()), archive.current(ids)))


def _survey(path: Path, _turn: int, around: datetime | None) -> Batches:
    with Archive.open(path, create=False, readonly=True) as archive:
        yield packed(0, survey(archive, around))


def _count(path: Path, _turn: int, job: Any) -> Batches:
    found = shard_frequencies(path, job.value)
    counts = {_ALL: found.quotes, **found.counts}
    yield batch(_COUNT, list(counts.items()))


def _match(path: Path, turn: int, job: Any, tasks: int) -> Batches:
    blocks, policy, known = job.value
    for block in range(turn, len(blocks), tasks):
        yield packed(block, match_shard(path, blocks[block], policy, known))


def _united(rows: pa.Table) -> pa.Table:  # Spark reads these hints
    """One row of the rows that the shards have for a block."""
    parts = [unpacked(row) for row in rows.to_pylist()]
    block = rows.column("block")[0].as_py()
    return pa.Table.from_batches([packed(block, unite(parts))])


def _find(path: Path, turn: int, job: Any, tasks: int, since: date | None) -> Batches:
    sought = job.value
    with Archive.open(path, create=False, readonly=True) as archive:
        for at in range(turn * _PLACES, len(sought), tasks * _PLACES):
            found = places(archive, sought[at : at + _PLACES], since)
            standing = {o.story.id: o for held in found.values() for o in held}
            quotes = {name: archive.quotes_in(name) for name in standing}
            stories = {name: archive.story(name) for name in standing}
            yield packed(at, (found, quotes, stories))
