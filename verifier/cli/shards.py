"""`verifier shard`: an archive in parts, for a cluster."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.options import archive_option, errors, open_archive, quiet_option, say
from verifier.pipeline import shards
from verifier.policy import Policy


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--size",
    type=click.IntRange(min=1),
    default=5_000_000,
    show_default=True,
    metavar="QUOTES",
    help="How many quotes a shard may hold; days are kept whole.",
)
@archive_option
@quiet_option
def shard(folder: Path, size: int, archive_path: Path | None, quiet: bool) -> None:
    """Write the archive as shards, by day, into FOLDER, which must be new or empty.

    A shard is an archive of some days, small enough to be searched by one core of a cluster.
    The archive itself stays as it is. All shards are written, or none.

    \b
    Example: verifier shard /data/shards --size 5000000
    """
    with errors(), open_archive(archive_path, Policy()) as archive, archive.one_run():
        written = shards.shard(
            archive, folder, size, lambda path: say(f"{path.name} is written", unless=quiet)
        )
    click.echo(f"{len(written):,} shards in {folder}.")
