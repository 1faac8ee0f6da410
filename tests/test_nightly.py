"""The nightly run, the fetch, the import and the user's own list, over real files and sockets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.loopback import Talk, serving
from verifier import __version__
from verifier.archive import Archive
from verifier.cli import main
from verifier.extraction import extract
from verifier.model import Story
from verifier.pipeline.check import search
from verifier.policy import Policy

NOW = datetime(2026, 10, 14, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "feeds" / "sample"


def run(*args: str | Path, data: Path | None = None) -> Result:
    env = {"VERIFIER_DATA": str(data)} if data else {}
    return CliRunner().invoke(main, [str(a) for a in args], env=env)


def nightly(archive: Path, wires: Path, *args: str | Path) -> dict[str, Any]:
    result = run(
        "nightly", "--feeds", wires / "wires.opml", "--archive", archive,
        "--since", "2026-10-01", "--format", "json", *args,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.fixture
def wires(tmp_path: Path) -> Path:
    """A copy of the recorded night that may be changed."""
    folder = tmp_path / "wires"
    shutil.copytree(SAMPLE, folder)
    return folder


def kinds(report: dict[str, Any]) -> dict[str, list[str]]:
    return {
        u["variants"][0]["text"][:24]: u["divergences"]
        for u in report["utterances"]
        if u["divergences"]
    }


def test_a_night_reports_what_differs_between_the_wires(tmp_path: Path, wires: Path) -> None:
    report = nightly(tmp_path / "a.db", wires)
    assert kinds(report) == {"The cracks were seen in ": ["number"]}
    assert report["utterances"][0]["divergences"], "the worst come first"


def test_the_second_night_reports_nothing_and_changes_nothing(tmp_path: Path, wires: Path) -> None:
    nightly(tmp_path / "a.db", wires)
    again = nightly(tmp_path / "a.db", wires)
    assert (again["run"]["stories"], again["utterances"]) == (0, [])


def test_what_changes_is_reported_again(tmp_path: Path, wires: Path) -> None:
    nightly(tmp_path / "a.db", wires)
    feed = wires / "northern.xml"
    feed.write_text(feed.read_text("utf-8").replace("seen in May", "seen in June"), "utf-8")
    assert kinds(nightly(tmp_path / "a.db", wires)) == {"The cracks were seen in ": ["number"]}


def test_a_dismissed_finding_stays_away(tmp_path: Path, wires: Path) -> None:
    archive = tmp_path / "a.db"
    (worst, *_) = nightly(archive, wires)["utterances"]
    assert run("ignore", worst["id"], "--why", "known", "--archive", archive).exit_code == 0
    feed = wires / "northern.xml"
    feed.write_text(feed.read_text("utf-8").replace("seen in May", "seen in June"), "utf-8")
    assert worst["id"] not in {u["id"] for u in nightly(archive, wires)["utterances"]}
    assert run("ignore", "nothing", "--why", "x", "--archive", archive).exit_code == 2


def test_the_report_folder(tmp_path: Path, wires: Path) -> None:
    nightly(tmp_path / "a.db", wires, "--report", tmp_path / "report")
    names = sorted(p.name for p in (tmp_path / "report").iterdir())
    assert names == ["findings.atom", "findings.csv", "index.html", "report.json"]


def test_exit_status_on_request(tmp_path: Path, wires: Path) -> None:
    common = ("nightly", "--feeds", wires / "wires.opml", "--since", "2026-10-01", "--archive")
    assert run(*common, tmp_path / "a.db", "--fail-on", "divergent").exit_code == 1
    (wires / "radio.xml").unlink()
    assert run(*common, tmp_path / "b.db", "--fail-on", "problem").exit_code == 3
    assert run(*common, tmp_path / "c.db").exit_code == 0


def test_no_feed_reached_is_an_error(tmp_path: Path, wires: Path) -> None:
    for feed in wires.glob("*.xml"):
        feed.unlink()
    result = run("nightly", "--feeds", wires / "wires.opml", "--archive", tmp_path / "a.db")
    assert result.exit_code == 2
    assert "no feed could be reached" in result.stderr


def test_silent_when_nothing_is_new(tmp_path: Path, wires: Path) -> None:
    nightly(tmp_path / "a.db", wires)
    result = run(
        "nightly", "--silent", "--feeds", wires / "wires.opml", "--archive", tmp_path / "a.db"
    )
    assert (result.exit_code, result.stdout) == (0, "")


def test_one_run_at_a_time(tmp_path: Path, wires: Path) -> None:
    archive = tmp_path / "a.db"
    with Archive.open(archive) as held, held.one_run():
        result = run("nightly", "--feeds", wires / "wires.opml", "--archive", archive)
    assert result.exit_code == 2
    assert "another run" in result.stderr


@pytest.mark.parametrize("feeds", [0, 2, 4])
def test_killed_and_run_again_it_ends_as_if_it_had_run_once(
    tmp_path: Path, wires: Path, feeds: int
) -> None:
    """The process ends itself, as kill -9 does, after so many feeds."""
    whole = nightly(tmp_path / "whole.db", wires)
    program = (
        "import os, sys, sqlite3\n"
        "from verifier.archive.nights import Nights\n"
        f"left = [{feeds}]\n"
        "def ending(self, state, real=Nights.keep_state):\n"
        "    real(self, state)\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os._exit(9)\n"
        "Nights.keep_state = ending\n"
        "from verifier.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", program, "nightly", "--feeds", str(wires / "wires.opml")]
    command += ["--archive", str(tmp_path / "a.db"), "--since", "2026-10-01"]
    subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    again = nightly(tmp_path / "a.db", wires)
    assert kinds(again) == kinds(whole)
    with Archive.open(tmp_path / "a.db", readonly=True) as archive:
        assert archive.check() == []
        assert archive.stats().stories == 6


# ---------------------------------------------------------------- fetch, over the network
FEED = b"""<rss version="2.0"><channel><title>Wire</title><item><guid>1</guid>
<title>Bridge</title><link>%s/story</link><description>The bridge stays shut.</description>
</item></channel></rss>"""
PAGE = """<!doctype html><html lang=en><title>Bridge</title><article><h1>Bridge</h1><p>The bridge
stays shut, the minister said on Tuesday, and it will stay shut for a long time yet.</p>
<p>“We will not reopen the bridge until every one of its 214 cables has been inspected,” said
Elena Marquand, the minister of transport, at the quay.</p><p>%s</p></article></html>""" % (
    "Nobody at the quay believed her, and the queue of lorries grew longer by the hour. " * 6
)


def test_the_page_completes_a_summary_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def script(talk: Talk) -> None:
        asked.append(talk.path)
        base = f"http://{talk.header('host')}".encode()
        if talk.path == "/robots.txt":
            talk.answer("404 Not Found")
        elif talk.path == "/story":
            talk.answer(body=PAGE.encode(), Content_Type="text/html; charset=utf-8")
        elif talk.header("if-none-match"):
            talk.answer("304 Not Modified")
        else:
            talk.answer(body=FEED % base, Content_Type="application/rss+xml", ETag='"1"')

    archive = tmp_path / "a.db"
    with serving(script) as server:
        url = f"{server.url}/feed"
        opml = tmp_path / "wires.opml"
        opml.write_text(
            f'<opml version="2.0"><body><outline xmlUrl="{url}" title="W"/></body></opml>'
        )
        args = ("fetch", "--feeds", opml, "--archive", archive, "--allow-private-hosts")
        assert run(*args).exit_code == 0
        assert run(*args).exit_code == 0
    assert sorted(asked) == ["/feed", "/feed", "/robots.txt", "/story"]
    found = run("search", "every one of its 214 cables has been inspected", "--archive", archive)
    assert "Elena Marquand" in found.stdout


def test_search_feeds_are_asked_only_on_request(tmp_path: Path) -> None:
    asked: list[str] = []

    def script(talk: Talk) -> None:
        asked.append(talk.path)
        base = f"http://{talk.header('host')}".encode()
        if talk.path == "/robots.txt":
            talk.answer("404 Not Found")
        elif talk.path == "/story":
            talk.answer(body=PAGE.encode(), Content_Type="text/html; charset=utf-8")
        else:
            talk.answer(body=FEED % base, Content_Type="application/rss+xml")

    data = tmp_path / "data"
    with serving(script) as server:
        address = f"{server.url}/find?q={{quote}}"
        given = (
            "check",
            SAMPLE / "article.txt",
            "--archive",
            tmp_path / "b.db",
            "--feeds",
            address,
        )
        refused = run(*given, "--allow-private-hosts", data=data)
        assert (refused.exit_code, "add --search" in refused.stderr, asked) == (2, True, [])
        assert run(*given, "--allow-private-hosts", "--search", data=data).exit_code in {0, 1}
        assert sum(path.startswith("/find?q=") for path in asked) >= 8
        asked.clear()
        assert run("feeds", "add", address, "--title", "Finder", data=data).exit_code == 0
        run("feeds", "remove", "Google News search", data=data)
        run("feeds", "remove", "Bing News search", data=data)
        common = (
            "check",
            SAMPLE / "article.txt",
            "--archive",
            tmp_path / "a.db",
            "--format",
            "json",
        )
        run(*common, "--allow-private-hosts", data=data)
        assert asked == []
        result = run(*common, "--allow-private-hosts", "--search", data=data)
    assert sum(path.startswith("/find?q=") for path in asked) >= 8
    report = json.loads(result.stdout)
    verdicts = {q["text"][:18]: q["verdict"] for q in report["quotes"]}
    assert verdicts["We will not reopen"] == "corroborated"


# ---------------------------------------------------------------- import
def test_import_takes_lines_and_folders_and_adds_nothing_twice(tmp_path: Path) -> None:
    story = {
        "url": "https://a.example/1", "title": "Bridge", "outlet": "A", "published": "2026-10-13",
        "text": "“We will not reopen the bridge this year,” said Elena Marquand.",
    }  # fmt: skip
    lines = tmp_path / "stories.jsonl"
    second = story | {"url": "https://a.example/2", "title": "B", "text": "It rained."}
    lines.write_text("\n".join([json.dumps(story), "no json", json.dumps(second)]) + "\n", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(SAMPLE / "article.txt", folder)
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a story")
    args = ("import", lines, folder, "--archive", tmp_path / "a.db", "--format", "json")
    first = run(*args)
    assert first.exit_code == 3
    report = json.loads(first.stdout)
    assert (report["new"], len(report["problems"])) == (3, 2)
    assert f"{lines}:2" in {p["subject"] for p in report["problems"]}
    assert json.loads(run(*args).stdout)["same"] == 3


def test_a_hot_folder_is_taken_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(SAMPLE / "article.txt", folder)
    args = ("watch", folder, "--once", "--archive", tmp_path / "a.db")
    assert "1 new" in run(*args).stderr
    assert run(*args).stderr == ""


def test_a_reader_goes_on_while_a_night_is_written(tmp_path: Path, wires: Path) -> None:
    archive = tmp_path / "a.db"
    nightly(archive, wires)
    found: list[int] = []

    def read() -> None:
        for _ in range(20):
            with Archive.open(archive, readonly=True) as held:
                text = "got a coat of paint"
                found.append(len(search(text, held, policy=Policy(), now=NOW)))

    reader = threading.Thread(target=read)
    reader.start()
    for month in ("June", "July", "August"):
        feed = wires / "northern.xml"
        feed.write_text(feed.read_text("utf-8").replace("waited four", f"in {month} waited four"))
        nightly(archive, wires)
    reader.join()
    assert len(found) == 20
    assert all(found)


def test_an_embargoed_story_is_not_shown_before_its_time(tmp_path: Path) -> None:
    story = Story(
        text="“We will not reopen the bridge until every one of its 214 cables is new,” said Ada Holm.",
        outlet="Wire",
        guid="1",
        embargo=datetime(2026, 10, 20, tzinfo=UTC),
        status="embargoed",
    )
    with Archive.open(tmp_path / "a.db") as archive:
        archive.add([(story, extract(story))])
        text = "reopen the bridge until every one of its 214 cables is new"
        early = search(text, archive, policy=Policy(), now=NOW)
        late = search(text, archive, policy=Policy(), now=datetime(2026, 10, 21, tzinfo=UTC))
    assert (len(early), len(late)) == (0, 1)


def test_a_feed_in_another_language_is_named_and_is_no_failure(tmp_path: Path) -> None:
    told = (
        "Wir werden die Brücke nicht öffnen, sagte die Ministerin, und das wird auch so bleiben. "
    )
    items = "".join(
        f"<item><guid>{n}</guid><title>Brücke {n}</title><description>{told * 20}</description></item>"
        for n in range(2)
    )
    (tmp_path / "post.xml").write_text(
        f"<rss><channel><title>Post</title>{items}</channel></rss>", "utf-8"
    )
    (tmp_path / "wires.opml").write_text(
        '<opml><body><outline title="Nachtpost" xmlUrl="post.xml"/></body></opml>'
    )
    for lines in (["2 stories in German: kept, but only English quotes are read"], []):
        report = nightly(tmp_path / "a.db", tmp_path, "--fail-on", "problem")
        assert [p["message"] for p in report["problems"]] == lines
        assert all(p["subject"] == "Nachtpost" for p in report["problems"])


def test_what_was_reported_is_shown_again_on_request(tmp_path: Path, wires: Path) -> None:
    first = nightly(tmp_path / "a.db", wires)
    ids = [u["id"] for u in first["utterances"]]
    assert run("ignore", ids[-1], "--why", "x", "--archive", tmp_path / "a.db").exit_code == 0
    quiet = nightly(tmp_path / "a.db", wires)
    assert (quiet["utterances"], quiet["run"]["reported_before"]) == ([], len(ids) - 1)
    again = nightly(tmp_path / "a.db", wires, "--again")
    assert [u["id"] for u in again["utterances"]] == ids[:-1]
    assert again["run"]["reported_before"] == 0


def test_the_window_may_be_compared_again(tmp_path: Path, wires: Path) -> None:
    late = ("nightly", "--feeds", wires / "wires.opml", "--archive", tmp_path / "a.db")
    run(*late, "--since", "2026-10-20")  # all stories are older than this window
    assert kinds(nightly(tmp_path / "a.db", wires)) == {"The cracks were seen in ": ["number"]}


@pytest.mark.parametrize("text", ["cables", "214", "officials had known", "got a coat of paint"])
def test_few_words_are_found_as_well(tmp_path: Path, wires: Path, text: str) -> None:
    nightly(tmp_path / "a.db", wires)
    result = run("search", text, "--archive", tmp_path / "a.db", "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {m["relation"] for m in report["matches"]} == {"fragment"}


def test_an_archive_that_was_named_must_exist(tmp_path: Path) -> None:
    for command in (("search", "anything at all"), ("check", SAMPLE / "article.txt")):
        result = run(*command, "--archive", tmp_path / "missing" / "a.db")
        assert result.exit_code == 2
        assert "no such archive" in result.stderr
    assert not (tmp_path / "missing").exists()


# ---------------------------------------------------------------- what a server sees
def test_a_request_names_a_contact_and_a_feed_may_want_another_name(tmp_path: Path) -> None:
    agents: dict[str, str] = {}

    def script(talk: Talk) -> None:
        agents[talk.path] = talk.header("User-Agent")
        talk.answer(body=b"<rss><channel><title>T</title></channel></rss>")

    with serving(script) as server:
        opml = tmp_path / "wires.opml"
        opml.write_text(
            f'<opml version="2.0"><body><outline xmlUrl="{server.url}/a" title="A"/>'
            f'<outline xmlUrl="{server.url}/b" title="B" userAgent="Reader/2"/></body></opml>'
        )
        args = ("fetch", "--feeds", opml, "--archive", tmp_path / "a.db", "--allow-private-hosts")
        assert run(*args, "--contact", "desk@wire.example").exit_code == 0
    assert agents == {
        "/a": f"quote-verifier/{__version__} (+desk@wire.example)",
        "/b": "Reader/2",
    }
    assert run(*args, "--contact", "two\nlines").exit_code == 2


def test_the_list_says_how_the_feeds_are_doing(tmp_path: Path, wires: Path) -> None:
    (wires / "radio.xml").unlink()
    archive = tmp_path / "a.db"
    nightly(archive, wires)
    args = ("feeds", "list", "--feeds", wires / "wires.opml", "--archive", archive)
    listed = run(*args).stdout
    assert "cannot read the file" in listed
    assert "never read yet; next try" in listed
    assert listed.count("last read ") == 4
    last = json.loads(run(*args, "--format", "json").stdout)["last_run"]
    assert (last["feeds"], last["in trouble"]) == (5, 1)


def test_what_one_more_wire_carries_is_shown_with_all_that_carry_it(
    tmp_path: Path, wires: Path
) -> None:
    late = (wires / "northern.xml").read_bytes()
    (wires / "northern.xml").unlink()
    nightly(tmp_path / "a.db", wires)
    (wires / "northern.xml").write_bytes(late)
    with Archive.open(tmp_path / "a.db") as archive, archive.change() as changes:
        state = archive.nights.state(str(wires / "northern.xml"))
        changes.nights.keep_state(replace(state, next_try=None))
    (worst, *_) = nightly(tmp_path / "a.db", wires)["utterances"]
    outlets = [[m["story"]["outlet"] for m in v["matches"]] for v in worst["variants"]]
    assert outlets == [["Meridian", "The Strand Gazette"], ["Northern Press"]]


def test_a_quote_that_changed_is_said_to_have(tmp_path: Path, wires: Path) -> None:
    nightly(tmp_path / "a.db", wires)
    feed = wires / "northern.xml"
    feed.write_text(feed.read_text("utf-8").replace("seen in May", "seen in June"), "utf-8")
    (worst, *_) = nightly(tmp_path / "a.db", wires)["utterances"]
    said = {m["story"]["outlet"]: m["correction"] for v in worst["variants"] for m in v["matches"]}
    assert said["Northern Press"].startswith("Northern Press changed this quote")
    assert said["Meridian"] is None


def test_the_night_of_the_readme(tmp_path: Path) -> None:
    shown = (ROOT / "README.md").read_text("utf-8").partition("$ verifier nightly ")[2]
    command, _, printed = shown.partition("```")[0].partition("\n")
    args = command.replace("feeds/sample", str(SAMPLE)).split()[:-1]
    result = run("nightly", *args, tmp_path / "r", "--archive", tmp_path / "a.db")
    assert result.stdout == printed


def test_a_corrected_story_says_that_it_is_this_quote_that_was_corrected(tmp_path: Path) -> None:
    def wire(name: str, counted: int, slug: str = "") -> None:
        told = f"“We counted {counted} barges with lanterns before the lock gate was shut,” said Ada Holm."
        (tmp_path / f"{name}.xml").write_text(
            f"<rss><channel><title>{name}</title><item><guid>1</guid><title>{slug}Barges</title>"
            "<pubDate>Tue, 13 Oct 2026 09:00:00 GMT</pubDate>"
            f"<description>{told} Our man at the {name} quay.</description></item></channel></rss>"
        )

    for name in ("North", "South", "West"):
        wire(name, 41)
    wire("East", 141)
    outlines = "".join(f'<outline xmlUrl="{n}.xml"/>' for n in ("North", "South", "West", "East"))
    (tmp_path / "wires.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    nightly(tmp_path / "a.db", tmp_path)
    wire("East", 142, "CORRECTED-")
    (found,) = nightly(tmp_path / "a.db", tmp_path)["utterances"]
    said = {m["story"]["outlet"]: m["correction"] for v in found["variants"] for m in v["matches"]}
    assert said.pop("East").startswith("East corrected this quote on 13 October")
    assert set(said.values()) == {None}


def test_the_second_night_transfers_headers_only_and_says_nothing(tmp_path: Path) -> None:
    """Over sockets: one wire has tags, one dates, one has summaries with pages, one none of it."""
    asked: list[tuple[str, int]] = []  # what was asked, and the bytes of the body sent

    def answer(talk: Talk, body: bytes, **held: str) -> None:
        sent = {"ETag": "If-None-Match", "Last_Modified": "If-Modified-Since"}
        known = any(talk.header(sent[name]) == mark for name, mark in held.items())
        asked.append((talk.path, 0 if known else len(body)))
        talk.answer("304 Not Modified" if known else "200 OK", b"" if known else body, **held)

    def script(talk: Talk) -> None:
        name = talk.path.strip("/")
        if name == "robots.txt":
            answer(talk, b"")
        elif name == "story":
            answer(talk, PAGE.encode())
        elif name == "summaries":
            answer(talk, FEED % f"http://{talk.header('host')}".encode(), ETag='"1"')
        else:
            held = {"northern": {"ETag": 'W/"7"'}, "meridian": {"Last_Modified": "on Tuesday"}}
            answer(talk, (SAMPLE / f"{name}.xml").read_bytes(), **held.get(name, {}))

    wires = ("northern", "meridian", "summaries", "radio")
    with serving(script) as server:
        outlines = "".join(f'<outline xmlUrl="{server.url}/{w}" title="{w}"/>' for w in wires)
        (tmp_path / "wires.opml").write_text(f"<opml><body>{outlines}</body></opml>")
        one = nightly(tmp_path / "a.db", tmp_path, "--allow-private-hosts")
        assert one["utterances"]
        assert {path for path, _ in asked} == {f"/{w}" for w in (*wires, "story", "robots.txt")}
        with Archive.open(tmp_path / "a.db") as archive:
            held = archive.stats()
        asked.clear()
        two = nightly(tmp_path / "a.db", tmp_path, "--allow-private-hosts")
    sent = dict(asked)
    assert len(asked) == len(wires)
    assert {path: sent[path] for path in ("/northern", "/meridian", "/summaries")} == {
        "/northern": 0, "/meridian": 0, "/summaries": 0,
    }  # fmt: skip
    assert sent["/radio"] > 0  # it sends no validators, so its whole feed comes again
    assert (two["run"]["stories"], two["run"]["quotes"], two["utterances"]) == (0, 0, [])
    with Archive.open(tmp_path / "a.db") as archive:
        assert replace(archive.stats(), bytes=held.bytes) == held


def test_a_word_for_word_copy_by_another_outlet_is_named_as_one(tmp_path: Path) -> None:
    told = (
        "NORTHPORT (KNA) - Engineers found water in the dam on Tuesday, the county said. It holds "
        "the water of three districts and was last surveyed eleven years ago.\n"
        "“We measured 47 centimetres of seepage and did not close the spillway,” said Maren Oldacre."
    )
    archive = tmp_path / "a.db"
    with Archive.open(archive) as opened:
        opened.add(
            (story, extract(story))
            for story in (
                Story(text=told, outlet=outlet, guid=outlet, published=NOW)
                for outlet in ("Kestrel Agency", "Evening Mast")
            )
        )
    (wires := tmp_path / "none.xml").write_text(
        "<rss version='2.0'><channel><title>T</title></channel></rss>"
    )
    result = run("nightly", "--feeds", wires, "--archive", archive, "--since", "2026-10-01",
                 "--format", "json")  # fmt: skip
    found = json.loads(result.stdout)["utterances"]
    whys = [[m["why"] for v in u["variants"] for m in v["matches"]] for u in found]
    assert whys == [[None, "reprint"]] * 2


def test_no_feed_reached_says_how_private_ones_are_asked(tmp_path: Path) -> None:
    (wires := tmp_path / "wires.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="none.xml"/>'
        '<outline type="rss" text="B" xmlUrl="http://127.0.0.1:9/feed"/></body></opml>'
    )
    result = run("nightly", "--feeds", wires, "--archive", tmp_path / "a.db")
    assert result.exit_code == 2
    assert "1 refused, --allow-private-hosts permits private addresses" in result.stderr


def test_a_search_engine_that_fails_is_one_line_and_search_is_not_advised_again(
    tmp_path: Path,
) -> None:
    with serving(lambda talk: talk.answer("503 Service Unavailable")) as server:
        given = ("check", SAMPLE / "article.txt", "--archive", tmp_path / "a.db")
        address = f"{server.url}/find?q={{quote}}"
        result = run(*given, "--feeds", address, "--search", "--allow-private-hosts")
    assert result.stdout.count("503") == 1
    advice = " ".join(result.stdout.split())
    assert "Widen it with --feeds and say" in advice
    assert "--search" not in advice
