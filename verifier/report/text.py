"""The report for a terminal or a pipe: plain lines, with colour only when it is asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from verifier.model import (
    Finding,
    Kind,
    Match,
    NightReport,
    Quote,
    Relation,
    Report,
    Severity,
    Utterance,
    Verdict,
)
from verifier.report import phrases, pieces
from verifier.report.phrases import clean
from verifier.report.pieces import Marked

Style = Callable[[str, str], str]
Run = tuple[str, str]
"""A text and the name of its style, "" for none."""

_CONTEXT_WORDS = 9  # shown around a difference
_MISSING = "—"
_UTTERANCES = 20  # of a night, on a terminal
_CORRECTIONS = 3  # that a night tells of one wording


def unstyled(text: str, _: str) -> str:
    """The style of a pipe: none."""
    return text


def write(report: Report, *, width: int = 80, style: Style = unstyled) -> str:
    """The whole report, ending in a newline; `style(text, name)` colours a piece of text.

    `width` counts terminal cells, 60 at least. Names are the verdicts' values, `dim`,
    `strong` and `change`. Without a style, changed words stand between asterisks.
    """
    return "\n".join(_Page(width, style).report(report)) + "\n"


def write_night(night: NightReport, *, width: int = 80, style: Style = unstyled) -> str:
    """A night in short: the gravest utterances, the feeds that failed, the counts."""
    return "\n".join(_Page(width, style).night(night)) + "\n"


class _Page:
    """The layout of one report."""

    def __init__(self, width: int, style: Style) -> None:
        self.width, self.style = _page_width(width), style
        self.plain = style is unstyled

    def wrap(
        self, runs: Iterable[Run], indent: str = "", later: str | None = None
    ) -> Iterator[str]:
        """The runs in lines of the page's width, styled."""
        rest = indent if later is None else later
        return wrapped(runs, self.width, indent, rest, self.style)

    def report(self, report: Report) -> Iterator[str]:
        """Title, findings in the order of the article, problems, summary."""
        yield from self.wrap([(clean(report.article.title) or "(untitled)", "strong")])
        yield ""
        for number, finding in enumerate(report.findings, 1):
            yield from self.finding(number, finding)
            yield ""
        for problem in report.problems:
            line = f"! {problem.stage}: {clean(problem.subject)}: {clean(problem.message)}"
            yield from self.wrap([(line, "")], later="  ")
        yield from self.summary(report)

    # ------------------------------------------------------------ one quote
    def finding(self, number: int, finding: Finding) -> Iterator[str]:
        """The verdict, the quote, who said it, the reason, the sources."""
        verdict = phrases.verdict(finding).upper()
        yield f"{number:>3}. " + self.style(verdict, finding.verdict.value)
        yield from self.wrap(self.quoted(finding.quote), "     ")
        yield from self.wrap([(f"— {phrases.attribution(finding.quote)}", "dim")], "     ")
        yield from self.wrap([(clean(finding.reason), "")], "     ")
        for match in finding.matches:
            yield from self.match(finding.quote, match)

    def quoted(self, quote: Quote) -> list[Run]:
        """The words in marks; reported clauses have none."""
        words = (clean(quote.text), "strong")
        return [words] if quote.kind is Kind.INDIRECT else [("“", ""), words, ("”", "")]

    def match(self, quote: Quote, match: Match) -> Iterator[str]:
        """Outlet, time, what differs, why it does not count, and where to read it."""
        head = f"- {phrases.outlet(match)}, {phrases.moment(match.story.published)}: "
        head += phrases.relation(match)
        if match.copy_of or not match.independent:
            head += f"; {phrases.standing(match)}"
        if note := phrases.note(match):
            head += f"; {note}"
        yield from self.wrap([(head, "")], "     ", "       ")
        if match.relation is Relation.DIVERGENT:
            yield from self.versions(quote, match)
        if url := phrases.link(match.story.url):
            yield "       " + self.style(url, "dim")

    def versions(self, quote: Quote, match: Match) -> Iterator[str]:
        """The two versions, the differing words marked."""
        high = [d for d in match.divergences if d.severity is Severity.HIGH]
        if any(d.kind == "speaker" for d in high):
            yield from self.version("here", [(f"said by {phrases.speaker(quote)}", "")])
            yield from self.version("there", [(f"said by {phrases.speaker(match.quote)}", "")])
        if any(d.kind != "speaker" and pieces.is_beside(d) for d in high):
            yield from self.version("here", [(phrases.attribution(quote), "")])
            yield from self.version("there", [(phrases.attribution(match.quote), "")])
        if not all(map(pieces.is_beside, high)):
            yield from self.version("here", self.marked(pieces.here(quote.text, high)))
            yield from self.version("there", self.marked(pieces.there(match.quote.text, high)))

    def version(self, side: str, runs: list[Run]) -> Iterator[str]:
        """One of the two versions, under its name."""
        return self.wrap(runs, f"       {side:<5}  ", " " * 14)

    def marked(self, found: list[Marked]) -> list[Run]:
        """The words around the differences, and the differing ones marked."""
        runs: list[Run] = []
        for n, piece in enumerate(found):
            if not piece.kind:
                runs.append((_context(piece.text, after=n > 0, before=n < len(found) - 1), ""))
                continue
            words = clean(piece.text) or _MISSING
            space = " " if piece.gap else ""
            runs.append((space + (f"*{words}*" if self.plain else ""), ""))
            if not self.plain:
                runs.append((words, "change"))
            runs.append((space, ""))
        return runs

    # ------------------------------------------------------------ summary
    def summary(self, report: Report) -> Iterator[str]:
        """The counts, and what the archive covers."""
        total = len(report.findings)
        if not total:
            yield "No quotes found in this article: nothing to compare."
        else:
            runs: list[Run] = [(phrases.count(total, "quote") + ": ", "")]
            counts = {Verdict(v): n for v, n in phrases.summary(report.findings).items() if n}
            for place, (verdict, n) in enumerate(counts.items()):
                shown = f"{n} {phrases.tallied(verdict, n)}"
                runs += [(", " if place else "", ""), (shown, verdict.value)]
            yield from self.wrap([*runs, (".", "")])
        first = [str(n) for n, _ in phrases.worrying(report)]
        if first:
            yield from self.wrap([(f"Look first at {', '.join(first)}.", "")])
        told = (phrases.covered(report.archive), phrases.advice(report))
        yield from self.wrap([(" ".join(filter(None, told)), "")])

    # ------------------------------------------------------------ a night
    def night(self, night: NightReport) -> Iterator[str]:
        """The gravest utterances first; what there is more of stands in the written report."""
        grave = [u for u in phrases.by_severity(night.utterances) if u.severity is Severity.HIGH]
        for number, utterance in enumerate(grave[:_UTTERANCES], 1):
            yield from self.utterance(number, utterance)
            yield ""
        if len(grave) > _UTTERANCES:
            yield f"... and {len(grave) - _UTTERANCES:,} more"
            yield ""
        for problem in night.problems[:_UTTERANCES]:
            line = f"! {clean(problem.subject)}: {clean(problem.message)}"
            yield from self.wrap([(line, "")], later="  ")
        if len(night.problems) > _UTTERANCES:
            yield f"! ... and {len(night.problems) - _UTTERANCES:,} more"
        yield from self.wrap([(self.counts(night, len(grave)), "")])
        if night.reported_before:
            known = phrases.count(night.reported_before, "utterance")
            were = "was" if night.reported_before == 1 else "were"
            yield from self.wrap([(f"{known} {were} reported before; --again shows all.", "")])

    def utterance(self, number: int, utterance: Utterance) -> Iterator[str]:
        """Its wordings, each with who carries it."""
        kinds = ", ".join(utterance.divergences).upper()
        yield f"{number:>3}. {self.style(kinds, 'divergent')} {self.style(utterance.id, 'dim')}"
        for variant in utterance.variants:
            found = pieces.there(variant.quote.text, variant.divergences)
            yield from self.wrap(self.marked(found), "     ")
            names = list(dict.fromkeys(phrases.outlet(m) for m in variant.matches))
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            who = f"— {phrases.attribution(variant.quote)}: {', '.join(names[:5])}{more}"
            yield from self.wrap([(who, "dim")], "     ", "       ")
            said = dict.fromkeys(m.correction for m in variant.matches if m.correction)
            for note in list(said)[:_CORRECTIONS]:
                yield from self.wrap([(clean(note), "")], "     ", "       ")

    def counts(self, night: NightReport, grave: int) -> str:
        """What was new, what differs, which feeds answered."""
        failed = sum(1 for row in night.feeds if row.state.reason)
        return (
            f"{phrases.count(night.stories, 'new story')}, "
            f"{phrases.count(night.quotes, 'new quote')}; "
            f"{phrases.count(len(night.utterances), 'utterance')} in several stories, "
            f"{grave:,} whose sense may differ; "
            f"{failed:,} of {phrases.count(len(night.feeds), 'feed')} failed."
        )


