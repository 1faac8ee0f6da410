"""Mentions resolved to people, inside a story."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.model import Kind, Mention, Quote
from verifier.speakers import resolve

CASES = Path(__file__).parent / "cases" / "speakers.txt"


def quote(spans: tuple[tuple[int, int], ...], text: str, source: tuple[int, int] | None) -> Quote:
    mention = Mention(text=text[slice(*source)], span=source) if source else None
    words = " ".join(text[a:b] for a, b in spans)
    return Quote(id="q", kind=Kind.DIRECT, text=words, spans=spans, source=mention, confidence=1.0)


def marked(story: str) -> tuple[str, tuple[Quote, ...]]:
    """The text without its braces, and a quote for each source in braces."""
    text, sources = "", []
    for part in re.split(r"(\{[^}]*\})", story):
        if part.startswith("{"):
            sources.append((len(text), len(text) + len(part) - 2))
        text += part.strip("{}") if part.startswith("{") else part
    spoken = [m.span(1) for m in re.finditer("“([^”]*)”", text)]
    spans = spoken + [(0, 0)] * len(sources)
    return text, tuple(quote((s,), text, at) for s, at in zip(spans, sources, strict=False))


def cases() -> list[tuple[str, str]]:
    blocks = re.split(r"\n\n+", CASES.read_text(encoding="utf-8"))[1:]
    return [(a, b.strip()) for a, b in (block.split("\n> ") for block in blocks)]


@pytest.mark.parametrize(("story", "expected"), cases())
def test_each_source_stands_for_its_speaker(story: str, expected: str) -> None:
    text, quotes = marked(story)
    resolved = resolve(text, quotes)
    for q, want in zip(resolved, expected.split(";"), strict=True):
        name, _, role = (p.strip() for p in want.partition("|"))
        assert (q.speaker.name if q.speaker else "-") == name, q.source
        if q.speaker and role:
            assert (q.speaker.role or "-") == role


def test_what_is_unsure_is_less_confident() -> None:
    text, quotes = marked("{Ann Roe} said “no”. “Yes,” {she} said. “So,” {an aide} said.")
    named, pronoun, nobody = resolve(text, quotes)
    assert 0.9 < named.confidence <= 1.0
    assert pronoun.confidence < named.confidence
    assert nobody.confidence <= 1.0


def test_nothing_else_of_a_quote_changes() -> None:
    text, quotes = marked("{Ann Roe} said “no”.")
    (resolved,) = resolve(text, quotes)
    assert (resolved.id, resolved.text, resolved.spans) == ("q", "no", quotes[0].spans)
    assert resolved.source == quotes[0].source


def test_a_quote_without_a_source_stays_as_it_is() -> None:
    lone = quote(((0, 2),), "No", None)
    assert resolve("No", (lone,)) == (lone,)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200), st.lists(st.tuples(st.integers(-5, 220), st.integers(-5, 220))))
def test_nothing_is_raised(text: str, places: list[tuple[int, int]]) -> None:
    quotes = tuple(quote(((0, 1),), text, p) for p in places)
    assert len(resolve(text, quotes)) == len(quotes)


PIECES = [
    *("Ann ", "Roe ", "Mr. ", "he ", "said ", "“", "”", ", ", ". ", "the ", "A.", "’s ", "\n", "-"),
    *("President ", "of ", "\u200d", "\U0001f600", "İ", "ﬁ", "Al-", "\r\n", "(", "van "),
]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.data())
def test_pieces_of_stories_raise_nothing(text: str, data: st.DataObject) -> None:
    end = len(text)
    place = st.tuples(st.integers(0, end), st.integers(0, end)).filter(lambda p: p[0] <= p[1])
    quotes = tuple(quote((p,), text, p) for p in data.draw(st.lists(place, max_size=5)))
    once = resolve(text, quotes)
    assert once == resolve(text, quotes)


HOSTILE = {
    "one word": "A" * 1_000_000,
    "transcript": "".join(f"JOHN ROE{i}: “No,” John Roe{i} said.\n" for i in range(12_000)),
    "capitals": "Ann Roe Tom Birk " * 50_000,
    "initials": "A. " * 200_000,
    "hyphens": "A-" * 300_000,
    "marks": "“" * 500_000 + " Ann Roe " + "”" * 100_000,
    "stops": "." * 400_000 + " \t" * 200_000,
    "commas": "Ann Roe, " * 60_000,
    "titles": "Mr. " * 200_000,
    "possessors": "Ann’s " * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow(name: str) -> None:
    text = HOSTILE[name]
    step = max(1, len(text) // 2000)
    places = [(i, min(len(text), i + 600)) for i in range(0, len(text) - 1, step)]
    quotes = tuple(quote(((a, a + 1),), text, (a, b)) for a, b in places)
    began = time.process_time()
    resolve(text, quotes)
    assert time.process_time() - began < 15


def test_a_million_lines_take_twice_half_a_million() -> None:
    def seconds(lines: int) -> float:
        line = "ROE{}: “No.” Then Ann Roe{} left and he said so.\n"
        text = "".join(line.format(i % 977, i) for i in range(lines))
        quotes = tuple(quote(((m.start(), m.end()),), text, (m.start() - 5, m.start() - 2))
                       for m in re.finditer("No", text))  # fmt: skip
        began = time.process_time()
        resolve(text, quotes)
        return time.process_time() - began

    seconds(500)
    assert seconds(16_000) < 3.5 * seconds(8_000)
