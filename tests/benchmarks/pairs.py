"""Make the counts of adjacent words from which `corpus` writes its quotes.

    python -m tests.benchmarks.pairs FOLDER_OF_TXT

A line of `pairs.tsv.gz` is a word, the word after it and how many sentences hold the two;
an empty word stands for the start or the end of a sentence. Pairs of one sentence are left out.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.background import sentences
from verifier.index import quote_words

PAIRS = Path(__file__).with_name("pairs.tsv.gz")


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(options.folder.glob("*.txt")):
        for sentence in sentences(path.read_text(encoding="utf-8")):
            counts.update(set(pairwise(("", *quote_words(sentence), ""))))
    rows = sorted((a, b, n) for (a, b), n in counts.items() if n > 1)
    content = "".join(f"{a}\t{b}\t{n}\n" for a, b, n in rows).encode()
    PAIRS.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(rows)} pairs, {PAIRS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
