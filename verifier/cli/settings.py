"""The configuration file: options by their names, for all commands and for single ones.

    contact = "desk@example.org"            # for every command that has the option

    [nightly]                               # for this one
    report = "/srv/quotes"

    [user-agents]                           # as what single feeds are asked
    "https://example.org/rss" = "Feedly/1.0"

The command line counts first, then `VERIFIER_<OPTION>` in the environment, then a command's
table, then what stands above the tables, then the default.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any

import click

from verifier.errors import InputError
from verifier.value import value

# They stand here once more so that a wrong name is found whatever command is run, and none has
# to be loaded for it.
COMMANDS = (
    "check", "quotes", "search", "import", "watch", "fetch", "nightly", "ignore", "shard",
    "feeds list", "feeds add", "feeds remove", "feeds import", "feeds export",
    "archive stats", "archive check", "archive backup", "archive prune", "schema",
)  # fmt: skip
OPTIONS = (
    "again", "agency", "all", "allow-private-hosts", "archive", "archives", "before", "contact",
    "engine", "every", "fail-on", "feeds", "format", "master", "night", "once", "outlet", "output",
    "published", "quiet", "report", "search", "silent", "since", "size", "spark-conf", "title",
    "url", "verbose", "why",
)  # fmt: skip
_PREFIX = "VERIFIER_"
# What else may stand in the environment: where things are, and that the tests may skip nothing.
_OTHERS = frozenset({"VERIFIER_CONFIG", "VERIFIER_DATA", "VERIFIER_NO_SKIP"})
_AGENTS = "user-agents"
_NEAR = 60.0  # of 100: below it a suggestion puzzles more than it helps

Defaults = dict[str, Any]
"""What an option's parameter is when neither the command line nor the environment says so."""


@value
class Settings:
    """What a configuration file says; nothing, if there is none."""

    path: Path = field(default_factory=Path)
    shared: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)

    def defaults(self, command: click.Command, path: str) -> Defaults:
        """The values that the file gives to the options of a command, or of those of a group.

        Raises InputError for a value of another kind than the option's, and in the command's
        own table for the name of an option that it does not have.
        """
        if isinstance(command, click.Group):
            return {
                name: self.defaults(inner, f"{path} {name}")
                for name, inner in command.commands.items()
            }
        options = {_name(o): o for o in command.params if isinstance(o, click.Option)}
        own = self.tables.get(path, {})
        for key in own:
            if key not in options:
                raise _unknown(key, options, self.path, f"`verifier {path}` has no option")
        found = {k: v for k, v in self.shared.items() if k in options} | dict(own)
        return {
            options[key].name or "": _value(options[key], value, key, self.path)
            for key, value in found.items()
        }


def load() -> Settings:
    """What stands in the user's configuration file, or in the one that VERIFIER_CONFIG names.

    Raises InputError if it cannot be read, is no TOML, or holds a key that is none; and if the
    environment has a VERIFIER_* that is none.
    """
    _check_environment(os.environ)
    named = os.environ.get("VERIFIER_CONFIG")
    if named == "":
        return Settings()
    path = Path(named) if named else _usual()
    if not named and not os.path.exists(path):  # noqa: PTH110 - one that may not be searched is none
        return Settings()
    return parse(_read(path), path)


def _usual() -> Path:
    return _folder() / "config.toml"


def _folder() -> Path:
    """The user's configuration folder for this program."""
    if sys.platform != "linux":
        from platformdirs import user_config_path  # noqa: PLC0415 - it takes 4 ms of every start

        return user_config_path("quote-verifier")
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    home = named if named.is_absolute() else Path("~/.config").expanduser()
    return home / "quote-verifier"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError(reason, str(path), "it is the configuration file") from error
    except UnicodeDecodeError as error:
        raise InputError(
            "not written in UTF-8", str(path), "it is the configuration file"
        ) from error


def parse(text: str, path: Path) -> Settings:
    """The settings of a configuration file's `text`. Raises InputError."""
    import tomllib  # noqa: PLC0415 - only who has such a file pays for it

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"no TOML, {error}", str(path), "see docs/nightly.md") from error
    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    shared = {key: value for key, value in content.items() if key not in tables}
    agents = tables.pop(_AGENTS, {})
    for key in tables:
        if key not in COMMANDS:
            raise _unknown(key, (*COMMANDS, _AGENTS), path, "no command is called")
    for key in (key for table in (shared, *tables.values()) for key in table):
        if key not in OPTIONS:
            raise _unknown(key, OPTIONS, path, "no option is called")
    for address, agent in agents.items():
        if not (isinstance(agent, str) and agent.isascii() and agent.isprintable()):
            raise InputError("this cannot stand in a request", f"{path}, {address}", "write a text")
    return Settings(path=path, shared=shared, tables=tables, agents=agents)


def _unknown(key: str, known: Iterable[str], path: Path | str, why: str) -> InputError:
    """An error that names what is nearest to `key`."""
    from rapidfuzz.process import extractOne  # noqa: PLC0415 - only for who mistypes

    near = extractOne(key, list(known), score_cutoff=_NEAR)
    hint = f"did you mean {near[0]}?" if near else "`verifier COMMAND --help` lists them"
    return InputError(f"{why} {key}", str(path), hint)


def _check_environment(names: Iterable[str]) -> None:
    known = {_PREFIX + name.replace("-", "_").upper() for name in OPTIONS} | _OTHERS
    for name in names:
        if name.startswith(_PREFIX) and name not in known:
            raise _unknown(name, sorted(known), "the environment", "no option is called")


def from_environment(command: click.Command) -> None:
    """Let each option of a command, or of those of a group, be set by `VERIFIER_<OPTION>`."""
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        from_environment(inner)
    for option in command.params:
        if isinstance(option, click.Option):
            option.envvar = _PREFIX + _name(option).replace("-", "_").upper()


def _name(option: click.Option) -> str:
    """`fail-on` of `--fail-on`."""
    return max(option.opts, key=len).removeprefix("--")


def _value(option: click.Option, value: object, key: str, path: Path) -> object:
    """`value` as click takes it for `option`; paths are meant beside the file."""
    if option.is_flag:
        return _required(value, bool, "true or false", key, path)
    if option.multiple:
        listed = _required(value if isinstance(value, list) else [value], list, "", key, path)
        return [_placed(option, _text(one, key, path), path) for one in listed]
    return _placed(option, _text(value, key, path), path)


def _text(value: object, key: str, path: Path) -> str:
    if isinstance(value, date):  # TOML has dates of its own; a datetime is one
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return str(_required(value, str, "a text", key, path))


def _required(value: object, kind: type, called: str, key: str, path: Path) -> Any:
    if not isinstance(value, kind):
        raise InputError(f"{key} must be {called}", str(path), f"it is {value!r}"[:200])
    return value


def _placed(option: click.Option, written: str, path: Path) -> str:
    """A path that is not absolute is meant from the file's folder, `~` is the home folder."""
    is_path = isinstance(option.type, click.Path)
    if not is_path and (_name(option) != "feeds" or "://" in written):
        return written
    return str(path.absolute().parent / Path(written).expanduser())