def _context(text: str, *, after: bool, before: bool) -> str:
    """What stands between differences: the words next to them, the rest as an ellipsis.

    `after` and `before` say on which sides a difference lies.
    """
    words = text.split()
    room = _CONTEXT_WORDS * (after + before)
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() else ""
    if len(words) <= room or not room:
        return lead + clean(text) + tail
    first = words[:_CONTEXT_WORDS] if after else []
    last = words[-_CONTEXT_WORDS:] if before else []
    return lead + clean(" ".join([*first, "…", *last])) + tail


# ---------------------------------------------------------------- lines
def folded(text: str, width: int, indent: str = "", later: str | None = None) -> str:
    """`text` in lines of a page's width, the first behind `indent`, the others behind `later`."""
    rest = indent if later is None else later
    return "\n".join(wrapped([(text, "")], _page_width(width), indent, rest))


def _page_width(columns: int) -> int:
    """What a report takes of so many columns."""
    return max(60, min(columns, 100))


def wrapped(
    runs: Iterable[Run], width: int, indent: str, later: str, style: Style = unstyled
) -> Iterator[str]:
    """Styled runs in lines of at most `width` cells; words that no line holds are cut."""
    line: list[Run] = []
    room = width - len(indent)
    for word, size in _words(runs, width - max(len(indent), len(later))):
        if line and size + 1 > room:
            yield indent + _styled(line, style)
            line, indent, room = [], later, width - len(later)
        if line:
            line.append((" ", line[-1][1] if line[-1][1] == word[0][1] else ""))
            room -= 1
        line += word
        room -= size
    if line:
        yield indent + _styled(line, style)


