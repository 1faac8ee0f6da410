"""Work on a worker: on each shard, or on rows; what it finds goes back as rows."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from verifier import __version__
from verifier.errors import ArchiveError, ClusterError
from verifier.spark.session import errors

Batches = Iterator[pa.RecordBatch]
Work = Callable[..., Batches]

ROW = "block int, content binary"
"""A row that holds a value of ours, pickled."""

_TYPES = {
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "string": pa.string(),
    "binary": pa.binary(),
    "array<long>": pa.list_(pa.int64()),
}


def on_shards(
    spark: SparkSession, paths: Sequence[str], work: Work, schema: str, tasks: int = 1
) -> DataFrame:
    """`work(path, turn)` on each shard, or on each so many times, each a task of its own."""
    count = len(paths) * tasks
    numbers = spark.range(0, count, 1, count)
    return on_rows(numbers, partial(_each, paths=paths, work=work), schema)


def on_rows(rows: DataFrame, work: Work, schema: str) -> DataFrame:
    """`work(batches)` on the rows of each partition."""
    return rows.mapInArrow(partial(_checked, work=work, version=__version__), schema)


def collect(rows: DataFrame) -> list[dict[str, Any]]:
    """The rows, here. Raises ArchiveError, ClusterError."""
    with errors():
        found: list[dict[str, Any]] = rows.toArrow().to_pylist()
    return found


# ---------------------------------------------------------------- on a worker
_SELDOM = 50_000  # values between two looks
_ABSENT = "each worker must reach every shard under this path; see docs/scale.md"
_DAMAGED = "put a backup of this shard there, or cut the shards again with `verifier shard`"


def _checked(batches: Batches, work: Work, version: str) -> Batches:
    """A worker of another version may read and compare in another way, without a word.

    It looks for garbage as seldom as the program does: see `workers`.
    """
    gc.set_threshold(_SELDOM)
    if version != __version__:
        hint = f"install {version} on every worker"
        raise ClusterError("the workers have another quote-verifier", __version__, hint)
    yield from work(batches)


def _each(batches: Iterable[pa.RecordBatch], paths: Sequence[str], work: Work) -> Batches:
    """The task with number n works on path n modulo their number."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            turn, at = divmod(number, len(paths))
            path = Path(paths[at])
            try:
                yield from work(path, turn)
            except ArchiveError as error:
                hint = _DAMAGED if path.exists() else _ABSENT
                raise ArchiveError(error.message, error.subject, hint) from error


def batch(schema: str, rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """`rows` as a batch of `schema`, which is written as Spark's."""
    fields = [field.split() for field in schema.split(", ")]
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pa.RecordBatch.from_arrays(
        [pa.array(col, _TYPES[kind]) for col, (_, kind) in zip(columns, fields, strict=True)],
        names=[name for name, _ in fields],
    )


def packed(block: int, content: object) -> pa.RecordBatch:
    """A row of `ROW`."""
    return batch(ROW, [(block, pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL))])


def unpacked(row: Mapping[str, Any]) -> Any:
    """What a row of `ROW` holds."""
    return pickle.loads(row["content"])  # noqa: S301 - our own workers wrote it
