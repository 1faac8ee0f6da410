"""The quotes of one article, as text and as a line of JSON (CONTRACT: `verifier quotes`)."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Kind, Quote, Story
from verifier.report.json import FORMAT, printed, quote
from verifier.report.phrases import attribution, clean


def write_line(path: str, _: Story, quotes: Sequence[Quote]) -> str:
    """One line of JSON for the article read from `path`."""
    found = [quote(q) if q.reported else quote(q) | {"reported": False} for q in quotes]
    return printed({"format": FORMAT, "path": path, "quotes": found})


def write_text(path: str, story: Story, quotes: Sequence[Quote]) -> str:
    """A heading, and for each quote its words, whose they are, and how it stands there."""
    lines = [f"{clean(story.title) or clean(path)}: {len(quotes)} quote{'s' * (len(quotes) != 1)}"]
    for q in quotes:
        words = clean(q.text)
        shown = words if q.kind is Kind.INDIRECT else f"“{words}”"
        kind = q.kind.value if q.reported else "not reported speech"
        lines += ["", f"  {shown}", f"  — {attribution(q)} [{kind}]"]
    return "\n".join(lines) + "\n"


WRITERS = {"text": write_text, "jsonl": write_line}
