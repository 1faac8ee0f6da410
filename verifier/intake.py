"""Stories that are on disk already: files, folders of them, and a hot folder that fills up.

paths -> walk -> stories_in -> stories, and a problem for each file that holds none
a folder -> watch -> each file once, when it is written to its end
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from verifier import stories
from verifier.errors import InputError, VerifierError
from verifier.model import Problem, Story

_HIDDEN = (".", "~", "#")
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
_LINES = (".jsonl", ".ndjson", ".jsonlines")

Marks = Mapping[str, "Mark"]
"""What the files of a folder looked like, by their path in it."""


# ---------------------------------------------------------------- files and folders
def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in order of their names.

    In folders, hidden files and such as are still being written, by their names, are left
    out. What does not exist is passed on: `stories_in` says so.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if _is_finished(name))
            yield from (Path(folder, name) for name in sorted(files) if _is_finished(name))


def _is_finished(name: str) -> bool:
    return not name.startswith(_HIDDEN) and not name.lower().endswith(_UNFINISHED)


def _unheard(_: int) -> None:
    """Nobody wants to know how many bytes were read."""


def stories_in(path: Path, read: Callable[[int], None] = _unheard) -> Iterator[Story | Problem]:
    """The stories of a file of any form, and what in it could not be taken, in its order.

    JSON lines are read line by line, whatever their length; anything else up to 15 MiB.
    `read` is told the bytes of each line, or of the file.
    Never raises for what the file holds, nor if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            if _has_lines(file, path):
                yield from stories.from_lines(_lines(file, read), str(path))
            else:
                yield from _whole(file, path)
                read(os.fstat(file.fileno()).st_size)
    except OSError as error:
        yield Problem(stage="import", subject=str(path), message=error.strerror or "cannot be read")
    except VerifierError as error:
        yield Problem(stage="import", subject=str(path), message=error.message)


def _has_lines(file: BinaryIO, path: Path) -> bool:
    """Whether it is JSON lines, by its name or its first line; the file is back at its start."""
    if path.suffix.lower() in _LINES:
        return True
    first = file.readline(stories.MAX_LINE)
    file.seek(0)
    return stories.is_line(first)


def _lines(file: BinaryIO, read: Callable[[int], None]) -> Iterator[bytes]:
    """The lines of `file`; of one that is too long its beginning, so that it can be refused."""
    limit = stories.MAX_LINE + 1
    while line := file.readline(limit):
        yield line
        read(len(line))
        while len(line) == limit and not line.endswith(b"\n"):
            line = file.readline(limit)
            read(len(line))


def _whole(file: BinaryIO, path: Path) -> Iterator[Story | Problem]:
    name = str(path)
    if os.fstat(file.fileno()).st_size > stories.MAX_BYTES:
        limit = stories.MAX_BYTES // 1_048_576
        raise InputError(f"over {limit} MiB, too large to be a story", name, "is it one?")
    found, problems = stories.read_all(file.read(stories.MAX_BYTES + 1), name)
    yield from (_identified(story, path) for story in found)
    yield from problems


def _identified(story: Story, path: Path) -> Story:
    """A text that says neither whose nor which it is goes by its file, so that a change is one."""
    if story.guid or story.url:
        return story if story.outlet else replace(story, outlet=path.stem)
    return replace(story, outlet=story.outlet or path.stem, guid=str(path.resolve()))


# ---------------------------------------------------------------- a hot folder
@dataclass(frozen=True, slots=True)
class Mark:
    """How a file looked: size in bytes, time of its last change in nanoseconds."""

    size: int
    changed: int


def watch(folder: Path, ledger: Path, pause: Callable[[], bool]) -> Generator[Path, None, None]:
    """Each file that comes into `folder`, once, when two looks in a row find it unchanged.

    `pause` waits between two looks and says whether to go on. `ledger` is the file that
    remembers what was taken, so that a restart takes nothing twice; a file is entered when
    the next one is asked for, so that one which was not dealt with comes again. A file that
    is written anew is taken anew. Raises InputError if the folder cannot be read.
    """
    taken = _remembered(ledger)
    _forget(ledger, taken, _look(folder))
    before: Marks = {}
    while True:
        now = _look(folder)
        for name in settled(now, before, taken):
            yield folder / name
            taken[name] = now[name]
            _remember(ledger, name, now[name])
        before = now
        if not pause():
            return


def settled(now: Marks, before: Marks, taken: Marks) -> list[str]:
    """The files that did not change between two looks, and were not taken as they are."""
    return sorted(
        name
        for name, mark in now.items()
        if mark.size and before.get(name) == mark and taken.get(name) != mark
    )


def _look(folder: Path) -> dict[str, Mark]:
    if not folder.is_dir():
        raise InputError("no such folder", str(folder), "give the folder that the wires write to")
    marks = {}
    for path in walk((folder,)):
        try:
            state = path.stat()
        except OSError:  # it was moved away between listing and looking
            continue
        marks[path.relative_to(folder).as_posix()] = Mark(state.st_size, state.st_mtime_ns)
    return marks


def _remembered(ledger: Path) -> dict[str, Mark]:
    """What a ledger holds; a line that was cut off when the machine went down is left out."""
    try:
        lines = ledger.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        hint = "delete it to take all files again"
        raise InputError("the list of files taken cannot be read", str(ledger), hint) from error
    taken = {}
    for line in lines:
        try:
            name, size, changed = json.loads(line)
        except (ValueError, TypeError):
            continue
        taken[str(name)] = Mark(size, changed)
    return taken


def _remember(ledger: Path, name: str, mark: Mark) -> None:
    with ledger.open("a", encoding="utf-8") as lines:
        lines.write(f"\n{_entry(name, mark)}")  # behind a line that may have been cut off


def _entry(name: str, mark: Mark) -> str:
    return json.dumps([name, mark.size, mark.changed])


def _forget(ledger: Path, taken: dict[str, Mark], there: Marks) -> None:
    """Leave out of a ledger the files that are no longer there, so that it does not grow."""
    gone = taken.keys() - there.keys()
    if not gone:
        return
    for name in gone:
        del taken[name]
    part = ledger.with_name(f".{ledger.name}.part")
    part.write_text("\n".join(_entry(*one) for one in taken.items()), encoding="utf-8")
    part.replace(ledger)
