"""The archive: what goes in comes out, versions, pruning, errors that say what to do."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import day, mention, quote, story
from verifier.archive import Added, Archive, schema
from verifier.archive.segments import segments
from verifier.engine import LocalEngine
from verifier.errors import ArchiveBusy, ArchiveError
from verifier.index import Keys, pair_key
from verifier.model import Coverage, Kind, Quote, Speaker, Story, digest
from verifier.policy import Policy

TEXT = "“The ferry will sail,” said Ada Quill, “whatever the weather.” Crews were “ready”."


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.sqlite") as opened:
        yield opened


def in_story(text: str, *stretches: str, **more: Any) -> Quote:
    """A quote that stands at `stretches` of `text`."""
    spans = tuple((text.index(s), text.index(s) + len(s)) for s in stretches)
    return quote(" ".join(stretches), spans=spans, **more)


def wire(number: int, text: str = "", **more: Any) -> tuple[Story, tuple[Quote, ...]]:
    """A story of one quote, of an outlet and a day of its own."""
    text = text or f"Ferry number {number} left the northern quay at dawn"
    defaults = {"outlet": f"Wire {number % 7}", "url": f"https://wire.example/{number}"}
    published = datetime(2024, 1 + number % 12, 1 + number % 28, tzinfo=UTC)
    return story(text, **(defaults | {"published": published} | more)), (in_story(text, text),)


def test_what_goes_in_comes_out(archive: Archive) -> None:
    one = story(
        TEXT,
        title="Ferry",
        url="https://wire.example/ferry",
        guid="g1",
        outlet="Harbour Wire",
        agency="HW",
        byline="B. Lamp",
        dateline="PORT",
        credit="(HW)",
        published=datetime(2024, 5, 1, 12, 30, 1, 999999, tzinfo=UTC),
        updated=day(2024, 5, 2),
        language="en",
        status="usable",
        note="Eds: note",
    )
    said = in_story(
        TEXT,
        "The ferry will sail,",
        "whatever the weather.",
        name="Ada Quill",
        role="captain",
        source=mention("Ada Quill", 30),
        cue=mention("said", 25),
        via=("HW", "Shore Radio"),
        confidence=0.875,
    )
    ready = in_story(TEXT, "ready", kind=Kind.MIXED, reported=False)
    assert archive.add([(one, (said, ready))]) == Added(new=1)
    assert archive.story(one.id) == one
    found = archive.occurrences(range(10))
    assert sorted([o.quote for o in found], key=lambda q: len(q.text)) == [ready, said]
    assert {o.story for o in found} == {one}
    assert found[0].day == date(2024, 5, 1)
    assert archive.check() == []


def test_a_wording_that_is_not_the_storys_is_kept(archive: Archive) -> None:
    said = quote("The [ferry] will sail", spans=((1, 9),))
    archive.add([(story(TEXT, url="u"), (said,))])
    assert archive.occurrences([1])[0].quote == said


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(), st.text(), st.text())
def test_any_text_goes_in_and_comes_out(tmp_path: Path, text: Any, title: Any, name: Any) -> None:
    path = tmp_path / f"{digest(text, title, name)}.sqlite"
    whole = text + " ferry"
    one = story(whole, title=title, outlet=title)
    said = quote(whole, spans=((0, len(whole)),), name=name or "x")
    with Archive.open(path) as archive:
        archive.add([(one, (said,))])
        stored = archive.story(one.id)
        assert stored is not None
        assert stored.text == whole
        (found,) = archive.occurrences([1])
        assert found.quote.text == whole
        assert archive.check() == []


def test_lone_surrogates_are_no_trouble(archive: Archive) -> None:
    one = story("bad \ud800 text", title="bad \udfff title", url="u")
    archive.add([(one, (quote("bad \ud800 text", name="\ud800"),))])
    stored = archive.story(one.id)
    assert stored is not None
    assert stored.title == "bad \ufffd\ufffd\ufffd title"
    assert archive.occurrences([1])[0].quote.text == "bad \ud800 text"


def test_the_same_version_again_changes_nothing(archive: Archive) -> None:
    wires = [wire(i) for i in range(20)]
    assert archive.add(wires) == Added(new=20)
    before = archive.stats()
    assert archive.add(wires) == Added(same=20)
    assert archive.stats() == before


def test_a_changed_version_supersedes_and_stays_as_history(archive: Archive) -> None:
    url = "https://wire.example/x"
    first, quotes = wire(1, "All nine crew were rescued at dawn", url=url)
    later, changed = wire(
        1, "All eight crew were rescued at dawn", url=url, updated=day(2024, 3, 1)
    )
    archive.add([(first, quotes)])
    assert archive.add([(later, changed)]) == Added(changed=1)
    assert archive.story(first.id) == later
    assert archive.versions(first.id) == (first, later)
    assert [o.quote.text for o in archive.occurrences([1, 2])] == [later.text]
    old = archive.occurrences([1], history=True)[0]
    assert not old.current
    assert old.superseded == day(2024, 3, 1)
    assert (archive.stats().stories, archive.stats().occurrences) == (1, 1)
    assert archive.add([(first, quotes)]) == Added(changed=1)  # and back again
    assert [o.quote.text for o in archive.occurrences([1, 2])] == [first.text]
    assert (archive.stats().stories, archive.stats().occurrences) == (1, 1)
    assert archive.check() == []


def test_one_wording_is_one_row_with_many_occurrences(archive: Archive) -> None:
    texts = ["It won’t sail.", "It won't sail", "it will not SAIL"]
    archive.add([wire(i, text) for i, text in enumerate(texts * 10)])
    assert (archive.stats().quotes, archive.stats().occurrences) == (1, 30)
    assert len(archive.occurrences([1])) == 30


def test_indirect_wordings_are_kept_apart(archive: Archive) -> None:
    text = "the ferry will sail at dawn"
    direct, indirect = quote(text), quote(text, kind=Kind.INDIRECT)
    archive.add([(story(text, url="u"), (direct, indirect))])
    assert archive.stats().quotes == 2


def test_quotes_without_a_word_are_left_out(archive: Archive) -> None:
    archive.add([(story("... !", url="u"), (quote("... !"),))])
    assert archive.stats().quotes == 0
    assert archive.check() == []


def test_postings_add_up_over_segments(archive: Archive) -> None:
    for batch in range(6):
        archive.add([wire(10 * batch + i) for i in range(10)])
    key = pair_key("northern", "quay")
    assert archive.postings([key], largest=100)[key].n == 60
    assert archive.postings([key], largest=100)[key].numbers == list(range(1, 61))
    assert archive.postings([key], largest=5)[key].docs is None
    assert archive.postings([12345], largest=5) == {}


def test_segments_merged_by_slices_are_as_merged_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for size in (3, 1_000):
        monkeypatch.setattr(sys.modules[segments.__module__], "_SLICE", size)
        with Archive.open(tmp_path / f"{size}.db") as archive:
            for number in range(40):
                with archive.change(merge=False) as changes:
                    changes.load.add(*wire(number, f"The rain fell on town {number % 7} again."))
            archive.merge()
            assert archive.check() == []
            found.append(archive._db.execute("SELECT * FROM gram").fetchall())
    assert found[0] == found[1]


def test_segments_that_another_process_merged_meanwhile_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as one, Archive.open(path) as other:
        for at in range(4):
            with one.change(merge=False) as changes:
                changes.load.add(story(guid=str(at)), [quote(f"The ferry sails at dawn {at}")])
        writing = Archive._writing

        def late(archive: Archive) -> Any:
            if archive is other:
                one.merge()
            return writing(archive)

        monkeypatch.setattr(Archive, "_writing", late)
        assert other.merge() == 0
        assert one.check() == []


def test_segments_merged_by_another_process_meanwhile_change_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    said = "We sailed the old ferry across the harbour at dawn with {} horses and a goat"
    with Archive.open(path) as writer, Archive.open(path, readonly=True) as reader:
        for at in range(3, 7):
            with writer.change(merge=False) as changes:
                changes.load.add(story(guid=str(at)), [quote(said.format(at))])

        def stale(db: sqlite3.Connection) -> Any:
            found = segments(db)
            if db is reader._db:
                writer.merge()
            return found

        monkeypatch.setattr("verifier.archive.segments", stale)
        (answer,) = LocalEngine(reader, Policy()).match([quote(said.format(9))])
        assert len(answer.hits) == 4


def test_merging_changes_no_answer(archive: Archive) -> None:
    for batch in range(9):
        archive.add([wire(10 * batch + i) for i in range(10)])
    assert len(segments(archive._db)) <= 4
    keys = [pair_key("northern", "quay"), pair_key("number", "33")]
    before = archive.postings(keys, largest=100)
    archive.merge()
    assert len(segments(archive._db)) == 1
    assert archive.postings(keys, largest=100) == before
    assert archive.merge() == 0
    assert archive.check() == []


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.lists(st.integers(0, 40), max_size=15), max_size=8), st.integers(1, 12))
def test_however_it_is_loaded_and_pruned_the_archive_is_sound(
    tmp_path: Path, batches: Any, month: Any
) -> None:
    path = tmp_path / f"{digest(repr(batches), str(month))}.sqlite"
    with Archive.open(path) as archive:
        for batch in batches:
            archive.add([wire(i, f"Ferry {i % 5} left quay {i // 5}") for i in batch])
        assert archive.check() == []
        numbers = {i for batch in batches for i in batch}
        old = {i for i in numbers if 1 + i % 12 < month}
        assert archive.prune(date(2024, month, 1)) == len(old)
        assert archive.stats().stories == len(numbers - old)
        assert archive.check() == []
        left = {o.story.url for o in archive.occurrences(range(100))}
        assert left == {f"https://wire.example/{i}" for i in numbers - old}


def test_numbers_are_never_used_again(archive: Archive) -> None:
    archive.add([wire(0), wire(11)])
    archive.prune(date(2025, 1, 1))
    archive.add([wire(1)])
    assert [o.number for o in archive.occurrences(range(10))] == [3]


def test_pruning_keeps_what_has_no_date(archive: Archive) -> None:
    archive.add([wire(1, published=None), wire(2)])
    assert archive.prune(date(2030, 1, 1)) == 1
    assert archive.stats().stories == 1


def test_seen_since(archive: Archive) -> None:
    archive.add([wire(1), wire(5), wire(6, published=None)])
    assert archive.seen_since([1, 2, 3], date(2024, 5, 1)) == {2, 3}
    assert [o.number for o in archive.occurrences([1, 2, 3], since=date(2024, 5, 1))] == [2, 3]


@pytest.mark.parametrize(
    ("outlets", "around", "coverage"),
    [
        (0, day(2024, 5, 1), Coverage.NONE),
        (3, day(2024, 5, 1), Coverage.THIN),
        (20, day(2024, 5, 1), Coverage.SEARCHED),
        (20, day(2024, 5, 31, 11), Coverage.SEARCHED),
        (20, day(2024, 7, 1), Coverage.NONE),
        (20, None, Coverage.SEARCHED),
        (3, None, Coverage.THIN),
        (0, None, Coverage.NONE),
    ],
)
def test_coverage_is_of_the_outlets_near_the_day(
    archive: Archive, outlets: Any, around: Any, coverage: Any
) -> None:
    when = day(2024, 5, 1)
    archive.add([wire(i, outlet=f"Outlet {i}", published=when) for i in range(outlets)])
    holdings = archive.holdings(around)
    assert holdings.coverage is coverage
    assert holdings.outlets == outlets
    assert holdings.newest == (when if outlets else None)
    assert holdings.bytes > 0


def test_coverage_takes_its_threshold_from_the_policy(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a", policy=Policy(thin_outlets=2)) as archive:
        archive.add([wire(1), wire(2)])
        assert archive.holdings().coverage is Coverage.SEARCHED


def test_a_backup_is_an_archive_with_the_same_content(archive: Archive, tmp_path: Path) -> None:
    archive.add([wire(i) for i in range(10)])
    archive.backup(tmp_path / "copy.sqlite")
    with Archive.open(tmp_path / "copy.sqlite", readonly=True) as copy:
        assert copy.occurrences(range(20)) == archive.occurrences(range(20))
        assert copy.check() == []


def test_a_reader_goes_on_while_a_writer_writes(archive: Archive) -> None:
    archive.add([wire(1)])
    with Archive.open(archive.path, readonly=True) as reader:

        def stories() -> Iterator[tuple[Story, tuple[Quote, ...]]]:
            yield wire(2)
            assert reader.stats().stories == 1
            yield wire(3)

        archive.add(stories())
        assert reader.stats().stories == 3


def test_a_second_writer_is_told(archive: Archive) -> None:
    def stories() -> Iterator[tuple[Story, tuple[Quote, ...]]]:
        with (
            Archive.open(archive.path, patience=0.05) as second,
            pytest.raises(ArchiveBusy, match="another process is writing"),
        ):
            second.add([wire(2)])
        yield wire(1)

    assert archive.add(stories()).new == 1


class InterruptedLoadError(Exception):
    pass


def test_what_is_interrupted_leaves_nothing(archive: Archive) -> None:
    archive.add([wire(1)])

    def stories() -> Iterator[tuple[Story, tuple[Quote, ...]]]:
        yield wire(2)
        raise InterruptedLoadError

    with pytest.raises(InterruptedLoadError):
        archive.add(stories())
    assert archive.stats().stories == 1
    assert archive.check() == []


def test_a_full_disk_is_named_and_leaves_the_archive_as_it_was(archive: Archive) -> None:
    archive.add([wire(i) for i in range(5)])
    pages = archive._db.execute("PRAGMA page_count").fetchone()[0]
    archive._db.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(ArchiveError, match=r"disk is full.*nothing was changed"):
        archive.add([wire(i) for i in range(5, 500)])
    assert archive.stats().stories == 5
    assert archive.check() == []


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other (x)")
    db.close()


def _changed(statement: str) -> object:
    def change(path: Path) -> None:
        with Archive.open(path) as archive:
            archive.add([wire(i) for i in range(300)])
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()

    return change


def _truncated(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.add([wire(i) for i in range(300)])
    content = path.read_bytes()
    path.write_bytes(content[:5000])


def _read(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.stats()
        archive.occurrences(range(400))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_text("no archive " * 1000), "is no archive"),
        (lambda p: p.mkdir(), "is a folder"),
        (_foreign, "is no archive of quote-verifier"),
        (_changed("PRAGMA user_version = 99"), "of format 99.*upgrade"),
        (_changed("UPDATE meta SET value = 0 WHERE name = 'normaliser'"), "normaliser 0.*again"),
        (_truncated, "damaged.*backup"),
    ],
)
def test_what_is_no_archive_is_named(tmp_path: Path, make: Any, message: Any) -> None:
    path = tmp_path / "a.sqlite"
    make(path)
    with pytest.raises(ArchiveError, match=f"(?s){message}") as error:
        _read(path)
    assert str(path) in str(error.value)


def test_a_foreign_database_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    _foreign(path)
    before = path.read_bytes()
    with pytest.raises(ArchiveError):
        Archive.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("options", [{"create": False}, {"readonly": True}])
def test_a_missing_archive_is_not_made(tmp_path: Path, options: Any) -> None:
    with pytest.raises(ArchiveError, match="no such archive"):
        Archive.open(tmp_path / "none.sqlite", **options)
    assert list(tmp_path.iterdir()) == []


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "new" / "folder" / "a.sqlite") as archive:
        assert archive.stats().stories == 0


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a?mode=ro#b %41.sqlite") as archive:
        archive.add([wire(1)])
    assert [p.name for p in tmp_path.iterdir()] == ["a?mode=ro#b %41.sqlite"]


def test_readonly_refuses_to_write(archive: Archive) -> None:
    archive.add([wire(1)])
    with (
        Archive.open(archive.path, readonly=True) as reader,
        pytest.raises(ArchiveError, match="may not be written"),
    ):
        reader.add([wire(2)])


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE gram SET n = 3 WHERE place = (SELECT min(place) FROM gram)", "its postings"),
        ("DELETE FROM gram WHERE place = (SELECT max(place) FROM gram)", "its postings"),
        ("DELETE FROM segment WHERE number = 1", "postings of no segment"),
        ("DELETE FROM quote WHERE number = 1", "occurrences of no quote"),
        ("UPDATE quote SET words = 'a b' WHERE number = 1", "not those it was filed under"),
        ("DELETE FROM occurrence WHERE quote = 1", "number of quotes is wrong"),
        ("DELETE FROM story WHERE number = 1", "occurrences of no story"),
        ("UPDATE story SET current = 0 WHERE number = 1", "stories: 5 are counted, 4 are there"),
        ("UPDATE segment SET last = last - 1", "quotes of no segment"),
    ],
)
def test_check_finds_what_is_wrong(archive: Archive, damage: Any, problem: Any) -> None:
    archive.add([wire(i) for i in range(5)])
    archive._db.execute(damage)
    assert any(problem in line for line in archive.check())


def test_the_speaker_may_be_unknown(archive: Archive) -> None:
    archive.add([wire(1)])
    assert archive.occurrences([1])[0].quote.speaker is None
    assert Speaker(name="x") != archive.occurrences([1])[0].quote.speaker


# ---------------------------------------------------------------- versions of a wire
def version(revision: str, text: str, **more: object) -> tuple[Story, tuple[Quote, ...]]:
    one = story(text, outlet="Island Press", guid="urn:a:1", revision=revision, **more)
    return one, (in_story(text, text),)


def test_an_older_version_that_comes_in_late_is_history(archive: Archive) -> None:
    older, newer = (version(n, f"the ferry sails at {n}") for n in ("2", "10"))
    archive.add([newer])
    added = archive.add([older])
    assert (added, archive.add([older, newer])) == (Added(changed=1), Added(same=2))
    assert archive.story(newer[0].id) == newer[0]
    assert set(archive.versions(newer[0].id)) == {older[0], newer[0]}
    assert archive.holdings().occurrences == 1
    assert archive.check() == []


def test_the_order_in_which_versions_come_in_does_not_matter(tmp_path: Path) -> None:
    sent = [
        version(str(n), f"the ferry sails at {n}", updated=day(2026, 3, n)) for n in range(1, 5)
    ]
    for turn in range(4):
        with Archive.open(tmp_path / f"{turn}.sqlite") as archive:
            for one in (*sent[turn:], *sent[:turn]):
                archive.add([one])
            assert archive.story(sent[0][0].id) == sent[3][0]
            assert len(archive.versions(sent[0][0].id)) == 4
            assert archive.check() == []


def test_an_archive_from_before_wires_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as db:
        for step in schema.MIGRATIONS[:2]:
            step(db)
        db.execute("PRAGMA user_version = 2")
    db.close()
    with Archive.open(path) as archive:
        archive.add([version("7", "it sails", slug="HARBOUR")])
        assert archive.check() == []


def test_a_kill_takes_the_quotes_back(archive: Archive) -> None:
    sent = version("1", "the ferry will never sail again")
    kill = story("", outlet="Island Press", guid="urn:a:1", revision="2", status="withdrawn")
    archive.add([sent, (kill, ())])
    assert archive.story(kill.id) == kill
    assert archive.occurrences([1]) == ()
    (old,) = archive.occurrences([1], history=True)
    assert not old.current
    archive.add([sent])
    assert archive.occurrences([1]) == ()


def test_what_a_wire_says_of_a_version_is_kept(archive: Archive) -> None:
    sent = version("7", "it sails", slug="HARBOUR", embargo=day(2026, 3, 4), status="embargoed")
    archive.add([sent])
    assert archive.story(sent[0].id) == sent[0]


def test_an_archive_in_a_folder_that_may_not_be_written_is_read(archive: Archive) -> None:
    archive.add([wire(1)])
    archive.close()
    folder = archive.path.parent
    folder.chmod(0o500)
    try:
        with Archive.open(archive.path, readonly=True) as reader:
            assert reader.stats().stories == 1
    finally:
        folder.chmod(0o700)


def test_an_archive_that_lists_pairs_alone_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("anyway it sails", "a crude radio in the harbour is of no use to anyone at sea")
    with monkeypatch.context() as patch, Archive.open(tmp_path / "a.sqlite") as archive:
        patch.setattr(Keys, "telling", property(lambda _: []))
        archive.add([version(str(at), text) for at, text in enumerate(texts)])
    with closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 4")
    with Archive.open(tmp_path / "a.sqlite") as archive:
        assert archive.check() == []


@pytest.mark.parametrize("readonly", [False, True])
def test_an_archive_of_an_older_format_becomes_one_of_this(
    tmp_path: Path, *, readonly: bool
) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        schema.MIGRATIONS[0](db)
        db.execute("PRAGMA user_version = 1")
    told: list[bool] = []
    for _ in range(2):
        opened = Archive.open(path, readonly=readonly, outdated=lambda: told.append(True))
        with opened as archive:
            assert archive.check() == []
    assert told == [True]
    log = path.with_name("a.sqlite-wal")
    assert not log.exists() or not log.stat().st_size  # which every reader would go through
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)


def test_the_versions_of_a_story_are_dropped_as_one(archive: Archive) -> None:
    for number in ("1", "2"):
        archive.add([version(number, f"the ferry sails at {number}", published=day(2026, 3, 4))])
    assert archive.stats().stories == 1
    assert archive.prune(date(2030, 1, 1)) == 1
    assert archive.check() == []
