"""`verifier check` of an article of twenty quotes: the whole process, from start to end.

    python -m tests.benchmarks.check --quotes 1000000 [--larger 10000000]

Extraction and output are included. The program runs as it is installed: its bytecode is
there. The peers are processes, too, that are given the same twenty texts.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import verifier
from tests.benchmarks import material, peers
from tests.benchmarks.articles import Reporter
from verifier.archive import Archive
from verifier.index import quote_words

_QUOTES = 20
# By way of a small process: the peak of a child counts that of its parent. Exit status 1 is
# an answer, too: something diverges.
_LAUNCHER = """
import resource, subprocess, sys
run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(run.returncode > 1)
"""
_BARE = [sys.executable, "-c", "import rapidfuzz.distance"]


def main() -> None:
    """Time the process and its peers."""
    options = _options()
    compileall.compile_dir(Path(verifier.__file__).parent, quiet=1)
    path, archived, _ = material.archive(options.folder, options.quotes)
    queries = material.queries(archived, 2, options.seed)
    texts = [query.text for query in queries if query.kind != "fragment"][:_QUOTES]
    paths = [path]
    if options.larger:
        paths.append(material.file(options.folder, options.larger))
    with TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text(Reporter(options.seed).quoting(texts), encoding="utf-8")
        commands = [_BARE, *(_check(article, archive) for archive in paths)]
        (bare, _), (ours, peak), *larger = _measured(commands, options.runs)
    print(f"bare python with rapidfuzz  {bare * 1000:6.0f} ms")
    print(
        f"check, {len(texts)} quotes            {ours * 1000:6.0f} ms, {ours / bare:.2f} times that"
    )
    print(f"peak memory                 {peak:6.0f} MB")
    for spent, most in larger:
        times = f"{spent / ours:.2f} times the time at {options.quotes:,}"
        print(f"check at {options.larger:<18,} {spent * 1000:6.0f} ms, {times}, {most:.0f} MB")
    if options.peers:
        _peers(path, texts, ours)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--larger", type=int, help="an archive of so many quotes besides")
    parser.add_argument("--seed", type=int, default=5, help="of the queries, not the archive")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "quote-verifier-benchmarks"
    )
    return parser.parse_args()


def _check(article: Path, archive: Path) -> list[str]:
    program = str(Path(sys.executable).with_name("verifier"))
    return [program, "check", str(article), "--archive", str(archive), "--published", "2023-06-01"]


def _measured(commands: Sequence[Sequence[str]], runs: int) -> list[tuple[float, float]]:
    """Of each command the seconds of CPU (median) and the peak memory in MB, run in turns."""
    rounds = [[_once(command) for command in commands] for _ in range(runs)]
    columns = list(zip(*rounds, strict=True))
    return [
        (statistics.median(spent for spent, _ in runs), max(most for _, most in runs))
        for runs in columns
    ]


def _once(command: Sequence[str]) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command],
        check=True,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    )
    seconds, peak = run.stderr.rsplit("\n", 2)[-2].split()
    return float(seconds), float(peak)


def _peers(path: Path, texts: Sequence[str], ours: float) -> None:
    """Each peer as a process of its own, and what of it is neither start nor loading."""
    with Archive.open(path, readonly=True) as archive:
        wordings = [words for _, _, words in archive.wordings(range(1, archive.quotes() + 1))]
    with TemporaryDirectory() as name:
        folder = Path(name)
        folded = [" ".join(quote_words(text)) for text in texts]
        (folder / "texts").write_text("\n".join(folded), encoding="utf-8")
        (folder / "none").touch()
        peers.index(folder / "full-text.sqlite", wordings)
        for title, way, data in (
            ("rapidfuzz process.extract(ratio)", "extract", path),
            ("SQLite FTS5, 5 rarest words", "full-text", folder / "full-text.sqlite"),
        ):
            command = [sys.executable, "-m", "tests.benchmarks.peers", way, str(data)]
            commands = [[*command, str(folder / asked)] for asked in ("texts", "none")]
            (whole, _), (start, _) = _measured(commands, 3)
            print(f"{title:34} {whole:6.2f} s, {whole / ours:5.1f} times ours; without its start "
                  f"{whole - start:6.2f} s, {(whole - start) / ours:5.1f} times")  # fmt: skip


if __name__ == "__main__":
    main()
