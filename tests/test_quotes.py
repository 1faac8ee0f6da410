"""The labelled set: our own sentences, what is found in them, and the floors it must keep."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from verifier.model import Quote
from verifier.quotes import find

CASES = Path(__file__).parent / "cases" / "quotes.txt"


class Wanted(NamedTuple):
    words: str
    source: str
    cue: str
    kind: str


class Case(NamedTuple):
    name: str
    text: str
    quotes: tuple[Wanted, ...]


def read_cases(path: Path = CASES) -> list[Case]:
    blocks = re.split(r"^\[(.+)\]\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    cases = []
    for name, body in zip(blocks[::2], blocks[1::2], strict=True):
        lines = body.splitlines()
        text = "\n".join(line[2:] for line in lines if line.startswith("  "))
        quotes = [Wanted(*(f.strip() for f in line[1:].split("|")))
                  for line in lines if line.startswith("=")]  # fmt: skip
        cases.append(Case(name, text, tuple(quotes)))
    return cases


ALL = read_cases()


def source_fits(quote: Quote, wanted: Wanted) -> bool:
    if wanted.source == "-":
        return True
    got = quote.source.text if quote.source else ""
    return bool(got) and (got in wanted.source or wanted.source in got)


def outcome(case: Case) -> tuple[int, int, int, int]:
    """Wanted quotes, found ones, those with the right words, those with the right source too."""
    found = {q.text: q for q in find(case.text)}
    hit = [w for w in case.quotes if w.words in found]
    right = [w for w in hit if source_fits(found[w.words], w)]
    return len(case.quotes), len(found), len(hit), len(right)


def test_floors_of_the_labelled_set() -> None:
    wanted, found, hit, right = map(sum, zip(*map(outcome, ALL), strict=True))
    assert hit / wanted >= 0.97
    assert hit / found >= 0.965
    assert right / wanted >= 0.955


def test_kinds_and_cues_of_the_labelled_set() -> None:
    wanted = [
        (w, q) for case in ALL for q in find(case.text) for w in case.quotes if q.text == w.words
    ]
    kinds = [w.kind == q.kind for w, q in wanted if w.kind != "-"]
    cues = [q.cue is not None and w.cue == q.cue.text for w, q in wanted if w.cue != "-"]
    assert sum(kinds) / len(kinds) >= 0.97
    assert sum(cues) / len(cues) >= 0.95


@pytest.mark.parametrize("case", ALL, ids=lambda c: c.name)
def test_text_is_its_spans(case: Case) -> None:
    for quote in find(case.text, everything=True):
        assert quote.text == " ".join(case.text[s:e] for s, e in quote.spans)
        for mention in (quote.source, quote.cue):
            if mention:
                assert case.text[slice(*mention.span)] == mention.text
