"""Where a wording was found, as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Match
from verifier.report.json import match, printed
from verifier.report.phrases import attribution, clean, moment
from verifier.report.text import folded


def write_text(found: Sequence[Match], *, width: int = 80) -> str:
    """One place after the other, earliest first."""
    if not found:
        return "Nothing found.\n"
    lines: list[str] = []
    for m in found:
        lines += [
            folded(f"{moment(m.story.published)}  {_place(m)}", width, later="    "),
            folded(f"“{clean(m.quote.text)}” — {attribution(m.quote)}", width, "    "),
        ]
        if m.story.url:
            lines.append(f"    {clean(m.story.url)}")
    return "\n".join(lines) + "\n"


def _place(found: Match) -> str:
    return f"{clean(found.story.outlet)}: {clean(found.story.title)}"


def write_json(text: str, found: Sequence[Match]) -> str:
    """`{"text", "matches": [...]}`, each match as in the report."""
    content = {
        "format": 1,
        "text": text,
        "matches": [match(m) for m in found],
    }
    return printed(content, indent=1)
