"""Sentences, noun phrases, links and relay chains on small invented texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.quotes import find, marks, syntax
from verifier.quotes.frame import frame
from verifier.quotes.links import link
from verifier.quotes.words import Sort


def paragraphs(text: str) -> list[syntax.Paragraph]:
    return list(syntax.read(text, marks.find(text)))


def phrases(text: str) -> list[str]:
    return [text[p.start : p.end] for q in paragraphs(text) for p in q.phrases]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One went. Two came.", 2),
        ("Mr. Holt met Sen. Dahl of the U.S. Senate.", 1),
        ('"One. Two," she said. "Three."', 2),
        ('"Why?" she asked.', 1),
        ('"One." Two came.', 2),
        ("It cost 1.5 million. Nobody paid.", 2),
    ],
)
def test_sentences_end_in_the_frame_only(text: str, count: int) -> None:
    assert sum(len(p.sentences) for p in paragraphs(text)) == count


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("The port's director, Mira Holt, said so.", "Mira Holt"),
        ("The port's director said so.", "The port's director"),
        ("The port's director said so.", "The port"),
        ("Her claim was false.", "Her"),
        ("A spokesman for the ministry said so.", "A spokesman for the ministry"),
        ("The Ministry of Public Works said so.", "The Ministry of Public Works"),
        ("President Seo Min-jun named a deputy.", "President Seo Min-jun"),
        ("Anna Brandt and Leo Brandt said so.", "Anna Brandt and Leo Brandt"),
        ("Lindqvist supporters cheered.", "Lindqvist"),
        ("A retired general said so.", "A retired general"),
        ("They cited a government notice.", "a government notice"),
        ("She said that critics were wrong.", "critics"),
        ("Some chanted for hours.", "Some"),
        ("Ilse van der Meer said so.", "Ilse van der Meer"),
    ],
)
def test_noun_phrases(text: str, mention: str) -> None:
    assert mention in phrases(text)


@pytest.mark.parametrize(
    ("text", "mention", "mode"),
    [
        ('Holt said, "No."', "Holt", "subject"),
        ('Karl Brandt, a general who led them, said "no."', "Karl Brandt", "apposition"),
        ('"No," said Holt.', "Holt", "inverted"),
        ('"No," according to Holt.', "Holt", "according"),
        ('Holt left early, saying "no."', "Holt", "participle"),
        ('Holt has said "no."', "Holt", "subject-x"),
        ('Holt: "No."', "Holt", "colon"),
    ],
)
def test_links(text: str, mention: str, mode: str) -> None:
    found = frame(paragraphs(text)[0])
    all_phrases = found.paragraph.phrases
    number = next(n for n, p in enumerate(all_phrases) if text[p.start : p.end] == mention)
    assert link(found, found.place[number], all_phrases[number]).mode == mode


@pytest.mark.parametrize(
    ("text", "source", "via"),
    [
        ('"It is late," Mr Lind said at the meeting, Xinhua reported.', "Mr Lind", ("Xinhua",)),
        ('President Lind named "three men" as his heirs, according to Xinhua.',
         "President Lind", ("Xinhua",)),
        ('"It is late," Ms. Holt told NRK.', "Ms. Holt", ("NRK",)),
        ('"It is late," Ms. Holt told reporters.', "Ms. Holt", ()),
        ('"It is late," Ms. Holt told Reuters in Oslo.', "Ms. Holt", ("Reuters",)),
        ('The port is "closed," Xinhua said.', "Xinhua", ()),
        ('"It is late," Ms. Holt said, according to CNN.', "Ms. Holt", ("CNN",)),
        ('"It is late," Ms. Holt said in an interview with Reuters.', "Ms. Holt", ("Reuters",)),
        ('The sea wall is "beyond repair," Caixin reported, citing a government notice.',
         "a government notice", ("Caixin",)),
    ],
)  # fmt: skip
def test_relay_chain(text: str, source: str, via: tuple[str, ...]) -> None:
    (quote,) = find(text)
    assert quote.source is not None
    assert (quote.source.text, quote.via) == (source, via)


def test_a_sentence_interrupted_is_one_quote_and_a_new_sentence_another() -> None:
    (one,) = find('"The bridge," Ms. Holt said, "will open."')
    assert len(one.spans) == 2
    assert len(find('"The bridge is late," Ms. Holt said. "It will open."')) == 2


def test_paragraphs_of_one_quote_are_its_spans() -> None:
    text = '"We waited," said Mira Holt. "It was long.\n"Now it is over."'
    assert [len(q.spans) for q in find(text)] == [1, 2]


def test_scare_quotes_are_listed_only_when_asked_for() -> None:
    text = 'The so-called "smart" bins were taken away.'
    assert find(text) == ()
    (quote,) = find(text, everything=True)
    assert not quote.reported
    assert quote.source is None


@given(st.text(max_size=300))
def test_tokens_are_the_text(text: str) -> None:
    for paragraph in paragraphs(text):
        places = zip(paragraph.words, paragraph.starts, paragraph.ends, strict=True)
        assert all(text[start:end] == word.text for word, start, end in places)
        covered = [n for first, last in paragraph.sentences for n in range(first, last)]
        assert covered == list(range(len(paragraph.words)))


def test_a_long_line_is_read_in_pieces() -> None:
    text = "word " * 40_000
    pieces = list(syntax.blocks(text))
    assert all(e - s <= 2 * syntax.LONGEST_BLOCK for s, e in pieces)
    assert "".join(text[s:e] for s, e in pieces) == text


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("the girls' boat", Sort.OWN), ("he said 'no", Sort.MARK), ("one - two", Sort.DASH),
        ("one -two", Sort.OTHER), ("Ann's", Sort.OWN), ("a ---- b", Sort.OTHER), ("a -- b", Sort.DASH),
    ],
)  # fmt: skip
def test_a_mark_is_what_its_neighbours_make_of_it(text: str, sort: Sort) -> None:
    (paragraph,) = paragraphs(text)
    assert sort in {word.sort for word in paragraph.words if not word.text.isalpha()}


def test_a_capital_before_a_cue_is_a_name() -> None:
    assert "Will" in phrases("Will wrote to the port.")
    assert "Will" not in phrases("Will the port close?")
