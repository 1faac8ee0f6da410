"""What an archive holds, as text and JSON."""

from __future__ import annotations

import json

from verifier.model import Holdings
from verifier.report.json import time
from verifier.report.phrases import count


def write_text(held: Holdings) -> str:
    """Three lines for a person."""
    lines = [
        f"{count(held.stories, 'story')} of {count(held.outlets, 'outlet')}",
        f"{count(held.quotes, 'quote')} in {count(held.occurrences, 'place')}",
    ]
    if held.oldest and held.newest:
        lines.append(f"from {held.oldest:%-d %b %Y} to {held.newest:%-d %b %Y}")
    lines.append(f"{held.bytes / 1_048_576:,.1f} MiB")
    return "\n".join(lines) + "\n"


def write_json(held: Holdings) -> str:
    """One object (CONTRACT: `archive stats`)."""
    content = {
        "stories": held.stories,
        "quotes": held.quotes,
        "occurrences": held.occurrences,
        "outlets": held.outlets,
        "oldest": time(held.oldest),
        "newest": time(held.newest),
        "bytes": held.bytes,
    }
    return json.dumps(content, indent=1) + "\n"


WRITERS = {"text": write_text, "json": write_json}
