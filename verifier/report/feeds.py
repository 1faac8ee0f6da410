"""A list of feeds and their health, as text, JSON and OPML."""

from __future__ import annotations

import json
from collections.abc import Sequence

from verifier import catalogue
from verifier.model import FeedRow, FeedState, Health, Run
from verifier.report.json import feed, time
from verifier.report.phrases import clean, count, moment

_INDENT = " " * 9


def write_text(rows: Sequence[FeedRow], last: Run | None = None) -> str:
    """Each feed with how it is doing and its address; the last night stands at the end.

    Below each: what is wrong with it, when it was last read, and when it is asked again.
    """
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row.state.health.value:<8} {clean(row.feed.title)}")
        below = dict.fromkeys((clean(row.feed.url), _said(row.state)))
        lines += [_INDENT + line for line in below if line and line != clean(row.feed.title)]
    troubled = sum(row.state.health not in {Health.WELL, Health.NEW} for row in rows)
    lines.append(f"{count(len(rows), 'feed')}, {troubled} in trouble.")
    if last:
        lines.append(_night(last))
    return "\n".join(lines) + "\n"


def _said(state: FeedState) -> str:
    """`out of service for now (503); last read 12 Oct 2026 02:00 UTC; next try ...`."""
    parts = [clean(state.reason)]
    if state.last_success:
        parts.append(f"last read {moment(state.last_success)}")
    elif state.last_try:
        parts.append("never read yet")
    if state.next_try:
        parts.append(f"next try {moment(state.next_try)}")
    return "; ".join(part for part in parts if part)


def _night(run: Run) -> str:
    took = f", took {(run.finished - run.started).total_seconds():.0f} s" if run.finished else ""
    stories = count(run.counts.get("stories", 0), "new story")
    found = count(run.counts.get("utterances", 0), "finding")
    return f"The last night began {moment(run.started)}{took}: {stories}, {found}."


def write_json(rows: Sequence[FeedRow], last: Run | None = None) -> str:
    """`{"feeds": [...], "last_run": {...} | null}`, each feed with its health."""
    content = {
        "format": 1,
        "feeds": [feed(row) for row in rows],
        "last_run": _run(last) if last else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _run(run: Run) -> dict[str, object]:
    return {"started": time(run.started), "finished": time(run.finished), **run.counts}


def write_opml(rows: Sequence[FeedRow], _last: Run | None = None) -> str:
    """OPML 2.0."""
    return catalogue.dump(tuple(row.feed for row in rows)).decode("utf-8")


WRITERS = {"text": write_text, "json": write_json, "opml": write_opml}
