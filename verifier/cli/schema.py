"""`verifier schema`: the shape of the JSON report, for programs."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.options import emit, errors, output_option


@click.command()
@click.option("--night", is_flag=True, help="The nightly report's instead of a check's.")
@output_option
def schema(night: bool, output: Path | None) -> None:
    """Print the JSON Schema of the report that `check --format json` writes.

    \b
    Example: verifier schema
    """
    from verifier.report import schema as shipped  # noqa: PLC0415 - each command its own writer

    with errors():
        emit(shipped.night_text() if night else shipped.text(), output)
