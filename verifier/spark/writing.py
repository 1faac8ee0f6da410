"""Extracted stories -> shards: one task a shard, which gets its name when it is whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count, groupby, islice
from operator import itemgetter
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from verifier.archive import Added, Archive
from verifier.archive.sharding import Days, name, ranges
from verifier.errors import ArchiveError
from verifier.spark.inputs import AT, ORDER, unpack
from verifier.spark.tasks import Batches, batch, collect, on_rows, on_shards
from verifier.value import value

_COUNTED = "hash long"
_PLACED = f"shard int, {AT}, hash long, content binary"
_WRITTEN = "shard int, new int, changed int, same int"
_PART = ".part"
_HASHES = 50_000  # in one batch
_TOGETHER = 3000  # stories a transaction: their postings are some 50 MB


@value
class Target:
    """Where shards are written: a folder that every worker reaches, and quotes in each."""

    folder: Path
    size: int


def sweep(folder: Path) -> None:
    """Remove the drafts that a task left when it was killed."""
    for part in folder.glob(f".*{_PART}"):
        part.unlink(missing_ok=True)


def write(
    spark: SparkSession,
    fresh: DataFrame,
    held: DataFrame | None,
    old: Sequence[str],
    target: Target,
) -> tuple[Added, list[Path]]:
    """Write `fresh` stories; how many there were, and the shards that are new or changed.

    `held`: the ids of the stories that the `old` shards have, and the number of their shard.
    """
    homes, paths = _homes(spark, fresh, held, old, target)
    placed = fresh.join(homes, "id")
    stories = placed.select("shard", *ORDER, f.lit(None).cast("long").alias("hash"), "content")
    rows = _guests(spark, placed, old).unionByName(stories)
    rows = rows.repartitionById(max(1, len(paths)), "shard")
    rows = rows.sortWithinPartitions("shard", *ORDER)
    written = collect(on_rows(rows, partial(_loaded, paths=paths, old=len(old)), _WRITTEN))
    added = Added(**{n: sum(row[n] for row in written) for n in ("new", "changed", "same")})
    return added, [Path(paths[row["shard"]]) for row in sorted(written, key=itemgetter("shard"))]


# ---------------------------------------------------------------- what goes into which shard
def _homes(
    spark: SparkSession,
    fresh: DataFrame,
    held: DataFrame | None,
    old: Sequence[str],
    target: Target,
) -> tuple[DataFrame, list[str]]:
    """The number of each story's shard, and the shards' paths by their number, `old` first.

    All versions of a story are in one shard: the one that has some already, or else the one
    of the first day on which it came out.
    """
    dated = fresh.groupBy("id").agg(f.min("day").alias("day"), f.sum("quotes").alias("quotes"))
    nowhere = dated.withColumn("home", f.lit(None).cast("int"))
    homes = nowhere if held is None else dated.join(held, "id", "left")
    by_day = homes.where("home IS NULL").groupBy("day").agg(f.sum("quotes").alias("quotes"))
    sizes = collect(by_day.orderBy("day"))
    days = ranges(((row["day"], row["quotes"]) for row in sizes), target.size)
    numbered = [(first, last, len(old) + at) for at, (first, last) in enumerate(days)]
    parts = spark.createDataFrame(numbered, "first long, last long, part int")
    within = "home IS NULL AND day BETWEEN first AND last"
    homes = homes.join(f.broadcast(parts), f.expr(within), "left")
    return homes.selectExpr("id", "coalesce(home, part) AS shard"), [
        *old,
        *_names(target.folder, days, old),
    ]


def _names(folder: Path, parts: Sequence[Days], old: Sequence[str]) -> Iterator[str]:
    """A path for each new shard: its first day, with a number if that one is there already."""
    for days in parts:
        first = folder / name(days)
        others = (first.with_stem(f"{first.stem}.{number}") for number in count(2))
        yield next(str(path) for path in chain([first], others) if str(path) not in old)


def _guests(spark: SparkSession, placed: DataFrame, old: Sequence[str]) -> DataFrame:
    """For each shard the wordings that another counts: an old one, or else the first of all."""
    held = placed.select(f.explode("wordings").alias("hash"), "shard")
    if old:
        counted = on_shards(spark, old, _counted, _COUNTED)
        held = held.unionByName(counted.withColumn("shard", f.lit(-1)))
    shards = held.groupBy("hash").agg(f.array_sort(f.collect_set("shard")).alias("shards"))
    others = shards.where("size(shards) > 1").selectExpr(
        "explode(slice(shards, 2, size(shards) - 1)) AS shard", "hash"
    )
    at = ("-1 AS file", "0L AS start", "0L AS line", "0 AS turn")  # before all stories
    return others.selectExpr("shard", *at, "hash", "CAST(NULL AS binary) AS content")


# ---------------------------------------------------------------- on a worker
def _counted(path: Path, _turn: int) -> Batches:
    with Archive.open(path, create=False, readonly=True) as archive:
        hashes = archive.hashes(guests=False)
        for at in range(0, len(hashes), _HASHES):
            yield batch(_COUNTED, [(key,) for key in hashes[at : at + _HASHES]])


def _loaded(batches: Batches, paths: Sequence[str], old: int) -> Batches:
    rows = chain.from_iterable(part.to_pylist() for part in batches)
    for shard, of_shard in groupby(rows, key=itemgetter("shard")):
        added = _build(Path(paths[shard]), of_shard, anew=shard >= old)
        yield batch(_WRITTEN, [(shard, added.new, added.changed, added.same)])


def _build(path: Path, rows: Iterable[Mapping[str, Any]], *, anew: bool) -> Added:
    """Make or change the shard at `path`: on this worker's disk first, then in one step."""
    try:
        with TemporaryDirectory(dir=SparkFiles.getRootDirectory()) as room:
            draft = Path(room) / path.name
            if not anew:
                copyfile(path, draft)
            with Archive.open(draft) as archive:
                added = _load(archive, rows)
                archive.seal()
            _publish(draft, path)
    except OSError as error:
        hint = "each worker must be able to write there; run it again"
        raise ArchiveError(error.strerror or "cannot be written", str(path), hint) from error
    return added


def _load(archive: Archive, rows: Iterable[Mapping[str, Any]]) -> Added:
    """The wordings that another shard counts come first, then the stories in their order."""
    guests: set[int] = set()
    sums = Counter[str]()
    while part := list(islice(rows, _TOGETHER)):
        guests.update(row["hash"] for row in part if row["content"] is None)
        with archive.change(merge=False, guests=guests) as changes:
            for row in part:
                if row["content"] is not None:
                    changes.load.add(*unpack(row["content"]))
        load = changes.load
        sums.update(new=load.new, changed=load.changed, same=load.same)
    return Added(**sums)


def _publish(draft: Path, path: Path) -> None:
    part = path.with_name(f".{path.name}.{uuid4().hex}{_PART}")
    try:
        copyfile(draft, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
