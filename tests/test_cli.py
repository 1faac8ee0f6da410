"""The commands as a person runs them: what they print, what they refuse, how they end."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from verifier.archive import Archive
from verifier.cli import main

SAMPLE = Path(__file__).parent.parent / "feeds" / "sample"
ARTICLE = str(SAMPLE / "article.txt")
WIRES = str(SAMPLE / "wires.opml")
FACTS = ("--outlet", "Ellery Courier", "--published", "2026-10-13")


def run(*args: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], input=stdin)


def checked(archive: Path, *args: str | Path, article: str = ARTICLE) -> dict[str, Any]:
    result = run("check", article, "--archive", archive, "--format", "json", *FACTS, *args)
    assert result.exit_code in {0, 1}, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that holds the recorded night."""
    archive = tmp_path_factory.mktemp("night") / "archive.db"
    checked(archive, "--feeds", WIRES)
    return archive


def finding(report: dict[str, Any], start: str) -> dict[str, Any]:
    (found,) = [q for q in report["quotes"] if q["text"].startswith(start)]
    return dict(found)


def test_a_date_in_the_future_is_noted(night: Path) -> None:
    later = ("--published", "2931-01-02")
    said = run("check", ARTICLE, "--archive", night, *later)
    assert said.stderr == "Note: 2931-01-02 lies in the future; check --published.\n"
    assert run("check", ARTICLE, "--archive", night, *later, "--quiet").stderr == ""


# ---------------------------------------------------------------- the sample
VERDICTS = [
    ("We will not reopen the bridge", "Elena Marquand", "corroborated", []),
    ("Anything less would be", "Elena Marquand", "corroborated", []),
    ("The cracks were seen", "Tomas Reyl", "contested", ["number"]),
    ("The city was warned", "Ingrid Solberg-Hahn", "divergent", ["negation"]),
    ("We asked for repairs", "Paulo Brandt", "divergent", ["omission"]),
    ("It is safe to walk on", "Dana Whitlock", "divergent", ["speaker"]),
    ("a costly and needless", None, "corroborated", []),
    ("a design that no other", None, "copied", []),
    ("I used to be at work", "Mira Okonjo", "unmatched", []),
]


@pytest.mark.parametrize(("start", "speaker", "verdict", "kinds"), VERDICTS)
def test_the_sample_shows_every_verdict(
    night: Path, start: str, speaker: str | None, verdict: str, kinds: list[str]
) -> None:
    found = finding(checked(night), start)
    assert (found["verdict"], found["divergences"]) == (verdict, kinds)
    if speaker:
        assert found["speaker"]["name"] == speaker


def test_a_reprint_is_no_second_source(night: Path) -> None:
    found = finding(checked(night), "We will not reopen the bridge")
    outlets = {m["story"]["outlet"] for m in found["matches"]}
    assert outlets == {"Meridian", "The Strand Gazette", "Northern Press"}
    assert found["independent_sources"] == 2


def test_joined_passages_are_a_splice(night: Path) -> None:
    found = finding(checked(night), "The money is there")
    assert found["verdict"] == "divergent"
    assert "splice" in found["divergences"]


def test_every_span_is_the_quote(night: Path) -> None:
    report = checked(night)
    text = report["article"]["text"]
    for q in report["quotes"]:
        assert " ".join(text[a:b] for a, b in q["spans"]) == q["text"]
        for part in (q["source"], q["cue"]):
            assert part is None or text[slice(*part["span"])] == part["text"]


def test_a_second_run_changes_nothing_and_prints_the_same(night: Path) -> None:
    before = json.loads(run("archive", "stats", "--archive", night, "--format", "json").stdout)
    first = run("check", ARTICLE, "--archive", night, "--feeds", WIRES, *FACTS)
    second = run("check", ARTICLE, "--archive", night, "--feeds", WIRES, *FACTS)
    after = json.loads(run("archive", "stats", "--archive", night, "--format", "json").stdout)
    assert first.stdout == second.stdout
    assert {k: v for k, v in before.items() if k != "bytes"} == {
        k: v for k, v in after.items() if k != "bytes"
    }


def test_a_quote_a_line(night: Path) -> None:
    lines = run("check", ARTICLE, "--archive", night, "--format", "jsonl").stdout.splitlines()
    assert len(lines) == len(checked(night)["quotes"])
    assert all("verdict" in json.loads(line) for line in lines)


