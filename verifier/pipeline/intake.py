"""`import` and `watch`: stories that are on disk already, or arrive there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from verifier import intake, loading
from verifier.archive import Archive
from verifier.model import Imported, digest


def import_paths(
    paths: Iterable[Path], archive: Archive, progress: Callable[[int, int], None]
) -> Imported:
    """Add the stories of files and folders; what holds none is a problem, the rest goes on.

    `progress(done, total)` is told the bytes. Raises ArchiveBusy, ArchiveError.
    """
    files = list(intake.walk(paths))
    total = sum(_size(path) for path in files)
    done = 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    intaken = loading.Intake(archive)
    for path in files:
        intaken.take(intake.stories_in(path, read))
    return intaken.finish()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def watch(
    folder: Path, archive: Archive, pause: Callable[[], bool]
) -> Iterator[tuple[Path, Imported]]:
    """Each file that arrives in `folder` with what it brought. Raises ArchiveError, InputError."""
    ledger = archive.path.with_name(f"{archive.path.name}.{digest(str(folder.resolve()))}.taken")
    for path in intake.watch(folder, ledger, pause):
        yield path, import_paths([path], archive, lambda _done, _total: None)