def _words(runs: Iterable[Run], most: int) -> Iterator[tuple[list[Run], int]]:
    """What no space separates, over the borders of runs, in parts of at most `most` cells.

    Each with the cells that it takes.
    """
    word: list[Run] = []
    size = 0
    for text, name in runs:
        for n, part in enumerate(text.split(" ")):
            if n and word:
                yield word, size
                word, size = [], 0
            for bit, room in _cut(part, most):
                if word and size + room > most:
                    yield word, size
                    word, size = [], 0
                word.append((bit, name))
                size += room
    if word:
        yield word, size


def _cut(word: str, most: int) -> Sequence[tuple[str, int]]:
    """`word` in parts of at most `most` cells, each with its cells."""
    whole = cells(word)
    if whole <= most:
        return [(word, whole)] if word else ()
    parts: list[tuple[str, int]] = []
    start = size = 0
    for at, char in enumerate(word):
        room = cells(char)
        if size + room > most:
            parts.append((word[start:at], size))
            start, size = at, 0
        size += room
    return [*parts, (word[start:], size)]


def cells(text: str) -> int:
    """The width on a terminal: East Asian wide characters take two cells, marks none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(bool(unicodedata.combining(c)) for c in text)


def _styled(line: list[Run], style: Style) -> str:
    """The runs of one line, neighbours of one style together."""
    if style is unstyled:
        return "".join([text for text, _ in line])
    joined: list[Run] = []
    for text, name in line:
        if joined and joined[-1][1] == name:
            joined[-1] = (joined[-1][0] + text, name)
        else:
            joined.append((text, name))
    return "".join(style(text, name) if name else text for text, name in joined)
