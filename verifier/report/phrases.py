"""What the writers say alike: the names of verdicts, times, speakers and reasons, made safe.

Every text here may come from strangers: it leaves as one line that no terminal obeys and
no layout turns around. Escaping for a format is its writer's own matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote as percent
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from verifier import lexicon
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
    Utterance,
    Verdict,
)
from verifier.pattern import pattern
from verifier.text import plain

VERDICTS = {
    Verdict.DIVERGENT: "differs",
    Verdict.CONTESTED: "contested",
    Verdict.UNMATCHED: "not found",
    Verdict.COPIED: "copied",
    Verdict.CORROBORATED: "corroborated",
}
"""The verdicts in words, those to worry about first."""

# Control characters, what turns the direction of the text, tags, half surrogate pairs and
# what is no character at all.
_UNSAFE = pattern(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# More marks on one letter than any language writes cover the lines above and below.
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED = pattern(rf"([{_MARKS}]{{6}})[{_MARKS}]+")
_ADDRESS = pattern(r"https?://[^\s/?#]", re.IGNORECASE)
_ADDRESS_LENGTH = 2000
_NAMESPACE = UUID("6f0c6f0e-7a55-5f0b-9f2e-3c1d7a4f2b10")


def safe(text: str) -> str:
    """`text` without what a terminal or a layout would obey; line breaks stay."""
    if not text.isprintable():
        text = _UNSAFE.sub("", text)
    return text if text.isascii() else _STACKED.sub(r"\1", text)


def clean(text: str) -> str:
    """`safe`, on one line."""
    return " ".join(safe(text).split())


def clip(text: str, most: int) -> str:
    """`text` cut at a word to at most `most` characters, the cut marked."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(",;:.–— ") + "…"


def link(url: str) -> str:
    """`url` if it is an http(s) address, percent-encoded; else nothing."""
    address = url.strip()
    if len(address) > _ADDRESS_LENGTH or not _ADDRESS.match(address):
        return ""
    try:
        urlsplit(address)
    except ValueError:
        return ""
    return percent(address, safe="!#$%&'()*+,/:;=?@[]~", errors="replace")


def urn(*parts: str) -> str:
    """A name for ever (RFC 9562, version 5) of what `parts` identify."""
    return uuid5(_NAMESPACE, "\x1f".join(parts).encode("utf-8", "replace").decode()).urn


# ---------------------------------------------------------------- time
def day(when: datetime | None) -> str:
    """`13 Oct 2026`."""
    return f"{when.astimezone(UTC).day} {when.astimezone(UTC):%b %Y}" if when else "undated"


def moment(when: datetime | None) -> str:
    """`13 Oct 2026 09:40 UTC`; only the day where that is all that is known."""
    if when is None or not timed(when):
        return day(when)
    return f"{day(when)} {when.astimezone(UTC):%H:%M} UTC"


def timed(when: datetime) -> bool:
    """Whether a time of day is known: midnight to the second is how a mere date is read."""
    return when.astimezone(UTC).time() != time()


