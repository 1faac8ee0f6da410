"""Marks: every convention, and the slow obvious reading of the simple ones as oracle."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.quotes import find, marks

CONVENTIONS = [
    ("“{}”", "curly"), ('"{}"', "straight"), ("''{}''", "doubled"), ("``{}''", "backquotes"),
    ("«{}»", "guillemets"), ("« {} »", "spaced"), ("»{}«", "inverted"), ("„{}“", "low-high"),
    ("„{}”", "low-closing"), ("”{}”", "closing twice"), ("‘{}’", "single"),
    ("'{}'", "single straight"),
]  # fmt: skip


def texts(text: str, depth: int = 0) -> list[str]:
    return [text[slice(*m.inner)] for m in marks.find(text) if m.depth == depth]


@pytest.mark.parametrize(("pattern", "name"), CONVENTIONS)
def test_conventions(pattern: str, name: str) -> None:
    text = f"Holt said {pattern.format('it is late')} and left, {pattern.format('quite late')}."
    assert texts(text) == ["it is late", "quite late"], name


@pytest.mark.parametrize(
    ("text", "outer", "inner"),
    [
        ("“a ‘b’ c”", ["a ‘b’ c"], ["b"]),
        ("\"a 'b' c\"", ["a 'b' c"], ["b"]),
        ("‘a “b” c,’ she said", ["a “b” c,"], ["b"]),
        ("'a \"b\" c,' she said", ['a "b" c,'], ["b"]),
        ("the boys' 'old' toys", ["old"], []),
        ("in the '90s and '16, rock 'n' roll", [], []),
        ("it's the workers' plan, isn't it", [], []),
        ("he is 6'2\" tall", [], []),
        ('"he is 6\'2" tall," she said', ["he is 6'2\" tall,"], []),
        ('a "b "c" d', ["b", "c"], []),
        ('"" and "!" hold nothing', [], []),
        ("", [], []),
    ],
)
def test_nesting_and_lookalikes(text: str, outer: list[str], inner: list[str]) -> None:
    assert texts(text) == outer
    assert texts(text, depth=1) == inner


def test_an_unclosed_mark_costs_its_own_paragraph_only() -> None:
    assert texts('"one two\nthree "four" five') == ["one two", "four"]


def test_multi_paragraph_convention() -> None:
    found = marks.find("“one\n“two\n“three” he said\n“four”")
    assert [m.continues for m in found] == [True, True, False, False]
    assert [m.closed for m in found] == [False, False, True, True]


def test_unmarked_continuation() -> None:
    assert texts('"one two.\nthree four," he said.') == ["one two.", "three four,"]


@given(st.text(alphabet="ab ,.\n", max_size=60), st.text(alphabet="ab ,.", max_size=20))
def test_balanced_curly_marks_are_what_a_plain_scan_finds(before: str, inside: str) -> None:
    text = f"{before} “{inside}” end"
    expected = [inside.strip()] if any(map(str.isalnum, inside)) else []
    assert texts(text) == expected


PIECES = st.one_of(
    st.sampled_from([*"“”\"'‘’«»„`,.:?! \n\r\t—-()", "said ", "Mira Holt ", "she "]),
    st.sampled_from(["\u202e", "\u200d", "\u200b", "\ufeff", "\x00", "😀", "𝔘"]),
    st.sampled_from(["\u2028", "é", "\u0301"]),
    st.text(max_size=3),
)  # fmt: skip
HOSTILE = st.lists(PIECES, max_size=80).map("".join)


@settings(max_examples=300)
@given(HOSTILE)
def test_text_is_its_spans_whatever_the_input(text: str) -> None:
    for quote in find(text, everything=True):
        assert quote.text == " ".join(text[s:e] for s, e in quote.spans)
        assert 0.0 <= quote.confidence <= 1.0
        assert all(0 <= s < e <= len(text) for s, e in quote.spans)
        for mention in (quote.source, quote.cue):
            assert mention is None or text[slice(*mention.span)] == mention.text
    starts = [q.spans[0][0] for q in find(text)]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "piece", ['"', "'", "“", "''", '" a', "'a ", "«", "\"a'b", 'a\n"', 'said "a" ']
)
def test_time_is_linear_in_hostile_input(piece: str) -> None:
    size = 60_000
    start = time.perf_counter()
    find(piece * (size // len(piece)))
    assert time.perf_counter() - start < 15


@pytest.mark.parametrize("piece", ['"a ', '"a', 'said "x ', "'\"'\"", "“a” ", "'a' "])
def test_a_long_line_of_little_but_marks_holds_no_quotes(piece: str) -> None:
    assert marks.find(piece * (2_000 // len(piece) + 1)) == ()
    quoted = "He said “the ferry is full” and left. "
    assert len(marks.find(quoted * 60)) == 60


def test_a_story_of_more_quotes_than_words_can_hold() -> None:
    found = marks.find('"a"\n' * 200_000)
    assert 1_000 < len(found) < 25_000
    assert found[0].start == 0
