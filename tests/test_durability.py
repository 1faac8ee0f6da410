"""Killed in the middle of an import: whole steps or nothing."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.kill import trial


def test_a_killed_import_leaves_whole_steps_and_a_rerun_completes_it(tmp_path: Path) -> None:
    killed, wrong = trial(tmp_path, runs=5, quotes=1500)
    assert wrong == []
    assert killed > 0
