"""Kill imports and merges at random moments: the archive holds each step whole or not at all.

    python -m tests.benchmarks.kill [--runs 200] [--quotes 3000]

Every run imports the same stories, load by load, and merges on the way and in the end, in a
process that is killed (SIGKILL) somewhere in it: by the clock, or after a number of steps of
SQLite's machine, so that slow moments do not hide the short ones. After every run the archive
must be sound. Now and then an unbroken run finishes it: its content must then be that of an
archive that was never interrupted.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import material
from verifier.archive import Archive
from verifier.model import Quote, Story

_LOAD = 25  # stories
_STEPS = 200  # of SQLite's machine between two calls
_FINISHED = 0.3  # of the broken archives are finished and compared after a run

Stories = Sequence[tuple[Story, tuple[Quote, ...]]]


class Whole(NamedTuple):
    """An unbroken import: its content, and how long it took."""

    content: list[list[tuple[object, ...]]]
    seconds: float
    steps: int


def load(path: Path, stories: Stories, step: Callable[[], None] | None = None) -> None:
    """Import the stories that are not there yet, and merge; `step` is called on the way."""
    with Archive.open(path) as archive:
        archive._db.set_progress_handler(step, _STEPS)
        for at in range(0, len(stories), _LOAD):
            archive.add(stories[at : at + _LOAD])
        archive.merge()


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """Every row of the archive but how its postings are cut into segments: all are one here."""
    with Archive.open(path) as archive:
        archive.merge()
    with closing(sqlite3.connect(path)) as db:
        tables = db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name NOT IN ('segment', 'gram') ORDER BY name"
        ).fetchall()
        rows = [_rows(db, name) for (name,) in tables]
        rows.append(
            db.execute("SELECT place & 0xFFFFFFFF, n, docs FROM gram ORDER BY 1").fetchall()
        )
    return rows


def _rows(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(db.execute(f'SELECT * FROM "{table}"'), key=repr)  # noqa: S608 - our own name


def unbroken(path: Path, stories: Stories) -> Whole:
    """Import everything without a break."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    begun = time.monotonic()
    load(path, stories, step)
    seconds = time.monotonic() - begun
    return Whole(content(path), seconds, steps)


def broken(path: Path, stories: Stories, *, seconds: float = 0, steps: int = 0) -> bool:
    """Import in a process that is killed after `seconds`, or `steps`; whether it was in time."""
    child = os.fork()
    if not child:
        _child(path, stories, steps)
    if seconds:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _child(path: Path, stories: Stories, steps: int) -> None:
    left = steps

    def step() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        load(path, stories, step if steps else None)
    finally:
        os._exit(0)


def trial(folder: Path, runs: int, quotes: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Break `runs` imports; how many runs that took, and what was wrong.

    A run that ends before its moment is none of them: it finished what others had begun.
    """
    rng = random.Random(seed)
    stories = list(material.stories(material.lines(quotes)))
    whole = unbroken(folder / "whole.sqlite", stories)
    path = folder / "broken.sqlite"
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    while counts["killed"] < runs:
        run = counts["runs"]
        part = rng.uniform(0.0, 1.0)
        if run % 2:
            killed = broken(path, stories, seconds=max(0.001, part * whole.seconds))
        else:
            killed = broken(path, stories, steps=max(1, int(part * whole.steps)))
        counts["runs"] += 1
        counts["killed"] += killed
        if path.exists() and path.stat().st_size:
            with Archive.open(path) as archive:
                wrong += [f"run {run}: {problem}" for problem in archive.check()]
        if not killed or rng.random() < _FINISHED or counts["killed"] == runs:
            counts["compared"] += 1
            load(path, stories)
            if content(path) != whole.content:
                wrong.append(f"run {run}: the content differs from that of an unbroken import")
            for file in folder.glob("broken.sqlite*"):
                file.unlink()
    return counts, wrong


def main() -> None:
    """Run the trial and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="that are killed")
    parser.add_argument("--quotes", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1, help="of the moments to kill at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts, wrong = trial(Path(folder), options.runs, options.quotes, options.seed)
    print(
        f"{counts['runs']} runs, {counts['killed']} killed in the middle; {counts['compared']} "
        f"finished by a run after and compared; {len(wrong)} faults"
    )
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
