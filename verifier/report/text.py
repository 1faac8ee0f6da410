"""The report for a terminal or a pipe: plain lines, with colour only when it is asked for."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from verifier.model import (
    Coverage,
    Divergence,
    Finding,
    Holdings,
    Kind,
    Match,
    Quote,
    Relation,
    Report,
    Severity,
    Span,
    Verdict,
)
from verifier.report.json import summary

Style = Callable[[str, str], str]

_WORDS = {
    Verdict.CORROBORATED: "corroborated",
    Verdict.CONTESTED: "contested",
    Verdict.DIVERGENT: "differs",
    Verdict.COPIED: "copied",
    Verdict.UNMATCHED: "not found",
}
_UNHANDY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTEXT_WORDS = 9  # shown around a difference
_MISSING = "—"


def unstyled(text: str, _: str) -> str:
    """The style of a pipe: none."""
    return text


def write(report: Report, *, width: int = 80, style: Style = unstyled) -> str:
    """The whole report, ending in a newline; `style(text, name)` colours a piece of text.

    Names are the verdicts' values, `dim`, `strong` and `change`. Without a style, changed
    words stand between asterisks.
    """
    page = _Page(max(60, min(width, 100)), style)
    return "\n".join(page.report(report)) + "\n"


def clean(text: str) -> str:
    """One line without anything that a terminal would obey."""
    return " ".join(_UNHANDY.sub("", text).split())


def day(when: datetime | None) -> str:
    """`5 Aug 2015 03:10 UTC`."""
    return f"{when.astimezone(UTC):%-d %b %Y %H:%M} UTC" if when else "undated"


class _Page:
    """The layout of one report."""

    def __init__(self, width: int, style: Style) -> None:
        self.width, self.style = width, style
        self.plain = style is unstyled

    def report(self, report: Report) -> Iterator[str]:
        """Title, findings in the order of the article, problems, summary."""
        yield from self.wrap(self.style(clean(report.article.title) or "(untitled)", "strong"), "")
        yield ""
        for number, finding in enumerate(report.findings, 1):
            yield from self.finding(number, finding)
            yield ""
        for problem in report.problems:
            line = f"{problem.stage}: {clean(problem.subject)}: {clean(problem.message)}"
            yield from self.wrap(f"! {line}", "", "  ")
        yield from self.summary(report)

    def wrap(self, text: str, indent: str, later: str | None = None) -> list[str]:
        """`text` in lines of the page's width; styles are applied before and do not count."""
        visible = _Visible(
            width=self.width, initial_indent=indent, subsequent_indent=later or indent
        )
        return visible.wrap(text)

    # ------------------------------------------------------------ one quote
    def finding(self, number: int, finding: Finding) -> Iterator[str]:
        """The quote, who said it, the verdict in words, the sources."""
        word = _WORDS[finding.verdict]
        if finding.divergences:
            word += ": " + ", ".join(finding.divergences)
        yield f"{number:>3}. " + self.style(word.upper(), finding.verdict.value)
        yield from self.wrap(self.quoted(finding.quote), "     ")
        yield from self.wrap(self.style(attribution(finding.quote), "dim"), "     ")
        yield from self.wrap(clean(finding.reason), "     ")
        for match in finding.matches:
            yield from self.match(finding.quote.text, match)

    def quoted(self, quote: Quote) -> str:
        """The words in marks; reported clauses have none."""
        text = self.style(clean(quote.text), "strong")
        return text if quote.kind is Kind.INDIRECT else f"“{text}”"

    def match(self, here: str, match: Match) -> Iterator[str]:
        """Outlet, time, what differs, why it does not count, and where to read it."""
        head = f"{clean(match.story.outlet) or 'unnamed outlet'}, {day(match.story.published)}"
        yield from self.wrap(f"- {head}: {self.relation(match)}", "     ", "       ")
        high = [d for d in match.divergences if d.severity is Severity.HIGH]
        for divergence in high:
            yield from self.versions(here, match, divergence)
        if match.story.url:
            yield "       " + self.style(clean(match.story.url), "dim")

    def relation(self, match: Match) -> str:
        """In words: how it relates, and why it is not independent."""
        parts = [_relation(match)]
        if match.why:
            evidence = f" ({clean(match.evidence)})" if match.evidence else ""
            parts.append(f"not independent, {match.why}{evidence}")
        if match.correction:
            parts.append(clean(match.correction))
        return "; ".join(parts)

    def versions(self, here: str, match: Match, divergence: Divergence) -> Iterator[str]:
        """The two versions, the differing words marked."""
        if divergence.kind == "speaker":
            yield from self.wrap(f"speaker here  {clean(divergence.here)}", "       ")
            yield from self.wrap(f"        there {clean(divergence.there)}", "       ")
            return
        name = divergence.kind
        marked = self.marked(here, divergence.here_span)
        there = self.marked(match.quote.text, divergence.there_span)
        yield from self.wrap(f"{name}: here   {marked}", "       ", " " * 17)
        yield from self.wrap(f"{' ' * len(name)}  there  {there}", "       ", " " * 17)

    def marked(self, text: str, span: Span) -> str:
        """The stretch around `span` with the words in it marked."""
        start, end = span
        before, after = text[:start].split(), text[end:].split()
        lead = " ".join(before[-_CONTEXT_WORDS:])
        tail = " ".join(after[:_CONTEXT_WORDS])
        changed = clean(text[start:end]) or _MISSING
        changed = f"*{changed}*" if self.plain else self.style(changed, "change")
        lead = ("… " if len(before) > _CONTEXT_WORDS else "") + clean(lead)
        tail = clean(tail) + (" …" if len(after) > _CONTEXT_WORDS else "")
        return " ".join(part for part in (lead, changed, tail) if part)

    # ------------------------------------------------------------ summary
    def summary(self, report: Report) -> Iterator[str]:
        """The counts, and what the archive covers."""
        if not report.findings:
            yield "No quotes found in this article: nothing to compare."
        else:
            counts = summary(report.findings)
            shown = [self.style(f"{n} {_WORDS[Verdict(v)]}", v) for v, n in counts.items() if n]
            total = len(report.findings)
            yield from self.wrap(f"{total} quote{'s' * (total != 1)}: {', '.join(shown)}.", "")
        yield from self.wrap(_covered(report.archive), "")


