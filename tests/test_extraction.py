"""Quotes with their speakers from whatever text: offsets hold, nothing raises, time is linear."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.extraction import extract
from verifier.model import Quote, Story
from verifier.stories.plain import from_text

_PIECES = (
    "Mira Holt", "Ms. Holt", "said", "told", "that", "according to", "Reuters", "he", "She",
    "the ferry is full", "The quay", "citing", "a report", "adding", " ", " ", " ", ", ", ". ",
    ": ", "\n", "\r\n", "\n\n", " -- ", " — ", '"', "“", "”", "‘", "’", "'", "''", "``", "«", "»",
    "„", "(", ")", "\u200d", "\u200f", "\u202e", "\ufeff", "\u00ad", "\x00", "\x1b", "\x85",
    "\u2028", "😀", "👩\u200d🚒", "𝒬", "é", "İ", "ß", "שלום", "北京", "MARLOW:", "BEIJING, Aug. 4 (Xinhua)",
)  # fmt: skip
_TEXT = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=60).map("".join)
_MARKS = ('"', "“", "”", "‘", "’", "'", "''", "``", "«", "»", "„", "‹", "›")


def quotes(text: str) -> tuple[Quote, ...]:
    return extract(Story(text=text), everything=True)


@given(_TEXT)
def test_offsets_lead_back_to_the_text(text: str) -> None:
    for quote in quotes(text):
        assert quote.text == " ".join(text[start:end] for start, end in quote.spans)
        assert list(quote.spans) == sorted(quote.spans)
        assert all(0 <= start < end <= len(text) for start, end in quote.spans)
        for mention in (quote.source, quote.cue):
            assert mention is None or text[slice(*mention.span)] == mention.text
        assert 0 <= quote.confidence <= 1


@given(_TEXT)
def test_extracting_again_gives_the_same(text: str) -> None:
    assert quotes(text) == quotes(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_newlines_do_not_move_what_is_found(newline: str) -> None:
    text = newline.join(["The ferry left.", "“It is full,” Mira Holt said. 😀", "She went home."])
    (quote,) = quotes(text)
    assert (quote.text, text[slice(*quote.spans[0])]) == ("It is full,", "It is full,")
    assert quote.speaker is not None
    assert quote.speaker.name == "Mira Holt"


_WRAPPED = """
The harbour of Port Ellery will stay closed for another month, the
council decided on Monday night after a long and bitter meeting.

"The works will last until spring and nobody can hurry," said Anna
Lindqvist, who leads the project. "We will not dig while the wall
is moving."
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_sentence_goes_on_where_its_line_is_full(newline: str) -> None:
    text = _WRAPPED.replace("\n", newline)
    found = quotes(text)
    assert [q.text for q in found] == [
        "The works will last until spring and nobody can hurry,",
        "We will not dig while the wall is moving.",
    ]
    assert [len(q.spans) for q in found] == [1, 2], "a span for each line"
    assert [q.speaker and q.speaker.name for q in found] == ["Anna Lindqvist"] * 2
    assert found[0].source is not None
    assert found[0].source.text == f"Anna{newline}Lindqvist"


def test_short_lines_are_paragraphs() -> None:
    text = "The harbour stays closed\nBy Ada Holm\n“We will not dig,” Mr Berg said.\n“Never.”"
    assert [q.spans[0][0] for q in quotes(text)] == [text.index("We"), text.index("Never")]


def test_front_matter_is_no_part_of_the_text() -> None:
    head = '---\ntitle: "The harbour stays closed"\ntags: ["a", "the wall"]\n---\n'
    story = from_text(f"{head}“We will not dig,” Ada Holm said.\n".encode())
    assert story.title == "The harbour stays closed"
    (quote,) = extract(story, everything=True)
    assert quote.spans[0][0] == len(head) + 1


def seconds(text: str) -> float:
    start = time.process_time()
    quotes(text)
    return time.process_time() - start


@pytest.mark.parametrize("mark", _MARKS)
def test_five_megabytes_of_one_mark(mark: str) -> None:
    assert seconds(mark * (5_000_000 // len(mark))) < 30


@pytest.mark.parametrize(
    "piece",
    [
        "\"a'b",
        "'a ",
        '"a',
        "“a ‘b",
        "a's ",
        "Al said ",
        "«a» ",
        'Al said "a" ',
        "MARLOW: ",
        "A. ",
        '\n"A: b',
    ],
)
def test_a_long_line_of_one_piece_takes_linear_time(piece: str) -> None:
    short, long = (seconds(piece * (size // len(piece))) for size in (25_000, 100_000))
    assert long < 8 * short + 0.5


def test_a_line_of_a_million_characters() -> None:
    line = "Mira Holt said the ferry was “full to the rail” and left. " * 17_500
    found = extract(Story(text=line))
    assert len(line) > 1_000_000
    assert {quote.text for quote in found} == {"full to the rail"}
    assert len(found) == 17_500


def sources() -> list[tuple[str, list[str]]]:
    """Texts and what is said of their quotes."""
    lines = (Path(__file__).parent / "cases" / "sources.txt").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and line[0] != "#"]
    return [(text, wanted) for text, *wanted in rows]


@pytest.mark.parametrize(
    ("text", "wanted"), sources(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_sources_speakers_and_relays(text: str, wanted: list[str]) -> None:
    found = []
    for q in extract(Story(text=text)):
        named = q.source and q.source.text, q.cue and q.cue.text, q.speaker and q.speaker.name
        found.append(" | ".join(part or "-" for part in (q.text, *named, ", ".join(q.via))))
    assert found == wanted