def test_the_text_report_names_verdicts_and_coverage(night: Path) -> None:
    result = run("check", ARTICLE, "--archive", night, *FACTS)
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
    assert "negation" in result.stdout.lower()
    assert "Archive:" in result.stdout


def test_the_article_itself_is_no_match(night: Path, tmp_path: Path) -> None:
    page = tmp_path / "own.txt"
    with Archive.open(night, readonly=True) as archive:
        numbers = range(1, archive.quotes() + 1)
        text = next(o.story.text for o in archive.occurrences(numbers) if "Vale" in o.story.text)
    page.write_text(text, encoding="utf-8")
    for facts, verdict in (((), "unmatched"), (FACTS, "copied")):  # of another outlet: a reprint
        result = run("check", str(page), "--archive", night, "--format", "json", *facts)
        found = json.loads(result.stdout)["quotes"]
        assert [q["verdict"] for q in found if "safe to walk" in q["text"]] == [verdict]


def test_standard_input(night: Path) -> None:
    pasted = Path(ARTICLE).read_bytes()
    result = run("check", "-", "--archive", night, "--format", "json", *FACTS, stdin=pasted)
    assert json.loads(result.stdout)["quotes"] == checked(night)["quotes"]


def test_an_html_page(night: Path, tmp_path: Path) -> None:
    body = "".join(f"<p>{p}</p>" for p in Path(ARTICLE).read_text("utf-8").split("\n\n"))
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><html lang=en><title>Bridge</title><body><article>{body}</article></body>",
        encoding="utf-8",
    )
    found = finding(checked(night, article=str(page)), "The city was warned")
    assert found["divergences"] == ["negation"]


def test_an_article_without_quotes_says_so(night: Path) -> None:
    result = run("check", "--archive", night, stdin=b"It rained all day.\n")
    assert result.exit_code == 0
    assert "No quotes found" in result.stdout


