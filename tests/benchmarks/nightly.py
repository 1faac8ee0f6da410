"""A night: thousands of new quotes against the archive, over processes.

python -m tests.benchmarks.nightly --quotes 1000000 [--new 10000] [--processes 2]
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

from tests.benchmarks import material
from tests.benchmarks.corpus import Line
from tests.benchmarks.oracle import Oracle
from verifier.archive import Archive
from verifier.engine import LocalEngine
from verifier.index import Keys, quote_words
from verifier.policy import Policy
from verifier.weights import Frequencies


def main() -> None:
    """Match them all, then some by brute force, and print both."""
    options = _options()
    gc.set_threshold(50_000)  # as the program does
    path, archived, _ = material.archive(options.folder, options.quotes)
    texts = [query.text for query in material.queries(archived, options.new // 22, options.seed)]
    texts += [
        query.text for query in material.unrelated(options.new - len(texts), seed=options.seed + 7)
    ]
    queries = [material.quote(text) for text in texts]
    policy = Policy()
    with Archive.open(path, readonly=True) as archive:
        engine = LocalEngine(archive, policy, processes=options.processes)
        begun, spent = time.monotonic(), _spent()
        answers = engine.match(queries)
        took, used = time.monotonic() - begun, _spent() - spent
        found = sum(bool(answer.hits) for answer in answers)
        print(f"{len(queries):,} quotes against {archive.quotes():,}: {took:.1f} s")
        print(f"{len(queries) / took:.0f} quotes/s, {used / len(queries) * 1e6:.0f} us of CPU each")
        print(f"{found} with a match; {_peak():.0f} MB at most in a worker")
        if options.oracle:
            each = _brute_force(archive, archived, texts, options.oracle)
            print(f"brute force: {each * 1e3:.1f} ms of CPU each")
            print(f"ratio of CPU time: {each * len(queries) / used:.0f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2, help="of the queries, not the archive")
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--oracle", type=int, default=50, help="quotes for brute force")
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "quote-verifier-benchmarks"
    )
    return parser.parse_args()


def _brute_force(archive: Archive, archived: Sequence[Line], texts: list[str], count: int) -> float:
    """Seconds of CPU for one quote compared with all."""
    wordings = [" ".join(quote_words(line.text)) for line in archived]
    oracle = Oracle(wordings, Policy())
    sample = texts[:: max(1, len(texts) // count)]
    begun = time.process_time()
    for text in sample:
        words = quote_words(text)
        held = archive.postings(sorted(Keys.of(words).held), largest=0)
        counts = {key: posting.n for key, posting in held.items()}
        oracle.accepted(words, Frequencies(quotes=archive.quotes(), counts=counts))
    return (time.process_time() - begun) / len(sample)


def _spent() -> float:
    """Seconds of CPU of this process and of its workers that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
