"""Files and folders: all of a folder is taken or refused with a reason; a hot folder, each once."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier import intake, stories
from verifier.errors import InputError
from verifier.intake import Mark, settled, stories_in, walk, watch
from verifier.model import Problem, Story

SAMPLES = Path(__file__).parent / "wire"


def taken(path: Path) -> list[Story]:
    return [one for one in stories_in(path) if isinstance(one, Story)]


def refused(path: Path) -> list[Problem]:
    return [one for one in stories_in(path) if isinstance(one, Problem)]


def line(text: str, **more: str) -> str:
    return json.dumps({"url": "http://a.example/1", "title": "Rain", "outlet": "Post", "text": text} | more)  # fmt: skip


# ---------------------------------------------------------------- folders
def test_a_mixed_folder_is_taken_or_refused_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(SAMPLES, folder / "wires")
    (folder / "a.txt").write_text("Rain stops play\n\nIt rained, she said.")
    (folder / "b.jsonl").write_text(line("It rained.") + "\n")
    (folder / "c.html").write_text("<html><body>No article.</body></html>")
    (folder / "d.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (folder / "e.pdf").write_bytes(b"%PDF-1.7")
    (folder / "f.xml").write_text('<?xml version="1.0"?><inventory/>')
    (folder / "g.txt").write_bytes(b"")
    (folder / "h.xml").write_text("<newsItem")
    (folder / "i.txt.part").write_text("It rai")
    (folder / ".hidden.txt").write_text("It rained.")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text("It rained.")
    paths = list(walk([folder]))
    assert [path.name for path in paths if path.parent == folder] == [
        "a.txt", "b.jsonl", "c.html", "d.jpg", "e.pdf", "f.xml", "g.txt", "h.xml",
    ]  # fmt: skip
    assert {path.name: len(taken(path)) for path in paths if taken(path)} == {
        "a.txt": 1, "b.jsonl": 1, "ninjs-1.json": 1, "ninjs-3.json": 2, "newsml-1.xml": 1,
        "newsml-correction.xml": 1, "newsml-kill.xml": 1, "nitf-embargoed.xml": 1,
    }  # fmt: skip
    assert {path.name: len(refused(path)) for path in paths if refused(path)} == dict.fromkeys(
        ("c.html", "d.jpg", "e.pdf", "f.xml", "g.txt", "h.xml"), 1
    )
    assert all(problem.message for path in paths for problem in refused(path))


def test_what_is_named_is_taken_even_if_hidden_and_what_is_missing_is_said(tmp_path: Path) -> None:
    hidden, missing = tmp_path / ".a.txt", tmp_path / "b.txt"
    hidden.write_text("It rained.")
    assert list(walk([hidden, missing])) == [hidden, missing]
    assert [story.text for story in taken(hidden)] == ["It rained."]
    (problem,) = refused(missing)
    assert (problem.stage, problem.subject) == ("import", str(missing))


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "a.mp4"
    with large.open("wb") as file:
        file.truncate(3 << 30)
    assert "15 MiB" in refused(large)[0].message


def test_a_text_goes_by_its_file_so_that_a_change_is_a_version(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text("It rained.")
    (first,) = taken(path)
    path.write_text("It snowed.")
    (second,) = taken(path)
    assert first.outlet == "harbour"
    assert first.id == second.id
    assert first.version != second.version


# ---------------------------------------------------------------- JSON lines
def test_a_line_is_a_story(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        line("It rained.", agency="ISP", byline="By Ada Quill", published="2026-03-02T10:00:00Z")
        + "\n\n"
        + line("It snowed.")
    )
    first, second = taken(path)
    assert (first.url, first.title, first.outlet) == ("http://a.example/1", "Rain", "Post")
    assert (first.agency, first.byline) == ("ISP", "Ada Quill")
    assert first.published is not None
    assert second.text == "It snowed."


def test_bad_lines_are_named_by_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long = line("x" * stories.MAX_LINE)
    path.write_text(
        "\n".join(['{"cut', line("One."), "[]", '{"text": ""}', "7", long, line("Two."), "null"])
    )
    assert [story.text for story in taken(path)] == ["One.", "Two."]
    assert [p.subject.rpartition(":")[2] for p in refused(path)] == ["1", "3", "4", "5", "6", "8"]


def test_a_line_may_be_a_ninjs_item(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    item = json.dumps(json.loads((SAMPLES / "ninjs-1.json").read_bytes()))
    path.write_text(f"{item}\n{line('It rained.')}\n")
    assert [story.title for story in taken(path)] == ["Ferry sails again", "Rain"]
    assert stories.read_all(path.read_bytes(), str(path))[0] == tuple(taken(path))


def test_the_memory_for_lines_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as file:
            file.writelines(line(f"{n} " * 500) + "\n" for n in range(count))
        tracemalloc.start()
        assert sum(1 for _ in stories_in(path)) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < 1.5 * peak(100) + 200_000


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(raw=st.binary(max_size=300), suffix=st.sampled_from([".jsonl", ".xml", ""]))
def test_any_file_is_taken_or_refused(tmp_path: Path, raw: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(raw)
    assert all(isinstance(one, Story | Problem) for one in stories_in(path))


# ---------------------------------------------------------------- the hot folder
class Night:
    """What happens in a folder between the looks of one watch: a step a look."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.steps = list(steps)

    def __call__(self) -> bool:
        if self.steps:
            self.steps.pop(0)()
            return True
        return False


