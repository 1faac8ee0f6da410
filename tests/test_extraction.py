"""Quotes with their speakers from whatever text: offsets hold, nothing raises, time is linear."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.extraction import extract
from verifier.model import Quote, Story

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
    short, long = (seconds(piece * (size // len(piece))) for size in (50_000, 200_000))
    assert long < 8 * short + 0.5


def test_a_line_of_a_million_characters() -> None:
    line = "Mira Holt said the ferry was “full to the rail” and left. " * 17_500
    found = extract(Story(text=line))
    assert len(line) > 1_000_000
    assert {quote.text for quote in found} == {"full to the rail"}
    assert len(found) == 17_500
