"""Spark started and stopped, and what its errors mean to a person."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from verifier import __version__
from verifier import errors as known
from verifier.errors import ClusterError, VerifierError

_TRIES = 4  # of a task whose worker died, on one machine as on a cluster
_LOCAL = re.compile(r"local(?:\[(\w+|\*)\])?")
_CAUSE = re.compile(r"\w+(?:Exception|Error): .+")
_VERSIONS = re.compile(r"in worker has different version: (\S+) than that in driver: (\d\S*\d)")
_RAISED = re.compile(r"verifier\.errors\.(\w+): (.+)")


@contextmanager
def session(master: str | None, options: Mapping[str, str]) -> Iterator[SparkSession]:
    """A Spark session, ended with the block; `master` None: whatever spark-submit says.

    The workers run the Python that runs this, unless PYSPARK_PYTHON names another. Raises
    ClusterError.
    """
    _require_java(os.environ.get("JAVA_HOME"))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("quote-verifier")
    for name, value in {**_settings(master), **options}.items():
        builder = builder.config(name, value)
    with errors():
        spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _require_java(home: str | None) -> None:
    if home and not which("java", path=str(Path(home) / "bin")):
        hint = "set JAVA_HOME to the folder of Java 17 or newer, or unset it"
        raise ClusterError("there is no Java where JAVA_HOME says", home, hint)
    if not home and not which("java"):
        hint = "install Java 17 or newer (Debian: default-jre-headless), or set JAVA_HOME"
        raise ClusterError("Spark needs Java", "java", hint)


def _settings(master: str | None) -> dict[str, str]:
    """Quiet; on one machine nothing listens to others, and a task is tried again there too."""
    settings = {
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # what fails is told in a line; its traces are for who asks
        "spark.sql.session.timeZone": "UTC",  # what a Parquet column without a zone means
    }
    if master is None:
        return settings
    if found := _LOCAL.fullmatch(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
        }
        master = f"local[{found[1] or 1},{_TRIES}]"
    return settings | {"spark.master": master}


# ---------------------------------------------------------------- what can go wrong
@contextmanager
def errors() -> Iterator[None]:
    """What Spark's errors mean: an error of our own that a worker raised, else ClusterError."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise meaning(str(error)) from error


def meaning(text: str) -> VerifierError:
    """The error that Spark's `text` tells of."""
    if raised := _RAISED.search(text):
        kind: type[VerifierError] = getattr(known, raised[1], ClusterError)
        return kind(raised[2].strip())
    for sign, (message, hint) in _MEANING.items():
        if sign in text:
            versions = _VERSIONS.search(text)
            return ClusterError(message, versions.expand(r"\1, not \2") if versions else "", hint)
    cause = _CAUSE.search(text)
    said = cause[0] if cause else text.partition("\n")[0]
    hint = "add --spark-conf spark.log.level=WARN to see its log"
    return ClusterError("Spark could not do it", said.strip(), hint)


_OTHER = (
    "the workers have another quote-verifier",
    f"install {__version__} in the Python that PYSPARK_PYTHON names, on every worker",
)
_STORAGE = (
    "Spark cannot read this storage",
    "for s3a add --spark-conf spark.jars.packages=org.apache.hadoop:hadoop-aws:VERSION",
)
_MEANING = {
    "PYTHON_VERSION_MISMATCH": (
        "the workers run another Python than this",
        "set PYSPARK_PYTHON to one of the same version on every worker",
    ),
    "No module named 'verifier'": (
        "the workers do not have quote-verifier",
        "install it in the Python that PYSPARK_PYTHON names, on every worker",
    ),
    # Ours is loaded by name: one that came before this package, or after it, has other names.
    "No module named 'verifier.": _OTHER,
    "on <module 'verifier": _OTHER,
    "No module named 'pyarrow": (
        "the workers do not have pyarrow",
        "install quote-verifier[spark] on every worker",
    ),
    "PyArrow >= ": (
        "the workers' pyarrow is missing or too old",
        "install quote-verifier[spark] on every worker",
    ),
    "Cannot run program": (
        "the workers cannot start Python",
        "set PYSPARK_PYTHON to one that is there on every worker",
    ),
    "Python worker exited unexpectedly": (
        "a worker was killed again and again",
        "give executors more memory, or make smaller shards; see docs/scale.md",
    ),
    "No space left on device": (
        "a disk of the cluster is full",
        "make room, or name other disks with spark.local.dir; run it again",
    ),
    "PATH_NOT_FOUND": (
        "no such file or folder where Spark looks",
        "every worker must reach it; the address may name the storage, as s3a://bucket/folder",
    ),
    "No FileSystem for scheme": _STORAGE,
    "ClassNotFoundException: Class org.apache.hadoop.fs.": _STORAGE,
    "JAVA_GATEWAY_EXITED": (
        "Spark did not start",
        "see the lines above; it needs Java 17 or newer",
    ),
}

__all__ = ["SparkSession", "errors", "meaning", "session"]
