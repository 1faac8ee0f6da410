"""Read every file below a folder as a feed, and as an article: read or refused, none raises.

    python tests/benchmarks/corpus_feeds.py DIR [PATTERN]...

The test files of feedparser, gofeed and feedjira are such folders; they are not part of
this repository. Prints how many were read and refused and why, the slowest, and the memory.
Exits 1 if a file raised or took longer than a minute.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from verifier import catalogue, stories
from verifier.errors import VerifierError
from verifier.model import Feed

_SECONDS = 60
_PATTERNS = ("*.xml", "*.rss", "*.atom", "*.rdf", "*.opml", "*.html")


def outcome(read: Callable[[], object]) -> str:
    """`read`, `refused: why`, or `RAISED: what`."""
    signal.alarm(_SECONDS)
    try:
        read()
    except VerifierError as error:
        return f"refused: {error.message}"
    except BaseException as error:  # noqa: BLE001 - to find these is what this is for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"RAISED: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    finally:
        signal.alarm(0)
    return "read"


def too_slow(*_: object) -> None:
    """What the alarm calls."""
    raise TimeoutError


def main(folder: Path, patterns: tuple[str, ...]) -> int:
    """Read everything; the exit status."""
    signal.signal(signal.SIGALRM, too_slow)
    files = sorted(
        {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    )
    ways: dict[str, Callable[[bytes, Path], object]] = {
        "feed": lambda raw, path: stories.from_feed(raw, Feed(url=str(path), title=path.name)),
        "article": lambda raw, path: stories.read(raw, str(path)),
        "catalogue": lambda raw, path: catalogue.load(raw, path.parent, address=str(path)),
    }
    bad = 0
    for way, read in ways.items():
        counts, spent = Counter[str](), list[tuple[float, Path]]()
        for path in files:
            raw = path.read_bytes()
            started = time.perf_counter()
            said = outcome(lambda r=raw, p=path, f=read: f(r, p))  # type: ignore[misc]
            spent.append((time.perf_counter() - started, path))
            counts[said] += 1
            if said.startswith("RAISED"):
                bad += 1
                print(f"  {path}: {said}")
        slowest = max(spent, default=(0.0, folder))
        print(
            f"{way}: {len(files)} files in {sum(s for s, _ in spent):.1f} s, slowest {slowest[0]:.2f} s {slowest[1].name}"
        )
        for said, count in counts.most_common():
            print(f"  {count:6} {said}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), tuple(sys.argv[2:]) or _PATTERNS))
