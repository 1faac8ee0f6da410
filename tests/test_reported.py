import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier import lexicon
from verifier.model import Kind, Quote, Span
from verifier.quotes import clauses, learned, marks, readings, reported, syntax, via, wordclass
from verifier.quotes.wordclass import BREAKS, VERBS, Row
from verifier.quotes.words import vocabulary

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "reported.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
# Pinned a little below what is reached: a change that falls under these has broken something.
CONTENT_FLOOR = 0.91
JOINT_FLOOR = 0.90
PRECISION_FLOOR = 0.92


def find(text: str) -> list[Quote]:
    return reported.find(text, syntax.read(text, marks.find(text)))


def only(text: str) -> Quote:
    found = find(text)
    assert len(found) == 1, [q.text for q in found]
    return found[0]


def row(text: str) -> Row:
    (paragraph,) = syntax.read(text, marks.find(text))
    return wordclass.read(paragraph, 0, len(paragraph.words))


# ------------------------------------------------------------------ the table of cases
def letters(text: str, spans: Sequence[Span]) -> set[int]:
    return {k for a, b in spans for k in range(a, b) if not text[k].isspace()}


def same_content(text: str, gold: dict[str, Any], quote: Quote) -> bool:
    """At least four fifths of the characters are shared."""
    at = 0
    spans = []
    for piece in gold["content"]:
        at = text.index(piece, at)
        spans.append((at, at + len(piece)))
        at += len(piece)
    wanted, got = letters(text, spans), letters(text, quote.spans)
    return len(wanted & got) >= 0.8 * len(wanted | got)


def same_source(gold: dict[str, Any], quote: Quote) -> bool:
    """The mention, or as much of it as stands before the first comma; and the relay chain."""
    mine = quote.source.text if quote.source else None
    wanted = gold["source"]
    if mine is None or wanted is None:
        return mine is wanted
    right: bool = mine in {wanted, wanted.split(",")[0]} and list(quote.via) == gold["via"]
    return right


def outcomes() -> tuple[int, int, int, int, list[str]]:
    """Quotes wanted, contents found, sources right too, false ones, and what went wrong."""
    wanted = content = joint = false = 0
    wrong = []
    for case in CASES:
        text = case["text"]
        found = find(text)
        got = [(q.text, q.source and q.source.text, q.via) for q in found]
        for gold in case["quotes"]:
            wanted += 1
            hits = [q for q in found if same_content(text, gold, q)]
            content += bool(hits)
            right = any(same_source(gold, q) for q in hits)
            joint += right
            if not right:
                wrong.append(f"{case['phenomenon']}: {text} -> {got}")
        for q in found:
            if not any(same_content(text, gold, q) for gold in case["quotes"]):
                false += 1
                wrong.append(f"{case['phenomenon']}: {text} -> also {q.text!r}")
    return wanted, content, joint, false, wrong


def test_the_table_of_cases_stays_above_its_floors() -> None:
    wanted, content, joint, false, wrong = outcomes()
    report = "\n".join(wrong)
    assert wanted >= 80
    assert content / wanted >= CONTENT_FLOOR, report
    assert joint / wanted >= JOINT_FLOOR, report
    assert content / (content + false) >= PRECISION_FLOOR, report


def test_a_quote_holds_its_clause_source_and_cue() -> None:
    text = "On Friday, Mayor Ida Brekke said that the tunnel would open in May."
    quote = only(text)
    assert quote.kind is Kind.INDIRECT
    assert quote.text == "that the tunnel would open in May"
    assert [text[a:b] for a, b in quote.spans] == [quote.text]
    assert quote.source is not None
    assert quote.source.text == text[slice(*quote.source.span)] == "Mayor Ida Brekke"
    assert quote.cue is not None
    assert quote.cue.text == text[slice(*quote.cue.span)] == "said"
    assert quote.confidence > 0.8


def test_an_interrupted_clause_has_two_spans() -> None:
    text = "The price of bread, the bakers' guild said, would double by winter."
    assert [text[a:b] for a, b in only(text).spans] == [
        "The price of bread",
        "would double by winter",
    ]


def test_according_to_is_one_cue() -> None:
    quote = only("The plane lost contact at dawn, according to the airline.")
    assert quote.cue is not None
    assert quote.cue.text == "according to"


