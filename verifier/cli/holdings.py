"""`verifier archive`: what the archive holds, whether it is sound, and care for it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from verifier import since
from verifier.archive import Archive
from verifier.cli.options import (
    archive_option,
    complain,
    default_archive,
    emit,
    errors,
    formats,
    outdated,
    output_option,
    say,
)
from verifier.errors import ArchiveDamaged
from verifier.policy import Policy


@click.group()
def archive() -> None:
    """What the archive holds, whether it is sound, and care for it."""


@archive.command()
@archive_option
@formats("text", "json")
@output_option
def stats(archive_path: Path | None, form: str, output: Path | None) -> None:
    """How many stories and quotes there are, from when, and how large the file is.

    \b
    Example: verifier archive stats --format json
    """
    from verifier.report import holdings as writer  # noqa: PLC0415 - each command its own writer

    with errors(), _existing(archive_path) as held:
        emit(writer.WRITERS[form](held.stats()), output)


@archive.command()
@archive_option
def check(archive_path: Path | None) -> None:
    """Whether the file is sound: SQLite's own check, and that postings and counts agree.

    Exit status: 0 sound, 1 not, 2 it could not be checked.

    \b
    Example: verifier archive check
    """
    with errors():
        problems = _problems(archive_path)
    for problem in problems:
        complain(problem)
    if problems:
        sys.exit(1)
    click.echo("The archive is sound.")


@archive.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@archive_option
def backup(file: Path, archive_path: Path | None) -> None:
    """Copy the archive to FILE, whole or not at all, while others may write to it.

    \b
    Example: verifier archive backup /backups/archive.db
    """
    with errors(), _existing(archive_path) as held:
        held.backup(file)
    say(f"Copied to {file}.", unless=False)


@archive.command()
@click.option(
    "--before",
    required=True,
    metavar="DATE",
    help="The first day that is kept, or how long is kept: 400d.",
)
@archive_option
def prune(before: str, archive_path: Path | None) -> None:
    """Drop the stories published before a day, and the quotes that only they had.

    \b
    Example: verifier archive prune --before 2026-01-01
    """
    with errors(), _existing(archive_path, writing=True) as held:
        dropped = held.prune(since.start(before, datetime.now(UTC)).date())
    click.echo(f"{dropped:,} stories dropped.")


def _problems(path: Path | None) -> list[str]:
    try:
        with _existing(path) as held:
            return held.check()
    except ArchiveDamaged as error:
        return [str(error)]


def _existing(path: Path | None, *, writing: bool = False) -> Archive:
    return Archive.open(
        path or default_archive(),
        create=False,
        readonly=not writing,
        policy=Policy(),
        outdated=outdated,
    )
