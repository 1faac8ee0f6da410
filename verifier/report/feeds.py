"""A list of feeds and their health, as text, JSON and OPML."""

from __future__ import annotations

import json
from collections.abc import Sequence

from verifier import catalogue
from verifier.model import FeedRow, Health
from verifier.report.json import feed
from verifier.report.phrases import clean, count, moment

_TITLE = 36


def write_text(rows: Sequence[FeedRow]) -> str:
    """One feed a line: title, how it is doing, address; and what is wrong with it below."""
    lines: list[str] = []
    for row in rows:
        title = clean(row.feed.title)[:_TITLE]
        lines.append(f"{title:<{_TITLE}}  {row.state.health.value:<8}  {clean(row.feed.url)}")
        if row.state.reason:
            again = f"; next try {moment(row.state.next_try)}" if row.state.next_try else ""
            lines.append(f"{'':<{_TITLE}}  {clean(row.state.reason)}{again}")
    troubled = sum(row.state.health not in {Health.WELL, Health.NEW} for row in rows)
    lines.append(f"{count(len(rows), 'feed')}, {troubled} in trouble.")
    return "\n".join(lines) + "\n"


def write_json(rows: Sequence[FeedRow]) -> str:
    """`{"feeds": [...]}`, each with its health."""
    content = {"format": 1, "feeds": [feed(row) for row in rows]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write_opml(rows: Sequence[FeedRow]) -> str:
    """OPML 2.0."""
    return catalogue.dump(tuple(row.feed for row in rows)).decode("utf-8")


WRITERS = {"text": write_text, "json": write_json, "opml": write_opml}
