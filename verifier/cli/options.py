"""What the commands share: options, errors as one line, and where results go."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from verifier.archive import Archive
from verifier.cli.settings import Settings
from verifier.errors import InputError, VerifierError
from verifier.fetch import Limits, agent
from verifier.policy import Policy

if TYPE_CHECKING:
    from verifier.subscriptions import Subscriptions

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)


def formats(*names: str) -> Callable[[_F], _F]:
    """The option --format with these choices; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How the result is written.",
    )


archive_option = click.option(
    "--archive",
    "archive_path",
    type=_FILE,
    help="The archive file; by default in your data folder.",
)
output_option = click.option(
    "-o", "--output", type=_FILE, help="Write the result to this file, whole or not at all."
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no messages.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Say what is being done.")
private_option = click.option(
    "--allow-private-hosts",
    is_flag=True,
    help="Also ask addresses on this machine and in private networks.",
)
contact_option = click.option(
    "--contact",
    default="",
    metavar="ADDRESS",
    help="Whom a server's owner can write to: an address or page that every request names.",
)
feeds_option = click.option(
    "--feeds",
    multiple=True,
    metavar="FILE_OR_URL",
    help="These feeds (OPML, or a feed) instead of your own list. Repeatable.",
)
since_option = click.option(
    "--since",
    metavar="DATE_OR_DURATION",
    help="Look only at stories since then, such as 2026-10-01 or 14d.",
)


def limits(*, allow_private: bool, contact: str) -> Limits:
    """What a request may cost and says of itself. Raises InputError."""
    if not (contact.isascii() and contact.isprintable()):
        hint = "give an e-mail address or the address of a page"
        raise InputError("this cannot stand in a request", "--contact", hint)
    return Limits(allow_private=allow_private, user_agent=agent(contact.strip()))


def agents() -> Mapping[str, str]:
    """What the configuration file says as what single feeds are asked, by their address."""
    found = click.get_current_context().find_object(Settings)
    return found.agents if found else {}


def say(message: str, *, unless: bool) -> None:
    """A message on standard error."""
    if not unless:
        click.echo(message, err=True)


def complain(error: VerifierError | str) -> None:
    """One line on standard error."""
    click.echo(f"verifier: {error}", err=True)


def fail(error: VerifierError | str) -> NoReturn:
    """One line on standard error, and exit status 2."""
    complain(error)
    sys.exit(2)


@contextmanager
def errors() -> Iterator[None]:
    """An error is one line on standard error and exit status 2."""
    try:
        yield
    except VerifierError as error:
        fail(error)


def data_folder() -> Path:
    """The user's data folder (or VERIFIER_DATA), which is made if it is missing."""
    if chosen := os.environ.get("VERIFIER_DATA"):
        return Path(chosen)
    from platformdirs import user_data_path  # noqa: PLC0415 - only where it is needed

    return user_data_path("quote-verifier", ensure_exists=True)


def default_archive() -> Path:
    """The archive in the user's data folder."""
    return data_folder() / "archive.db"


def subscriptions() -> Subscriptions:
    """The user's own list of feeds."""
    from verifier.subscriptions import Subscriptions  # noqa: PLC0415 - it brings lxml

    return Subscriptions(data_folder() / "feeds.opml")


def open_archive(path: Path | None, policy: Policy, *, writing: bool = False) -> Archive:
    """For reading, the default one is made if it is missing; one that was named must exist."""
    named = path is not None
    path = path or default_archive()
    readonly = not writing and path.exists()
    create = writing or not named
    return Archive.open(path, create=create, readonly=readonly, policy=policy, outdated=outdated)


def outdated() -> None:
    """What is said before an archive of an older format is opened for the first time."""
    message = "Bringing the archive up to date, once: about a minute for a million quotes ..."
    say(message, unless=False)


def emit(text: str, output: Path | None) -> None:
    """To standard output, or to a file that is replaced in one step. Raises InputError."""
    if output is None:
        _print(text)
        return
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        missing = not output.parent.is_dir()
        hint = "make the folder first" if missing else "choose another file with -o"
        raise InputError(error.strerror or "cannot be written", str(output), hint) from error


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise  # whoever read it has enough: click ends quietly
    except OSError as error:
        raise unwritten(error) from error


def unwritten(error: OSError) -> InputError:
    """Standard output takes no more, or was closed by the caller."""
    reason = error.strerror or "cannot be written"
    return InputError(reason, "standard output", "make room, or use -o")
