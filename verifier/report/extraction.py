"""The quotes of one article, as text and as a line of JSON (CONTRACT: `verifier quotes`)."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Kind, Quote, Story
from verifier.report.json import FORMAT, printed, quote
from verifier.report.phrases import attribution, clean, count
from verifier.report.text import folded


def write_line(path: str, _: Story, quotes: Sequence[Quote]) -> str:
    """One line of JSON for the article read from `path`."""
    found = [quote(q) if q.reported else quote(q) | {"reported": False} for q in quotes]
    return printed({"format": FORMAT, "path": path, "quotes": found})


def write_text(path: str, story: Story, quotes: Sequence[Quote], *, width: int = 80) -> str:
    """A heading, and for each quote its words, whose they are, and how it stands there."""
    title = clean(story.title) or clean(path)
    lines = [folded(f"{title}: {count(len(quotes), 'quote')}", width)]
    for q in quotes:
        words = clean(q.text)
        shown = words if q.kind is Kind.INDIRECT else f"“{words}”"
        kind = q.kind.value if q.reported else "not reported speech"
        lines += [
            "",
            folded(shown, width, "  "),
            folded(f"— {attribution(q)} [{kind}]", width, "  ", "    "),
        ]
    return "\n".join(lines) + "\n"
