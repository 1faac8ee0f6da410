"""The report as JSON: the shape that CONTRACT fixes."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from verifier import __version__
from verifier.model import (
    Divergence,
    FeedRow,
    Finding,
    Holdings,
    Match,
    Mention,
    NightReport,
    Problem,
    Quote,
    Report,
    Speaker,
    Story,
    Utterance,
    Variant,
)
from verifier.report.phrases import summary

FORMAT = 1
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def write(report: Report) -> str:
    """One JSON object, indented, with a newline at its end."""
    return printed(as_dict(report), indent=1)


def write_lines(report: Report) -> str:
    """One quote a line."""
    return "".join(printed(finding(f)) for f in report.findings)


def write_night(night: NightReport) -> str:
    """The report of a night, one JSON object."""
    return printed(night_as_dict(night), indent=1)


def printed(value: dict[str, Any], indent: int | None = None) -> str:
    """One JSON object with a newline at its end."""
    return legible(json.dumps(value, ensure_ascii=False, indent=indent)) + "\n"


def legible(printed: str) -> str:
    """JSON with what no file can hold, a terminal obeys or ends a line escaped: same meaning."""
    return _ESCAPED.sub(lambda m: f"\\u{ord(m.group()):04x}", printed)


def as_dict(report: Report) -> dict[str, Any]:
    """The whole report as JSON types."""
    return {
        "format": FORMAT,
        "verifier": __version__,
        "article": article(report.article),
        "archive": holdings(report.archive),
        "quotes": [finding(f) for f in report.findings],
        "summary": summary(report.findings),
        "problems": [problem(p) for p in report.problems],
    }


def time(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second; null when unknown."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def article(story: Story) -> dict[str, Any]:
    """The article as it was read."""
    return {
        "title": story.title,
        "url": story.url or None,
        "outlet": story.outlet or None,
        "agency": story.agency,
        "byline": story.byline,
        "dateline": story.dateline,
        "published": time(story.published),
        "language": story.language,
        "text": story.text,
    }


def holdings(held: Holdings) -> dict[str, Any]:
    """What the archive holds."""
    return {
        "stories": held.stories,
        "quotes": held.quotes,
        "outlets": held.outlets,
        "oldest": time(held.oldest),
        "newest": time(held.newest),
        "coverage": held.coverage.value,
    }


def quote(q: Quote) -> dict[str, Any]:
    """A quote as `verifier quotes` and the report share it."""
    return {
        "id": q.id,
        "kind": q.kind.value,
        "text": q.text,
        "spans": [list(s) for s in q.spans],
        "source": mention(q.source),
        "cue": mention(q.cue),
        "speaker": speaker(q.speaker),
        "via": list(q.via),
        "confidence": round(q.confidence, 3),
    }


def mention(m: Mention | None) -> dict[str, Any] | None:
    """A stretch of the article, or null."""
    return {"text": m.text, "span": list(m.span)} if m else None


def speaker(s: Speaker | None) -> dict[str, Any] | None:
    """A resolved speaker, or null."""
    return {"name": s.name, "role": s.role} if s else None


def finding(f: Finding) -> dict[str, Any]:
    """One quote of the article, judged."""
    return {
        **quote(f.quote),
        "verdict": f.verdict.value,
        "independent_sources": f.independent_sources,
        "divergences": list(f.divergences),
        "reason": f.reason,
        "first_seen": seen(f.timeline[0]) if f.timeline else None,
        "matches": [match(m) for m in f.matches],
    }


def seen(m: Match) -> dict[str, Any]:
    """Who had it, and when."""
    outlet = m.story.outlet or None
    return {"story": m.story.id, "outlet": outlet, "published": time(m.story.published)}


def match(m: Match) -> dict[str, Any]:
    """One story that carries the utterance."""
    return {
        "story": {
            "id": m.story.id,
            "title": m.story.title,
            "url": m.story.url or None,
            "outlet": m.story.outlet or None,
            "agency": m.story.agency,
            "published": time(m.story.published),
        },
        "text": m.quote.text,
        "source": m.quote.source.text if m.quote.source else None,
        "cue": m.quote.cue.text if m.quote.cue else None,
        "speaker": speaker(m.quote.speaker),
        "via": list(m.quote.via),
        "relation": m.relation.value,
        "score": round(m.score, 1),
        "divergences": [divergence(d) for d in m.divergences],
        "differences": list(m.differences),
        "independent": m.independent,
        "why": m.why,
        "evidence": m.evidence,
        "copy_of": m.copy_of,
        "correction": m.correction,
    }


def divergence(d: Divergence) -> dict[str, Any]:
    """One typed difference, with the words of both sides."""
    return {
        "kind": d.kind,
        "severity": d.severity.value,
        "here": d.here,
        "there": d.there,
        "here_span": list(d.here_span),
        "there_span": list(d.there_span),
    }


def problem(p: Problem) -> dict[str, str]:
    """One item that could not be used."""
    return {"stage": p.stage, "subject": p.subject, "message": p.message}


# ---------------------------------------------------------------- a night
def night_as_dict(night: NightReport) -> dict[str, Any]:
    """The whole report of a night as JSON types."""
    severities = Counter(u.severity.value if u.severity else "none" for u in night.utterances)
    return {
        "format": FORMAT,
        "verifier": __version__,
        "run": {
            "started": time(night.started),
            "finished": time(night.finished),
            "since": time(night.since),
            "stories": night.stories,
            "quotes": night.quotes,
            "reported_before": night.reported_before,
        },
        "archive": holdings(night.archive),
        "feeds": [feed(row) for row in night.feeds],
        "utterances": [utterance(u) for u in night.utterances],
        "summary": {name: severities[name] for name in ("high", "low", "none")},
        "problems": [problem(p) for p in night.problems],
    }


def feed(row: FeedRow) -> dict[str, Any]:
    """How one feed did."""
    return {
        "title": row.feed.title,
        "url": row.feed.url,
        "state": row.state.health.value,
        "stories": row.stories,
        "last_success": time(row.state.last_success),
        "next_try": time(row.state.next_try),
        "failures": row.state.failures,
        "why": row.state.reason or None,
    }


def utterance(said: Utterance) -> dict[str, Any]:
    """What was said once, wording by wording."""
    return {
        "id": said.id,
        "severity": said.severity.value if said.severity else None,
        "divergences": list(said.divergences),
        "independent_sources": said.origins,
        "stories": len(said.matches),
        "first_seen": time(said.first_seen),
        "reason": said.reason,
        "variants": [variant(v) for v in said.variants],
    }


def variant(wording: Variant) -> dict[str, Any]:
    """One wording, and the stories that carry it."""
    return {"text": wording.quote.text, "matches": [match(m) for m in wording.matches]}