def test_the_output_file_is_written_whole(night: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    result = run("check", ARTICLE, "--archive", night, "--format", "json", "-o", target)
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads(target.read_text("utf-8"))["format"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


# ---------------------------------------------------------------- other commands
def test_search_finds_and_does_not_find(night: Path) -> None:
    found = run("search", "waited four winters and got a coat of paint", "--archive", night)
    assert (found.exit_code, "Northern Press" in found.stdout) == (0, True)
    missing = run("search", "nobody has ever said such a silly thing as this", "--archive", night)
    assert missing.exit_code == 1


def test_quotes_lists_them(tmp_path: Path) -> None:
    result = run("quotes", ARTICLE, "--format", "jsonl")
    assert json.loads(result.stdout)["path"] == ARTICLE
    some = run("quotes", ARTICLE, tmp_path / "missing.txt", "--format", "jsonl")
    assert (some.exit_code, len(some.stdout.splitlines())) == (3, 1)
    assert run("quotes", tmp_path / "missing.txt").exit_code == 2


def test_the_catalogue_is_listed() -> None:
    listed = json.loads(run("feeds", "list", "--format", "json").stdout)["feeds"]
    assert len(listed) >= 60
    assert all(f["url"].startswith("http") for f in listed)


def test_the_archive_is_sound_and_backed_up(night: Path, tmp_path: Path) -> None:
    assert run("archive", "check", "--archive", night).exit_code == 0
    copy = tmp_path / "copy.db"
    assert run("archive", "backup", copy, "--archive", night).exit_code == 0
    assert run("archive", "check", "--archive", copy).exit_code == 0


# ---------------------------------------------------------------- bad input
BAD_ARTICLES = [
    ("empty.txt", b"", "empty"),
    ("blank.txt", b" \n\n", "empty"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image"),
    ("binary.txt", bytes(range(256)) * 40, ""),
    ("koi8.txt", "Он сказал: мы не уйдём отсюда никогда. ".encode("koi8-r"), ""),
    ("large.txt", b"word " * (4 * 1024 * 1024), "15 MiB"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD_ARTICLES)
def test_a_bad_article_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for result in (
        run("check", path, "--archive", tmp_path / "a.db"),
        run("check", "-", "--archive", tmp_path / "a.db", stdin=content),
    ):
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("verifier: ")
        assert result.stderr.count("\n") == 1
        assert said in result.stderr


ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = "“We’ll go home, and we won’t be back,” said Jonas Eld."
    path = tmp_path / "article.txt"
    path.write_bytes(text.encode(encoding))
    line = json.loads(run("quotes", path, "--format", "jsonl").stdout)
    assert [q["text"] for q in line["quotes"]] == ["We’ll go home, and we won’t be back,"]


def test_unbalanced_marks_cost_their_own_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(
        "“This never ends, said nobody.\n\nJonas Eld said: “We are going home tomorrow.”\n",
        encoding="utf-8",
    )
    line = json.loads(run("quotes", path, "--format", "jsonl").stdout)
    assert "We are going home tomorrow." in [q["text"] for q in line["quotes"]]


def test_a_missing_article(tmp_path: Path) -> None:
    result = run("check", tmp_path / "no.txt", "--archive", tmp_path / "a.db")
    assert result.exit_code == 2
    assert "no such file" in result.stderr


@pytest.mark.parametrize("content", [b"<html><body>404</body></html>", b"", b"hello", b"<opml/>"])
def test_a_list_of_feeds_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wires.opml"
    path.write_bytes(content)
    result = run("check", ARTICLE, "--feeds", path, "--archive", tmp_path / "a.db")
    assert result.exit_code == 2
    assert result.stderr.startswith("verifier: ")


def test_a_feed_that_is_an_error_page_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<html><body>502 Bad Gateway</body></html>")
    good = (SAMPLE / "radio.xml").read_bytes()
    (tmp_path / "good.xml").write_bytes(good)
    (tmp_path / "wires.opml").write_text(
        '<opml version="2.0"><body><outline text="Bad" type="rss" xmlUrl="bad.xml"/>'
        '<outline text="Good" type="rss" xmlUrl="good.xml"/>'
        '<outline text="Gone" type="rss" xmlUrl="gone.xml"/></body></opml>'
    )
    report = checked(tmp_path / "a.db", "--feeds", tmp_path / "wires.opml")
    assert sorted(p["subject"] for p in report["problems"]) == ["Bad", "Gone"]
    assert report["archive"]["stories"] == 1


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_text("not a database, whatever its name says" * 50)
    result = run("check", ARTICLE, "--archive", path)
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    before = path.read_bytes()
    result = run("check", ARTICLE, "--feeds", WIRES, "--archive", path)
    assert result.exit_code == 2
    assert path.read_bytes() == before


def test_an_archive_of_a_newer_format(night: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    run("archive", "backup", path, "--archive", night)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    result = run("check", ARTICLE, "--archive", path)
    assert result.exit_code == 2
    assert "newer" in result.stderr


@pytest.mark.parametrize("command", [("check", ARTICLE), ("archive", "stats")])
def test_an_archive_of_an_older_format_is_said_to_take_a_while(
    night: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "archive.db"
    run("archive", "backup", path, "--archive", night)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 6")
    db.close()
    assert "up to date" in run(*command, "--archive", path).stderr
    assert "up to date" not in run(*command, "--archive", path).stderr


def test_interrupted_the_archive_stays_as_it_was(night: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    run("archive", "backup", path, "--archive", night)
    items = "".join(
        f"<item><guid>{n}</guid><title>t</title><description>“It was {n} of us who went up the "
        f"hill that day,” said Jonas Eld. {'And so it goes. ' * 200}</description></item>"
        for n in range(3000)
    )
    feed = tmp_path / "long.xml"
    feed.write_text(f'<rss version="2.0"><channel><title>Long</title>{items}</channel></rss>')
    command = [sys.executable, "-m", "verifier", "check", ARTICLE, "--archive", path]
    process = subprocess.Popen(
        [*map(str, command), "--feeds", str(feed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(SAMPLE.parent.parent)},
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode not in {0, 1} or said == b""
    assert b"Traceback" not in said
    assert run("archive", "check", "--archive", path).exit_code == 0


# ---------------------------------------------------------------- help
def commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        deeper = isinstance(command, click.Group)
        found += commands(command, (*path, name)) if deeper else [(*path, name)]
    return found


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    shown = run(*path, "--help").stdout
    assert "Example: verifier " + " ".join(path) in shown


@pytest.mark.parametrize(
    ("given", "said", "example"),
    [
        (("nightly", "--fail-on"), "'--fail-on' requires an argument", "nightly --fail-on diverg"),
        (("ignore", "2f6c1e0a"), "Missing option '--why'", "ignore 2f6c1e0a9b7d4c55 --why "),
        (("archive", "prune"), "Missing option '--before'", "archive prune --before 2026"),
    ],
)
def test_a_usage_error_gives_the_example(given: tuple[str, ...], said: str, example: str) -> None:
    result = run(*given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert f"verifier {example}" in result.stderr


def test_the_version() -> None:
    assert run("--version").stdout.startswith("verifier, version ")


# ---------------------------------------------------------------- what a start costs
HEAVY = [
    "numpy",
    "rich",
    "trafilatura",
    "feedparser",
    "urllib3",
    "lxml",
    "jinja2",
    "platformdirs",
    "protego",
    "charset_normalizer",
    "pyspark",
    "ssl",
    "socket",
    "email",
    "http",
    "asyncio",
    "multiprocessing",
    "concurrent",
    "logging",
    "hashlib",
    "shutil",
    "random",
    "tempfile",
    "importlib.resources",
    "importlib.metadata",
    "verifier.catalogue",
    "verifier.health",
    "verifier.gather",
    "verifier.night",
    "verifier.report.html",
]


def test_a_plain_check_imports_nothing_that_it_does_not_need(night: Path, tmp_path: Path) -> None:
    around = os.environ | {"PYTHONPATH": str(SAMPLE.parent.parent), "HOME": str(tmp_path)}
    if sys.platform == "linux":
        del around["VERIFIER_CONFIG"]  # as a reader has it: the file is looked for
    command = [sys.executable, "-X", "importtime", "-m", "verifier", "check", ARTICLE]
    ran = subprocess.run(
        [*command, "--archive", str(night)],
        capture_output=True,
        text=True,
        check=False,
        env=around,
    )
    assert ran.returncode == 1, ran.stderr
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if "|" in line}
    assert {"rapidfuzz", "sqlite3", "verifier.pipeline.check"} <= imported
    assert imported.isdisjoint(HEAVY), imported.intersection(HEAVY)


# ---------------------------------------------------------------- damage and full disks
def test_a_damaged_archive_is_not_sound(night: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    run("archive", "backup", path, "--archive", night)
    path.write_bytes(path.read_bytes()[:30_000])
    result = run("archive", "check", "--archive", path)
    assert result.exit_code == 1
    assert "damaged" in result.stderr
    assert str(path) in result.stderr


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """What a person types, `verifier` being this one."""
    here = f'verifier() {{ {sys.executable} -m verifier "$@"; }}; '
    around = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    around["PYTHONPATH"] = str(SAMPLE.parent.parent)
    return subprocess.run(
        ["/bin/sh", "-c", here + command], capture_output=True, text=True, check=False, env=around
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
@pytest.mark.parametrize(
    "given", ["--help", "--version", "check --help", "check {article} --archive {night}", "schema"]
)
def test_output_that_cannot_be_written_is_one_clear_line(
    night: Path, given: str, where: str
) -> None:
    ran = shell(f"verifier {given} {where}".format(article=ARTICLE, night=night))
    assert ran.returncode == 2
    assert ran.stderr.startswith("verifier: ")
    assert ran.stderr.endswith(": standard output (make room, or use -o)\n")
    assert ran.stderr.count("\n") == 1


def test_without_standard_streams_a_command_ends_as_it_should(night: Path) -> None:
    ran = shell("verifier check <&-")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert shell(f"verifier check {ARTICLE} --archive {night} 2>&- >/dev/null").returncode == 1
    assert shell("verifier check missing.txt 2>&-").returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_error_that_cannot_be_said_is_no_difference() -> None:
    assert shell("verifier check missing.txt 2>/dev/full").returncode == 2


def test_an_import_that_runs_out_of_room_keeps_what_it_had(tmp_path: Path) -> None:
    """By a limit on the size of files, which ends a write as a quota does."""
    path, source = tmp_path / "archive.db", tmp_path / "stories.jsonl"
    lines = (
        {"url": f"https://w.example/{n}", "outlet": "W", "text": f"“Ferry {n} sails at {n * 7},” said Ada Quill. {n * 'It went on. '}"}
        for n in range(1100)
    )  # fmt: skip
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    limited = (
        "import resource, sys; from verifier.cli import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000)); main(sys.argv[1:])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", limited, "import", str(source), "--archive", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(SAMPLE.parent.parent)},
    )
    assert ran.returncode == 2
    assert "nothing was changed" in ran.stderr
    assert "make room" in ran.stderr
    assert run("archive", "check", "--archive", path).exit_code == 0
    assert run("import", source, "--archive", path).exit_code == 0
    stats = json.loads(run("archive", "stats", "--archive", path, "--format", "json").stdout)
    assert stats["stories"] == 1100
