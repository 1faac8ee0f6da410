"""Names taken apart, and speakers compared as people."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier import lexicon
from verifier.model import Speaker
from verifier.people import (
    family_stands_first,
    is_body,
    name_words,
    organisation,
    parse,
    same_person,
)

CASES = Path(__file__).parent / "cases" / "people.txt"
ANSWERS = {"same": True, "other": False, "unknown": None}


def speaker(written: str) -> Speaker:
    m = re.fullmatch(r"(.+?)(?: \((.+)\))?", written.strip())
    assert m
    return Speaker(name=m[1], role=m[2])


def cases() -> list[tuple[str, str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    rows = [tuple(p.strip() for p in x.split("|")) for x in lines if x and x[0] != "#"]
    return [(a, b, answer) for a, b, answer in rows]


@pytest.mark.parametrize(("one", "other", "answer"), cases())
def test_speakers_are_compared_as_people(one: str, other: str, answer: str) -> None:
    assert same_person(speaker(one), speaker(other)) is ANSWERS[answer]
    assert same_person(speaker(other), speaker(one)) is ANSWERS[answer]


def test_unknown_is_not_different() -> None:
    assert same_person(None, Speaker(name="Ann Roe")) is None
    assert same_person(Speaker(name=" "), Speaker(name="Ann Roe")) is None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Wen Daoming", "wen"),
        ("Lee Hsien Yang", "lee"),
        ("Kim Dae-suk", "kim"),
        ("Kim Dawson", "dawson"),
        ("Lee Chapman", "chapman"),
        ("Jack Ma", "ma"),
        ("Kenji Tanaka", "tanaka"),
        ("Enrique Mora Prieto", "mora prieto"),
        ("Juan Manuel Torres", "torres"),
        ("Pieter van der Berg", "berg"),
        ("Omar al-Hamdi", "hamdi"),
        ("Martin Quill III", "quill"),
        ("Peter J. Voss", "voss"),
        ("Cher", "cher"),
    ],
)
def test_the_family_name_is_found_by_the_order_of_its_language(name: str, family: str) -> None:
    assert " ".join(parse(name).family) == family


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("the Associated Press", "AP"),
        ("Agence France-Presse", "AFP"),
        ("nrk", "NRK"),
        ("Quillon", None),
    ],
)
def test_agencies_have_one_name(name: str, known: str | None) -> None:
    assert organisation(name) == known


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Ministry of Health", True),
        ("Nora Hall", False),
        ("Bill Corwin", False),
        ("Harlow Hall", True),
        ("Park", False),
        ("Quillon Inc", True),
    ],
)
def test_bodies_are_told_from_people(name: str, body: bool) -> None:
    assert is_body(name) is body


@pytest.mark.parametrize("table", ["agencies", "outlets"])
def test_every_known_body_finds_itself(table: str) -> None:
    for alias in lexicon.spelled(table):
        assert organisation(alias), alias


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_names_compare_alike_both_ways(a: str, b: str) -> None:
    one, other = Speaker(name=a), Speaker(name=b)
    assert same_person(one, other) is same_person(other, one)
    assert same_person(one, one) is not False


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=80))
def test_a_name_keeps_its_words(text: str) -> None:
    assert set(parse(text).family) or not name_words(text)
    assert family_stands_first(name_words(text)) in (True, False)
