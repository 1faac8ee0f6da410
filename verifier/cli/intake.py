"""`verifier import` and `watch`: stories that are on disk already, or that arrive there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from verifier.cli import cluster
from verifier.cli.cluster import engine_option, master_option, settings_option
from verifier.cli.options import (
    archive_option,
    complain,
    emit,
    errors,
    formats,
    open_archive,
    output_option,
    quiet_option,
    say,
)
from verifier.errors import InputError
from verifier.model import Imported
from verifier.pipeline.intake import import_paths
from verifier.pipeline.intake import watch as arrivals
from verifier.policy import Policy

_SIZE = 5_000_000  # quotes in a shard


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@engine_option
@click.option(
    "--archives",
    type=click.Path(file_okay=False, path_type=Path),
    help="With Spark: the folder of shards that is written; every worker reaches it.",
)
@click.option(
    "--size",
    type=click.IntRange(min=1),
    metavar="QUOTES",
    help=f"With Spark: how many quotes a shard may hold ({_SIZE:,}); days are kept whole.",
)
@master_option
@settings_option
@archive_option
@formats("text", "json")
@output_option
@quiet_option
def import_(
    paths: tuple[str, ...],
    engine: str,
    archives: Path | None,
    size: int | None,
    master: str | None,
    settings: tuple[str, ...],
    archive_path: Path | None,
    form: str,
    output: Path | None,
    quiet: bool,
) -> None:
    """Add stories that are on disk: JSON lines, HTML, text, NewsML-G2, NITF, ninjs, folders.

    A line of JSON has url, title, outlet, published and text, and may have agency and byline.
    A second run adds nothing, so one that was broken off is simply run again.

    With --engine spark JSON lines and Parquet are read from any storage that Spark reads, and
    shards are written, for `verifier nightly --engine spark` (docs/scale.md).

    Exit status: 0 all taken, 3 some inputs were refused and are listed, 2 none could be read.

    \b
    Example: verifier import stories.jsonl wire-folder/
             verifier import s3a://bucket/stories --engine spark --archives /data/shards
    """
    from verifier.report import imported as writer  # noqa: PLC0415 - each command its own writer

    with errors():
        if engine == "spark":
            found = _on_spark(paths, archives, size, master, settings, quiet=quiet)
        else:
            cluster.refuse_unless_spark(
                archives=archives, size=size, master=master, spark_conf=settings
            )
            found = _here(paths, archive_path, quiet=quiet)
        emit(writer.WRITERS[form](found), output)
    sys.exit(_status(found))


def _here(paths: tuple[str, ...], archive_path: Path | None, *, quiet: bool) -> Imported:
    with (
        open_archive(archive_path, Policy(), writing=True) as archive,
        _counter(quiet=quiet) as progress,
    ):
        return import_paths(map(Path, paths), archive, progress)


def _on_spark(
    paths: tuple[str, ...],
    folder: Path | None,
    size: int | None,
    master: str | None,
    settings: tuple[str, ...],
    *,
    quiet: bool,
) -> Imported:
    if not folder:
        raise InputError("Spark writes shards", "--archives", "name the folder for them")
    with cluster.session(master, settings) as running:
        from verifier import spark  # noqa: PLC0415 - an extra, and heavy

        target = spark.Target(folder=folder.absolute(), size=size or _SIZE)
        return spark.import_stories(
            running, paths, target, lambda path: say(f"{path.name} is written", unless=quiet)
        )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
@click.option("--once", is_flag=True, help="Take what is complete now, and end.")
@archive_option
@quiet_option
def watch(folder: Path, every: float, once: bool, archive_path: Path | None, quiet: bool) -> None:
    """Take each file that arrives in FOLDER, once, when it is written to its end.

    Ends with Ctrl-C; a restart takes nothing twice. What is refused is named on standard error.

    \b
    Example: verifier watch /srv/wires/incoming
    """
    looks = iter(range(1))

    def pause() -> bool:
        if once and next(looks, None) is None:
            return False
        time.sleep(min(every, 1.0) if once else every)
        return True

    with errors(), open_archive(archive_path, Policy(), writing=True) as archive:
        for path, found in arrivals(folder, archive, pause):
            say(f"{path.name}: {found.new} new, {found.changed} changed", unless=quiet)
            for problem in found.problems:
                complain(f"{problem.subject}: {problem.message}")


def _status(found: Imported) -> int:
    if not found.problems:
        return 0
    return 3 if found.new + found.changed + found.same else 2


@contextmanager
def _counter(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar over the bytes of the files, with the rate and the time left, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Importing", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
