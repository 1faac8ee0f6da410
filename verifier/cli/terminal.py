"""How the text reports look on a terminal: its width, and colour unless it is unwanted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from verifier.model import Verdict
from verifier.report import text

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
_IN_A_PIPE = 80


def style(output: Path | None) -> text.Style:
    """Colours on a terminal; none in a file, in a pipe, or with NO_COLOR."""
    if output is not None or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text.unstyled
    return lambda piece, name: click.style(piece, **_COLOURS[name])


def width() -> int:
    """What COLUMNS says, else the columns of the terminal; 80 in a pipe.

    As shutil has it, which brings two libraries of compression with it: 2 ms of a check.
    """
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size().columns or _IN_A_PIPE
    except OSError:
        return _IN_A_PIPE
