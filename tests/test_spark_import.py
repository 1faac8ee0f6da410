"""Import on Spark is the import here: the same stories, quotes and verdicts, in shards.

Without Java or pyspark these tests are skipped, and say so.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest
from click.testing import CliRunner

from tests import cluster
from tests.benchmarks.articles import Reporter
from tests.generated import NOW, POLICY
from verifier.archive import Archive
from verifier.cli import main
from verifier.errors import ArchiveBusy, ClusterError, InputError
from verifier.fetch import Limits
from verifier.model import Imported
from verifier.pipeline import shards
from verifier.pipeline.article import read_article
from verifier.pipeline.check import check
from verifier.pipeline.intake import import_paths
from verifier.report import json as report

if not cluster.missing():
    import pyarrow as pa
    from pyarrow import parquet

    from verifier.spark import SparkSearch, Target, import_stories, writing
    from verifier.spark.intake import _alone

pytestmark = pytest.mark.skipif(bool(cluster.missing()), reason=cluster.missing())

one_machine = pytest.mark.parametrize("spark", ["local[2]"], indirect=True, scope="module")

SIZE = 60  # quotes in a shard
QUOTED = (
    "The ferry will not sail before the harbour ice breaks, whatever the council writes.",
    "Nobody asked the keepers of the lanterns about the price of oil last winter.",
    "We counted four hundred and twelve crates, and not one of them was sealed.",
    "The bridge stays closed until the engineers have signed for every single bolt.",
    "My grandmother built that mill, and no minister will ever pull it down.",
)
GERMAN = (
    "Der Minister sagte am Montag, dass die Brücke nicht vor dem Winter geöffnet werde. "
    "„Wir haben noch keine Entscheidung getroffen“, sagte er den Reportern in der Stadt."
)


def line(number: int, text: str, published: str = "") -> bytes:
    data = {
        "url": f"https://wire.example/{number}",
        "outlet": f"Wire {number % 7}",
        "title": f"Story {number}",
        "published": published or f"2031-05-{1 + number % 9:02}T10:00:00+02:00",
        "text": text,
    }
    return json.dumps(data, ensure_ascii=False).encode()


def lines() -> tuple[list[bytes], list[bytes]]:
    """Two deliveries: what is quoted often, doubled, changed, undated, foreign, and no story."""
    reporter = Reporter(7)

    def article(number: int) -> str:
        shared = (QUOTED * 2)[number % 5 :][:3]
        return reporter.quoting(shared) + reporter.article()

    stories = [line(number, article(number)) for number in range(18)]
    changed = [line(4, "“The ferry sails on Friday after all,” said Ada Quill.")]
    undated = [line(40, article(40), published="soon") + b"\r"]
    foreign = [line(41, GERMAN), line(42, article(42)).replace("“".encode(), b"\x93")]
    bad = [b"{not json", b"", b'{"text": ""}', b"\xff\xfe"]
    first = [*stories[:3], *bad, *stories[3:], *changed, stories[2], *undated, *foreign]
    later = [
        *stories[:3],
        line(5, "“The mill stays open until the spring,” said Ada Quill."),
        line(50, article(50), published="2031-06-01T00:00:00Z"),
        line(51, article(51), published="2031-05-02T08:00:00Z"),
    ]
    return first, later


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two deliveries, in folders and files with names that Spark has other ideas of."""
    made = tmp_path_factory.mktemp("stories")
    for name, rows in zip(("first", "later"), lines(), strict=True):
        inner = made / name / "a {b} [c]"
        inner.mkdir(parents=True)
        (made / name / "one%20.jsonl").write_bytes(b"\n".join(rows[:5]))
        (inner / "two.jsonl").write_bytes(b"\n".join(rows[5:]) + b"\n")
    return made


def here(paths: Sequence[Path], archive_path: Path) -> Imported:
    with Archive.open(archive_path) as archive:
        return import_paths(paths, archive, lambda _done, _total: None)


def there(spark: Any, paths: Sequence[Path | str], target: Path, size: int = SIZE) -> Imported:
    asked = [str(path).replace("[", "\\[").replace("{", "\\{") for path in paths]
    return import_stories(spark, asked, Target(folder=target, size=size), lambda _path: None)