@pytest.mark.parametrize(
    ("text", "source", "relayed"),
    [
        ("Ms. Solberg told NRK that the keeper was injured.", "Ms. Solberg", ("NRK",)),
        ("Ms. Solberg told the BBC that the keeper was injured.", "Ms. Solberg", ("BBC",)),
        ("Ms. Solberg told reporters that the keeper was injured.", "Ms. Solberg", ()),
        ("The ferry had failed inspection twice, Reuters reported.", "Reuters", ()),
        ("Xinhua said the summit would be held in October.", "Xinhua", ()),
        (
            "The dam is leaking, according to a statement carried by the state-run Xinhua.",
            "a statement",
            ("Xinhua",),
        ),
        (
            "The mine was closed last year because of floods, Caixin reported, citing a notice.",
            "a notice",
            ("Caixin",),
        ),
    ],
)
def test_the_relay_chain(text: str, source: str, relayed: tuple[str, ...]) -> None:
    quote = only(text)
    assert quote.source is not None
    assert (quote.source.text, quote.via) == (source, relayed)


@pytest.mark.parametrize(
    "text",
    [
        "The firms must act now, Mr. Vang said at the end of the conference, Xinhua reported.",
        "Xinhua reported that Mr. Vang said the firms must act now.",
    ],
)
def test_an_outlet_around_a_speaker_relays_him(text: str) -> None:
    quote = only(text)
    assert quote.source is not None
    assert (quote.source.text, quote.via) == ("Mr. Vang", ("Xinhua",))


def test_an_outlet_is_known_behind_its_adjectives_but_not_as_a_possessor() -> None:
    mention = row("the state-run Xinhua News Agency")
    assert via.outlet_in(mention, (0, len(mention.low))) is not None
    reporter = row("a reporter for Reuters")
    assert via.outlet_in(reporter, (0, len(reporter.low))) is None


# ------------------------------------------------------------------ lists
@pytest.mark.parametrize("form", sorted(lexicon.pairs("reported_cues")))
def test_a_paragraph_with_a_reporting_word_is_not_left_out(form: str) -> None:
    for written in (
        form,
        form.upper(),
        f"“{form}”",
        f"({form}:",
        f"well—{form},",
        f"{form}’s 5{form}",
    ):
        assert vocabulary().may_report(f"The mayor {written} no.")
    assert not vocabulary().may_report("Rain fell on the port.")


def test_paragraphs_that_say_nothing_of_a_quote_are_not_read() -> None:
    text = "Rain fell.\n“No,” she said.\nIt was dry.\nIt was cold.\nHe said it rained.\nIt rained."
    read = syntax.read(text, marks.find(text), needed=True)
    assert [text[slice(*p.span)] for p in read] == [
        "Rain fell.", "“No,” she said.", "It was dry.", "He said it rained.",
    ]  # fmt: skip


@pytest.mark.parametrize("form", sorted(lexicon.pairs("reported_cues")))
def test_every_cue_is_found(form: str) -> None:
    follows = {"according": "to ", "point": "out "}.get(lexicon.pairs("reported_cues")[form], "")
    found = clauses.cues(row(f"they {form} {follows}that it rained"))
    assert [c.verb for c in found] == [lexicon.pairs("reported_cues")[form]]


@pytest.mark.parametrize(("word", "kind"), sorted(lexicon.pairs("word_classes").items()))
def test_every_listed_word_has_its_class(word: str, kind: str) -> None:
    assert row(f"so {word} x").kinds[1] in {kind, "gen", "q"}


@pytest.mark.parametrize(
    "text",
    [
        "the United States and Canada",
        "he will point the camera at us",
        "according as they wish",
        '"he said that it rained"',
    ],
)
def test_no_cue(text: str) -> None:
    assert clauses.cues(row(text)) == []


def test_every_weight_belongs_to_a_choice() -> None:
    names = {row.partition(" ")[0] for row in lexicon.weights("reported")}
    assert names == {*clauses.FRAMES, "start", "end", "left", "source", "whole", "content", "joint"}


# ------------------------------------------------------------------ pieces against the slow way
WORDS = st.lists(
    st.sampled_from(
        [*"abc", "said", "that", "Alder", "was", "had", ",", ".", "(", ":", "who", "42"]
    ),
    min_size=1,
    max_size=30,
)


