"""What each format promises to those who read it: schema, ids, places, shape."""

from __future__ import annotations

import csv as reader
import io
import json as parser
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource

from tests import hostile, sample
from tests.factories import quote, story
from verifier.model import (
    Coverage,
    Divergence,
    Finding,
    Holdings,
    Kind,
    Match,
    NightReport,
    Relation,
    Report,
    Severity,
    Span,
    Utterance,
    Variant,
    Verdict,
    digest,
)
from verifier.report import annotation, atom, csv, html, json, lines, phrases, pieces, schema, text
from verifier.report.pieces import Marked

CHECK, NIGHT = parser.loads(schema.text()), parser.loads(schema.night_text())
KNOWN: Registry[Any] = Registry().with_resources([(CHECK["$id"], Resource.from_contents(CHECK))])
EMPTY = Report(article=story("Nothing was said."), archive=Holdings(), findings=())
NO_NIGHT = NightReport(
    started=hostile.NOON, finished=hostile.NOON, since=hostile.NOON, archive=Holdings()
)


def valid(document: Any, against: dict[str, Any]) -> None:
    Draft202012Validator(against, registry=KNOWN, format_checker=FormatChecker()).validate(document)


def finding(words: str, spans: tuple[Span, ...], verdict: Verdict = Verdict.DIVERGENT) -> Finding:
    return Finding(
        quote=quote(words, spans=spans, id=digest(words, repr(spans))),
        verdict=verdict,
        independent_sources=0,
        divergences=(),
        reason="For the test.",
    )


# ---------------------------------------------------------------- JSON
@pytest.mark.parametrize("report", [sample.report(), EMPTY], ids=["sample", "empty"])
def test_the_report_fits_its_schema(report: Report) -> None:
    valid(parser.loads(json.write(report)), CHECK)


@pytest.mark.parametrize("night", [sample.night(), NO_NIGHT], ids=["sample", "empty"])
def test_a_night_fits_its_schema(night: NightReport) -> None:
    valid(parser.loads(json.write_night(night)), NIGHT)


