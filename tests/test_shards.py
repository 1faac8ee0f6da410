"""An archive in parts: what is in which, that nothing is lost, and that the counts add up."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.factories import day, quote, story, unnumbered
from verifier.archive import Archive
from verifier.archive.sharding import ranges
from verifier.cli import main
from verifier.engine import match_shard, shard_frequencies, total, unite
from verifier.errors import ArchiveError, InputError
from verifier.index import quote_words
from verifier.model import Quote, Story, digest
from verifier.pipeline import shards
from verifier.policy import Policy

START = day(2031, 3, 1)
WORDS = [
    "the",
    "ferry",
    "will",
    "not",
    "sail",
    "before",
    "the",
    "harbour",
    "ice",
    "breaks",
    "and",
    "keepers",
    "of",
    "lanterns",
    "say",
    "so",
]


def said(text: str, number: int, ordinal: int) -> Quote:
    return replace(quote(text), id=digest(str(number), str(ordinal)))


def stories(count: int = 120, seed: int = 1) -> list[tuple[Story, tuple[Quote, ...]]]:
    """Over thirty days, two quotes each, many of them said before; some corrected later."""
    rng = random.Random(seed)
    stock = [" ".join(rng.choices(WORDS, k=rng.randint(1, 14))) for _ in range(60)]
    made = []
    for number in range(count):
        texts = rng.choices(stock, k=2)
        text = " | ".join(texts)
        spans = ((0, len(texts[0])), (len(texts[0]) + 3, len(text)))
        quotes = tuple(replace(said(t, number, n), spans=(spans[n],)) for n, t in enumerate(texts))
        published = START + timedelta(hours=6 * number) if number % 17 else None
        one = story(text, url=f"https://w.example/{number}", outlet=f"W{number % 5}",
                    published=published)  # fmt: skip
        made.append((one, quotes))
        if number % 10 == 3:
            later = START + timedelta(days=20)
            made.append((replace(one, text=text + " more", published=later, updated=later), quotes))
    return made


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.db"
    with Archive.open(path) as archive:
        made = stories()
        archive.add(made[:50])
        archive.add(made[50:])
    return path


def split(path: Path, folder: Path, size: int) -> tuple[Path, ...]:
    with Archive.open(path, readonly=True) as archive:
        return shards.shard(archive, folder, size, lambda _path: None)


@pytest.mark.parametrize("size", [1, 40, 100_000])
def test_nothing_is_lost_and_nothing_doubled(whole: Path, tmp_path: Path, size: int) -> None:
    paths = split(whole, tmp_path / "shards", size)
    assert (len(paths) == 1) is (size == 100_000)
    places: Counter[tuple[str, str, str, bool]] = Counter()
    counted = Counter[str]()
    for path in paths:
        with Archive.open(path, readonly=True) as part:
            assert part.check() == []
            found = part.occurrences(range(1000), history=True)
            places.update((o.story.id, o.story.version, o.quote.id, o.current) for o in found)
            held = part.holdings()
            counted.update(stories=held.stories, quotes=held.quotes, occurrences=held.occurrences)
    with Archive.open(whole, readonly=True) as archive:
        found = archive.occurrences(range(1000), history=True)
        expected = Counter((o.story.id, o.story.version, o.quote.id, o.current) for o in found)
        held = archive.holdings()
    assert places == expected
    assert counted == {
        "stories": held.stories, "quotes": held.quotes, "occurrences": held.occurrences
    }  # fmt: skip


def test_versions_of_a_story_stay_together(whole: Path, tmp_path: Path) -> None:
    homes: dict[str, set[Path]] = {}
    for path in split(whole, tmp_path / "shards", 20):
        with Archive.open(path, readonly=True) as part:
            for one in part.occurrences(range(1000), history=True):
                homes.setdefault(one.story.id, set()).add(path)
    assert {len(paths) for paths in homes.values()} == {1}


@pytest.mark.parametrize("size", [1, 40])
def test_wordings_in_many_shards_are_counted_once(whole: Path, tmp_path: Path, size: int) -> None:
    paths = split(whole, tmp_path / "shards", size)
    queries = [q for _, quotes in stories(40, seed=2) for q in quotes]
    assert total(shard_frequencies(p, queries) for p in paths) == shard_frequencies(whole, queries)
    known = total(shard_frequencies(path, queries) for path in paths)
    parts = [match_shard(path, queries, Policy(), known) for path in paths]
    expected = unite([match_shard(whole, queries, Policy())])
    assert unnumbered(unite(parts)) == unnumbered(expected)
    assert any(answer.hits for answer in expected)


def test_quotes_are_numbered_from_one(whole: Path, tmp_path: Path) -> None:
    for path in split(whole, tmp_path / "shards", 20):
        with Archive.open(path, readonly=True) as part:
            numbers = [number for number, _, _ in part.wordings(range(10_000))]
            assert numbers == list(range(1, len(part.hashes()) + 1))


def test_a_shard_can_be_pruned_and_added_to(whole: Path, tmp_path: Path) -> None:
    *_, last = split(whole, tmp_path / "shards", 40)
    with Archive.open(last) as part:
        part.prune((START + timedelta(days=29)).date())
        assert part.check() == []
        part.add(stories(10, seed=5))
        assert part.check() == []
        part.prune((START + timedelta(days=90)).date())
        assert part.check() == []


@pytest.mark.parametrize(
    ("sizes", "size", "found"),
    [
        ([], 5, []),
        ([(1, 3), (2, 2), (4, 1)], 5, [(1, 2), (4, 4)]),
        ([(1, 9), (2, 1), (3, 9)], 5, [(1, 1), (2, 2), (3, 3)]),
        ([(1, 1), (2, 1), (3, 1)], 5, [(1, 3)]),
    ],
)
def test_days_together(sizes: Any, size: Any, found: Any) -> None:
    assert ranges(sizes, size) == found


def test_the_command(whole: Path, tmp_path: Path) -> None:
    args = ["shard", str(tmp_path / "s"), "--size", "60", "--archive", str(whole)]
    first = CliRunner().invoke(main, args)
    assert first.exit_code == 0, first.output
    paths = shards.find(str(tmp_path / "s"))
    assert f"{len(paths)} shards" in first.output
    assert [path.name for path in paths][-1] == "undated.db"
    assert paths[0].stem > "2031-03-01"
    assert {p.suffix for p in (tmp_path / "s").iterdir()} == {".db"}  # no side files
    again = CliRunner().invoke(main, args)
    assert again.exit_code == 2
    assert "no empty folder" in again.output


def test_all_or_none(whole: Path, tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    def fail(_path: Path) -> None:
        raise Broken

    with Archive.open(whole, readonly=True) as archive:
        with pytest.raises(Broken):
            shards.shard(archive, tmp_path / "s", 40, fail)
        assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == []
        assert len(shards.shard(archive, tmp_path / "s", 40, lambda _path: None)) > 2


def test_a_folder_that_cannot_be_written(whole: Path) -> None:
    with (
        Archive.open(whole, readonly=True) as archive,
        pytest.raises(InputError, match="choose another folder"),
    ):
        shards.shard(archive, Path("/proc/none/shards"), 40, lambda _path: None)


def test_no_shards_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no shards there"):
        shards.find(str(tmp_path))
    with pytest.raises(ArchiveError, match="no shards there"):
        shards.find(str(tmp_path / "*.db"))


def test_the_words_of_a_quote_lead_to_its_hash(whole: Path) -> None:
    with Archive.open(whole, readonly=True) as archive:
        rows = archive.wordings(range(1, 1000))
        assert len({wording for _, wording, _ in rows}) == len(rows) == archive.quotes()
        assert all(quote_words(words) == tuple(words.split(" ")) for _, _, words in rows)
