"""Simulated nights of the real run, killed and run again: `./run.sh soak` in small."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.soak import simulate


def test_nights_that_are_killed_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    trial = simulate(tmp_path, feeds=12, nights=4, kills=3)
    assert trial.wrong == []
    assert trial.killed >= 1
