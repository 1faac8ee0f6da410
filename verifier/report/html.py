"""The report as one page for people: nothing is fetched, nothing runs but its own script.

A view of the report is built first, as plain values; the templates only lay it out. Styles
and script stand in the page and are allowed by their hashes, nothing else is (CSP 3).
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from verifier import __version__
from verifier.model import (
    Finding,
    Kind,
    Match,
    NightReport,
    Quote,
    Relation,
    Report,
    Severity,
    Story,
    Utterance,
    Variant,
    Verdict,
)
from verifier.report import phrases, pieces
from verifier.report.pieces import Marked, Piece
from verifier.value import value

GLYPHS = {
    Verdict.DIVERGENT: "≠",
    Verdict.CONTESTED: "±",
    Verdict.UNMATCHED: "?",
    Verdict.COPIED: "≡",
    Verdict.CORROBORATED: "✓",
}
"""Signs that tell the verdicts apart without colour."""

# What a page shows in full; the rest is folded into lines, or left to the other formats.
# With these a night of 5,000 utterances takes 2.0 MB (tests/benchmarks/pages.py).
_VERSIONS = 12  # versions of one quote
_OTHERS = 100  # further stories of one quote, a line each
_UTTERANCES = 150  # utterances of a night, in each group
_STORIES = 1500  # stories of a night, over all utterances in full
_CARRIERS = 8  # stories of one wording
_ROWS = 250  # further utterances in one fold
_SNIPPET, _WORDS = 110, 1200  # characters


def write(report: Report) -> str:
    """The page of a check, a whole HTML document."""
    counts = Counter(f.verdict for f in report.findings)
    cards = [_card(n, f, report.article) for n, f in enumerate(report.findings, 1)]
    return _page(
        "check.html",
        title=phrases.clean(report.article.title) or "Untitled article",
        article=report.article,
        published=phrases.moment(report.article.published) if report.article.published else "",
        paragraphs=_body(report),
        cards=cards,
        worries=[cards[n - 1] for n, _ in phrases.worrying(report)],
        tally=[(v, phrases.tallied(v, counts[v]), GLYPHS[v], counts[v]) for v in phrases.VERDICTS],
        kinds=sorted({k for f in report.findings for k in f.divergences}),
        covered=phrases.covered(report.archive),
        problems=report.problems,
    )


def write_night(night: NightReport) -> str:
    """The page of a night's run, a whole HTML document."""
    groups = list(_groups(phrases.by_severity(night.utterances)))
    failing = [r for r in night.feeds if r.state.reason]
    return _page(
        "night.html",
        title=f"The night of {phrases.day(night.started)}",
        night=night,
        groups=groups,
        kinds=sorted({k for u in night.utterances for k in u.divergences}),
        failing=failing,
        feeds=sorted(
            night.feeds, key=lambda r: (not r.state.reason, -r.state.failures, r.feed.title.lower())
        ),
        took=max(0, int((night.finished - night.started).total_seconds())),
    )


# ---------------------------------------------------------------- the page
@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("verifier.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    made.filters |= {
        name: getattr(phrases, name)
        for name in ("clean", "day", "moment", "stamp", "link", "count", "speaker")
    }
    return made


def _harmless(value: object) -> object:
    """Whatever a template prints: no control characters, no half surrogate pairs."""
    plain = isinstance(value, str) and not hasattr(value, "__html__")
    return phrases.safe(str(value)) if plain else value


def _page(name: str, **view: object) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    rules = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(name)
    return page.render(
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        rules=rules,
        version=__version__,
        **view,
    )


