"""The command line: options, one pipeline call, one writer, one exit status."""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType
from typing import Any

import click

from verifier import __version__
from verifier.cli.check import check, quotes
from verifier.cli.feeds import feeds
from verifier.cli.holdings import archive
from verifier.cli.intake import import_, watch
from verifier.cli.nightly import fetch, ignore, nightly
from verifier.cli.schema import schema
from verifier.cli.search import search


class _Program(click.Group):
    """Ends with 130 when interrupted and with 2 on a bug: 1 means that quotes differ."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line."""
        sys.excepthook = _bug
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("verifier: interrupted; what was stored before is kept", err=True)
            ctx.exit(130)


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    traceback.print_exception(kind, error, trace)
    click.echo("verifier: this is a bug in the program; please report the lines above", err=True)
    sys.stdout.flush()
    os._exit(2)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
def main() -> None:
    """Did this person say this, in these words, and who else has it?

    \b
    Check an article:       verifier check article.txt --feeds wires.opml
    Paste one:              verifier check
    Only list its quotes:   verifier quotes article.txt
    Where was it said?      verifier search "every one of its 214 cables"
    """


for command in (
    check,
    quotes,
    search,
    import_,
    watch,
    fetch,
    nightly,
    ignore,
    feeds,
    archive,
    schema,
):
    main.add_command(command)

__all__ = ["main"]
