"""The same comparison on a cluster: the shards of an archive, searched by Apache Spark.

    queries ─ broadcast ─► each shard: shard_frequencies ─ summed ─ broadcast ─►
    each shard: match_shard ─ by blocks of queries ─► unite ─ broadcast ─►
    each shard: the places of what was found ─► here

What stands in the archive of this machine, where the new stories are, is searched here, by
the same functions. Postings never leave their shard. This module alone knows pyspark.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from shutil import which
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from verifier import __version__
from verifier.archive import Archive
from verifier.assess import Occurrence
from verifier.engine import Answer, match_shard, shard_frequencies, shown, total, unite
from verifier.errors import ArchiveError, ClusterError
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
from verifier.weights import Frequencies

_ROW = "block int, content binary"
_COUNT = "key long, n long"
_ALL = -1  # in place of a key: quotes in all
_BLOCK = 500  # queries whose answers are one row
_PLACES = 1000  # wordings whose places are one row
_TRIES = 4  # of a task whose worker died, on one machine as on a cluster
_LOCAL = re.compile(r"local(?:\[(\w+|\*)\])?")
_CAUSE = re.compile(r"\w+(?:Exception|Error): .+")
_RAISED = re.compile(r"verifier\.errors\.\w+: (.+)")


@contextmanager
def session(master: str | None, options: Mapping[str, str]) -> Iterator[SparkSession]:
    """A Spark session, ended with the block; `master` None: whatever spark-submit says.

    The workers run the Python that runs this, unless PYSPARK_PYTHON names another. Raises
    ClusterError.
    """
    if not (which("java") or os.environ.get("JAVA_HOME")):
        hint = "install Java 17 or newer (Debian: default-jre-headless), or set JAVA_HOME"
        raise ClusterError("Spark needs Java", "java", hint)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("quote-verifier")
    for name, value in {**_settings(master), **options}.items():
        builder = builder.config(name, value)
    with _errors():
        spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _settings(master: str | None) -> dict[str, str]:
    """Quiet; on one machine nothing listens to others, and a task is tried again there too."""
    settings = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    if master is None:
        return settings
    if found := _LOCAL.fullmatch(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
        }
        master = f"local[{found[1] or 1},{_TRIES}]"
    return settings | {"spark.master": master}


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
        rows = self._collect(self._on_shards(partial(_survey, around=around), _ROW))
        parts: list[tuple[str, Survey]] = [_load(row) for row in rows]
        if strange := {version for version, _ in parts if version != __version__}:
            hint = f"install {__version__} on every worker"
            raise ClusterError("the workers have another quote-verifier", min(strange), hint)
        doubled = Holdings(
            stories=len(self._doubled),
            occurrences=sum(quotes for _, quotes in self._doubled),
            quotes=len(self._guests),
        )
        own = survey(self._own, around)
        return joined([own, *(part for _, part in parts)], doubled, self._policy)

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
        # As many tasks as keep every core busy, each with a few blocks of one shard.
        tasks = max(1, min(len(blocks), -(-2 * self._cores // len(self._paths))))
        job = self._spark.sparkContext.broadcast((blocks, self._policy, known))
        work = partial(_match, job=job, tasks=tasks)
        rows = self._on_shards(work, _ROW, tasks).groupBy("block")
        united = self._collect(rows.applyInArrow(_uniting(self._policy), _ROW))
        job.destroy()
        found = [a for row in sorted(united, key=lambda r: r["block"]) for a in _load(row)]
        own = match_shard(self._own.path, queries, self._policy, known)
        return shown(unite([found, own], self._policy), self._policy)

    def _frequencies(self, queries: Sequence[Quote]) -> Frequencies:
        """Of the queries' keys in all shards and here; what both hold is counted there."""
        job = self._spark.sparkContext.broadcast(queries)
        counts = self._on_shards(partial(_count, job=job), _COUNT)
        rows = self._collect(counts.groupBy("key").sum("n").toDF("key", "n"))
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
        job = self._spark.sparkContext.broadcast(sorted(sought))
        parts = [places(self._own, sought, since)]
        for row in self._collect(self._on_shards(partial(_find, job=job, since=since), _ROW)):
            found, quotes, stories = _load(row)
            parts.append(found)
            self._quotes |= quotes
            self._stories |= stories
        job.destroy()
        return merged(parts, self._own.story)

    # ------------------------------------------------------------ Spark
    def _known(self) -> list[Any]:
        """What the shards hold of the wordings and stories that are here."""
        job = self._spark.sparkContext.broadcast((self._own.hashes(), self._own.ids()))
        rows = self._collect(self._on_shards(partial(_known, job=job), _ROW))
        job.destroy()
        return [_load(row) for row in rows]

    def _on_shards(self, work: Callable[..., Any], schema: str, tasks: int = 1) -> DataFrame:
        """`work` on each shard's path, or on each so many times, each a task of its own."""
        count = len(self._paths) * tasks
        numbers = self._spark.range(0, count, 1, count)
        return numbers.mapInArrow(partial(_each, paths=self._paths, work=work), schema)

    def _collect(self, rows: DataFrame) -> list[dict[str, Any]]:
        with _errors():
            found: list[dict[str, Any]] = rows.toArrow().to_pylist()
        return found


