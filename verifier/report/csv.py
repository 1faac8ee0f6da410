"""The report as a table for spreadsheets: RFC 4180, one line a match, every cell quoted.

A cell that a spreadsheet would take for a formula starts with an apostrophe, as OWASP's
"CSV Injection" advises; line breaks and control characters become spaces or nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from verifier.model import Finding, Match, NightReport, Quote, Report, Utterance
from verifier.report import phrases

COLUMNS = (
    "number",
    "id",
    "verdict",
    "divergences",
    "kind",
    "quote",
    "speaker",
    "role",
    "source",
    "via",
    "independent_sources",
    "reason",
    "outlet",
    "title",
    "url",
    "published",
    "relation",
    "score",
    "there",
    "there_speaker",
    "differs_in",
    "changes",
    "harmless",
    "independent",
    "why",
    "copy_of",
    "correction",
)
NIGHT_COLUMNS = (
    "number",
    "id",
    "severity",
    "divergences",
    "first_seen",
    "stories",
    "independent_sources",
    "first_wording",
    "wording",
    *COLUMNS[12:],
)
_CELL = 32_000  # characters; a spreadsheet's cell holds 32,767
_FORMULA = "=+-@＝＋－＠|%"


def write(report: Report) -> str:
    """A line for each match of each quote; a quote without one has a line with empty cells."""
    rows = (row for n, f in enumerate(report.findings, 1) for row in _finding(n, f))
    return _table(COLUMNS, rows)


def write_night(night: NightReport) -> str:
    """A line for each story of each utterance, the gravest first."""
    utterances = phrases.by_severity(night.utterances)
    rows = (row for n, u in enumerate(utterances, 1) for row in _utterance(n, u))
    return _table(NIGHT_COLUMNS, rows)


def cell(value: object) -> str:
    """`value` as a cell that no spreadsheet computes."""
    text = phrases.clip(phrases.clean("" if value is None else str(value)), _CELL)
    return f"'{text}" if text[:1] and text[0] in _FORMULA else text


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def _finding(number: int, finding: Finding) -> Iterator[list[object]]:
    quote = finding.quote
    head = [
        number,
        quote.id,
        finding.verdict.value,
        ", ".join(finding.divergences),
        quote.kind.value,
        quote.text,
        quote.speaker.name if quote.speaker else None,
        quote.speaker.role if quote.speaker else None,
        quote.source.text if quote.source else None,
        ", ".join(quote.via),
        finding.independent_sources,
        finding.reason,
    ]
    for match in finding.matches:
        yield [*head, *_match(match)]
    if not finding.matches:
        yield [*head, *([None] * (len(COLUMNS) - len(head)))]


def _utterance(number: int, utterance: Utterance) -> Iterator[list[object]]:
    first = utterance.variants[0].quote
    for n, variant in enumerate(utterance.variants, 1):
        for match in variant.matches:
            yield [
                number,
                utterance.id,
                utterance.severity.value if utterance.severity else "none",
                ", ".join(utterance.divergences),
                phrases.stamp(utterance.first_seen),
                len(utterance.matches),
                utterance.origins,
                first.text,
                n,
                *_match(match, phrases.sides(utterance.variants[0].matches[0], match)),
            ]


def _match(match: Match, sides: phrases.Sides = phrases.HERE) -> list[object]:
    return [
        match.story.outlet,
        match.story.title,
        phrases.link(match.story.url),
        phrases.stamp(match.story.published),
        match.relation.value,
        round(match.score, 1),
        match.quote.text,
        _name(match.quote),
        ", ".join(phrases.high(match)),
        "; ".join(f"{d.kind}: {phrases.difference(d, sides)}" for d in match.divergences),
        ", ".join(match.differences),
        "yes" if match.independent else "no",
        match.why,
        match.copy_of,
        match.correction,
    ]


def _name(quote: Quote) -> str | None:
    return quote.speaker.name if quote.speaker else quote.source.text if quote.source else None
