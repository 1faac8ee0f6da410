"""`verifier check` and `verifier quotes`: what is in an article, and what holds of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import click

from verifier import since as dates
from verifier.archive import Archive
from verifier.cli.options import (
    agents,
    archive_option,
    complain,
    contact_option,
    emit,
    errors,
    formats,
    limits,
    open_archive,
    output_option,
    private_option,
    quiet_option,
    say,
    since_option,
    subscriptions,
    verbose_option,
)
from verifier.errors import InputError, VerifierError
from verifier.extraction import extract, not_read
from verifier.fetch import Limits
from verifier.model import Feed, Problem, Quote, Report, Story
from verifier.pipeline import check as pipeline
from verifier.pipeline.article import characters, read_article, read_paste
from verifier.policy import Policy

_WRITERS = {
    "json": ("json", "write"),
    "jsonl": ("json", "write_lines"),
    "html": ("html", "write"),
    "csv": ("csv", "write"),
    "atom": ("atom", "write"),
    "annotation": ("annotation", "write"),
}
_ANYWHERE = timedelta(hours=14)  # by so much the clocks of the world are ahead of UTC
_PASTE = "Paste the article, then press Ctrl-D on a line of its own (Ctrl-C gives up):"


@click.command()
@click.argument("article", required=False)
@click.option(
    "--feeds",
    multiple=True,
    metavar="FILE_OR_URL",
    help="First fetch the feeds of this OPML file, or this feed, into the archive. Repeatable.",
)
@click.option(
    "--search",
    is_flag=True,
    help="Also ask the search feeds of your list for each quote. This sends the quotes to them.",
)
@click.option("--outlet", help="Who published the article.")
@click.option("--agency", help="The news agency whose report it is.")
@click.option("--published", metavar="DATE", help="When it was published, such as 2026-10-13.")
@click.option("--url", help="The article's address.")
@since_option
@archive_option
@private_option
@contact_option
@formats("text", *_WRITERS, "lines")
@output_option
@quiet_option
@verbose_option
def check(
    article: str | None,
    feeds: tuple[str, ...],
    search: bool,
    outlet: str | None,
    agency: str | None,
    published: str | None,
    url: str | None,
    since: str | None,
    archive_path: Path | None,
    allow_private_hosts: bool,
    contact: str,
    form: str,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Compare an article's quotes with the archive and say what holds.

    ARTICLE is a path, an http address, or - for standard input; without it you are asked to
    paste. The article itself is never stored.

    Exit status: 0 nothing differs, 1 at least one quote differs or is contested, 2 it
    could not be done.

    \b
    Example: verifier check feeds/sample/article.txt --feeds feeds/sample/wires.opml
    """
    policy, now = Policy(), datetime.now(UTC)
    with errors():
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
        at = dates.moment(published) if published else None
        if at and at > now + _ANYWHERE:
            say(f"Note: {published} lies in the future; check --published.", unless=quiet)
        story = _with_facts(_read(article, bounds), outlet, agency, at, url)
        start = dates.start(since, now) if since else None
        lists = _lists(story, feeds, bounds, search=search) if feeds or search else []
        with open_archive(archive_path, policy, writing=bool(lists)) as archive:
            say(f"The archive is {archive.path}.", unless=quiet or not verbose)
            problems = _fetch(lists, archive, now, bounds, quiet=quiet) if lists else ()
            report = pipeline.check(
                story, archive, policy=policy, now=now, since=start, problems=problems
            )
        report = replace(report, searched=search)
        emit(_written(report, form, article, output), output)
    sys.exit(int(report.differs))


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also scare quotes, titles of works and names in marks.",
)
@private_option
@contact_option
@formats("text", "jsonl")
@output_option
def quotes(
    articles: tuple[str, ...],
    everything: bool,
    allow_private_hosts: bool,
    contact: str,
    form: str,
    output: Path | None,
) -> None:
    """List the quotes of articles with their speakers; nothing is compared.

    Exit status: 0, or 3 if some articles could not be read, 2 if none could.

    \b
    Example: verifier quotes feeds/sample/article.txt
    """
    with errors():
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
    written, refused = [], 0
    for name in articles or (None,):
        try:
            story = _read(name, bounds)
        except VerifierError as error:
            refused += 1
            complain(error)
            continue
        for problem in not_read(story, name or "the paste"):
            complain(f"{problem.subject}: {problem.message}")
        found = extract(story, everything=everything)
        written.append(_listed(name or "-", story, found, form))
    with errors():
        emit("".join(written), output)
    sys.exit(0 if not refused else 3 if written else 2)