@pytest.mark.parametrize("against", [CHECK, NIGHT], ids=["check", "night"])
def test_the_schemas_are_schemas(against: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(against)


def test_the_schema_notices_what_is_wrong() -> None:
    def broken(change: Any) -> None:
        document = parser.loads(json.write(sample.report()))
        change(document)
        with pytest.raises(ValidationError):
            valid(document, CHECK)

    broken(lambda d: d.pop("summary"))
    broken(lambda d: d["quotes"][0].pop("speaker"))
    broken(lambda d: d["quotes"][0].update(verdict="false"))
    broken(lambda d: d["quotes"][0].update(spans=[[1, 2, 3]]))
    broken(lambda d: d["quotes"][0]["matches"][0].update(why="because"))
    broken(lambda d: d["quotes"][0].update(confidence=1.5))
    broken(lambda d: d["article"].update(published="yesterday", text=None))


def test_the_schema_names_every_field_that_is_written() -> None:
    document = parser.loads(json.write(sample.report()))
    defined = CHECK["$defs"]
    assert set(document) == set(CHECK["required"])
    assert set(document["quotes"][0]) == set(defined["finding"]["required"])
    matches = [match for found in document["quotes"] for match in found["matches"]]
    divergences = [divergence for match in matches for divergence in match["divergences"]]
    assert {frozenset(m) for m in matches} == {frozenset(defined["match"]["required"])}
    assert {frozenset(d) for d in divergences} == {frozenset(defined["divergence"]["required"])}


def test_json_lines_are_the_quotes_of_the_report() -> None:
    whole = parser.loads(json.write(sample.report()))["quotes"]
    assert [parser.loads(n) for n in json.write_lines(sample.report()).splitlines()] == whole


# ---------------------------------------------------------------- annotations
def test_annotations_lead_to_the_exact_quotes() -> None:
    report = sample.report()
    text = report.article.text
    items = parser.loads(annotation.write(report))["first"]["items"]
    assert len(items) == len(report.findings)
    for item, found in zip(items, report.findings, strict=True):
        exact = []
        for target in item["target"]:
            words, place = target["selector"]
            assert text[place["start"] : place["end"]] == words["exact"]
            around = words["prefix"] + words["exact"] + words["suffix"]
            assert text.count(around) == 1
            assert text.index(around) + len(words["prefix"]) == place["start"]
            exact.append(words["exact"])
        assert " ".join(exact) == found.quote.text


def test_a_quote_in_two_parts_has_two_targets() -> None:
    words = "“A first part 𝄞,” she said, “and a second.”"
    found = finding("A first part 𝄞, and a second.", ((1, 16), (29, 42)))
    report = replace(EMPTY, article=story(words, url="https://a.example/x"), findings=(found,))
    (item,) = parser.loads(annotation.write(report))["first"]["items"]
    exact = [t["selector"][0]["exact"] for t in item["target"]]
    assert exact == ["A first part 𝄞,", "and a second."]
    assert {t["source"] for t in item["target"]} == {"https://a.example/x"}


# ---------------------------------------------------------------- Atom
@pytest.mark.parametrize(
    "feed",
    [
        atom.write(sample.report()),
        atom.write_night(sample.night()),
        atom.write(EMPTY),
        atom.write_night(NO_NIGHT),
    ],
    ids=["check", "night", "empty check", "empty night"],
)
def test_a_feed_has_what_atom_asks_for(feed: str) -> None:
    found = feedparser.parse(io.BytesIO(feed.encode()))
    assert (found.bozo, found.version) == (False, "atom10")
    assert found.feed.id.startswith("urn:uuid:")
    assert found.feed.updated_parsed
    assert found.feed.author
    assert all(e.id.startswith("urn:uuid:") and e.title and e.updated_parsed for e in found.entries)
    assert len({e.id for e in found.entries}) == len(found.entries)


def test_ids_stay_when_a_later_run_knows_more() -> None:
    report = sample.report()
    later = replace(
        report, findings=tuple(replace(f, reason="Now more is known.") for f in report.findings[1:])
    )

    def ids(feed: str) -> set[str]:
        return {e.id for e in feedparser.parse(io.BytesIO(feed.encode())).entries}

    assert ids(atom.write(later)) < ids(atom.write(report))


def test_a_night_run_again_later_gives_the_same_feed() -> None:
    night = sample.night()
    later = replace(night, started=night.started + timedelta(days=1))
    assert atom.write_night(later) == atom.write_night(night)


# ---------------------------------------------------------------- CSV
def test_a_table_can_be_read_back() -> None:
    rows = list(reader.DictReader(io.StringIO(csv.write(sample.report()), newline="")))
    report = sample.report()
    assert len(rows) == sum(max(1, len(f.matches)) for f in report.findings)
    assert {r["id"]: r["quote"] for r in rows} == {
        f.quote.id: f.quote.text for f in report.findings
    }
    changed = [r for r in rows if r["differs_in"]]
    assert [r["verdict"] for r in changed] == ["contested"] + ["divergent"] * 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("\t@SUM(A1)", "'@SUM(A1)"),
        ("－5", "'－5"),
        ("40%", "40%"),
        ("a = b", "a = b"),
        (None, ""),
        (93.5, "93.5"),
        ("two\r\nlines", "two lines"),
    ],
)
def test_cells(value: object, expected: str) -> None:
    assert csv.cell(value) == expected


def test_a_cell_is_no_longer_than_a_spreadsheet_holds() -> None:
    assert len(csv.cell("word " * 10_000)) <= 32_000


# ---------------------------------------------------------------- lines
@pytest.mark.parametrize(
    ("before", "place"),
    [
        ("", "1:1"),
        ("ab", "1:3"),
        ("a\n", "2:1"),
        ("a\r\nb", "2:2"),
        ("a\rb\r", "3:1"),
        ("𝄞\n\n𝄞", "3:2"),
    ],
)
def test_lines_and_columns_count_as_editors_do(before: str, place: str) -> None:
    words = "It is so."
    found = finding(words, ((len(before), len(before) + len(words)),))
    report = replace(EMPTY, article=story(before + words), findings=(found,))
    assert lines.write(report, path="dir/a.txt").startswith(f"dir/a.txt:{place}: divergent: ")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("<p>\n<b>“It is so &amp; so.”</b>", "2:5"),
        ("<p>\r\n“It is so &amp;\r\nso.”", "2:2"),
        ("<p>“It <i>is</i> so", "1:1"),
        ("“It is so & so.”", "1:2"),
    ],
)
def test_places_are_those_of_the_file(source: str, place: str) -> None:
    found = finding("It is so & so.", ((1, 15),))
    report = replace(EMPTY, article=story("“It is so & so.”"), findings=(found,))
    assert lines.write(report, path="a.html", source=source).startswith(f"a.html:{place}: ")


