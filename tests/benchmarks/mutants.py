"""Damage the files below a folder at random and read them: refused or read, none raises.

    python tests/benchmarks/mutants.py DIR [SECONDS] [SEED]

Prints how many were tried, the slowest, and each that raised (kept in the system's
temporary folder). Exits 1 if one did.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from verifier import catalogue, stories
from verifier.errors import VerifierError
from verifier.model import Feed

_PIECES = (
    b"<![CDATA[", b"]]>", b"<!--", b"<q>", b"\x00", b"&#xFFFFFFFF;", b"<item>", b"</item>", b"\xff\xfe",
    b"<div>" * 300, b"&" * 500, b"<" * 500, b"<!DOCTYPE x [", b"xmlns:a='b' ", b"<?xml encoding='utf-16'?>",
)  # fmt: skip
_READERS: tuple[Callable[[bytes], object], ...] = (
    lambda raw: stories.from_feed(raw, Feed(url="u", title="t")),
    lambda raw: stories.read(raw, "x"),
    catalogue.load,
)


def damaged(raw: bytes, rng: random.Random) -> bytes:
    """`raw` with a few bytes put in, taken out or changed."""
    out = bytearray(raw[:60_000])
    for _ in range(rng.randint(1, 6)):
        place, kind = rng.randrange(len(out) + 1), rng.random()
        if kind < 0.4:
            out[place:place] = rng.choice(_PIECES)
        elif kind < 0.7:
            del out[place : place + rng.randint(1, 200)]
        else:
            out[place : place + 1] = bytes([rng.randrange(256)])
    return bytes(out)


def raised(raw: bytes) -> str:
    """What reading `raw` raised that it should not have; "" if nothing."""
    for read in _READERS:
        try:
            read(raw)
        except VerifierError:
            continue
        except Exception as error:  # noqa: BLE001 - to find these is what this is for
            return repr(error)[:200]
    return ""


def main(folder: Path, seconds: float, seed: int) -> int:
    """Try mutants for so many seconds; the exit status."""
    rng = random.Random(seed)
    files = sorted(path for pattern in ("*.xml", "*.html") for path in folder.rglob(pattern))
    tried, bad, worst, end = 0, 0, 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        raw = damaged(rng.choice(files).read_bytes(), rng)
        started = time.perf_counter()
        said = raised(raw)
        worst = max(worst, time.perf_counter() - started)
        tried += 1
        if said:
            bad += 1
            with tempfile.NamedTemporaryFile(prefix="mutant-", delete=False) as kept:
                kept.write(raw)
            print(f"RAISED {said}: {kept.name}")
    print(f"{tried} mutants of {len(files)} files, {bad} raised, slowest {worst:.2f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(
        main(Path(sys.argv[1]), float((sys.argv[2:] or ["60"])[0]), int((sys.argv[3:] or ["1"])[0]))
    )