class _Visible(textwrap.TextWrapper):
    """Wraps by what is seen: escape sequences of the style take no room."""

    def _wrap_chunks(self, chunks: list[str]) -> list[str]:
        return super()._wrap_chunks([_Chunk(c) for c in chunks])


class _Chunk(str):
    __slots__ = ()

    def __len__(self) -> int:
        return len(re.sub(r"\x1b\[[0-9;]*m", "", self))


def attribution(quote: Quote) -> str:
    """`— Name, role (via outlet)`; the mention where nobody is resolved."""
    who = "source not clear"
    if quote.speaker:
        who = clean(quote.speaker.name)
        if quote.speaker.role:
            who += f", {clean(quote.speaker.role)}"
    elif quote.source:
        who = clean(quote.source.text)
    if quote.via:
        who += f" (via {', '.join(clean(v) for v in quote.via)})"
    return f"— {who}"


def _relation(match: Match) -> str:
    if match.relation is Relation.DIVERGENT:
        kinds = dict.fromkeys(d.kind for d in match.divergences if d.severity is Severity.HIGH)
        return "differs in " + ", ".join(kinds)
    if match.relation is Relation.VERBATIM:
        return "the same words"
    if match.relation is Relation.FRAGMENT:
        return "part of the same words"
    kinds = dict.fromkeys([*match.differences, *(d.kind for d in match.divergences)])
    return f"the same but for {', '.join(kinds)}" if kinds else "the same words"


def _covered(held: Holdings) -> str:
    if held.coverage is Coverage.NONE:
        hint = "give feeds with --feeds, or ask search feeds with --search"
        return f"Not searched: the archive holds nothing from around the article's date ({hint})."
    text = f"Archive: {held.stories:,} stories, {held.quotes:,} quotes, {held.outlets:,} outlets"
    if held.oldest and held.newest:
        text += f", {held.oldest:%-d %b %Y} to {held.newest:%-d %b %Y}"
    if held.coverage is Coverage.THIN:
        text += ". Few outlets around the article's date: widen it with --feeds or --search"
    return text + "."
