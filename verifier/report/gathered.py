"""What a fetch brought in, as text and JSON."""

from __future__ import annotations

import json

from verifier.model import Gathered
from verifier.report.json import problem, time
from verifier.report.phrases import clean


def write_text(found: Gathered) -> str:
    """A line of counts, and a line for each feed that failed."""
    well = sum(not row.state.reason for row in found.rows)
    lines = [f"{found.new:,} new and {found.changed:,} changed stories from {well:,} feeds."]
    lines += [f"! {clean(p.subject)}: {clean(p.message)}" for p in found.problems]
    return "\n".join(lines) + "\n"


def write_json(found: Gathered) -> str:
    """`{"new", "changed", "feeds": [...], "problems": [...]}`."""
    feeds = [
        {
            "title": row.feed.title,
            "url": row.feed.url,
            "health": row.state.health.value,
            "reason": row.state.reason or None,
            "last_success": time(row.state.last_success),
            "next_try": time(row.state.next_try),
            "stories": row.stories,
        }
        for row in found.rows
    ]
    content = {
        "format": 1,
        "new": found.new,
        "changed": found.changed,
        "feeds": feeds,
        "problems": [problem(p) for p in found.problems],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


WRITERS = {"text": write_text, "json": write_json}
