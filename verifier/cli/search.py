"""`verifier search`: where has this been said."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from verifier import since as dates
from verifier.cli.options import (
    archive_option,
    emit,
    errors,
    formats,
    open_archive,
    output_option,
    since_option,
)
from verifier.pipeline import check as pipeline
from verifier.policy import Policy


@click.command()
@click.argument("text")
@since_option
@archive_option
@formats("text", "json")
@output_option
def search(
    text: str, since: str | None, archive_path: Path | None, form: str, output: Path | None
) -> None:
    """Say where TEXT has been said: every archived quote that carries these words.

    Exit status: 0 found, 1 nothing found, 2 it could not be done.

    \b
    Example: verifier search "every one of its 214 cables has been inspected"
    """
    from verifier.cli import terminal  # noqa: PLC0415 - each command its own writer
    from verifier.report import search as writer  # noqa: PLC0415

    policy, now = Policy(), datetime.now(UTC)
    with errors():
        start = dates.start(since, now) if since else None
        with open_archive(archive_path, policy) as archive:
            found = pipeline.search(text, archive, policy=policy, now=now, since=start)
        if form == "json":
            emit(writer.write_json(text, found), output)
        else:
            emit(writer.write_text(found, width=terminal.width()), output)
    sys.exit(0 if found else 1)
