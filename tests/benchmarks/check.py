"""Twenty quotes of one article against the archive: the whole process, from start to end.

    python -m tests.benchmarks.check --quotes 1000000 [--command "verifier check ..."]

Without `--command` the process opens the archive, matches and reads the occurrences. The
peers are given the same twenty texts, and not charged for their start or their loading.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

from tests.benchmarks import material
from tests.benchmarks.match import extract, full_text
from verifier.archive import Archive
from verifier.index import quote_words

_PROGRAM = """
import json, sys
from pathlib import Path
from verifier.archive import Archive
from verifier.engine import LocalEngine
from verifier.model import Kind, Quote, digest
from verifier.policy import Policy
texts = json.loads(sys.argv[2])
quotes = [Quote(id=digest(t), kind=Kind.DIRECT, text=t, spans=((0, len(t)),)) for t in texts]
with Archive.open(Path(sys.argv[1]), readonly=True) as archive:
    for answer in LocalEngine(archive, Policy()).match(quotes):
        archive.occurrences([hit.number for hit in answer.hits])
"""


# Exit status 1 is an answer, too: something diverges.
_LAUNCHER = """
import resource, subprocess, sys
run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(run.returncode > 1)
"""


def main() -> None:
    """Time the process and its peers."""
    options = _options()
    path, archived, _ = material.archive(options.folder, options.quotes)
    queries = material.queries(archived, 1, options.seed)[:20]
    texts = [query.text for query in queries]
    command = shlex.split(options.command) if options.command else _command(path, texts)
    bare, _ = _measured([sys.executable, "-c", "import rapidfuzz.distance"], options.runs)
    ours, peak = _measured(command, options.runs)
    print(f"bare python with rapidfuzz {bare * 1000:.0f} ms")
    print(f"check of {len(texts)} quotes     {ours * 1000:.0f} ms, {ours / bare:.1f} times that")
    print(f"peak memory                {peak:.0f} MB")
    if options.peers:
        _peers(path, texts, ours)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=5, help="of the queries, not the archive")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--command", default="")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "quote-verifier-benchmarks"
    )
    return parser.parse_args()


def _command(path: Path, texts: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, str(path), json.dumps(texts)]


def _measured(command: Sequence[str], runs: int) -> tuple[float, float]:
    """Seconds of CPU of the process (median), and its peak memory in MB."""
    once = [_once(command) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in once), max(peak for _, peak in once)


def _once(command: Sequence[str]) -> tuple[float, float]:
    """By way of a small process: the peak of a child counts that of its parent."""
    run = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command], check=True, capture_output=True, text=True
    )
    seconds, peak = run.stderr.rsplit("\n", 2)[-2].split()
    return float(seconds), float(peak)


def _peers(path: Path, texts: Sequence[str], ours: float) -> None:
    with Archive.open(path, readonly=True) as archive:
        numbers = range(1, archive.quotes() + 1)
        wordings = [" ".join(words) for _, _, words in archive.wordings(numbers)]
    folded = [" ".join(quote_words(text)) for text in texts]
    begun = time.process_time()
    for text in folded:
        extract(text, wordings)
    spent = time.process_time() - begun
    print(f"rapidfuzz process.extract(ratio) {spent:.2f} s, {spent / ours:.0f} times ours")
    with full_text(wordings) as look:
        begun = time.process_time()
        for text in folded:
            look(text)
        spent = time.process_time() - begun
    print(f"SQLite FTS5, 5 rarest words      {spent:.2f} s, {spent / ours:.0f} times ours")


if __name__ == "__main__":
    main()
