"""10,000 NewsML-G2 files: CPU of reading against that of extracting quotes, and the memory.

    python -m tests.benchmarks.import_wires [FILES]

The files are written to a temporary folder, of sentences that nobody said.
"""

from __future__ import annotations

import random
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.benchmarks.corpus import Writer
from verifier.extraction import extract
from verifier.intake import stories_in, walk
from verifier.model import Story

_SAMPLE = Path(__file__).parent.parent / "wire" / "newsml-correction.xml"
_NAMES = ("Ada Quill", "Jon Marsh", "Lena Voss", "Omar Reyes", "Mina Holt", "Tom Arden")
_CUES = ("said", "told reporters", "added", "warned", "said in a statement")
_PARAGRAPHS = 16  # a wire story of some 500 words
_STEP = 1000


def write(folder: Path, count: int) -> None:
    """`count` files of their own text, every second paragraph with a quote."""
    writer, rng = Writer(7), random.Random(7)
    head, _, rest = _SAMPLE.read_text(encoding="utf-8").partition("<p>PORT ELSO (Island Press)")
    tail = rest[rest.index("<figure>") :]
    for number in range(count):
        lead = "<p>PORT ELSO (Island Press) - It rained on Monday.</p>"
        body = "".join(f"<p>{_paragraph(writer, rng)}</p>" for _ in range(_PARAGRAPHS))
        text = f"{head}{lead}{body}{tail}".replace("ferry-4711", f"ferry-{number}")
        (folder / f"{number:05}.xml").write_text(text, encoding="utf-8")


def _paragraph(writer: Writer, rng: random.Random) -> str:
    words = " ".join(writer.fresh()).capitalize()
    if rng.random() < 0.5:
        return f"{words}. {' '.join(writer.fresh()).capitalize()}."
    return f"“{words},” {rng.choice(_NAMES)} {rng.choice(_CUES)}."


def stories(folder: Path) -> Iterator[Story]:
    """The stories of the files in `folder`."""
    for path in walk([folder]):
        yield from (one for one in stories_in(path) if isinstance(one, Story))


def main(count: int) -> None:
    """Print CPU seconds and the largest memory as the files go by."""
    with TemporaryDirectory() as name:
        write(Path(name), count)
        reading = extracting = 0.0
        quotes = found = 0
        source = stories(Path(name))
        while True:
            start = process_time()
            story = next(source, None)
            read = process_time()
            if story is None:
                break
            quotes += len(extract(story))
            found += 1
            reading += read - start
            extracting += process_time() - read
            if found in (100, 200, 500) or found % _STEP == 0:
                most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                print(f"{found:6} stories, {quotes:7} quotes: reading {reading:6.1f} s CPU, "
                      f"extracting {extracting:6.1f} s, at most {most} MB", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
