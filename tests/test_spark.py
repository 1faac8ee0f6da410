"""One test body over the engines: one archive here, its shards on Spark, on a real cluster too.

Without Java or pyspark these tests are skipped, and say so.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from json import loads
from pathlib import Path
from shutil import copy
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from tests import cluster
from tests.generated import NOW, POLICY, Night
from verifier.archive import Archive
from verifier.cli import main
from verifier.errors import ArchiveError, ClusterError
from verifier.fetch import Limits
from verifier.pipeline import shards
from verifier.pipeline.article import read_article
from verifier.pipeline.check import check
from verifier.report import json
from verifier.retrieval import Search

if not cluster.missing():
    from verifier.spark import SparkSearch
    from verifier.spark.session import meaning

pytestmark = pytest.mark.skipif(bool(cluster.missing()), reason=cluster.missing())

ROOT = Path(__file__).parents[1]
SEED = ROOT.parent / "shared" / "seed"


def searching(spark: Any, own: Archive, pattern: Path) -> Search:
    return SparkSearch(spark, own, shards.find(str(pattern)), POLICY)


def split(path: Path, folder: Path, size: int) -> tuple[Path, ...]:
    with Archive.open(path) as archive:
        return shards.shard(archive, folder, size, lambda _path: None)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(tmp_path_factory.mktemp("night"), old=20_000, new=200)


@pytest.mark.parametrize("count", [1, 4, 16])
def test_a_night_on_spark_is_a_night_here(spark: Any, made: Night, count: int) -> None:
    folder = made.shards(count)
    assert made.report(made.own, 0, lambda own: searching(spark, own, folder)) == made.here


def test_what_the_archive_and_the_shards_both_hold_counts_once(spark: Any, made: Night) -> None:
    folder = made.shards(4)
    found = made.report(made.whole, made.before, lambda own: searching(spark, own, folder))
    assert found == made.here


def test_a_worker_that_is_killed_changes_nothing(spark: Any, made: Night, tmp_path: Path) -> None:
    """Each job loses a worker while it hands over rows, and is tried again."""

    class Dying(SparkSearch):
        def _on_shards(self, work: Any, schema: str, tasks: int = 1) -> Any:
            marker = tmp_path / uuid4().hex
            killed.append(marker)

            def dies_once(path: Path, turn: int) -> Iterator[Any]:
                for row in work(path, turn):
                    yield row
                    if not marker.exists():
                        marker.touch()
                        os.kill(os.getpid(), signal.SIGKILL)

            return super()._on_shards(dies_once, schema, tasks)

    killed: list[Path] = []
    paths = shards.find(str(made.shards(4)))
    assert made.report(made.own, 0, lambda a: Dying(spark, a, paths, POLICY)) == made.here
    assert len(killed) > 3
    assert all(marker.exists() for marker in killed)


# ---------------------------------------------------------------- a check
ARTICLES = {"sample": (ROOT / "feeds/sample/article.txt", ROOT / "feeds/sample/wires.opml")}
if SEED.exists():
    ARTICLES["seed"] = (SEED / "china-security-offices.txt", SEED / "wires" / "wires.opml")


@pytest.mark.parametrize("name", ARTICLES)
def test_a_check_on_spark_is_a_check_here(spark: Any, name: str, tmp_path: Path) -> None:
    source, feeds = ARTICLES[name]
    whole = tmp_path / "whole.db"
    fetched = CliRunner().invoke(main, ["fetch", "--feeds", str(feeds), "--archive", str(whole)])
    assert fetched.exit_code == 0, fetched.output
    whole = over_days(whole, tmp_path / "days.db")
    article = read_article(str(source), Limits())
    with Archive.open(whole) as archive:
        here = check(article, archive, policy=POLICY, now=NOW)
    assert any(finding.matches for finding in here.findings)
    assert len(split(whole, tmp_path / "shards", 10)) > 1
    with Archive.open(tmp_path / "own.db") as own:
        search = searching(spark, own, tmp_path / "shards")
        there = check(article, own, policy=POLICY, now=NOW, search=search)
    assert json.write(there) == json.write(here)


def over_days(source: Path, target: Path) -> Path:
    """The stories of one night a day apart, so that each shard has some."""
    with Archive.open(source) as fetched, Archive.open(target) as spread:
        for number, (story, quotes) in enumerate(fetched.added_since(0)):
            later = (story.published or NOW) + timedelta(days=number)
            spread.add([(replace(story, published=later), quotes)])
    return target


# ---------------------------------------------------------------- what can go wrong
def test_a_shard_that_is_missing(spark: Any, tmp_path: Path) -> None:
    missing = tmp_path / "gone.db"
    with (
        Archive.open(tmp_path / "own.db") as own,
        pytest.raises(ArchiveError, match=r"no such archive.*gone\.db.*each worker must reach"),
    ):
        SparkSearch(spark, own, [missing], POLICY)


def test_a_shard_of_another_normaliser(spark: Any, made: Night, tmp_path: Path) -> None:
    first, *rest = shards.find(str(made.shards(4)))
    other = tmp_path / "other.db"
    copy(first, other)
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("UPDATE meta SET value = 999 WHERE name = 'normaliser'")
    with (
        Archive.open(made.own) as own,
        pytest.raises(ArchiveError, match=r"normaliser 999.*other\.db"),
    ):
        SparkSearch(spark, own, [other, *rest], POLICY)


def test_workers_of_another_python(
    spark: Any, made: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark.sparkContext, "pythonVer", "3.9")
    with (
        Archive.open(made.own) as own,
        pytest.raises(ClusterError, match=r"another Python.*PYSPARK_PYTHON"),
    ):
        searching(spark, own, made.shards(4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ModuleNotFoundError: No module named 'verifier'", "do not have quote-verifier"),
        ("Python worker exited unexpectedly (crashed)", "killed again and again"),
        ('Cannot run program "python9"', "cannot start Python"),
        ("x\n: org.apache.spark.SparkException: Exiting\n  at", "SparkException: Exiting"),
        ("", "Spark could not do it"),
    ],
)
def test_what_an_error_of_spark_means(text: Any, message: Any) -> None:
    assert message in str(meaning(text))


# ---------------------------------------------------------------- the command
def nightly(archive: Path, *more: str, env: Any = None) -> Any:
    command = [sys.executable, "-m", "verifier", "nightly", "--since", "2026-10-01"]
    command += ["--feeds", str(ROOT / "feeds/sample/wires.opml"), "--archive", str(archive)]
    return subprocess.run(
        [*command, "--format", "json", *more],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | (env or {}),
        cwd=archive.parent,  # a worker finds first what is where it starts
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_the_same(tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    here = nightly(whole)
    split(whole, tmp_path / "shards", 10)
    options = ("--engine", "spark", "--master", "local[2]", "--archives", str(tmp_path / "shards"))
    there = nightly(tmp_path / "own.db", *options)
    assert there.returncode == 0, there.stderr
    one, other = loads(here.stdout), loads(there.stdout)
    assert one["utterances"]
    assert {**one, "run": 0, "feeds": 0} == {**other, "run": 0, "feeds": 0}


@pytest.mark.parametrize(
    ("options", "env", "message"),
    [
        (["--archives", "SHARDS"], {}, "add --engine spark"),
        (["--engine", "spark"], {}, "name the folder"),
        (["--engine", "spark", "--archives", "/nowhere"], {}, "no shards there"),
        (["--engine", "spark", "--archives", "SHARDS", "--spark-conf", "x"], {}, "NAME=VALUE"),
        (
            ["--engine", "spark", "--archives", "SHARDS"],
            {"PATH": "/nowhere", "JAVA_HOME": ""},
            "install Java 17",
        ),
        (
            ["--engine", "spark", "--archives", "SHARDS"],
            {"JAVA_HOME": "/nowhere"},
            "there is no Java where JAVA_HOME says: /nowhere",
        ),
        (
            ["--engine", "spark", "--archives", "SHARDS", "--master", "nonsense"],
            {},
            "Spark did not start",
        ),
    ],
)
def test_what_the_command_refuses(tmp_path: Path, options: Any, env: Any, message: Any) -> None:
    with Archive.open(tmp_path / "a.db"):
        pass
    (tmp_path / "s").mkdir()
    copy(tmp_path / "a.db", tmp_path / "s" / "one.db")
    named = [str(tmp_path / "s") if option == "SHARDS" else option for option in options]
    done = nightly(tmp_path / "a.db", *named, env=env)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


ABSENT = "raise ModuleNotFoundError(\"No module named '{0}'\", name='{0}')"
OTHER = f"__version__ = '0.0.1'\n__path__.append({str(ROOT / 'verifier')!r})"


def module(folder: Path, name: str, content: str) -> str:
    """The path of a folder whose package of that name is not the real one."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(content.format(name))
    return str(folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("pyarrow", ABSENT, "the workers do not have pyarrow"),
        ("verifier", OTHER, "the workers have another quote-verifier: 0.0.1 (install"),
        ("verifier", "", "the workers have another quote-verifier (install"),
    ],
)
def test_what_workers_lack(tmp_path: Path, name: str, content: str, message: str) -> None:
    with Archive.open(tmp_path / "a.db"):
        pass
    (tmp_path / "s").mkdir()
    copy(tmp_path / "a.db", tmp_path / "s" / "one.db")
    theirs = module(tmp_path / "theirs", name, content)
    options = ["--engine", "spark", "--master", "local[1]", "--archives", str(tmp_path / "s")]
    options += ["--spark-conf", f"spark.executorEnv.PYTHONPATH={theirs}"]
    done = nightly(tmp_path / "a.db", *options)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_a_foreign_shard_is_one_line(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db"):
        pass
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "one.db").write_text("no archive")
    options = ["--engine", "spark", "--master", "local[1]", "--archives", str(tmp_path / "s")]
    done = nightly(tmp_path / "a.db", *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "at org.apache" not in done.stderr
    assert "cut the shards again" in done.stderr.splitlines()[-1]


def test_other_versions_of_python_are_named() -> None:
    said = "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12 than that in driver: 3.11, ..."
    assert str(meaning(said)).startswith(
        "the workers run another Python than this: 3.12, not 3.11 ("
    )


def test_without_pyspark(tmp_path: Path) -> None:
    stub = module(tmp_path / "stub", "pyspark", ABSENT)
    with Archive.open(tmp_path / "a.db"):
        pass
    options = ["--engine", "spark", "--archives", str(tmp_path)]
    done = nightly(tmp_path / "a.db", *options, env={"PYTHONPATH": f"{stub}{os.pathsep}{ROOT}"})
    said = "pyspark is not installed: --engine spark (pip install 'quote-verifier[spark]')"
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
