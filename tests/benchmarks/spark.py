"""Spark beside the local engine: the same verdicts, at what price, and how both grow.

    python -m tests.benchmarks.spark [--quotes 1000000] [--new 10000] [--grow 250000 1000000]
    python -m tests.benchmarks.spark --identical [--quotes 200000] [--new 5000]
    python -m tests.benchmarks.spark --stories 2000

Both look up the same new quotes, with as many processes: a local archive, and its shards on
`local[N]`. Spark's start is measured by itself, up to a task that has loaded this package.
`--identical` compares the JSON of a night, judged to the end, and ends with 1 if one byte
differs. `--stories` imports so many generated articles, here and there.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from tests.benchmarks import material
from tests.benchmarks.articles import Reporter
from tests.generated import NOW, POLICY, Night
from verifier.archive import Archive
from verifier.model import Quote
from verifier.pipeline import shards
from verifier.pipeline.intake import import_paths
from verifier.retrieval import LocalSearch, Search
from verifier.spark import SparkSearch, Target, import_stories, session
from verifier.spark.tasks import ROW, Batches, collect, on_rows, packed, unpacked

_TARGET = 2.5
_SOURCES = 100_000


def main() -> int:
    """Print what was asked for; the exit status."""
    options = _options()
    with _started(options.processes) as spark:
        if options.identical:
            return _identical(spark, options.quotes or 200_000, options.new or 5000, options.shards)
        if options.stories:
            return _imported(spark, options.stories)
        sizes = options.grow or [options.quotes or 1_000_000]
        queries = _queries(min(sizes), options.new or 10_000)
        ratios = [_compared(spark, options, size, queries) for size in sizes]
        print(f"{_peak(spark, options.processes):.0f} MB at most in a worker's Python")
    print(f"at most {_TARGET} is asked for: {max(ratios):.2f}")
    return int(max(ratios) > _TARGET)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("--identical", action="store_true")
    parser.add_argument("--stories", type=int)
    parser.add_argument("--quotes", type=int)
    parser.add_argument("--new", type=int)
    parser.add_argument("--shards", type=int, nargs="+", default=[])
    parser.add_argument("--grow", type=int, nargs="+", help="archives of so many quotes")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "quote-verifier-benchmarks"
    )
    return parser.parse_args()


class _Raw(argparse.RawDescriptionHelpFormatter):
    """The description as it is written."""


@contextmanager
def _started(processes: int) -> Iterator[Any]:
    begun = time.monotonic()
    with session(f"local[{processes}]", {}) as spark:
        started = time.monotonic()
        count = 2 * processes
        collect(on_rows(spark.range(0, count, 1, count), _nothing, ROW))
        print(f"Spark's start: {started - begun:.1f} s, its workers': "
              f"{time.monotonic() - started:.1f} s")  # fmt: skip
        yield spark


def _nothing(batches: Batches) -> Batches:
    """What a worker does that only starts."""
    import verifier.engine  # noqa: PLC0415 - as the first task would

    for _ in batches:
        yield packed(0, verifier.engine.__name__)


def _peak(spark: Any, processes: int) -> float:
    """Megabytes that a worker's Python had at most."""
    count = 4 * processes
    rows = collect(on_rows(spark.range(0, count, 1, count), _resident, ROW))
    return float(max(unpacked(row) for row in rows)) / 1024