def stamp(when: datetime | None) -> str:
    """`2026-10-13T09:40:00Z`, or nothing."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""


def span(length: timedelta) -> str:
    """`1 h 25 min`, `3 days`."""
    minutes = int(length.total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(parts)


# ---------------------------------------------------------------- quotes
def verdict(finding: Finding) -> str:
    """`differs: number, speaker`."""
    word = VERDICTS[finding.verdict]
    return f"{word}: {', '.join(finding.divergences)}" if finding.divergences else word


def speaker(quote: Quote) -> str:
    """Who said it, with the role: the speaker, else the mention, else that it is not clear.

    A body without a name is called as it is there: the transport ministry. Of a clause that
    somebody denied, that he did: its words are the opposite of his.
    """
    return ("denied by " if _is_denied(quote) else "") + _speaker(quote)


def _speaker(quote: Quote) -> str:
    mention = quote.source.text if quote.source else ""
    if quote.speaker and not (quote.speaker.name.islower() and quote.speaker.name in mention):
        role = clean(quote.speaker.role or "")
        return clean(quote.speaker.name) + (f", {role}" if role else "")
    return clean(mention) or "source not clear"


def _is_denied(quote: Quote) -> bool:
    cue = plain(quote.cue.text) if quote.cue and quote.kind is Kind.INDIRECT else ""
    return cue in lexicon.entries("denials")


def tallied(verdict: Verdict, number: int) -> str:
    """The verdict after a number: `1 differs`, `2 differ`."""
    return "differ" if verdict is Verdict.DIVERGENT and number != 1 else VERDICTS[verdict]


def attribution(quote: Quote) -> str:
    """Who said it, and who relayed it."""
    relayed = f" (via {', '.join(map(clean, quote.via))})" if quote.via else ""
    return speaker(quote) + relayed


def outlet(match: Match) -> str:
    """The name of the outlet, or that it has none."""
    return clean(match.story.outlet) or "unnamed outlet"


def high(match: Match) -> list[str]:
    """The kinds of high severity, each once."""
    return list(dict.fromkeys(d.kind for d in match.divergences if d.severity is Severity.HIGH))


def relation(match: Match) -> str:
    """How the other wording relates to this one."""
    if match.relation is Relation.DIVERGENT:
        return "differs in " + ", ".join(high(match))
    if match.relation is Relation.VERBATIM:
        return "the same words"
    if match.relation is Relation.FRAGMENT:
        return "part of the same words"
    kinds = dict.fromkeys([*match.differences, *(d.kind for d in match.divergences)])
    return f"the same but for {', '.join(kinds)}" if kinds else "the same words"


def standing(match: Match) -> str:
    """Why the story counts as a source of its own, or does not."""
    if match.copy_of:
        return f"the same report as {clean(match.copy_of)}'s"
    if match.independent:
        return "independent source"
    evidence = f" ({clean(match.evidence)})" if match.evidence else ""
    return f"not independent, {match.why or 'unknown'}{evidence}"


def note(match: Match) -> str:
    """What the outlet did to its story since: corrected, withdrawn; nothing for a usable one."""
    if match.correction:
        return clean(match.correction)
    told = clean(match.story.note or "")
    if match.story.status == "usable":
        return told
    return f"{clean(match.story.status)}: {told}" if told else clean(match.story.status)


Sides = tuple[str, str]
"""Where one wording stands and where the other, as adverbs."""

HERE: Sides = ("here", "there")


def sides(one: Match, other: Match) -> Sides:
    """`in Meridian`, `in Northern Press`: where no article is at hand to be "here"."""
    names = outlet(one), outlet(other)
    if names[0] == names[1]:
        return "in the first wording", "in this one"
    return f"in {names[0]}", f"in {names[1]}"


def difference(divergence: Divergence, where: Sides = HERE) -> str:
    """One difference as a sentence: what stands here, what there."""
    at, beyond = where
    here, there = clean(divergence.here), clean(divergence.there)
    if divergence.kind == "speaker":
        return f"said by {here or 'nobody named'} {at}, by {there or 'nobody named'} {beyond}"
    if divergence.kind == "splice" and there and not here:
        return f"two passages are joined {at}; between them stood “{there}”"
    if not here:
        return f"“{there}” is missing {at}"
    if not there:
        return f"“{here}” stands only {at}"
    return f"“{here}” {at}, “{there}” {beyond}"


def count(number: int, noun: str) -> str:
    """`1 story`, `2 stories`, `1,200 quotes`."""
    if number != 1:
        noun = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun}"


# ---------------------------------------------------------------- reports
def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """The number of quotes by verdict; every verdict is named."""
    counts = Counter(f.verdict for f in findings)
    order = (
        Verdict.CORROBORATED,
        Verdict.CONTESTED,
        Verdict.DIVERGENT,
        Verdict.COPIED,
        Verdict.UNMATCHED,
    )
    return {v.value: counts[v] for v in order}


def worrying(report: Report) -> list[tuple[int, Finding]]:
    """The quotes that differ or are contested, with their numbers; those that differ first."""
    rank = {Verdict.DIVERGENT: 0, Verdict.CONTESTED: 1}
    found = [(n, f) for n, f in enumerate(report.findings, 1) if f.verdict in rank]
    return sorted(found, key=lambda pair: rank[pair[1].verdict])


def covered(held: Holdings) -> str:
    """What was searched."""
    if held.coverage is Coverage.NONE:
        return "Not searched: the archive holds nothing from around the article's date."
    text = (
        f"Archive: {count(held.stories, 'story')}, {count(held.quotes, 'quote')}, "
        f"{count(held.outlets, 'outlet')}"
    )
    if held.oldest and held.newest:
        text += f", {day(held.oldest)}"
        text += f" to {day(held.newest)}" if day(held.newest) != day(held.oldest) else ""
    if held.coverage is Coverage.THIN:
        text += ". Few outlets around the article's date"
    return text + "."


def advice(report: Report) -> str:
    """What to say on the command line so that more is searched; nothing where that was enough."""
    if report.archive.coverage is Coverage.SEARCHED:
        return ""
    dated = "" if report.article.published else " and say the article's date with --published"
    more = "--feeds" if report.searched else "--feeds or --search"
    return f"Widen it with {more}{dated}."


def by_severity(utterances: Iterable[Utterance]) -> list[Utterance]:
    """Those whose sense differs first, then those in small words, then those that agree."""
    rank = {Severity.HIGH: 0, Severity.LOW: 1, None: 2}
    return sorted(utterances, key=lambda u: (rank[u.severity], -len(u.matches), u.id))