def held(paths: Sequence[Path]) -> tuple[list[Any], Mapping[str, int]]:
    """All that archives hold, wherever it stands in them, and what they count together."""
    found: list[Any] = []
    counted = Counter[str]()
    for path in paths:
        with Archive.open(path, readonly=True) as archive:
            assert archive.check() == []
            one = archive.holdings()
            counted.update(stories=one.stories, quotes=one.quotes, occurrences=one.occurrences)
            places = archive.occurrences(range(1, 100_000), history=True)
            found += [(o.story, o.quote, o.current, o.superseded) for o in places]
    return sorted(found, key=lambda o: (o[0].id, o[0].version, o[1].id)), counted


def verdicts(article: Path, archive_path: Path, ground: Any = None) -> str:
    with Archive.open(archive_path) as archive:
        read = read_article(str(article), Limits())
        search = ground(archive) if ground else None
        return report.write(check(read, archive, policy=POLICY, now=NOW, search=search))


def test_the_same_is_taken_as_here(spark: Any, folder: Path, tmp_path: Path) -> None:
    whole, target = tmp_path / "whole.db", tmp_path / "shards"
    for delivery, more in (("first", 3), ("later", 1)):
        expected = here([folder / delivery], whole)
        before = len(list(target.glob("*.db")))
        assert there(spark, [folder / delivery], target) == expected
        assert len(shards.find(str(target))) >= before + more
        assert held(shards.find(str(target))) == held([whole])
    assert [path.name for path in target.iterdir() if path.suffix not in (".db", ".lock")] == []
    article = tmp_path / "article.txt"
    article.write_text(Reporter(9).quoting(QUOTED), encoding="utf-8")
    found = verdicts(
        article,
        tmp_path / "own.db",
        lambda own: SparkSearch(spark, own, shards.find(str(target)), POLICY),
    )
    assert found == verdicts(article, whole)
    assert '"corroborated"' in found