def test_what_is_corroborated_says_nothing() -> None:
    found = finding("It is so.", ((0, 9),), Verdict.CORROBORATED)
    assert lines.write(replace(EMPTY, findings=(found,)), path="a") == ""


# ---------------------------------------------------------------- pieces
spans = st.lists(
    st.tuples(st.integers(-2, 40), st.integers(-2, 40)).map(lambda s: (min(s), max(s))),
    min_size=1,
    max_size=3,
).map(tuple)


@given(
    words=st.text(st.sampled_from("ab \n\r"), max_size=36),
    places=st.lists(spans, max_size=5),
)
def test_the_pieces_are_the_article_and_every_quote_ends_once(
    words: str, places: list[tuple[Span, ...]]
) -> None:
    found = [finding("a", place) for place in places]
    body = pieces.of_article(words, found)
    joined = "".join(p.text for paragraph in body for p in paragraph)
    assert "".join(joined.split()) == "".join(words.split())
    ends = [p.number for paragraph in body for p in paragraph if p.last]
    assert sorted(ends) == list(range(1, len(found) + 1))


def test_of_two_quotes_at_one_place_the_shorter_one_shows() -> None:
    found = [finding("outer", ((0, 20),)), finding("inner", ((5, 10),))]
    (paragraph,) = pieces.of_article("abcdefghijklmnopqrst", found)
    assert [(p.text, p.number, p.last) for p in paragraph] == [
        ("abcde", 1, False),
        ("fghij", 2, True),
        ("klmnopqrst", 1, True),
    ]


@given(
    words=st.text(max_size=30),
    places=st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=5),
)
def test_marking_changes_no_words(words: str, places: list[Span]) -> None:
    found = [
        Divergence(kind="wording", severity=Severity.HIGH, here="", there="", here_span=p)
        for p in places
    ]
    assert "".join(m.text for m in pieces.here(words, found)) == words


def test_words_that_are_missing_leave_a_gap() -> None:
    lost = Divergence(
        kind="negation", severity=Severity.HIGH, here="", there="never", here_span=(4, 4)
    )
    assert pieces.here("was warned", [lost]) == [
        Marked(text="was "),
        Marked(text="", kind="negation", grave=True, gap=True),
        Marked(text="warned"),
    ]


# ---------------------------------------------------------------- text
@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_the_text_fits_the_terminal(width: int) -> None:
    printed = text.write(sample.report(), width=width).splitlines()
    assert max(len(n) for n in printed if "https://" not in n) <= width


def test_without_a_style_there_is_no_escape_and_with_one_the_same_words() -> None:
    def bare(piece: str, _: str) -> str:
        return piece

    plain, styled = text.write(sample.report()), text.write(sample.report(), style=bare)
    assert "\x1b" not in plain
    assert plain.replace("*", "").split() == styled.split()


def test_an_article_without_quotes_says_so() -> None:
    assert "No quotes found" in text.write(EMPTY)
    assert "No quotes found" in html.write(EMPTY)


def test_nothing_searched_is_not_nothing_found() -> None:
    assert "Not searched" in text.write(EMPTY)
    assert "--feeds" in text.write(EMPTY)
    assert "--published" in text.write(EMPTY)
    # A page is read by people who have no command line at hand.
    assert "Not searched" in html.write(EMPTY)
    assert "--search" not in html.write(EMPTY)


@pytest.mark.parametrize(
    ("words", "cells", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij k", 4, ["abcd", "efgh", "ij k"]),
        ("橋は閉じ", 4, ["橋は", "閉じ"]),
        ("", 5, []),
        ("  a  ", 5, ["a"]),
    ],
)
def test_wrapping_counts_cells(words: str, cells: int, expected: list[str]) -> None:
    assert list(text.wrapped([(words, "")], cells, "", "")) == expected


