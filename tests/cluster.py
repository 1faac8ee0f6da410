"""Spark for the tests, on this machine: threads of one process, and a cluster on loopback.

The cluster is real: a standalone master and two workers, from pyspark's jars.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import which

SECONDS = 90


def missing() -> str:
    """Why Spark cannot run here; empty if it can."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'quote-verifier[spark]'"
    return "" if which("java") else "there is no Java: apt-get install default-jre-headless"


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[str]:
    """The address of a master with so many workers of one core each, until the block ends."""
    with ExitStack() as running:
        log = folder / "master.log"
        running.enter_context(
            _java("master.Master", log, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        )
        address = "spark://" + _word_after(log, "Starting Spark master at spark://")
        for number in range(workers):
            place = folder / f"worker{number}"
            place.mkdir()
            worker_log = place / "log"
            options = ("--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "1G")
            running.enter_context(
                _java("worker.Worker", worker_log, *options, "-d", str(place), address)
            )
            _word_after(worker_log, "Successfully registered with master ")
        yield address


@contextmanager
def _java(name: str, log: Path, *args: str) -> Iterator[None]:
    import pyspark  # noqa: PLC0415 - an extra

    home = Path(pyspark.__file__).parent
    command = [
        "java",
        "-Xmx512m",
        "-cp",
        f"{home}/jars/*",
        f"org.apache.spark.deploy.{name}",
        *args,
    ]
    # Outside of Spark's own folder a worker does not know for which Scala its jars are.
    scala = next(home.glob("jars/spark-core_*")).name.split("_")[1].split("-")[0]
    env = (
        os.environ
        | {"SPARK_SCALA_VERSION": scala}
        | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home)}
    )
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=env) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(SECONDS)


def _word_after(log: Path, sign: str) -> str:
    """The word that a log has after `sign`, once it is there."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        _, found, rest = log.read_text(errors="replace").partition(sign)
        if found and "\n" in rest:
            return rest.split()[0]
        time.sleep(0.1)
    raise TimeoutError(f"no '{sign}' in {log}: {log.read_text(errors='replace')[-2000:]}")
