"""Kill imports at random moments: the archive holds each step whole or not at all.

    python -m tests.benchmarks.kill [--runs 200] [--quotes 6000]

Every run imports the same stories, load by load, merging on the way, into one archive, and
is killed (SIGKILL) somewhere in it. After every run the archive must be sound, and when an
unbroken run has finished it in the end, its content must be that of an archive that was
never interrupted.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import material
from verifier.archive import Archive

_LOAD = 50  # stories


def load(path: Path, quotes: int) -> None:
    """Import the stories that are not there yet, and merge."""
    stories = list(material.stories(material.lines(quotes)))
    with Archive.open(path) as archive:
        for at in range(0, len(stories), _LOAD):
            archive.add(stories[at : at + _LOAD])
        archive.merge()


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """Every row of the archive, once all its segments are one."""
    with Archive.open(path) as archive:
        archive.merge()
    db = sqlite3.connect(path)
    rows = [
        db.execute(statement).fetchall()
        for statement in (
            "SELECT * FROM story ORDER BY number",
            "SELECT * FROM quote ORDER BY number",
            "SELECT * FROM occurrence ORDER BY quote, story, ordinal",
            "SELECT * FROM meta ORDER BY name",
            "SELECT place & 0xFFFFFFFF, n, docs FROM gram ORDER BY 1",
        )
    ]
    db.close()
    return rows


def killed_after(seconds: float, path: Path, quotes: int) -> bool:
    """Run `load` in a process of its own, killed after `seconds`; False if it was faster."""
    command = [sys.executable, "-m", "tests.benchmarks.kill", "--load", str(path)]
    run = subprocess.Popen([*command, "--quotes", str(quotes)])
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
        return True
    return False


def trial(folder: Path, runs: int, quotes: int, seed: int = 1) -> tuple[int, list[str]]:
    """How many runs were killed in the middle, and what was wrong in the end."""
    rng = random.Random(seed)
    whole, broken = folder / "whole.sqlite", folder / "broken.sqlite"
    begun = time.monotonic()
    killed_after(600, whole, quotes)
    longest = time.monotonic() - begun
    wrong: list[str] = []
    killed = 0
    for _ in range(runs):
        killed += killed_after(rng.uniform(0.2, 1.0) * longest, broken, quotes)
        if broken.exists() and broken.stat().st_size:
            with Archive.open(broken) as archive:
                wrong += archive.check()
        if rng.random() < 0.3:
            for file in folder.glob("broken.sqlite*"):
                file.unlink()
    load(broken, quotes)
    if content(broken) != content(whole):
        wrong.append("the content differs from that of an unbroken run")
    return killed, wrong


def main() -> None:
    """Run the trial and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--quotes", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1, help="of the moments to kill at")
    parser.add_argument("--load", type=Path, help="only import into this archive")
    options = parser.parse_args()
    if options.load:
        load(options.load, options.quotes)
        return
    with tempfile.TemporaryDirectory() as folder:
        killed, wrong = trial(Path(folder), options.runs, options.quotes, options.seed)
    print(f"{options.runs} runs, {killed} killed in the middle, {len(wrong)} faults")
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
