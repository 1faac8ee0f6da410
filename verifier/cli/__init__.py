"""The command line: options, one pipeline call, one writer, one exit status."""

from __future__ import annotations

import gc

# What is made while the program starts stays until it ends: looking through it for garbage
# again and again, from the first import on, costs a check a twentieth of its time.
gc.disable()

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from verifier import __version__
from verifier.cli import settings
from verifier.cli.options import errors, fail, unwritten

_SELDOM = 50_000  # values between two looks

# Each command and the room that has it, which is opened when the command is called.
_COMMANDS = {
    "check": ("check", "check"),
    "quotes": ("check", "quotes"),
    "search": ("search", "search"),
    "import": ("intake", "import_"),
    "watch": ("intake", "watch"),
    "fetch": ("nightly", "fetch"),
    "nightly": ("nightly", "nightly"),
    "ignore": ("nightly", "ignore"),
    "shard": ("shards", "shard"),
    "feeds": ("feeds", "feeds"),
    "archive": ("holdings", "archive"),
    "schema": ("schema", "schema"),
}


class _Program(click.Group):
    """Ends with 130 when interrupted and with 2 on a bug: 1 means that quotes differ."""

    status: str | int | None = None  # of this process, when it has one

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a process of its own."""
        _open_streams()
        try:
            with _printing():
                return super().__call__(*args, **kwargs)
        except SystemExit as end:
            self.status = end.code
            raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line."""
        sys.excepthook = _bug
        return super().main(*args, **kwargs)

    def list_commands(self, _: click.Context) -> list[str]:
        """The commands, in the order in which a newcomer meets them."""
        return list(_COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """The command of that name; None if there is none."""
        if name not in _COMMANDS:
            return None
        room, command = _COMMANDS[name]
        found: click.Command = getattr(import_module(f"verifier.cli.{room}"), command)
        _started()
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is run, with what the environment and the file say of its options."""
        name, command, rest = super().resolve_command(ctx, args)
        if name and command:
            with errors():
                ctx.obj = settings.load()
                ctx.default_map = {name: ctx.obj.defaults(command, name)}
            settings.from_environment(command)
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("verifier: interrupted; what was stored before is kept", err=True)
            ctx.exit(130)
        except click.UsageError as error:
            raise _with_example(error, error.ctx or self._called(ctx)) from error

    def _called(self, ctx: click.Context) -> click.Context:
        """That of the command: an option without its value is refused before there is one."""
        name = ctx.invoked_subcommand or ""
        command = self.get_command(ctx, name)
        return click.Context(command, parent=ctx, info_name=name) if command else ctx


def _with_example(error: click.UsageError, ctx: click.Context) -> click.UsageError:
    """The same error, with the example that stands in the help of the command of `ctx`."""
    _, found, example = cleandoc(ctx.command.help or "").partition("Example: ")
    if not found:
        return error
    return click.UsageError(f"{error.format_message()}\n{found}{example.strip()}", ctx)


def _started() -> None:
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(_SELDOM)
        gc.enable()


def _open_streams() -> None:
    """What the caller closed holds nothing, refuses what is written or, of messages, loses it."""
    for name, mode in (("stdin", "r"), ("stdout", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - until the end


@contextmanager
def _printing() -> Iterator[None]:
    """Output that cannot be written is one line, whoever wrote it: click has no error for it."""
    try:
        yield
    except OSError as error:
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace and trace.tb_frame.f_code is click.echo.__code__:
            fail(unwritten(error))
        raise


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    import traceback  # noqa: PLC0415 - only a bug pays for it

    try:
        traceback.print_exception(kind, error, trace)
        click.echo(
            "verifier: this is a bug in the program; please report the lines above", err=True
        )
        sys.stdout.flush()
    finally:  # whatever cannot be written
        os._exit(2)


@atexit.register  # the first to be registered, and so the last to be called
def _end() -> None:
    """End the process as it is: to take apart all that it holds would cost a check 5 ms."""
    if isinstance(main.status, int):
        with suppress(OSError):  # said when it was printed
            sys.stdout.flush()
        os._exit(main.status)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
def main() -> None:
    """Did this person say this, in these words, and who else has it?

    \b
    Check an article:       verifier check article.txt --feeds wires.opml
    Paste one:              verifier check
    Only list its quotes:   verifier quotes article.txt
    Where was it said?      verifier search "every one of its 214 cables"

    Every option can also be set in the environment, as VERIFIER_CONTACT for --contact, or in
    config.toml in your configuration folder (VERIFIER_CONFIG names another file): by its name,
    or in a table of the command's name for that command alone.
    """


__all__ = ["main"]
