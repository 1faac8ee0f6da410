"""`verifier feeds`: the feeds that are compared."""

from __future__ import annotations

from pathlib import Path

import click

from verifier import pipeline
from verifier.cli.options import emit, errors, formats, output_option, private_option
from verifier.fetch import Limits


@click.group()
def feeds() -> None:
    """The feeds that are compared, and how they are doing."""


@feeds.command("list")
@click.option(
    "--feeds",
    "source",
    metavar="FILE_OR_URL",
    help="List this OPML file instead of the catalogue that comes with the program.",
)
@private_option
@formats("text", "json", "opml")
@output_option
def list_feeds(
    source: str | None, allow_private_hosts: bool, form: str, output: Path | None
) -> None:
    """List the feeds: by default the catalogue of public wires that comes with the program.

    \b
    Example: verifier feeds list
    """
    from verifier.report import feeds as writer  # noqa: PLC0415 - each command its own writer

    with errors():
        limits = Limits(allow_private=allow_private_hosts)
        listed = pipeline.load_feeds(source, limits) if source else pipeline.shipped_feeds()
        emit(writer.WRITERS[form](listed), output)
