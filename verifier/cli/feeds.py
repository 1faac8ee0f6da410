"""`verifier feeds`: the feeds that are compared, and how they are doing."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.cli.options import (
    archive_option,
    contact_option,
    default_archive,
    emit,
    errors,
    feeds_option,
    formats,
    limits,
    open_archive,
    output_option,
    private_option,
    say,
    subscriptions,
)
from verifier.model import Feed
from verifier.pipeline.feeds import feed_address, feed_rows, listed, take_over
from verifier.policy import Policy


@click.group()
def feeds() -> None:
    """The feeds that are compared, and how they are doing."""


@feeds.command("list")
@feeds_option
@archive_option
@private_option
@contact_option
@formats("text", "json", "opml")
@output_option
def list_feeds(
    feeds: tuple[str, ...],
    archive_path: Path | None,
    allow_private_hosts: bool,
    contact: str,
    form: str,
    output: Path | None,
) -> None:
    """List the feeds with their health: your own list, at first the catalogue of public wires.

    Each with when it was last read, when it is asked again, and why it fails; below them the
    last nightly run.

    \b
    Example: verifier feeds list
    """
    from verifier.report import feeds as writer  # noqa: PLC0415 - each command its own writer

    with errors():
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
        found = listed(feeds, subscriptions(), bounds)
        path = archive_path or default_archive()
        rows, last = feed_rows(found, None), None
        if path.exists():
            with open_archive(path, Policy()) as archive:
                rows, last = feed_rows(found, archive), archive.nights.last_run()
        emit(writer.WRITERS[form](rows, last), output)


@feeds.command()
@click.argument("url")
@click.option("--title", help="What it is called; by default its address.")
@click.option("--agency", help="The agency whose feed it is.")
def add(url: str, title: str | None, agency: str | None) -> None:
    """Add the feed at URL, or in a file, to your list.

    \b
    Example: verifier feeds add https://example.org/rss --title "Example Wire"
    """
    with errors():
        address = feed_address(url)
        added = subscriptions().add((Feed(url=address, title=title or url, agency=agency),))
    say("Added." if added else "It is in the list already.", unless=False)


@feeds.command()
@click.argument("feed")
def remove(feed: str) -> None:
    """Remove the feed of this address or title from your list.

    \b
    Example: verifier feeds remove "Example Wire"
    """
    with errors():
        gone = subscriptions().remove(feed)
    say(f"Removed {gone.title} ({gone.url}).", unless=False)


@feeds.command("import")
@click.argument("source", metavar="FILE_OR_URL")
@private_option
@contact_option
def import_list(source: str, allow_private_hosts: bool, contact: str) -> None:
    """Add the feeds of an OPML file, as feed readers write it, to your list.

    Their folders and what else another reader wrote beside them come along.

    \b
    Example: verifier feeds import subscriptions.opml
    """
    with errors():
        bounds = limits(allow_private=allow_private_hosts, contact=contact)
        added, found = take_over(source, subscriptions(), bounds)
    say(f"Added {added} of {found} feeds.", unless=False)


@feeds.command("export")
@output_option
def export_list(output: Path | None) -> None:
    """Write your list as OPML, for other feed readers; what they wrote in it is kept.

    \b
    Example: verifier feeds export -o feeds.opml
    """
    with errors():
        emit(subscriptions().source().decode("utf-8"), output)