@one_machine
def test_a_second_run_adds_nothing(spark: Any, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "shards"
    first = there(spark, [folder / "first"], target)
    written = {path: path.read_bytes() for path in shards.find(str(target))}
    again = there(spark, [folder / "first"], target)
    assert (again.new, again.changed) == (0, 0)
    assert again.same == first.new + first.changed + first.same
    assert again.problems == first.problems
    assert {path: path.read_bytes() for path in shards.find(str(target))} == written


@one_machine
def test_a_run_that_was_broken_off_is_run_again(spark: Any, folder: Path, tmp_path: Path) -> None:
    """Some shards were whole, one was being written: it never counts, and goes."""
    target, whole = tmp_path / "shards", tmp_path / "whole.db"
    there(spark, [folder / "first"], target)
    first, *others = shards.find(str(target))
    draft = target / f".{first.name}.0123.part"
    first.rename(draft)
    assert shards.find(str(target)) == tuple(others)
    there(spark, [folder / "first"], target)
    here([folder / "first"], whole)
    assert not draft.exists()
    assert held(shards.find(str(target))) == held([whole])


def test_a_worker_that_is_killed_changes_nothing(
    spark: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task that writes is killed, before or after its shard is whole, and tried again."""
    loaded = writing._loaded
    marks = tmp_path / "marks"
    marks.mkdir()

    def dies(batches: Iterator[Any], paths: Any, old: int) -> Iterator[Any]:
        def until_killed() -> Iterator[Any]:
            for number, part in enumerate(batches):
                yield part
                once(f"before-{part.column(0)[0].as_py()}-{number}")

        def once(name: str) -> None:
            if not (marks / name).exists():
                (marks / name).touch()
                os.kill(os.getpid(), signal.SIGKILL)

        for row in loaded(until_killed(), paths, old):
            yield row
            once(f"after-{row.column(0)[0].as_py()}")

    whole = tmp_path / "whole.db"
    expected = here([folder / "first"], whole)
    monkeypatch.setattr(writing, "_loaded", dies)
    assert there(spark, [folder / "first"], tmp_path / "shards", size=200) == expected
    assert {name.name.partition("-")[0] for name in marks.iterdir()} == {"before", "after"}
    assert held(shards.find(str(tmp_path / "shards"))) == held([whole])


@one_machine
def test_lines_have_their_numbers_however_a_file_is_cut(
    spark: Any, folder: Path, tmp_path: Path
) -> None:
    cut = {"spark.sql.files.maxPartitionBytes": "3000", "spark.sql.files.openCostInBytes": "0"}
    before = {name: spark.conf.get(name) for name in cut}
    try:
        for name, value in cut.items():
            spark.conf.set(name, value)
        found = there(spark, [folder / "first"], tmp_path / "shards", size=10_000)
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)
    assert found.problems
    assert found == here([folder / "first"], tmp_path / "whole.db")


@one_machine
def test_parquet_is_read_as_the_lines_are(spark: Any, tmp_path: Path) -> None:
    """Dates may be moments; what is missing, null or of another kind is not there."""
    rows = [
        json.loads(one) for one in lines()[0] if one.startswith(b'{"url') and b"\x93" not in one
    ]
    (tmp_path / "lines").mkdir()
    written = "\n".join(json.dumps(row) for row in [*rows, {"text": ""}])
    (tmp_path / "lines" / "stories.jsonl").write_text(written, encoding="utf-8")
    for row in rows:
        row["Published"] = moment(row.pop("published"))
        row["agency"], row["rank"] = None, 3
    table = tmp_path / "tables" / "of" / "stories.parquet"
    table.parent.mkdir(parents=True)
    parquet.write_table(pa.Table.from_pylist([*rows, {"text": ""}]), table)
    expected = here([tmp_path / "lines"], tmp_path / "whole.db")
    found = there(spark, [tmp_path / "tables"], tmp_path / "shards")
    assert (found.new, found.changed, found.same) == (expected.new, expected.changed, expected.same)
    assert [p.subject for p in found.problems] == [f"{table}:{len(rows) + 1}"]
    assert held(shards.find(str(tmp_path / "shards"))) == held([tmp_path / "whole.db"])


def moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


# ---------------------------------------------------------------- what can go wrong
@one_machine
def test_what_is_no_story_is_named(spark: Any, folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    copytree(folder / "later", source)
    (source / "page.html").write_text("<p>“No,” said Ada Quill.</p>")
    parquet.write_table(pa.table({"body": ["“No,” said Ada Quill."]}), source / "x.parquet")
    (source / ".hidden.jsonl").write_text("{bad")
    found = there(spark, [tmp_path / "none", source], tmp_path / "shards")
    assert found.new > 3
    assert {(p.subject, p.message.partition(",")[0]) for p in found.problems} == {
        (str(tmp_path / "none"), "no such file or folder where Spark looks"),
        (str(source / "page.html"), "Spark takes JSON lines (.jsonl"),
        (str(source / "x.parquet:1"), "no `text` and no ninjs item in this JSON"),
    }
    nothing = there(spark, [tmp_path / "none"], tmp_path / "shards")
    assert (nothing.new, nothing.same, len(nothing.problems)) == (0, 0, 1)


@one_machine
def test_a_file_that_is_damaged(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "stories.parquet").write_text("no Parquet at all")
    with pytest.raises(ClusterError, match=r"stories\.parquet"):
        there(spark, [tmp_path / "stories.parquet"], tmp_path / "shards")


@one_machine
def test_a_storage_that_spark_cannot_read(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=r"cannot read this storage.*spark\.jars\.packages"):
        there(spark, ["gopher://bucket/stories"], tmp_path / "shards")


@one_machine
def test_one_import_at_a_time(spark: Any, folder: Path, tmp_path: Path) -> None:
    with (
        _alone(tmp_path / "shards"),
        pytest.raises(ArchiveBusy, match="another run is going on"),
    ):
        there(spark, [folder / "first"], tmp_path / "shards")


@one_machine
def test_a_folder_that_cannot_be_made(spark: Any, folder: Path) -> None:
    with pytest.raises(InputError, match="choose another folder"):
        there(spark, [folder / "first"], Path("/proc/none/shards"))


# ---------------------------------------------------------------- the command
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--archives", "x"], "only Spark takes this: --archives"),
        (["--size", "5"], "only Spark takes this: --size"),
        (["--spark-conf", "a=b"], "only Spark takes this: --spark-conf"),
        (["--engine", "spark"], "name the folder for them"),
        (["--engine", "spark", "--archives", "x", "--spark-conf", "a"], "no NAME=VALUE"),
    ],
)
def test_what_the_command_refuses(options: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["import", "stories.jsonl", *options])
    assert (done.exit_code, message in done.output) == (2, True), done.output


def test_the_command_says_the_same(folder: Path, tmp_path: Path) -> None:
    def imported(*options: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "verifier", "import", str(tmp_path / "in"), *options]
        done = subprocess.run(
            [*command, "--format", "json"], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    (tmp_path / "in").mkdir()
    copy(folder / "first" / "one%20.jsonl", tmp_path / "in")
    expected = imported("--archive", str(tmp_path / "whole.db"))
    target = str(tmp_path / "shards")
    assert imported("--engine", "spark", "--master", "local[1]", "--archives", target) == expected
    assert expected[0] == 3
    assert len(shards.find(target)) == 1