def _resident(batches: Batches) -> Batches:
    for _ in batches:
        yield packed(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _imported(spark: Any, count: int) -> int:
    """Import as many articles in both ways; 1 if they do not take the same."""
    reporter = Reporter(1)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "stories.jsonl").open("w", encoding="utf-8") as lines:
            for number in range(count):
                lines.write(_line(number, reporter.article()))
        begun = time.monotonic()
        with Archive.open(folder / "whole.db") as archive:
            found = import_paths([folder / "stories.jsonl"], archive, lambda _done, _all: None)
            quotes, held = archive.holdings().occurrences, archive.holdings().bytes
        here = time.monotonic() - begun
        target = Target(folder=folder / "shards", size=quotes // 4 + 100)
        begun = time.monotonic()
        same = import_stories(spark, [str(folder / "stories.jsonl")], target, lambda _path: None)
        there = time.monotonic() - begun
    print(f"{count:,} stories, {quotes:,} quotes, {held / quotes:.0f} bytes each in the archive: "
          f"{here:.1f} s here, {there:.1f} s in 4 shards: {there / here:.2f} times")  # fmt: skip
    return int(same != found)


def _line(number: int, text: str) -> str:
    published = (datetime(2031, 1, 1, tzinfo=UTC) + timedelta(minutes=number)).isoformat()
    url, outlet = f"https://wire.example/{number}", f"Wire {number % 40}"
    story = {"url": url, "outlet": outlet, "published": published, "text": text}
    return json.dumps(story) + "\n"


def _identical(spark: Any, old: int, new: int, counts: Sequence[int]) -> int:
    differ = 0
    with TemporaryDirectory() as folder:
        begun = time.monotonic()
        night = Night(Path(folder), old, new)
        print(f"{new:,} new quotes against {old:,}: {len(night.here):,} bytes of JSON, "
              f"made in {time.monotonic() - begun:.0f} s")  # fmt: skip
        for count in counts or (1, 4, 16):
            begun = time.monotonic()
            paths = shards.find(str(night.shards(count)))
            ground = partial(_ground, spark, paths)
            there = night.report(night.own, 0, ground)
            same = there == night.here
            differ += not same
            print(f"{len(paths)} shards: {'identical' if same else 'DIFFERENT'}, "
                  f"{time.monotonic() - begun:.0f} s")  # fmt: skip
    return int(differ > 0)


def _ground(spark: Any, paths: Sequence[Path], own: Archive) -> Search:
    return SparkSearch(spark, own, paths, POLICY)


def _compared(
    spark: Any, options: argparse.Namespace, size: int, queries: Sequence[Quote]
) -> float:
    """Print the times at one size; the worst ratio."""
    path = material.file(options.folder, size)
    with Archive.open(path, readonly=True) as archive:
        local = LocalSearch(archive, POLICY, processes=options.processes)
        here, found = _timed(local.find, queries)
    print(f"{len(queries):,} quotes against {size:,}: {here:.1f} s here, "
          f"{options.processes} processes, {found:,} places found")  # fmt: skip
    ratios = []
    for count in options.shards or (1, 4):
        paths = _sharded(path, options.folder / f"{size}-{count}", size, count)
        with TemporaryDirectory() as folder, Archive.open(Path(folder) / "own.db") as own:
            begun = time.monotonic()
            search = SparkSearch(spark, own, paths, POLICY)
            opened = time.monotonic() - begun
            there, same = _timed(search.find, queries)
        if same != found:
            sys.exit(f"{same} places found there, {found} here")
        ratios.append((opened + there) / here)
        print(f"  {len(paths)} shards: {opened + there:.1f} s, {opened:.1f} s of it to open them: "
              f"{ratios[-1]:.2f} times")  # fmt: skip
    return max(ratios)


def _queries(size: int, new: int) -> list[Quote]:
    """Of each kind of change as many, and as many again that nobody said.

    An archive begins as every larger one does, so that they suit all.
    """
    archived = material.lines(min(size, _SOURCES))
    made = [query.text for query in material.queries(archived, new // 22)]
    made += [query.text for query in material.unrelated(new - len(made), seed=9)]
    return [material.quote(text) for text in made]


def _timed(find: Callable[..., list[list[Any]]], queries: Sequence[Quote]) -> tuple[float, int]:
    begun = time.monotonic()
    found = find(queries, None, NOW)
    return time.monotonic() - begun, sum(map(len, found))


def _sharded(path: Path, folder: Path, size: int, count: int) -> tuple[Path, ...]:
    """The archive in about so many shards, made once; as one it stays what it is."""
    if count == 1:
        return (path,)
    if not folder.exists():
        with Archive.open(path, readonly=True) as archive:
            shards.shard(archive, folder, size // count + 1200, lambda _path: None)
    return shards.find(str(folder))


if __name__ == "__main__":
    sys.exit(main())
