"""The word lists as files: what reading them relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier import lexicon

FILES = sorted(lexicon.path("", ".").rglob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_nothing_stands_around_an_entry(file: Path) -> None:
    rows = [r for r in file.read_text("utf-8").splitlines() if r and not r.startswith("#")]
    assert rows
    for row in rows:
        feature, *rest = row.split("\t")
        assert len(rest) < 2, row
        assert feature == feature.strip() or float(rest[0]), row  # a feature may end in a word: ""
        assert rest == [cell.strip() for cell in rest], row
