"""Stories on any storage that Spark reads: JSON lines and Parquet -> stories, a row each.

A row of Parquet is written as the line of JSON that it stands for, so that there is one way
to read a story. Every row knows where it came from, to the number of its line: that is the
order in which the archive takes stories, and what a problem is called.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any
from urllib.parse import unquote
from zlib import compress, decompress

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from verifier.archive.sharding import day
from verifier.model import Problem, Story
from verifier.spark.session import errors
from verifier.spark.tasks import Batches, batch, on_rows
from verifier.stories import MAX_LINE, from_lines
from verifier.stories.lines import FIELDS
from verifier.value import value

AT = "file int, start long, line long, turn int"
"""Where a story stands: file, start of the part of it that one task reads, line, and which
of the line's stories. A turn of COUNT: `line` is how many lines that part has."""
ORDER = tuple(field.split()[0] for field in AT.split(", "))
COUNT = -1
READ = f"{AT}, id string, version string, day long, content binary, problem string"

_LINES = re.compile(
    r"\.(?:jsonl|ndjson|jsonlines|json)(?:\.(?:gz|bz2|lz4|zst|snappy))?$", re.IGNORECASE
)
_PARQUET = re.compile(r"\.(?:parquet|parq|pq)$", re.IGNORECASE)
_NAMED = "_metadata.file_path AS path"


@value
class Inputs:
    """The files to be read, in the order in which they count, and what cannot be."""

    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The files that hold JSON lines."""
        return tuple(name for name in self.files if _LINES.search(name))

    @property
    def tables(self) -> tuple[str, ...]:
        """Those that are Parquet."""
        return tuple(name for name in self.files if _PARQUET.search(name))


def find(spark: SparkSession, paths: Iterable[str]) -> Inputs:
    """The files that `paths` (files, folders, patterns) name. Raises ClusterError."""
    found: list[str] = []
    problems: list[Problem] = []
    for path in paths:
        with errors():
            try:
                found += sorted(_listed(spark, path), key=_walked)
            except AnalysisException as error:
                if error.getCondition() != "PATH_NOT_FOUND":
                    raise
                problems.append(_problem(path, "no such file or folder where Spark looks"))
    files = dict.fromkeys(found)
    other = [name for name in files if not (_LINES.search(name) or _PARQUET.search(name))]
    problems += (
        _problem(shown(name), "Spark takes JSON lines (.jsonl, .json) and Parquet (.parquet)")
        for name in other
    )
    return Inputs(files=tuple(n for n in files if n not in set(other)), problems=tuple(problems))


def _listed(spark: SparkSession, path: str) -> list[str]:
    reader = spark.read.format("text").option("recursiveFileLookup", "true")
    return [_named(address) for address in reader.load(path).inputFiles()]


def _walked(name: str) -> tuple[tuple[bool, str], ...]:
    """The order of `verifier import`: the files of a folder, then the folders in it, by name."""
    *folders, last = name.split("/")
    return (*((True, folder) for folder in folders), (False, last))


def _problem(subject: str, message: str) -> Problem:
    return Problem(stage="import", subject=subject, message=message)


@cache
def _named(address: str) -> str:
    """The name of a file by its address, of which Spark writes several."""
    return re.sub(r"^file:/+", "file:/", unquote(address))


def shown(name: str) -> str:
    """A file as a person would name it."""
    return name.removeprefix("file:")


def _patterns(names: Iterable[str]) -> list[str]:
    """Files as Spark is asked for them."""
    return [re.sub(r"([\\{}\[\]*?])", r"\\\1", name) for name in names]


def read(spark: SparkSession, inputs: Inputs) -> DataFrame:
    """A row of READ for each story and for each line that holds none. Raises ClusterError."""
    parts = []
    with errors():
        if inputs.lines:
            parts.append(_texts(spark, inputs.lines))
        if inputs.tables:
            parts.append(_tables(spark, inputs.tables))
    numbers = {name: number for number, name in enumerate(inputs.files)}
    job = spark.sparkContext.broadcast(numbers)
    rows = parts[0] if len(parts) == 1 else parts[0].unionByName(parts[1])
    return on_rows(rows, partial(_stories, job=job), READ)


def _texts(spark: SparkSession, names: Sequence[str]) -> DataFrame:
    """Lines as they are: their bytes, whatever the encoding; of one too long its beginning."""
    texts = spark.read.format("text").option("lineSep", "\n").load(_patterns(names))
    start = f"substring(CAST(value AS binary), 1, {MAX_LINE + 1}) AS line"
    return texts.selectExpr(
        start, _NAMED, "_metadata.file_block_start AS start", "CAST(NULL AS long) AS number"
    )


def _tables(spark: SparkSession, names: Sequence[str]) -> DataFrame:
    tables = spark.read.option("mergeSchema", "true").parquet(*_patterns(names))
    columns = [f.col(f"`{c}`").alias(c.lower()) for c in tables.columns if c.lower() in FIELDS]
    dates = dict.fromkeys(("timestampFormat", "timestampNTZFormat"), "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")
    line = f.to_json(f.struct(*columns), dates) if columns else f.lit("{}")
    return tables.select(
        line.cast("binary").alias("line"),
        f.expr(_NAMED),
        f.lit(0).cast("long").alias("start"),
        f.expr("_metadata.row_index AS number"),
    )


# ---------------------------------------------------------------- on a worker
def _stories(batches: Batches, job: Any) -> Batches:
    numbers: Mapping[str, int] = job.value
    lines: Counter[tuple[int, int]] = Counter()
    for rows in batches:
        found: list[tuple[Any, ...]] = []
        for raw, path, start, number in zip(*(c.to_pylist() for c in rows.columns), strict=True):
            part = (numbers[_named(path)], start)
            line = lines[part] if number is None else number
            lines[part] += 1
            for turn, one in enumerate(from_lines([raw])):
                found.append((*part, line, turn, *_row(one)))
        yield batch(READ, found)
    counts = [(*part, n, COUNT, None, None, None, None, None) for part, n in lines.items()]
    yield batch(READ, counts)


def _row(one: Story | Problem) -> tuple[Any, ...]:
    if isinstance(one, Problem):
        said = f"{one.subject}\n{one.message}".encode("utf-8", "replace").decode()
        return (None, None, None, None, said)
    return (one.id, one.version, day(one.published), pack(one), None)


def pack(content: object) -> bytes:
    """Values of ours, small: they are written to disks and sent between machines."""
    return compress(pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL), 1)


def unpack(content: bytes) -> Any:
    """The inverse of `pack`."""
    return pickle.loads(decompress(content))  # noqa: S301 - our own workers wrote it


# ---------------------------------------------------------------- what could not be taken
def problems(
    rows: Iterable[Mapping[str, Any]], blocks: Iterable[Mapping[str, Any]], files: Sequence[str]
) -> list[Problem]:
    """The problems in `rows`, by file and line; `blocks` says how long each part of a file is."""
    before = _lines_before(blocks)
    found = []
    for row in rows:
        number = before[row["file"], row["start"]] + row["line"] + 1
        subject, _, message = row["problem"].partition("\n")
        place = f"{shown(files[row['file']])}:{number}{subject.removeprefix(':1')}"
        found.append(_problem(place, message))
    return found


def _lines_before(blocks: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], int]:
    """How many lines a file has before each of its parts."""
    before: dict[tuple[int, int], int] = {}
    lines: Counter[int] = Counter()
    for block in sorted(blocks, key=lambda row: (row["file"], row["start"])):
        before[block["file"], block["start"]] = lines[block["file"]]
        lines[block["file"]] += block["line"]
    return before
