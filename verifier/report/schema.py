"""The JSON Schema (2020-12) of the report, and that of a night's report."""

from __future__ import annotations

from importlib.resources import files


def text() -> str:
    """The schema of `verifier check --format json`."""
    return (files(__package__) / "schema.json").read_text(encoding="utf-8")


def night_text() -> str:
    """The schema of a night's `report.json`; it refers to the check's by its `$id`."""
    return (files(__package__) / "night.schema.json").read_text(encoding="utf-8")
