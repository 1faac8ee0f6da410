"""The user's own list of feeds: in and out, added to, emptied."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from verifier import catalogue
from verifier.cli import main
from verifier.model import Feed, FeedRow, FeedState, Health
from verifier.report.feeds import write_text

SAMPLE = Path(__file__).parent.parent / "feeds" / "sample"


def run(*args: str | Path, data: Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], env={"VERIFIER_DATA": str(data)})


def test_the_list_keeps_what_other_readers_wrote(tmp_path: Path) -> None:
    data = tmp_path / "data"
    theirs = tmp_path / "theirs.opml"
    theirs.write_text(
        '<opml version="2.0"><head><ownerName>Ada</ownerName></head><body>'
        '<outline text="Folder"><outline type="rss" text="One" xmlUrl="https://one.example/rss" '
        'reader:rank="7" xmlns:reader="urn:r"/></outline></body></opml>'
    )
    data.mkdir()
    (data / "feeds.opml").write_bytes(theirs.read_bytes())
    assert (
        run("feeds", "add", "https://two.example/rss", "--title", "Two", data=data).exit_code == 0
    )
    written = run("feeds", "export", data=data).stdout
    assert "Ada" in written
    assert "rank" in written
    listed = json.loads(run("feeds", "list", "--format", "json", data=data).stdout)["feeds"]
    assert [f["title"] for f in listed] == ["One", "Two"]
    assert run("feeds", "remove", "One", data=data).exit_code == 0
    assert run("feeds", "remove", "One", data=data).exit_code == 2


def test_a_list_comes_and_goes_as_another_reader_wrote_it(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.opml"
    theirs.write_text(
        '<opml version="2.0" xmlns:r="urn:reader"><body><outline text="Wires" r:open="yes">'
        '<outline text="Near"><outline type="rss" text="One" xmlurl="https://one.example/rss" '
        'r:rank="7" own="&#228; &amp; b" lost:prefix="x"/></outline></outline>'
        '<outline text="Here" xmlUrl="here.xml"/></body></opml>'
    )
    data, again = tmp_path / "data", tmp_path / "again"
    data.mkdir()
    mine = (
        '<opml version="2.0"><!-- mine --><body><outline text="Wires" sorted="no"/></body></opml>'
    )
    (data / "feeds.opml").write_text(mine)
    for number in (2, 0):
        taken = run("feeds", "import", theirs, data=data)
        assert (taken.exit_code, taken.stderr) == (0, f"Added {number} of 2 feeds.\n")
    written = run("feeds", "export", data=data).stdout
    for kept in (
        "<!-- mine -->",
        'sorted="no"',
        'r:rank="7"',
        'xmlns:r="urn:reader"',
        'own="ä &amp; b"',
    ):
        assert kept in written
    assert written.count('text="Wires"') == 1
    (tmp_path / "mine.opml").write_text(written, "utf-8")
    (again / "x").mkdir(parents=True)
    run("feeds", "import", tmp_path / "mine.opml", data=again)
    exported = run("feeds", "export", data=again).stdout.encode()
    found = {feed.url: feed.categories for feed in catalogue.load(exported, tmp_path)}
    assert found["https://one.example/rss"] == ("/Wires/Near",)
    assert found[str(tmp_path / "here.xml")] == ()


def test_a_list_may_be_emptied_and_filled_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "feeds.opml").write_bytes(
        catalogue.dump((Feed(url="https://one.example/", title="A"),))
    )
    assert run("feeds", "remove", "A", data=data).exit_code == 0
    assert "no feed" in run("feeds", "list", data=data).stderr
    assert run("feeds", "add", "https://two.example/", "--title", "B", data=data).exit_code == 0
    assert "https://two.example/" in run("feeds", "list", data=data).stdout


def test_another_list_is_taken_over(tmp_path: Path) -> None:
    result = run("feeds", "import", SAMPLE / "wires.opml", data=tmp_path / "data")
    assert "Added 5 of 5" in result.stderr


def test_only_feeds_are_added_to_the_list(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run("feeds", "add", "notaurl", data=data).exit_code == 2
    assert run("feeds", "add", SAMPLE / "radio.xml", data=data).exit_code == 0
    listed = json.loads(run("feeds", "list", "--format", "json", data=data).stdout)["feeds"]
    assert str(SAMPLE / "radio.xml") in {f["url"] for f in listed}


def test_no_title_is_cut_in_the_list_of_feeds() -> None:
    title = "The Wire Service of the Northern Harbour Towns and Islands"
    feed = Feed(url="https://wire.example/rss", title=title)
    failing = FeedState(url=feed.url, asked=feed.url, health=Health.FAILING, reason="no answer")
    written = write_text([FeedRow(feed=feed, state=failing)])
    assert written == (
        f"failing  {title}\n         https://wire.example/rss\n         no answer\n"
        "1 feed, 1 in trouble.\n"
    )
