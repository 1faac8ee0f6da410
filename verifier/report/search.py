"""Where a wording was found, as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Match
from verifier.report.json import match, printed
from verifier.report.phrases import attribution, clean, moment


def write_text(_: str, found: Sequence[Match]) -> str:
    """One place after the other, earliest first."""
    if not found:
        return "Nothing found.\n"
    lines: list[str] = []
    for m in found:
        lines += [
            f"{moment(m.story.published)}  {clean(m.story.outlet)}: {clean(m.story.title)}",
            f"    “{clean(m.quote.text)}” — {attribution(m.quote)}",
        ]
        if m.story.url:
            lines.append(f"    {clean(m.story.url)}")
    return "\n".join(lines) + "\n"


def write_json(text: str, found: Sequence[Match]) -> str:
    """`{"text", "matches": [...]}`, each match as in the report."""
    content = {
        "format": 1,
        "text": text,
        "matches": [match(m) for m in found],
    }
    return printed(content, indent=1)


WRITERS = {"text": write_text, "json": write_json}