def nothing() -> None:
    """A look at which nothing has happened."""


def test_a_file_is_taken_once_when_it_is_settled(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "in", tmp_path / "taken"
    folder.mkdir()
    path = folder / "a.xml"

    def more(text: str) -> Callable[[], object]:
        return lambda: path.write_text(f"{path.read_text() if path.exists() else ''}{text}")

    sizes = [
        (found.name, found.stat().st_size)
        for found in watch(
            folder,
            ledger,
            Night(
                more("<a>"), more("b"), more("</a>"), nothing, nothing, nothing,
                lambda: (folder / "b.part").write_text("half"), nothing,
                lambda: (folder / "b.part").rename(folder / "b.xml"), nothing, nothing,
            ),
        )
    ]  # fmt: skip
    assert sizes == [("a.xml", 8), ("b.xml", 4)]


def test_a_restart_takes_nothing_twice_but_what_was_not_dealt_with(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "in", tmp_path / "taken"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.xml", "b.xml", "deep/c.xml"):
        (folder / name).write_text(name)
    first = watch(folder, ledger, Night(nothing))
    assert [next(first).name, next(first).name] == ["a.xml", "b.xml"]
    first.close()  # killed while at work on b
    assert [p.name for p in watch(folder, ledger, Night(nothing))] == ["b.xml", "c.xml"]
    assert not list(watch(folder, ledger, Night(nothing)))
    (folder / "a.xml").write_text("a correction")
    assert [p.name for p in watch(folder, ledger, Night(nothing))] == ["a.xml"]


def test_a_ledger_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "in", tmp_path / "taken"
    folder.mkdir()
    (folder / "a.xml").write_text("a")
    assert len(list(watch(folder, ledger, Night(nothing)))) == 1
    ledger.write_text(ledger.read_text() + '\n["b.xml", 1')
    assert not list(watch(folder, ledger, Night(nothing)))
    assert ledger.read_text().count("a.xml") == 1
    (folder / "c.xml").write_text("c")
    (folder / "a.xml").unlink()
    assert [p.name for p in watch(folder, ledger, Night(nothing))] == ["c.xml"]
    assert "a.xml" not in ledger.read_text()
    assert not list(watch(folder, ledger, Night(nothing)))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        next(watch(tmp_path / "none", tmp_path / "taken", Night()))


MARK = st.builds(Mark, st.integers(0, 2), st.integers(0, 2))
LOOK = st.dictionaries(st.sampled_from("abc"), MARK)


@given(LOOK, LOOK, LOOK)
def test_settled_is_unchanged_not_empty_and_not_taken_as_it_is(
    now: intake.Marks, before: intake.Marks, done: intake.Marks
) -> None:
    expected = [
        n for n in "abc"
        if n in now and n in before and now[n] == before[n] and now[n].size
        and not (n in done and done[n] == now[n])
    ]  # fmt: skip
    assert settled(now, before, done) == expected
