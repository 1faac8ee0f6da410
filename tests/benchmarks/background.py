"""Make the shipped background counts from a folder of news articles.

    python -m tests.benchmarks.background FOLDER_OF_TXT

Only hashes and counts are kept, of what occurs in two sentences or more.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from verifier.background import write
from verifier.index import pair_key, quote_words, triple_key, word_key

TARGET = Path(__file__).parents[2] / "verifier" / "lexicon" / "en" / "background.bin"
_SENTENCE_END = re.compile(r"(?<=[.!?][\"”'’ ])\s*(?=[A-Z\"“])|\n+")


def sentences(text: str) -> Iterator[str]:
    """Rough sentences: the length of a quote is what matters here, not grammar."""
    return (part for part in _SENTENCE_END.split(text) if part and not part.isspace())


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-least", type=int, default=2)
    options = parser.parse_args()
    counts: Counter[int] = Counter()
    total = 0
    for path in sorted(options.folder.glob("*.txt")):
        for sentence in sentences(path.read_text(encoding="utf-8")):
            words = quote_words(sentence)
            if words:
                total += 1
                triples = zip(words, words[1:], words[2:], strict=False)
                counts.update(
                    {word_key(word) for word in words}
                    | {pair_key(*two) for two in pairwise(words)}
                    | {triple_key(pair_key(*three[:2]), three[2]) for three in triples}
                )
    kept = {key: n for key, n in counts.items() if n >= options.at_least}
    TARGET.write_bytes(write(total, kept))
    print(f"{total} sentences, {len(counts)} keys, {len(kept)} kept, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
