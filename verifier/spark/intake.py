"""Import on a cluster: stories on any storage -> their quotes -> shards, by day.

    inputs ─► stories ─ but those that the shards hold ─► extract ─ kept on the workers' disks ─►
    which day is in which shard, and which shard counts a wording that several have ─►
    each shard: one task that loads its stories in their order (`writing`)

What the local import takes is taken, in the same order, by the same functions. A shard gets
its name when it is whole, so that one which was not finished never counts: run again, and what
is there already is left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from verifier.archive import Added, Archive
from verifier.archive.file import only_one
from verifier.archive.load import worded
from verifier.archive.sharding import SUFFIX
from verifier.errors import InputError
from verifier.extraction import extract, unread
from verifier.model import Imported, Quote
from verifier.spark import inputs, writing
from verifier.spark.inputs import AT, ORDER
from verifier.spark.tasks import Batches, batch, collect, on_rows, on_shards
from verifier.spark.writing import Target

_KNOWN = "id string, version string, home int"
_TAKEN = (
    f"{AT}, id string, day long, quotes int, wordings array<long>, language string, "
    "content binary, known boolean, problem string"
)
_NAMED = 10_000  # problems that are named; the rest is counted
_IN_A_BATCH = 500  # rows that go to a worker at once, or are kept together on its disk
_BYTES_IN_A_BATCH = "64m"


def import_stories(
    spark: SparkSession, paths: Sequence[str], target: Target, progress: Callable[[Path], None]
) -> Imported:
    """Add the stories at `paths` to the shards of a folder; `progress` is told what is written.

    A story of which a shard has a version joins it; the others are new shards of whole days.
    Raises ArchiveError, ArchiveBusy, InputError, ClusterError.
    """
    _settle(spark)
    with _alone(target.folder):
        found = inputs.find(spark, paths)
        if not found.files:
            return Imported(problems=found.problems)
        old = sorted(str(path) for path in target.folder.glob(f"*{SUFFIX}"))
        known = on_shards(spark, old, partial(_held, paths=old), _KNOWN) if old else None
        taken = _taken(inputs.read(spark, found), known).persist(StorageLevel.DISK_ONLY)
        fresh = taken.where("content IS NOT NULL")
        held = known.select("id", "home").distinct() if known else None
        added, written = writing.write(spark, fresh, held, old, target)
        for path in written:
            progress(path)
        imported = _imported(taken, found, added)
        taken.unpersist()
        return imported


def _settle(spark: SparkSession) -> None:
    for name, setting in (
        ("spark.sql.shuffle.partitions", 4 * spark.sparkContext.defaultParallelism),
        ("spark.sql.execution.arrow.maxRecordsPerBatch", _IN_A_BATCH),
        ("spark.sql.execution.arrow.maxBytesPerBatch", _BYTES_IN_A_BATCH),
        ("spark.sql.inMemoryColumnarStorage.batchSize", _IN_A_BATCH),
    ):
        spark.conf.set(name, setting)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder, made if it is missing, for this run alone; drafts of a run that ended go."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "cannot be made"
        raise InputError(reason, str(folder), "choose another folder") from error
    if not os.access(folder, os.W_OK):
        raise InputError("may not be written to", str(folder), "choose another folder")
    with only_one(folder / ".import"):
        writing.sweep(folder)
        try:
            yield
        finally:
            writing.sweep(folder)


def _taken(read: DataFrame, known: DataFrame | None) -> DataFrame:
    """A row of _TAKEN for each row that was read; a story that is known is not extracted."""
    held = f.lit(False)  # noqa: FBT003 - a column
    if known is not None:
        versions = known.select("id", "version").distinct().withColumn("held", f.lit(1))
        read = read.join(versions, ["id", "version"], "left")
        held = f.col("held").isNotNull()
    content = f.when(~held, f.col("content")).alias("content")
    rows = read.select(*ORDER, "id", "day", content, held.alias("known"), "problem")
    return on_rows(rows, _extracted, _TAKEN)


def _imported(taken: DataFrame, found: inputs.Inputs, added: Added) -> Imported:
    bad = taken.where("problem IS NOT NULL").select(*ORDER, "problem").orderBy(*ORDER)
    rows = collect(bad.limit(max(0, _NAMED - len(found.problems))))
    blocks = collect(taken.where(f"turn = {inputs.COUNT}").select(*ORDER))
    (sums,) = collect(taken.selectExpr("count_if(known) AS known", "count(problem) AS bad"))
    languages = collect(taken.where("language IS NOT NULL").groupBy("language").count())
    return Imported(
        new=added.new,
        changed=added.changed,
        same=added.same + sums["known"],
        unread=tuple(sorted((row["language"], row["count"]) for row in languages)),
        problems=(*found.problems, *inputs.problems(rows, blocks, found.files)),
        unnamed=sums["bad"] - len(rows),
    )


# ---------------------------------------------------------------- on a worker
def _held(path: Path, _turn: int, paths: Sequence[str]) -> Batches:
    with Archive.open(path, create=False, readonly=True) as archive:
        number = paths.index(str(path))
        yield batch(_KNOWN, [(*one, number) for one in archive.held()])


def _extracted(batches: Batches) -> Batches:
    for rows in batches:
        yield batch(_TAKEN, [_row(row) for row in rows.to_pylist()])


def _row(row: Mapping[str, Any]) -> tuple[Any, ...]:
    at = (*(row[name] for name in ORDER), row["id"], row["day"])
    if row["content"] is None:
        return (*at, None, None, None, None, row["known"], row["problem"])
    story = inputs.unpack(row["content"])
    quotes = extract(story)
    hashes = _wordings(quotes)
    language = None if quotes else unread(story)
    content = inputs.pack((story, quotes))
    return (*at, len(hashes), sorted(set(hashes)), language, content, False, None)


def _wordings(quotes: Sequence[Quote]) -> list[int]:
    """The hash of each quote's wording, but of those that hold no word."""
    return [wording[0] for quote in quotes if (wording := worded(quote))]
