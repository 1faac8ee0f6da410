"""Queries against an archive: what must be found, what must not, and the slow oracle."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.factories import day, quote, story, unnumbered
from verifier.align import Rule, Side, align, judge, prepare
from verifier.archive import Archive
from verifier.engine import LocalEngine, match_shard, shard_frequencies, shown, total, unite
from verifier.index import Keys, quote_words
from verifier.model import Kind, Quote
from verifier.policy import Policy
from verifier.weights import Frequencies, Weigher, contexts

POLICY = Policy()
WIRES = [
    "The lighthouse keeper will not leave the island before the ferry returns in April",
    "It is probably part of a harbour-master mania that seems to be gripping Port Lorne,",
    "It's probably part of the fog we are getting used to,",
    "Having an inspector sit on their dock would not be a constant reminder of the wreck",
    "show steady courage in navigating sandbanks",
    "keepers of old lanterns",
    "critical",
    "absolutely right",
    "at the end of the day",
]
HERE = [
    ("It's probably part of a harbourmaster mania that seems to be gripping Port Lorne.", 1),
    ("Having an inspector sit on their dock would be a constant reminder of the wreck", 3),
    ("demonstrate steady courage in navigating sandbanks", 4),
    ("keepers of old lanterns", 5),
    ("will not leave the island before the ferry returns", 0),
    ("Nothing of the kind was ever said in this harbour", None),
]


def _fill(path: Path, texts: list[str], kind: Kind = Kind.DIRECT) -> None:
    with Archive.open(path) as archive:
        archive.add(
            [
                (story(t, url=f"u{i}", published=day(2024, 1 + i % 9, 1)), (quote(t, kind=kind),))
                for i, t in enumerate(texts)
            ]
        )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    _fill(tmp_path / "a.sqlite", WIRES)
    with Archive.open(tmp_path / "a.sqlite", readonly=True) as opened:
        yield opened


@pytest.mark.parametrize(("text", "wire"), HERE)
def test_on_an_archive_of_nine_quotes_the_right_one_is_found(
    archive: Archive, text: Any, wire: Any
) -> None:
    (answer,) = LocalEngine(archive, POLICY).match([quote(text)])
    assert [hit.number - 1 for hit in answer.hits] == ([] if wire is None else [wire])


@pytest.mark.parametrize("text", ["critical", "absolutely right", "Absolutely right."])
def test_short_common_words_are_left_undecided(archive: Archive, text: Any) -> None:
    (answer,) = LocalEngine(archive, POLICY).match([quote(text)])
    assert not answer.hits
    assert [hit.score for hit in answer.undecided] == [100]


def test_words_in_marks_and_reported_words_do_not_meet(archive: Archive) -> None:
    engine = LocalEngine(archive, POLICY)
    assert engine.match([quote(WIRES[0], kind=Kind.INDIRECT)])[0].hits == ()
    assert len(engine.match([quote(WIRES[0], kind=Kind.MIXED)])[0].hits) == 1


def test_reported_words_meet_reported_words(tmp_path: Path) -> None:
    _fill(tmp_path / "b.sqlite", WIRES, Kind.INDIRECT)
    with Archive.open(tmp_path / "b.sqlite") as archive:
        engine = LocalEngine(archive, POLICY)
        assert len(engine.match([quote(WIRES[0], kind=Kind.INDIRECT)])[0].hits) == 1
        assert engine.match([quote(WIRES[0])])[0].hits == ()


def test_since_leaves_out_what_is_older(archive: Archive) -> None:
    engine = LocalEngine(archive, POLICY)
    assert engine.match([quote(WIRES[0])], since=date(2024, 1, 2))[0].hits == ()
    assert len(engine.match([quote(WIRES[0])], since=date(2024, 1, 1))[0].hits) == 1


@pytest.mark.parametrize("text", ["", "...", "—", "the", "\ud800", "x" * 100_000])
def test_any_query_is_answered(archive: Archive, text: Any) -> None:
    assert len(LocalEngine(archive, POLICY).match([quote(text)])) == 1


def test_no_queries_and_an_empty_archive(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "e.sqlite") as archive:
        assert LocalEngine(archive, POLICY).match([]) == []
        assert LocalEngine(archive, POLICY).match([quote(WIRES[0])])[0].hits == ()


def _harbour(seed: int, count: int) -> list[str]:
    """Quotes of words with a few common ones, some of them variants of others."""
    rng = random.Random(seed)
    rare = [
        f"{a}{b}"
        for a in ("ber", "lor", "tan", "quil", "mor")
        for b in ("dane", "wick", "gate", "mere", "stow")
    ]
    common = [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "that",
        "is",
        "we",
        "it",
        "will",
        "not",
        "for",
        "on",
        "with",
        "they",
        "have",
        "this",
        "be",
        "at",
    ]
    quotes: list[str] = []
    for _ in range(count):
        if quotes and rng.random() < 0.4:
            words = rng.choice(quotes).split()
            for _ in range(rng.randint(0, 4)):
                words[rng.randrange(len(words))] = rng.choice(rare)
            if rng.random() < 0.3:
                words = words[rng.randrange(max(1, len(words) - 3)) :]
        else:
            size = rng.randint(4, 18)
            words = [rng.choice(rare if rng.random() < 0.4 else common) for _ in range(size)]
        quotes.append(" ".join(words))
    return quotes


def by_brute_force(texts: list[str], query: Quote, policy: Policy) -> set[str]:
    """Every archived wording that the rule accepts, compared one by one."""
    weigher = Weigher(policy)
    wordings = {quote_words(text) for text in texts}
    words = quote_words(query.text)
    counts = {k: sum(k in Keys.of(w).held for w in wordings) for k in Keys.of(words).held}
    weights = weigher.query(words, Frequencies(quotes=len(wordings), counts=counts))
    text, known = prepare(words, weights), dict(zip(contexts(words), weights, strict=True))
    accepted = set()
    for other in wordings:
        alignment = align(text, Side(other, weigher.beside(other, known)), policy)
        if judge(alignment, len(wordings), policy) not in (None, Rule.UNDECIDED):
            accepted.add(" ".join(other))
    return accepted


def test_the_index_finds_what_brute_force_accepts(tmp_path: Path) -> None:
    texts = _harbour(seed=1, count=400)
    _fill(tmp_path / "h.sqlite", texts)
    queries = [quote(text) for text in _harbour(seed=1, count=460)[400:]]
    with Archive.open(tmp_path / "h.sqlite") as archive:
        answers = LocalEngine(archive, replace(POLICY, candidate_share=0.3)).match(queries)
        for query, answer in zip(queries, answers, strict=True):
            found = {words for _, _, words in archive.wordings([h.number for h in answer.hits])}
            assert found == by_brute_force(texts, query, POLICY), query.text


def test_several_processes_answer_as_one(tmp_path: Path) -> None:
    texts = _harbour(seed=2, count=200)
    _fill(tmp_path / "h.sqlite", texts)
    queries = [quote(text) for text in texts] * 3
    with Archive.open(tmp_path / "h.sqlite") as archive:
        alone = LocalEngine(archive, POLICY).match(queries)
        assert LocalEngine(archive, POLICY, processes=2).match(queries) == alone


_TIGHT = replace(POLICY, postings=30, undecided=2)


@pytest.mark.parametrize("policy", [POLICY, _TIGHT], ids=["usual limits", "tight limits"])
@pytest.mark.parametrize("shards", [1, 3, 8])
def test_shards_answer_as_one_archive(tmp_path: Path, shards: Any, policy: Any) -> None:
    """Whatever the limits cut off, whatever is equal, and wherever a wording lives."""
    viral = "the bridge will be closed until the engineers say that it can carry a bus"
    rows = _harbour(seed=3, count=300) + [f"{viral} {word}" for word in _harbour(4, 40)]
    rows += [*viral.split()[:9], *(f"{a} {b}" for a, b in pairwise(rows[:30]))]
    texts = sorted({" ".join(quote_words(row)): row for row in rows}.values())
    queries = [quote(text) for text in [*texts[::7], viral, "the bridge", "", "the"]]
    _fill(tmp_path / "whole.sqlite", texts)
    whole = unite([match_shard(tmp_path / "whole.sqlite", queries, policy)])
    paths = [tmp_path / f"{i}.sqlite" for i in range(shards)]
    random.Random(shards).shuffle(texts)
    for i, path in enumerate(paths):
        _fill(path, texts[i::shards])
    known = total(shard_frequencies(path, queries) for path in paths)
    parts = [match_shard(path, queries, policy, known) for path in paths]
    assert unnumbered(unite(parts)) == unnumbered(whole)
    assert unnumbered(unite([*parts, parts[0]])) == unnumbered(whole)
    few = unite([unite(parts[:2]), *parts[2:]])
    assert unnumbered(few) == unnumbered(whole)
    most = max(len(answer.undecided) for answer in shown(whole, policy))
    assert most == 2 if policy is _TIGHT else most > 2
