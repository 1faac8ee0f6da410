"""`shard`: one archive as several smaller ones; and which files a pattern of shards names."""

from __future__ import annotations

from collections.abc import Callable
from glob import glob
from pathlib import Path
from shutil import rmtree

from verifier.archive import Archive
from verifier.archive.sharding import SUFFIX
from verifier.errors import ArchiveError, InputError


def shard(
    archive: Archive, folder: Path, size: int, progress: Callable[[Path], None]
) -> tuple[Path, ...]:
    """Write `archive` as shards into `folder`, all or none; it must be empty or missing.

    `progress` is told each shard. Raises ArchiveError, InputError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("this is no empty folder", str(folder), "give a new one")
    part = folder.with_name(folder.name + ".part")
    rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        for path in archive.shard(part, size):
            progress(path)
        part.replace(folder)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise InputError(reason, str(folder), "choose another folder") from error
    finally:
        rmtree(part, ignore_errors=True)
    return find(str(folder))


def find(pattern: str) -> tuple[Path, ...]:
    """The shards in a folder, or those whose paths match a pattern. Raises ArchiveError."""
    where = f"{pattern}/*{SUFFIX}" if Path(pattern).is_dir() else pattern
    names = glob(where, recursive=True)  # noqa: PTH207 - a Path takes no absolute pattern
    found = tuple(Path(name).absolute() for name in sorted(names))
    if not found:
        raise ArchiveError("no shards there", pattern, "`verifier shard` writes them")
    return found
