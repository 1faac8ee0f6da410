"""The command line: options, one pipeline call, one writer, one exit status."""

from __future__ import annotations

import click

from verifier import __version__
from verifier.cli.check import check, quotes
from verifier.cli.feeds import feeds
from verifier.cli.holdings import archive
from verifier.cli.search import search


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
def main() -> None:
    """Did this person say this, in these words, and who else has it?

    \b
    Check an article:       verifier check article.txt --feeds wires.opml
    Paste one:              verifier check
    Only list its quotes:   verifier quotes article.txt
    Where was it said?      verifier search "every one of its 214 cables"
    """


for command in (check, quotes, search, feeds, archive):
    main.add_command(command)

__all__ = ["main"]
