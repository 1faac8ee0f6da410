"""The command line: options, one pipeline call, one writer, one exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from verifier import __version__, pipeline, since
from verifier.archive import Archive
from verifier.errors import InputError, VerifierError
from verifier.fetch import Limits
from verifier.model import Problem, Report, Story, Verdict
from verifier.policy import Policy

_F = TypeVar("_F", bound=Callable[..., Any])
_PASTE = "Paste the article, then press Ctrl-D on a line of its own (Ctrl-C gives up):"


# ---------------------------------------------------------------- options
def _options(*decorators: Callable[[_F], _F]) -> Callable[[_F], _F]:
    def apply(command: _F) -> _F:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


def _formats(*names: str) -> Callable[[_F], _F]:
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True,
        help="How the result is written.",
    )  # fmt: skip


_archive = click.option(
    "--archive", "archive_path", type=click.Path(dir_okay=False, path_type=Path),
    envvar="VERIFIER_ARCHIVE", show_envvar=True,
    help="The archive file; by default in your data folder.",
)  # fmt: skip
_output = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result to this file, whole or not at all.",
)  # fmt: skip
_quiet = click.option("-q", "--quiet", is_flag=True, help="No progress and no messages.")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Say what is being done.")
_private = click.option(
    "--allow-private-hosts", is_flag=True, envvar="VERIFIER_ALLOW_PRIVATE_HOSTS",
    help="Also ask addresses on this machine and in private networks.",
)  # fmt: skip


def _say(message: str, *, unless: bool) -> None:
    if not unless:
        click.echo(message, err=True)


@contextmanager
def _errors() -> Iterator[None]:
    """An error is one line on standard error and exit status 2."""
    try:
        yield
    except VerifierError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    click.echo(f"verifier: {message}", err=True)
    sys.exit(2)


def _default_archive() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - only where it is needed

    return user_data_path("quote-verifier", ensure_exists=True) / "archive.db"


def _emit(text: str, output: Path | None) -> None:
    """To standard output, or to a file that is replaced in one step."""
    if output is None:
        click.echo(text, nl=False)
        return
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            error.strerror or "cannot be written", str(output), "choose another file"
        ) from error


# ---------------------------------------------------------------- commands
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
def main() -> None:
    """Did this person say this, in these words, and who else has it?

    \b
    Check an article:       verifier check article.txt --feeds wires.opml
    Paste one:              verifier check
    Only list its quotes:   verifier quotes article.txt
    """


@main.command()
@click.argument("article", required=False)
@click.option(
    "--feeds",
    multiple=True,
    metavar="FILE_OR_URL",
    help="Fetch the feeds of this OPML file, or this feed, into the archive first. May be given more than once.",
)
@click.option("--outlet", help="Who published the article.")
@click.option("--agency", help="The news agency whose report it is.")
@click.option("--published", metavar="DATE", help="When it was published, such as 2026-10-13.")
@click.option("--url", help="The article's address.")
@click.option(
    "--since",
    "since_",
    metavar="DATE_OR_DURATION",
    help="Look only at stories since then, such as 2026-10-01 or 14d.",
)
@_archive
@_private
@_formats("text", "json", "jsonl")
@_output
@_quiet
@_verbose
def check(
    article: str | None,
    feeds: tuple[str, ...],
    outlet: str | None,
    agency: str | None,
    published: str | None,
    url: str | None,
    since_: str | None,
    archive_path: Path | None,
    allow_private_hosts: bool,
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Compare an article's quotes with the archive and say what holds.

    ARTICLE is a path, an http address, or - for standard input; without it you are asked
    to paste. Exit status: 0 nothing differs, 1 a quote differs, 2 it could not be done.

    \b
    Example: verifier check feeds/sample/article.txt --feeds feeds/sample/wires.opml
    """
    limits = Limits(allow_private=allow_private_hosts)
    with _errors():
        story = _with_facts(_read(article, limits), outlet, agency, published, url)
        start = since.parse(since_, datetime.now(UTC)) if since_ else None
        path = archive_path or _default_archive()
        policy = Policy()
        problems: tuple[Problem, ...] = ()
        lists = [pipeline.load_feeds(source, limits) for source in feeds]
        _say(f"The archive is {path}.", unless=not verbose)
        with _open(path, policy, writing=bool(feeds)) as archive:
            for found in lists:
                _say(f"Fetching {len(found)} feeds ...", unless=quiet or not sys.stderr.isatty())
                problems += pipeline.ingest(found, archive, limits)
            report = pipeline.check(story, archive, policy=policy, since=start, problems=problems)
        _emit(_written(report, form, output), output)
    sys.exit(int(report.differs))


