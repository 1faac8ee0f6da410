"""Killed in the middle of an import: whole steps or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent.parent


def test_a_killed_import_leaves_whole_steps_and_a_rerun_completes_it() -> None:
    """In a process of its own, since it forks."""
    command = [sys.executable, "-m", "tests.benchmarks.kill", "--runs", "24", "--quotes", "900"]
    ran = subprocess.run(command, cwd=_HERE, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "24 killed in the middle" in ran.stdout
    assert " 0 faults" in ran.stdout
