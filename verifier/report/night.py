"""The nightly report as a folder of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from verifier.errors import InputError
from verifier.model import NightReport
from verifier.report import json


def write_folder(night: NightReport, folder: Path) -> None:
    """`index.html`, `report.json`, `findings.atom` and `findings.csv`, each whole or not at all.

    Raises InputError if the folder cannot be written to.
    """
    from verifier.report import atom, csv, html  # noqa: PLC0415 - a template engine comes along

    written: dict[str, Callable[[NightReport], str]] = {
        "index.html": html.write_night,
        "report.json": json.write_night,
        "findings.atom": atom.write_night,
        "findings.csv": csv.write_night,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in written.items():
            part = folder / f".{name}.part"
            part.write_text(write(night), encoding="utf-8", newline="")
            part.replace(folder / name)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise InputError(reason, str(folder), "choose another --report folder") from error
