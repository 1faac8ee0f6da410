"""No configuration of whoever runs the tests counts, and in CI nothing may be skipped.

VERIFIER_NO_SKIP=1 makes every skip a failure.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

os.environ["VERIFIER_CONFIG"] = ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("VERIFIER_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report
