"""Archives of any size and the queries for them, made once and kept in a folder."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.corpus import Line, Writer
from tests.benchmarks.mutate import KINDS
from verifier.archive import Archive
from verifier.model import Kind, Quote, Story, digest

_QUOTES_A_STORY = 6
_STORIES_A_LOAD = 3000
_START = datetime(2023, 1, 1, tzinfo=UTC)


class Query(NamedTuple):
    """A text to look up; `source` is the archived text that it was made from."""

    kind: str
    text: str
    source: str | None


def lines(count: int, seed: int = 1) -> list[Line]:
    """The wordings of an archive."""
    return list(Writer(seed).lines(count))


def queries(archived: Sequence[Line], each: int, seed: int = 2) -> list[Query]:
    """`each` changed quotes of every kind, and as many in all that are in no archive."""
    writer = Writer(seed)
    rng = writer.rng
    made: list[Query] = []
    for kind, mutation in KINDS.items():
        tries = found = 0
        while found < each and tries < 500 * each:
            tries += 1
            source = rng.choice(archived).text
            words = source.split()
            if len(words) < 5:
                continue
            text = mutation(words, writer, rng.choice(archived).text.split())
            if text and text != source:
                made.append(Query(kind, text, source))
                found += 1
    return made + unrelated(len(made), seed + 1)


def unrelated(count: int, seed: int) -> list[Query]:
    """Quotes by the same statistics that no archive holds."""
    writer = Writer(seed)
    made = (writer.fresh() for _ in range(10 * count))
    return [Query("unrelated", " ".join(words), None) for words in made if len(words) > 4][:count]


def quote(text: str, kind: Kind = Kind.DIRECT) -> Quote:
    """`text` as a quote of its own."""
    return Quote(id=digest(text), kind=kind, text=text, spans=((0, len(text)),))


def stories(archived: Sequence[Line], start: int = 0) -> Iterator[tuple[Story, tuple[Quote, ...]]]:
    """`archived` as the quotes of stories, six a story, forty outlets, a hundred stories a day."""
    for at in range(0, len(archived), _QUOTES_A_STORY):
        number = start + at // _QUOTES_A_STORY
        parts = [line.text for line in archived[at : at + _QUOTES_A_STORY]]
        text = "\n".join(f"“{part}”" for part in parts)
        quotes = []
        place = 0
        for part in parts:
            span = (place + 1, place + 1 + len(part))
            identity = digest(str(number), str(place))
            quotes.append(Quote(id=identity, kind=Kind.DIRECT, text=part, spans=(span,)))
            place += len(part) + 3
        published = _START + timedelta(seconds=864 * number)
        url = f"https://wire.example/{number}"
        yield (
            Story(text=text, url=url, outlet=f"Wire {number % 40}", published=published),
            tuple(quotes),
        )


def archive(folder: Path, count: int) -> tuple[Path, list[Line], float]:
    """An archive of `count` wordings, its wordings, and the seconds it took (0: there already)."""
    folder.mkdir(parents=True, exist_ok=True)
    path, texts = folder / f"{count}.sqlite", folder / f"{count}.json"
    if path.exists() and texts.exists():
        found = [Line(*row) for row in json.loads(texts.read_text(encoding="utf-8"))]
        return path, found, 0.0
    path.unlink(missing_ok=True)
    written = lines(count)
    begun = time.process_time()
    fill(path, written)
    spent = time.process_time() - begun
    texts.write_text(json.dumps(written), encoding="utf-8")
    return path, written, spent


def file(folder: Path, count: int) -> Path:
    """The same archive without its wordings; those of ten million would fill the memory."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{count}.sqlite"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        fill(part, Writer(1).lines(count))
        part.rename(path)
    return path


def fill(path: Path, written: Iterable[Line], start: int = 0) -> None:
    """Add `written` to the archive at `path`, load by load."""
    rows = iter(written)
    with Archive.open(path) as opened:
        while part := list(islice(rows, _QUOTES_A_STORY * _STORIES_A_LOAD)):
            opened.add(stories(part, start))
            start += _STORIES_A_LOAD