@main.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also scare quotes, titles of works and names in marks.",
)
@_private
@_formats("text", "jsonl")
@_output
def quotes(
    articles: tuple[str, ...],
    everything: bool,
    allow_private_hosts: bool,
    form: str,
    output: Path | None,
) -> None:
    """List the quotes of articles with their speakers; nothing is compared.

    Exit status: 0, or 3 if some articles could not be read, 2 if none could.

    \b
    Example: verifier quotes feeds/sample/article.txt
    """
    from verifier.report import extraction  # noqa: PLC0415 - each command its own writer

    limits = Limits(allow_private=allow_private_hosts)
    written, refused = [], 0
    for name in articles or (None,):
        try:
            story = _read(name, limits)
        except VerifierError as error:
            refused += 1
            click.echo(f"verifier: {error}", err=True)
            continue
        found = pipeline.extract(story, everything=everything)
        written.append(extraction.WRITERS[form](name or "-", story, found))
    with _errors():
        _emit("".join(written), output)
    sys.exit(0 if not refused else 3 if written else 2)


@main.group()
def feeds() -> None:
    """The feeds that are compared, and how they are doing."""


@feeds.command("list")
@click.option(
    "--feeds",
    "source",
    metavar="FILE_OR_URL",
    help="List this OPML file instead of the shipped catalogue.",
)
@_private
@_formats("text", "json", "opml")
@_output
def list_feeds(
    source: str | None,
    allow_private_hosts: bool,
    form: str,
    output: Path | None,
) -> None:
    """List the feeds: by default the catalogue of public wires that comes with the program.

    \b
    Example: verifier feeds list
    """
    from verifier.report import feeds as writer  # noqa: PLC0415 - each command its own writer

    with _errors():
        limits = Limits(allow_private=allow_private_hosts)
        listed = pipeline.load_feeds(source, limits) if source else pipeline.shipped_feeds()
        _emit(writer.WRITERS[form](listed), output)


# ---------------------------------------------------------------- steps
def _read(article: str | None, limits: Limits) -> Story:
    if article not in (None, "-"):
        return pipeline.read_article(str(article), limits)
    if sys.stdin.isatty():
        click.echo(_PASTE, err=True)
    return pipeline.read_paste(sys.stdin.buffer)


def _with_facts(
    story: Story, outlet: str | None, agency: str | None, published: str | None, url: str | None
) -> Story:
    when = since.moment(published) if published else story.published
    return replace(
        story,
        outlet=outlet or story.outlet,
        agency=agency or story.agency,
        published=when,
        url=url or story.url,
    )


def _open(path: Path, policy: Policy, *, writing: bool) -> Archive:
    """For reading, an archive that does not exist yet is made: an empty one has no quotes."""
    readonly = not writing and path.exists()
    return Archive.open(path, create=True, readonly=readonly, policy=policy)


def _written(report: Report, form: str, output: Path | None) -> str:
    if form == "text":
        from verifier.report import text  # noqa: PLC0415

        return text.write(report, width=_width(), style=_style(output))
    from verifier.report import json  # noqa: PLC0415

    return json.write(report) if form == "json" else json.write_lines(report)


_COLOURS: dict[str, dict[str, Any]] = {
    Verdict.CORROBORATED: {"fg": "green", "bold": True},
    Verdict.CONTESTED: {"fg": "magenta", "bold": True},
    Verdict.DIVERGENT: {"fg": "red", "bold": True},
    Verdict.COPIED: {"fg": "yellow", "bold": True},
    Verdict.UNMATCHED: {"fg": "cyan"},
    "dim": {"dim": True},
    "strong": {"bold": True},
    "change": {"fg": "red", "bold": True, "underline": True},
}


def _style(output: Path | None) -> Callable[[str, str], str]:
    from verifier.report import text  # noqa: PLC0415

    if output is not None or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text.unstyled
    return lambda piece, name: click.style(piece, **_COLOURS[name])


def _width() -> int:
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().columns
