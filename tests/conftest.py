"""No configuration of whoever runs the tests counts, and in CI nothing may be skipped.

VERIFIER_NO_SKIP=1 makes every skip a failure.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests import cluster

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


@pytest.fixture(scope="module", params=["local[2]", "standalone"])
def spark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A Spark session: threads of one process, and a cluster of two workers."""
    from verifier.spark import session  # noqa: PLC0415 - an extra

    if request.param == "standalone":
        with cluster.standalone(tmp_path_factory.mktemp("cluster")) as address:
            settings = {
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.ui.enabled": "false",
                "spark.executor.memory": "512m",
            }
            with session(address, settings) as running:
                yield running
    else:
        with session(request.param, {}) as running:
            yield running
