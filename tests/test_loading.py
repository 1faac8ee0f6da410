"""Importing: bounded memory, progress within a file, problems that are named or counted."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from verifier import loading
from verifier.archive import Archive
from verifier.model import Imported
from verifier.pipeline.intake import import_paths
from verifier.report.imported import write_json, write_text

if TYPE_CHECKING:
    import pytest


def line(number: int) -> str:
    text = f"“The ferry number {number} sails at noon today,” said Ada Quill."
    return json.dumps({"url": f"https://wire.example/{number}", "outlet": "Wire", "text": text})


def imported(tmp_path: Path, lines: list[str]) -> tuple[Imported, list[tuple[int, int]]]:
    source = tmp_path / "stories.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told: list[tuple[int, int]] = []
    with Archive.open(tmp_path / "archive.db") as archive:
        found = import_paths([source], archive, lambda done, total: told.append((done, total)))
        assert archive.check() == []
    return found, told


def test_progress_is_told_line_by_line(tmp_path: Path) -> None:
    _, told = imported(tmp_path, [line(n) for n in range(40)])
    size = (tmp_path / "stories.jsonl").stat().st_size
    assert len(told) == 40
    assert all(one[0] < other[0] for one, other in pairwise(told))
    assert told[-1] == (size, size)


def test_bad_lines_are_named_by_number_and_a_second_run_adds_nothing(tmp_path: Path) -> None:
    lines = [line(1), "{not json", line(2), '{"text": ""}', line(3)]
    found, _ = imported(tmp_path, lines)
    assert (found.new, found.same) == (3, 0)
    assert [p.subject.rpartition(":")[2] for p in found.problems] == ["2", "4"]
    again, _ = imported(tmp_path, lines)
    assert (again.new, again.same) == (0, 3)


def test_long_stories_are_stored_before_there_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_HEAVY", 100)
    found, _ = imported(tmp_path, [line(n) for n in range(9)])
    assert found.new == 9
    with Archive.open(tmp_path / "archive.db") as archive:
        (numbers,) = archive._db.execute("SELECT max(number) FROM segment").fetchone()
    assert numbers > 1  # one for all nine would be the first


def test_endless_problems_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_NAMED", 60)
    found, _ = imported(tmp_path, ["{not json"] * 100)
    assert (len(found.problems), found.unnamed) == (60, 40)
    assert "... and 50 more were refused." in write_text(found)
    assert json.loads(write_json(found))["unnamed"] == 40
