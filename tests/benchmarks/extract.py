"""Words a second of the whole extraction, beside a tokenizer; whether time is linear; memory.

    ./run.sh bench extract [--gold DIR] [--words 200000]

The text is generated (`articles`), or that of DIR/text/*.txt. spaCy's blank English
tokenizer is what a peer needs before it starts; both read each batch of articles once, in
turn, and the medians of their CPU times on one core are compared.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.articles import Reporter
from verifier.extraction import extract
from verifier.model import Story

_BATCH = 5_000  # words
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def texts(gold: Path | None, words: int) -> Iterator[str]:
    if gold is not None:
        for path in sorted((gold / "text").glob("*.txt")):
            yield path.read_text(encoding="utf-8")
        return
    reporter, count = Reporter(1), 0
    while count < words:
        text = reporter.article()
        count += len(text.split())
        yield text


def batches(found: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in found:
        batch.append(text)
        if sum(len(t.split()) for t in batch) >= _BATCH:
            yield batch
            batch = []


def run(text: str) -> None:
    extract(Story(text=text))


def rate(task: Callable[[str], object], batch: list[str]) -> float:
    """Words a second of CPU time."""
    start = time.process_time()
    for text in batch:
        task(text)
    return sum(len(text.split()) for text in batch) / (time.process_time() - start)


def speed(found: Iterator[str]) -> None:
    import spacy  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 (an extra)

    tokenizer = spacy.blank("en").tokenizer
    rows = [(rate(run, batch), rate(tokenizer, batch)) for batch in batches(found)][1:]
    ours, theirs = median(a for a, _ in rows), median(b for _, b in rows)
    share = median(a / b for a, b in rows)
    print(f"extraction      {ours:>10,.0f} words/s   (median of {len(rows)} batches)")
    print(f"spaCy tokenizer {theirs:>10,.0f} words/s   share {share:.2f}")


def growth() -> None:
    """CPU time a kilobyte, from 10 kB to 10 MB, and the memory that the largest takes."""
    for size in _SIZES:
        # A process of its own, so that the peak is this text's and nothing else's.
        command = [sys.executable, "-m", "tests.benchmarks.extract", "--size", str(size)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def one(size: int) -> None:
    reporter, parts, length = Reporter(2), [], 0
    while length < size:
        parts.append(reporter.article())
        length += len(parts[-1].encode())
    text = "\n".join(parts)
    run(parts[0])
    start = time.process_time()
    run(text)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{length / 1000:>10,.0f} kB {spent:>8.2f} s {1e6 * spent / length:>8.3f} ms/kB {peak:>6.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, help="read DIR/text/*.txt instead of generated text")
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--size", type=int, help="only one article of so many bytes")
    args = parser.parse_args()
    if args.size:
        one(args.size)
        return
    speed(texts(args.gold, args.words))
    growth()


if __name__ == "__main__":
    main()
