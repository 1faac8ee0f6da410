"""Folders of real articles (PolNeAR's layout) as stories, and an archive of them.

A folder GOLD holds `text/*.txt`; beside it `metadata.tsv` says who published them and when.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from verifier.archive import Archive
from verifier.extraction import extract
from verifier.model import Quote, Story

_NONE = {"", "None", "NA"}


def stories(folders: Iterable[Path]) -> Iterator[Story]:
    """Every article of the folders, with what its metadata say."""
    for folder in folders:
        rows = _metadata(folder.parent / "metadata.tsv")
        for path in sorted((folder / "text").glob("*.txt")):
            yield _story(path, rows.get(path.stem, {}))


def _metadata(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["filename"]: row for row in csv.DictReader(lines, delimiter="\t")}


def _story(path: Path, row: dict[str, str]) -> Story:
    day = row.get("publication_date", "")
    wire = row.get("wire", "")
    return Story(
        text=path.read_text(encoding="utf-8"),
        title=row.get("title", path.stem),
        url=f"https://gold.example/{path.stem}",
        outlet=row.get("publisher", ""),
        agency=None if wire in _NONE else wire,
        published=datetime.fromisoformat(day).replace(tzinfo=UTC) if day not in _NONE else None,
    )


def archive(path: Path, folders: Iterable[Path]) -> list[tuple[Story, tuple[Quote, ...]]]:
    """The archive at `path` of all articles, filled if it is new; and the articles themselves."""
    if not path.exists():
        with Archive.open(path) as opened:
            opened.add((story, extract(story)) for story in stories(folders))
    with Archive.open(path) as opened:
        found = [(s, opened.quotes_in(s.id)) for s in stories(folders)]
    return [(story, tuple(quotes)) for story, quotes in found]
