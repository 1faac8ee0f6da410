"""Print where the labelled set and what is found differ."""

from __future__ import annotations

import sys
from pathlib import Path

from verifier.quotes import find

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.test_quotes import ALL, source_fits


def show() -> None:
    """Print what differs: `python tests/test_quotes.py`."""
    for case in ALL:
        found = {q.text: q for q in find(case.text)}
        for w in case.quotes:
            q = found.pop(w.words, None)
            if q is None:
                print(f"[{case.name}] missed {w.words!r}; found {list(found)}")
            elif not source_fits(q, w):
                print(
                    f"[{case.name}] {w.words!r}: {q.source and q.source.text!r}, not {w.source!r}"
                )
            else:
                if w.kind not in {"-", q.kind}:
                    print(f"[{case.name}] {w.words!r}: {q.kind}, not {w.kind}")
                if w.cue not in {"-", q.cue and q.cue.text}:
                    print(f"[{case.name}] {w.words!r}: cue {q.cue and q.cue.text!r}, not {w.cue!r}")
        for text in found:
            print(f"[{case.name}] too much: {text!r}")


if __name__ == "__main__":
    show()
