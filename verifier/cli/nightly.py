"""`verifier fetch`, `nightly` and `ignore`: the comparison of feeds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial, reduce, wraps
from pathlib import Path

import click

from verifier import since as dates
from verifier.archive import Archive
from verifier.cli import cluster
from verifier.cli.cluster import engine_option, master_option, settings_option
from verifier.cli.options import (
    agents,
    archive_option,
    contact_option,
    emit,
    errors,
    feeds_option,
    formats,
    limits,
    open_archive,
    output_option,
    private_option,
    quiet_option,
    since_option,
    subscriptions,
)
from verifier.errors import InputError
from verifier.gather import gather
from verifier.model import NightReport, Severity
from verifier.pipeline import nightly as pipeline
from verifier.pipeline import shards
from verifier.pipeline.feeds import listed, to_ask
from verifier.policy import Policy
from verifier.retrieval import Search

_WINDOW = timedelta(days=14)
Ground = Callable[[Archive], Search]


@click.command()
@feeds_option
@archive_option
@private_option
@contact_option
@formats("text", "json")
@output_option
@quiet_option
def fetch(
    feeds: tuple[str, ...],
    archive_path: Path | None,
    allow_private_hosts: bool,
    contact: str,
    form: str,
    output: Path | None,
    quiet: bool,
) -> None:
    """Bring the feeds' new stories into the archive; nothing is compared.

    Exit status: 0 the run completed (feeds that failed are listed), 2 it could not, or no
    feed could be reached.

    \b
    Example: verifier fetch --feeds feeds/sample/wires.opml
    """
    from verifier.report import gathered as writer  # noqa: PLC0415 - each command its own writer

    with errors(), open_archive(archive_path, Policy(), writing=True) as archive:
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
        asked = to_ask(listed(feeds, subscriptions(), bounds), agents())
        with archive.one_run(), bars(quiet=quiet) as progress:
            found = gather(
                asked, archive, now=datetime.now(UTC), limits=bounds, progress=progress.feeds
            )
        emit(writer.WRITERS[form](found), output)
        pipeline.require_reached(found)


def _cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where to search, handed on as one: a ground for a policy."""

    @wraps(command)
    def run(
        *,
        engine: str,
        archives: str | None,
        master: str | None,
        settings: tuple[str, ...],
        **others: object,
    ) -> None:
        command(ground=partial(_searched, engine, archives, master, settings), **others)

    archives = click.option(
        "--archives",
        metavar="FOLDER_OR_PATTERN",
        help="Shards to search besides the archive; every worker reaches them under this path.",
    )
    options = (settings_option, master_option, archives, engine_option)
    return reduce(lambda made, option: option(made), options, run)


@click.command()
@feeds_option
@since_option
@click.option(
    "--again",
    is_flag=True,
    help="Compare the whole of that time and report what was reported before, too.",
)
@click.option(
    "--report",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write index.html, report.json, findings.atom and findings.csv into this folder.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["divergent", "problem"]),
    multiple=True,
    help="End with 1 if quotes diverge, with 3 if a feed failed.",
)
@_cluster_options
@click.option("--silent", is_flag=True, help="Print nothing when nothing new was found.")
@archive_option
@private_option
@contact_option
@formats("text", "json")
@output_option
@quiet_option
def nightly(
    feeds: tuple[str, ...],
    since: str | None,
    again: bool,
    folder: Path | None,
    fail_on: tuple[str, ...],
    ground: Callable[[Policy], AbstractContextManager[Ground | None]],
    silent: bool,
    archive_path: Path | None,
    allow_private_hosts: bool,
    contact: str,
    form: str,
    output: Path | None,
    quiet: bool,
) -> None:
    """Fetch the feeds, compare everything new with the archive, and report what differs.

    Made for cron: one run at a time, safe to kill and to run again. New stories are compared
    with the 14 days before the run; with --since, all stories since then once more. What was
    reported is not reported again unless it changed, or --again asks for it. With --engine
    spark the shards that `verifier shard` wrote are searched, too (docs/scale.md).

    Exit status: 0 the run completed, 2 it could not, or no feed could be reached; see --fail-on.

    \b
    Example: verifier nightly --feeds feeds/sample/wires.opml --report /tmp/report
             verifier nightly --fail-on divergent --fail-on problem --silent
             verifier nightly --engine spark --master spark://host:7077 --archives /data/shards
    """
    policy, now = Policy(), datetime.now(UTC)
    with errors(), open_archive(archive_path, policy, writing=True) as archive:
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
        start = dates.start(since, now) if since else now - _WINDOW
        asked = to_ask(listed(feeds, subscriptions(), bounds), agents())
        with (
            ground(policy) as made,
            bars(quiet=quiet) as progress,
            pipeline.nightly(
                asked,
                archive,
                policy=policy,
                clock=lambda: datetime.now(UTC),
                window=pipeline.Window(since=start, whole=again or since is not None, again=again),
                limits=bounds,
                progress=progress,
                ground=made,
            ) as report,
        ):
            _write(report, folder, form, output, silent=silent)
    sys.exit(_status(report, fail_on))