def _listed(path: str, story: Story, found: Sequence[Quote], form: str) -> str:
    """The quotes of one article, as text or as a line of JSON."""
    from verifier.cli import terminal  # noqa: PLC0415 - each format its own writer
    from verifier.report import extraction  # noqa: PLC0415

    if form == "jsonl":
        return extraction.write_line(path, story, found)
    return extraction.write_text(path, story, found, width=terminal.width())


def _lists(
    story: Story, sources: Sequence[str], limits: Limits, *, search: bool
) -> list[tuple[tuple[Feed, ...], bool]]:
    """The feeds to ask first, by list; of searches nothing is to be remembered.

    Those that search are the given ones, else the user's own.
    """
    from verifier.pipeline.feeds import load_feeds, searches  # noqa: PLC0415 - not in every check

    given = [load_feeds(source, limits) for source in sources]
    if not search and any(f.searches for feeds in given if len(feeds) == 1 for f in feeds):
        raise InputError("this address searches", "--feeds", "add --search: it is sent each quote")
    lists = [(feeds, True) for feeds in given]
    engines = [f for feeds in given for f in feeds if f.searches] or subscriptions().feeds()
    return [*lists, (searches(story, engines), False)] if search else lists


def _fetch(
    lists: Sequence[tuple[tuple[Feed, ...], bool]],
    archive: Archive,
    now: datetime,
    limits: Limits,
    *,
    quiet: bool,
) -> tuple[Problem, ...]:
    """Ask the feeds of each list, and store what is new.

    A search feed that fails for one quote after another is a single problem for each reason.
    """
    from verifier.gather import gather  # noqa: PLC0415 - not in every check
    from verifier.pipeline.feeds import to_ask  # noqa: PLC0415

    problems: tuple[Problem, ...] = ()
    for feeds, remember in lists:
        say(f"Asking {len(feeds)} feeds ...", unless=quiet or not sys.stderr.isatty())
        asked = to_ask(feeds, agents())
        found = gather(asked, archive, now=now, limits=limits, every=True, remember=remember)
        problems += found.problems if remember else tuple(dict.fromkeys(found.problems))
    return problems


def _read(article: str | None, limits: Limits) -> Story:
    if article is not None and article != "-":
        return read_article(article, limits)
    if sys.stdin.isatty():
        say(_PASTE, unless=False)
    return read_paste(sys.stdin.buffer)


def _with_facts(
    story: Story, outlet: str | None, agency: str | None, at: datetime | None, url: str | None
) -> Story:
    return replace(
        story,
        outlet=outlet or story.outlet,
        agency=agency or story.agency,
        published=at or story.published,
        url=url or story.url,
    )


def _written(report: Report, form: str, article: str | None, output: Path | None) -> str:
    if form == "text":
        from verifier.cli import terminal  # noqa: PLC0415 - each format its own writer
        from verifier.report import text  # noqa: PLC0415

        return text.write(report, width=terminal.width(), style=terminal.style(output))
    if form == "lines":
        from verifier.report import lines  # noqa: PLC0415

        return lines.write(report, path=article or "-", source=characters(article))
    name, function = _WRITERS[form]
    write: Callable[[Report], str] = getattr(import_module(f"verifier.report.{name}"), function)
    return write(report)