# ---------------------------------------------------------------- on a worker
def _each(
    batches: Iterable[pa.RecordBatch], paths: Sequence[str], work: Callable[..., Any]
) -> Iterator[pa.RecordBatch]:
    """The task with number n works on path n modulo their number."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            turn, at = divmod(number, len(paths))
            try:
                yield from work(Path(paths[at]), turn)
            except ArchiveError as error:
                hint = "each worker must reach every shard; `verifier shard` writes them"
                raise ArchiveError(error.message, error.subject, hint) from error


def _known(path: Path, _turn: int, job: Any) -> Iterator[pa.RecordBatch]:
    hashes, ids = job.value
    with Archive.open(path, create=False, readonly=True) as archive:
        yield _row(0, (list(archive.numbers(hashes).values()), archive.current(ids)))


def _survey(path: Path, _turn: int, around: datetime | None) -> Iterator[pa.RecordBatch]:
    with Archive.open(path, create=False, readonly=True) as archive:
        yield _row(0, (__version__, survey(archive, around)))


def _count(path: Path, _turn: int, job: Any) -> Iterator[pa.RecordBatch]:
    found = shard_frequencies(path, job.value)
    counts = {_ALL: found.quotes, **found.counts}
    yield pa.RecordBatch.from_arrays(
        [pa.array(counts.keys(), pa.int64()), pa.array(counts.values(), pa.int64())], ["key", "n"]
    )


def _match(path: Path, turn: int, job: Any, tasks: int) -> Iterator[pa.RecordBatch]:
    blocks, policy, known = job.value
    for block in range(turn, len(blocks), tasks):
        yield _row(block, match_shard(path, blocks[block], policy, known))


def _uniting(policy: Policy) -> Callable[[pa.Table], pa.Table]:
    """What makes one row of the rows that the shards have for a block."""

    def rows_united(rows: pa.Table) -> pa.Table:  # Spark reads these hints
        parts = [_load(row) for row in rows.to_pylist()]
        block = rows.column("block")[0].as_py()
        return pa.Table.from_batches([_row(block, unite(parts, policy))])

    return rows_united


def _find(path: Path, _turn: int, job: Any, since: date | None) -> Iterator[pa.RecordBatch]:
    sought = job.value
    with Archive.open(path, create=False, readonly=True) as archive:
        for at in range(0, len(sought), _PLACES):
            found = places(archive, sought[at : at + _PLACES], since)
            standing = {o.story.id: o for held in found.values() for o in held}
            quotes = {name: archive.quotes_in(name) for name in standing}
            stories = {name: archive.story(name) for name in standing}
            yield _row(at, (found, quotes, stories))


def _row(block: int, content: object) -> pa.RecordBatch:
    packed = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    return pa.RecordBatch.from_arrays(
        [pa.array([block], pa.int32()), pa.array([packed], pa.binary())], ["block", "content"]
    )


def _load(row: Mapping[str, Any]) -> Any:
    return pickle.loads(row["content"])  # noqa: S301 - our own workers wrote it


# ---------------------------------------------------------------- what can go wrong
@contextmanager
def _errors() -> Iterator[None]:
    """What Spark's errors mean to a person."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise _named(str(error)) from error


def _named(text: str) -> ArchiveError | ClusterError:
    if raised := _RAISED.search(text):
        return ArchiveError(raised[1].strip())
    for sign, (message, hint) in _MEANING.items():
        if sign in text:
            return ClusterError(message, "", hint)
    cause = _CAUSE.search(text)
    said = cause[0] if cause else text.partition("\n")[0]
    return ClusterError("Spark could not do it", said.strip(), "see its log")


_MEANING = {
    "PYTHON_VERSION_MISMATCH": (
        "the workers run another Python than this",
        "set PYSPARK_PYTHON to one of the same version on every worker",
    ),
    "No module named 'verifier'": (
        "the workers do not have quote-verifier",
        "install it in the Python that PYSPARK_PYTHON names, on every worker",
    ),
    "No module named 'pyarrow'": (
        "the workers do not have pyarrow",
        "install quote-verifier[spark] on every worker",
    ),
    "Cannot run program": (
        "the workers cannot start Python",
        "set PYSPARK_PYTHON to one that is there on every worker",
    ),
    "Python worker exited unexpectedly": (
        "a worker was killed again and again",
        "give executors more memory, or make smaller shards; see docs/scale.md",
    ),
    "JAVA_GATEWAY_EXITED": (
        "Spark did not start",
        "see the lines above; it needs Java 17 or newer",
    ),
}
