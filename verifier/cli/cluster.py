"""What the commands share that can work on a Spark cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from verifier.errors import InputError

if TYPE_CHECKING:
    from verifier.spark.session import SparkSession

engine_option = click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where the work is done: here, or with --archives on a Spark cluster.",
)
master_option = click.option(
    "--master",
    metavar="URL",
    help="The cluster: local[4], spark://host:7077, yarn; by default what spark-submit says.",
)
settings_option = click.option(
    "--spark-conf",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting of Spark's. Repeatable.",
)


def refuse_unless_spark(**given: object) -> None:
    """Raises InputError if an option is given that only Spark takes; its name has _ for -."""
    for name, value in given.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            raise InputError("only Spark takes this", option, "add --engine spark")


@contextmanager
def session(master: str | None, settings: tuple[str, ...]) -> Iterator[SparkSession]:
    """A Spark session. Raises InputError if Spark is not installed; ClusterError."""
    try:
        from verifier import spark  # noqa: PLC0415 - an extra, and heavy
    except ModuleNotFoundError as error:
        _absent(error)
    with spark.session(master, dict(map(_setting, settings))) as running:
        yield running


def _absent(error: ModuleNotFoundError) -> NoReturn:
    hint = "pip install 'quote-verifier[spark]'"
    raise InputError(f"{error.name} is not installed", "--engine spark", hint) from error


def _setting(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign:
        raise InputError("no NAME=VALUE", written, "such as spark.executor.memory=4g")
    return name, value