@cache
def _asset(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """A source expression of the Content Security Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# ---------------------------------------------------------------- the article
def _body(report: Report) -> list[list[Piece]]:
    """The paragraphs; a first one that only repeats the title is left out."""
    body = pieces.of_article(report.article.text, report.findings)
    words = phrases.clean("".join(p.text for p in body[0]))
    marked = any(p.number for p in body[0])
    return body[1:] if words == phrases.clean(report.article.title) and not marked else body


# ---------------------------------------------------------------- one quote
@value
class _Version:
    """The words as one other story has them, beside the article's."""

    match: Match
    outlet: str
    url: str
    relation: str
    standing: str
    note: str
    speaker: str
    other_speaker: bool
    apart: bool
    here: list[Marked]
    there: list[Marked]
    differences: list[tuple[str, str]]


@value
class _Carrier:
    """One story on the timeline: `at` is its place on the line, per cent."""

    outlet: str
    when: str
    stamp: str
    later: str
    own: bool
    at: float


@value
class _Card:
    """Everything about one quote of the article."""

    number: int
    finding: Finding
    glyph: str
    word: str
    snippet: str
    contrast: str
    speaker: str
    reported: bool
    versions: list[_Version]
    others: list[_Version]
    unlisted: int
    timeline: list[_Carrier]


def _card(number: int, finding: Finding, article: Story) -> _Card:
    versions = [_version(finding.quote, m) for m in finding.matches[: _VERSIONS + _OTHERS]]
    return _Card(
        number=number,
        finding=finding,
        glyph=GLYPHS[finding.verdict],
        word=phrases.VERDICTS[finding.verdict],
        snippet=_snippet(finding.quote),
        contrast=_contrast(finding),
        speaker=phrases.speaker(finding.quote),
        reported=finding.quote.kind is Kind.INDIRECT,
        versions=versions[:_VERSIONS],
        others=versions[_VERSIONS:],
        unlisted=max(0, len(finding.matches) - _VERSIONS - _OTHERS),
        timeline=_timeline(article, finding.matches),
    )


def _snippet(quote: Quote) -> str:
    """The words as a heading has them: short, without the comma before the attribution."""
    words = phrases.clip(phrases.clean(quote.text).rstrip(",;"), _SNIPPET)
    return words if quote.kind is Kind.INDIRECT else f"“{words}”"


def _contrast(finding: Finding) -> str:
    """The first grave difference in words, and who has it; nothing if there is none."""
    for match in finding.matches:
        for divergence in match.divergences:
            if divergence.severity is Severity.HIGH:
                words = phrases.clip(phrases.difference(divergence), _SNIPPET)
                return f"{words} ({phrases.outlet(match)})"
    return ""


def _version(quote: Quote, match: Match) -> _Version:
    other = any(d.kind == "speaker" for d in match.divergences)
    return _Version(
        match=match,
        outlet=phrases.outlet(match),
        url=phrases.link(match.story.url),
        relation=phrases.relation(match),
        standing=phrases.standing(match),
        note=phrases.note(match),
        speaker=phrases.attribution(match.quote),
        other_speaker=other,
        apart=match.relation in {Relation.DIVERGENT, Relation.VARIANT},
        here=pieces.here(quote.text, match.divergences),
        there=pieces.there(match.quote.text, match.divergences),
        differences=[(d.kind, phrases.difference(d)) for d in match.divergences],
    )


def _timeline(article: Story, matches: Sequence[Match]) -> list[_Carrier]:
    """Who had it when, the first one first; stories without a time cannot be placed."""
    dated = [
        (m.story.published, phrases.outlet(m), False)
        for m in matches
        if m.story.published and phrases.timed(m.story.published)
    ]
    if dated and article.published and phrases.timed(article.published):
        own = phrases.clean(article.outlet)
        dated.append((article.published, f"{own} (this article)" if own else "this article", True))
    dated = sorted(dated)[: _VERSIONS + _OTHERS]
    if len(dated) < 2:
        return []
    first, last = dated[0][0], dated[-1][0]
    whole = (last - first).total_seconds() or 1.0
    return [
        _Carrier(
            outlet=outlet,
            when=phrases.moment(when),
            stamp=phrases.stamp(when),
            later=f"+{phrases.span(when - first)}" if when > first else "",
            own=own,
            at=round(2 + 96 * (when - first).total_seconds() / whole, 1),
        )
        for when, outlet, own in dated
    ]


# ---------------------------------------------------------------- a night
@value
class _Wording:
    """One wording of an utterance, and who carries it."""

    words: list[Marked]
    speaker: str
    differences: list[tuple[str, str]]
    stories: list[_Version]
    unlisted: int


@value
class _Said:
    """One utterance in full."""

    utterance: Utterance
    snippet: str
    speaker: str
    wordings: list[_Wording]


@value
class _Row:
    """One utterance on one line."""

    snippet: str
    speaker: str
    kinds: str
    stories: int


@value
class _Group:
    """The utterances of one severity: the first in full, the others in folds of lines."""

    key: str
    glyph: str
    title: str
    total: int
    full: list[_Said]
    folds: list[tuple[int, list[_Row]]]


_GROUPS = (
    (Severity.HIGH, "divergent", "≠", "The sense may differ"),
    (Severity.LOW, "contested", "±", "Small words differ"),
    (None, "corroborated", "✓", "All agree"),
)


def _groups(utterances: Sequence[Utterance]) -> Iterator[_Group]:
    room = _STORIES
    for severity, key, glyph, title in _GROUPS:
        found = [u for u in utterances if u.severity is severity]
        full: list[_Said] = []
        for utterance in found[:_UTTERANCES]:
            if room <= 0:
                break
            full.append(_said(utterance))
            room -= sum(len(w.stories) for w in full[-1].wordings)
        rest = found[len(full) :]
        folds = [
            (len(full) + at + 1, [_row(u) for u in rest[at : at + _ROWS]])
            for at in range(0, len(rest), _ROWS)
        ]
        yield _Group(key=key, glyph=glyph, title=title, total=len(found), full=full, folds=folds)


def _said(utterance: Utterance) -> _Said:
    first = utterance.variants[0]
    return _Said(
        utterance=utterance,
        snippet=_snippet(first.quote),
        speaker=phrases.speaker(first.quote),
        wordings=[_wording(first, v) for v in utterance.variants[:_VERSIONS]],
    )


def _wording(first: Variant, variant: Variant) -> _Wording:
    sides = phrases.sides(first.matches[0], variant.matches[0])
    return _Wording(
        words=pieces.there(variant.quote.text[:_WORDS], variant.divergences),
        speaker=phrases.attribution(variant.quote),
        differences=[(d.kind, phrases.difference(d, sides)) for d in variant.divergences],
        stories=[_version(first.quote, m) for m in variant.matches[:_CARRIERS]],
        unlisted=max(0, len(variant.matches) - _CARRIERS),
    )


def _row(utterance: Utterance) -> _Row:
    quote = utterance.variants[0].quote
    return _Row(
        snippet=_snippet(quote),
        speaker=phrases.speaker(quote),
        kinds=", ".join(utterance.divergences),
        stories=len(utterance.matches),
    )