def _write(
    report: NightReport, folder: Path | None, form: str, output: Path | None, *, silent: bool
) -> None:
    """The folder, if one is named; and what is printed, unless there is nothing to say."""
    if folder:
        from verifier.report import night as writer  # noqa: PLC0415 - each command its own writer

        writer.write_folder(report, folder)
    if report.utterances or not silent:
        emit(_written(report, form, output), output)


@contextmanager
def _searched(
    engine: str,
    archives: str | None,
    master: str | None,
    settings: tuple[str, ...],
    policy: Policy,
) -> Iterator[Ground | None]:
    """What makes the ground that is searched of the archive; None: the archive itself."""
    if engine == "local":
        cluster.refuse_unless_spark(archives=archives, master=master, spark_conf=settings)
        yield None
        return
    if not archives:
        raise InputError("Spark searches shards", "--archives", "name the folder that holds them")
    paths = shards.find(archives)
    with cluster.session(master, settings) as running:
        from verifier.spark import SparkSearch  # noqa: PLC0415 - an extra, and heavy

        yield lambda archive: SparkSearch(running, archive, paths, policy)


def _written(report: NightReport, form: str, output: Path | None) -> str:
    if form == "json":
        from verifier.report import json  # noqa: PLC0415 - each format its own writer

        return json.write_night(report)
    from verifier.cli import terminal  # noqa: PLC0415
    from verifier.report import text  # noqa: PLC0415

    return text.write_night(report, width=terminal.width(), style=terminal.style(output))


def _status(report: NightReport, fail_on: tuple[str, ...]) -> int:
    if "divergent" in fail_on and any(u.severity is Severity.HIGH for u in report.utterances):
        return 1
    failed = any(problem.stage != "quotes" for problem in report.problems)
    return 3 if "problem" in fail_on and failed else 0


@click.command()
@click.argument("identity", metavar="ID")
@click.option("--why", required=True, help="Why it is dismissed, for those who ask later.")
@archive_option
def ignore(identity: str, why: str, archive_path: Path | None) -> None:
    """Dismiss a finding of the nightly report for good; ID is printed beside it.

    \b
    Example: verifier ignore 2f6c1e0a9b7d4c55 --why "a translation, both are right"
    """
    with errors(), open_archive(archive_path, Policy(), writing=True) as archive:
        pipeline.ignore(archive, identity, why, datetime.now(UTC))
    click.echo(f"{identity} will not be reported again.")


@contextmanager
def bars(*, quiet: bool) -> Iterator[pipeline.Progress]:
    """Progress bars with rate and time left on a terminal; nothing in cron or with --quiet."""
    if quiet or not sys.stderr.isatty():
        yield pipeline.QUIET
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as shown:
        fetched = shown.add_task("Fetching feeds", total=None)
        compared = shown.add_task("Comparing stories", total=None, visible=False)
        yield pipeline.Progress(
            feeds=lambda done, total: shown.update(fetched, completed=done, total=total),
            stories=lambda more: shown.update(compared, advance=more, visible=True),
        )
