"""Opening the archive's file, and what SQLite's errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from verifier.archive.schema import APPLICATION_ID, FORMAT, migrate
from verifier.errors import ArchiveBusy, ArchiveDamaged, ArchiveError
from verifier.fold import NORMALISER

_DAMAGED = "restore a backup, or delete it and fetch or import again"
_ROOM = "make room and run it again: what was stored before is kept"
_MEANING = {
    sqlite3.SQLITE_NOTADB: ("this is no archive", "give another --archive"),
    sqlite3.SQLITE_FULL: ("the disk is full; nothing was changed", _ROOM),
    sqlite3.SQLITE_READONLY: ("the archive may not be written to", "check its permissions"),
    sqlite3.SQLITE_CANTOPEN: ("cannot open the archive", "check the path and its permissions"),
    sqlite3.SQLITE_PERM: ("cannot open the archive", "check its permissions"),
    sqlite3.SQLITE_IOERR: ("the archive could not be read or written", "check the disk"),
}
_PATIENCE = 5.0  # seconds
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Name what went wrong with the file at `path`: ArchiveBusy or ArchiveError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error, path) from error
    except OSError as error:
        raise ArchiveError(error.strerror or "cannot be used", str(path)) from error


def _named(error: sqlite3.Error, path: Path) -> ArchiveError:
    detail = getattr(error, "sqlite_errorcode", 0)
    code = detail & 0xFF
    if detail == sqlite3.SQLITE_IOERR_WRITE:  # a quota, or a limit on the size of files
        return ArchiveError(
            "the archive could not be written; nothing was changed", str(path), _ROOM
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return ArchiveDamaged("the archive is damaged", str(path), _DAMAGED)
    if code in _BUSY:
        hint = "wait until it is done, or give another --archive"
        return ArchiveBusy("another process is writing to the archive", str(path), hint)
    if code in _MEANING:
        message, hint = _MEANING[code]
        return ArchiveError(message, str(path), hint)
    return ArchiveError(f"the archive cannot be used ({error})", str(path), _DAMAGED)


def connect(path: Path, *, create: bool, readonly: bool, wait: float) -> sqlite3.Connection:
    """A connection to the file at `path`. Raises ArchiveError if it is missing or a folder."""
    if not path.exists():
        if not create:
            raise ArchiveError("no such archive", str(path), "`verifier fetch` makes one")
        path.parent.mkdir(parents=True, exist_ok=True)
    elif path.is_dir():
        raise ArchiveError("is a folder, not an archive", str(path), "name a file in it")
    mode = "ro" if readonly else "rwc" if create else "rw"
    if readonly and _frozen(path):
        mode = "ro&immutable=1"
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    db = sqlite3.connect(address, uri=True, timeout=wait, isolation_level=None)
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _frozen(path: Path) -> bool:
    """Whether nobody can write here now: a reader of a live archive needs its side files."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def admit(
    db: sqlite3.Connection,
    path: Path,
    *,
    readonly: bool,
    outdated: Callable[[], object] | None = None,
) -> None:
    """Make sure that the file is an archive of this format; make an empty file one.

    `outdated` is called before an older format becomes this one.
    """
    found, version, tables = _identity(db)
    if not (found or version or tables) and not readonly:
        _found(db)
        found, version, tables = _identity(db)
    name = str(path)
    if found != APPLICATION_ID:
        raise ArchiveError("this is no archive of quote-verifier", name, "give another --archive")
    if version > FORMAT:
        raise ArchiveError(f"the archive is of format {version}", name, "upgrade quote-verifier")
    if version < FORMAT:
        if outdated:
            outdated()
        _upgrade(db, path, version, readonly=readonly)
    (normaliser,) = db.execute("SELECT value FROM meta WHERE name = 'normaliser'").fetchone()
    if normaliser != NORMALISER:
        hint = "delete it, then fetch or import again"
        raise ArchiveError(f"the archive was made with normaliser {normaliser}", name, hint)


def _identity(db: sqlite3.Connection) -> tuple[int, int, int]:
    (found,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return found, version, tables


def _found(db: sqlite3.Connection) -> None:
    """Make the tables, unless another process was faster."""
    db.execute("PRAGMA journal_mode = WAL")
    _transact(db, 0)


def _upgrade(db: sqlite3.Connection, path: Path, version: int, *, readonly: bool) -> None:
    if not readonly:
        _transact(db, version)
        return
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        hint = "run `verifier archive stats` once as its owner"
        raise ArchiveError(f"the archive is of the older format {version}", str(path), hint)
    with closing(connect(path, create=False, readonly=False, wait=_PATIENCE)) as writer:
        _transact(writer, version)
        # Else all readers go through the log of it until somebody writes: 34 ms at a million.
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _transact(db: sqlite3.Connection, version: int) -> None:
    with transaction(db):
        if _identity(db)[1] == version:
            migrate(db, version)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes; undone if anything at all goes wrong in it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Held by one process at a time, and let go when that process ends, however it ends."""
    lock = sqlite3.connect(path.with_name(path.name + ".lock"), timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        hint = "wait until it is done"
        raise ArchiveBusy("another run is going on with this archive", str(path), hint) from error
    try:
        yield
    finally:
        lock.close()
