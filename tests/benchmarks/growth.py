"""What an archive costs as it grows: time, memory and disk for a quote, at any size.

    python -m tests.benchmarks.growth --quotes 1000000

Builds the archive anew, story by story, in loads as `verifier import` makes them, and prints
the share of an import's CPU time that is the archive's, the peak memory, the bytes a quote
beyond its text, and what 10,000 more quotes cost beside an empty archive. What reading and
extracting a story costs is measured on some articles; they do not depend on the archive.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import material
from tests.benchmarks.articles import Reporter
from tests.benchmarks.corpus import Line, Writer
from verifier.archive import Archive
from verifier.extraction import extract
from verifier.loading import MERGED
from verifier.model import Quote, Story
from verifier.stories import from_lines

_LOAD = 500  # stories a transaction, as in an import
_MORE = 10_000  # quotes

Stories = Sequence[tuple[Story, tuple[Quote, ...]]]


def main() -> None:
    """Build, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=300, help="to read and extract")
    options = parser.parse_args()
    gc.set_threshold(50_000)  # as the program does
    reading, extracting = _without_archive(options.articles)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.sqlite"
        rows = Writer(1).lines(options.quotes + _MORE)
        loads = enumerate(_loads(islice(rows, options.quotes)), 1)
        indexing = sum(_added(path, part, merge=n % MERGED == 0) for n, part in loads)
        indexing += _added(path, ())
        each = indexing / options.quotes
        share = each / (each + reading + extracting)
        print(f"{options.quotes:,} quotes; microseconds of CPU a quote:")
        print(f"  reading {reading * 1e6:.0f}, extracting {extracting * 1e6:.0f}, "
              f"archive {each * 1e6:.0f}: {share:.1%} of an import")  # fmt: skip
        print(f"peak memory {_peak():.0f} MB")
        index, whole = _sizes(path, options.quotes)
        print(f"index {index:.0f} bytes a quote beyond its text; the file {whole:.0f} in all")
        _append(Path(folder), path, list(rows), start=options.quotes)


def _without_archive(articles: int) -> tuple[float, float]:
    """Seconds of CPU for a quote: reading its story from a line of JSON, and extracting it."""
    reporter = Reporter(1)
    lines = [
        json.dumps({"url": f"https://wire.example/a{n}", "outlet": "Wire", "text": reporter.article()})
        for n in range(articles)
    ]  # fmt: skip
    begun = time.process_time()
    stories = [one for one in from_lines(line.encode() for line in lines) if isinstance(one, Story)]
    read = time.process_time()
    quotes = sum(len(extract(story)) for story in stories)
    return (read - begun) / quotes, (time.process_time() - read) / quotes


def _loads(rows: Iterator[Line], start: int = 0) -> Iterator[Stories]:
    while part := list(islice(rows, 6 * _LOAD)):
        yield list(material.stories(part, start))
        start += _LOAD


def _added(path: Path, stories: Stories, *, merge: bool = True) -> float:
    """Seconds of CPU to add them."""
    with Archive.open(path) as archive:
        begun = time.process_time()
        with archive.change(merge=merge) as changes:
            for story, quotes in stories:
                changes.load.add(story, quotes)
        return time.process_time() - begun


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sizes(path: Path, quotes: int) -> tuple[float, float]:
    """Bytes a quote of its postings, its hash and its row beyond the words; and of the file."""
    with closing(sqlite3.connect(path)) as db:
        pages = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        (words,) = db.execute("SELECT sum(length(CAST(words AS BLOB))) FROM quote").fetchone()
    held = sum(size for name, size in pages.items() if name in _INDEX)
    return (held - words) / quotes, sum(pages.values()) / quotes


_INDEX = ("gram", "segment", "quote", "quote_hash", "guest")


def _append(folder: Path, path: Path, rows: Sequence[Line], start: int) -> None:
    """10,000 quotes more, in a copy, beside as many in an empty archive."""
    stories = list(material.stories(rows, start // 6 + 1))
    times = {}
    for name in ("empty", "full"):
        copy = folder / f"{name}.sqlite"
        spent = []
        for _ in range(3):
            copy.unlink(missing_ok=True)
            if name == "full":
                shutil.copy(path, copy)
            spent.append(_added(copy, stories))
        times[name] = sorted(spent)[1]
    print(f"{len(rows):,} more: {times['full']:.2f} s, {times['empty']:.2f} s in an empty archive: "
          f"{times['full'] / times['empty']:.2f} times")  # fmt: skip


if __name__ == "__main__":
    main()