def test_the_corrections_of_an_outlet_are_told() -> None:
    match = sample.contested().matches[0]
    corrected = replace(match, story=replace(match.story, status="corrected", note="it was March"))
    found = replace(sample.report().findings[2], matches=(corrected,))
    report = replace(sample.report(), findings=(found,))
    assert "corrected: it was March" in " ".join(text.write(report).split())
    assert "corrected: it was March" in html.write(report)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(2026, 10, 13, 9, 40, tzinfo=UTC), "13 Oct 2026 09:40 UTC"),
        (datetime(2026, 10, 13, tzinfo=UTC), "13 Oct 2026"),
        (None, "undated"),
    ],
)
def test_times_are_told_as_far_as_they_are_known(when: datetime | None, expected: str) -> None:
    assert phrases.moment(when) == expected


def test_an_article_of_an_unknown_hour_is_not_first() -> None:
    dated = replace(sample.report().article, published=datetime(2026, 10, 13, tzinfo=UTC))
    assert "this article)" in html.write(sample.report())
    assert "this article)" not in html.write(replace(sample.report(), article=dated))


def test_what_became_of_a_story_is_told_once() -> None:
    match = sample.contested().matches[0]
    told = "Northern Press withdrew this story at 16:45"
    fallen = replace(match, correction=told, standing=False)
    found = replace(sample.report().findings[2], matches=(fallen,))
    report = replace(sample.report(), findings=(found,))
    assert " ".join(text.write(report).split()).count(told) == 1
    assert html.write(report).count(told) == 1


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=20), "0 min"),
        (timedelta(minutes=85), "1 h 25 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_spans_of_time(length: timedelta, expected: str) -> None:
    assert phrases.span(length) == expected


# ---------------------------------------------------------------- many
def test_a_large_night_is_folded_and_counts_everything() -> None:
    found = tuple(utterance(n) for n in range(700))
    page = html.write_night(replace(sample.night(), utterances=found))
    assert page.count('<details class="card said') == 150
    assert page.count("<li data-find") == 550
    assert "700 utterances whose sense may differ" in page


def test_a_night_tells_on_a_terminal_of_a_few_corrections() -> None:
    one = utterance(1)
    match = one.variants[0].matches[0]
    many = tuple(replace(match, correction=f"Outlet {n} changed this quote") for n in range(300))
    found = (replace(one, variants=(replace(one.variants[0], matches=many), *one.variants[1:])),)
    told = text.write_night(replace(sample.night(), utterances=found))
    assert [f"Outlet {n} changed this quote" in told for n in range(5)] == [True] * 3 + [False] * 2


def test_a_quote_that_everyone_carries_is_folded() -> None:
    base = sample.report().findings[0]
    match = base.matches[0]
    many = tuple(
        replace(
            match, story=replace(match.story, outlet=f"Outlet {n}", url=f"https://a.example/{n}")
        )
        for n in range(400)
    )
    page = html.write(replace(sample.report(), findings=(replace(base, matches=many),)))
    assert len(page) < 200_000
    assert "388 more stories" in page
    assert "and 288 more, in the JSON report" in page


def utterance(number: int) -> Utterance:
    words = f"We will repair pier {number} before the winter comes."
    when = datetime(2026, 10, 13, tzinfo=UTC)
    matches = tuple(
        Match(
            story=story(words, outlet=f"Outlet {n}", published=when + timedelta(minutes=n)),
            quote=quote(words, name="Ada Lorne"),
            relation=Relation.DIVERGENT,
            score=90.0,
            independent=True,
        )
        for n in range(2)
    )
    return Utterance(
        id=digest(words),
        variants=tuple(Variant(matches=(m,)) for m in matches),
        severity=Severity.HIGH,
        divergences=("number",),
    )


def test_kinds_and_coverages_all_have_words() -> None:
    for coverage in Coverage:
        assert phrases.covered(Holdings(coverage=coverage)).endswith(".")
    for kind in Kind:
        report = replace(
            EMPTY, findings=(replace(finding("x", ((0, 1),)), quote=quote("x", kind=kind)),)
        )
        assert html.write(report)