@given(WORDS)
def test_counts_of_a_row_are_those_of_its_words(found: list[str]) -> None:
    it = row(" ".join(found))
    size = len(it.kinds)
    for k in range(size + 1):
        before = it.kinds[:k]
        assert it.verbs[k] == sum(kind in VERBS for kind in before)
        assert it.breaks[k] == sum(kind in BREAKS for kind in before)
        assert it.stop[k] == next((j for j in range(k, size) if it.kinds[j] in BREAKS), size)


@given(WORDS)
def test_choices_lie_within_the_sentence(found: list[str]) -> None:
    it = row(" ".join(found))
    size = len(it.kinds)
    for cue in clauses.cues(it):
        assert all(cue.at < j < size for j in clauses.starts(it, cue))
        for frame in clauses.FRAMES[1:]:
            mentions = clauses.sources(it, cue, frame)
            assert mentions[0] is None
            assert all(0 <= m[0] < m[1] <= size for m in mentions if m)
        for start in clauses.starts(it, cue):
            ends = clauses.ends(it, start)
            assert ends == sorted(set(ends))
            assert all(start < j <= size for j in ends)


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0.01, 1)), min_size=1, max_size=8))
def test_the_likeliest_edge_shares_half_with_most_of_the_probability(
    found: list[tuple[int, float]],
) -> None:
    lengths = [n for n, _ in found]
    total = sum(p for _, p in found)
    odds = [p / total for _, p in found]
    best, sure = readings.likeliest(lengths, odds)

    def shared(k: int) -> float:
        return sum(
            p
            for n, p in zip(lengths, odds, strict=True)
            if min(n, lengths[k]) / max(n, lengths[k]) >= 0.5
        )

    assert sure == pytest.approx(shared(best))
    assert all(shared(k) + odds[k] <= sure + odds[best] + 1e-9 for k in range(len(odds)))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9))
def test_softmax_is_a_distribution_in_the_order_of_the_scores(scores: list[int]) -> None:
    odds = learned.softmax(scores)
    assert sum(odds) == pytest.approx(1.0)
    assert odds.index(max(odds)) == scores.index(max(scores))


# ------------------------------------------------------------------ hostile text
SCRAPS = [
    *" \n\r\t,.;:()[]-—–'’‘\"“”«»\u200b\u200d\u202e\u0000\ufeff\U0001f600é",
    *("said ", " said that ", "according to ", " Alder ", "told ", "citing ", "Reuters ", "he "),
]
HOSTILE = st.lists(st.sampled_from(SCRAPS) | st.characters(), max_size=60).map("".join)


@given(HOSTILE)
def test_spans_are_exact_and_nothing_raises(text: str) -> None:
    for quote in find(text):
        assert quote.text == " ".join(text[a:b] for a, b in quote.spans)
        assert all(0 <= a < b <= len(text) for a, b in quote.spans)
        assert list(quote.spans) == sorted(quote.spans)
        assert not set(quote.text) & set('"“”«»')
        for mention in (quote.source, quote.cue):
            if mention:
                assert mention.text == text[slice(*mention.span)]
        assert 0.0 <= quote.confidence <= 1.0


@pytest.mark.parametrize(
    "unit",
    [
        "said ",
        "said. ",
        "Alder said that ",
        "according to Alder, ",
        "(said, ",
        "told Reuters told Reuters ",
        "a statement carried by ",
        "a " * 40 + "said ",
    ],
)
def test_time_is_linear(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        find(text)
        return time.process_time() - begin

    seconds(2_000)
    small, large = seconds(20_000), seconds(200_000)
    assert large < 25 * small + 0.5


def test_a_line_of_a_million_characters() -> None:
    text = "Alder said that it rained and " * 33_000
    begin = time.process_time()
    find(text)
    assert time.process_time() - begin < 30


@pytest.mark.parametrize("day", ["on Tuesday", "Tuesday"])
def test_the_day_behind_the_cue_is_no_part_of_the_words(day: str) -> None:
    text = f"The bridge will stay closed for weeks after divers found cracks, the government said {day}."
    (quote,) = reported.find(text, syntax.read(text, marks.find(text)))
    assert quote.text == "The bridge will stay closed for weeks after divers found cracks"
