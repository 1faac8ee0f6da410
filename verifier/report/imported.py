"""What an import took and refused, as text and JSON."""

from __future__ import annotations

import json

from verifier.model import Imported
from verifier.report.json import problem
from verifier.report.phrases import clean, count

_SHOWN = 50  # refusals that the text names; the JSON has the first 10,000


def write_text(found: Imported) -> str:
    """A line of counts, and a line for each refusal."""
    lines = [
        f"{count(found.new, 'new story')}, {found.changed:,} changed, {found.same:,} known already."
    ]
    lines += [
        f"{count(n, 'story')} in {language}: kept, but only English quotes are read."
        for language, n in found.unread
    ]
    lines += [f"! {clean(p.subject)}: {clean(p.message)}" for p in found.problems[:_SHOWN]]
    more = len(found.problems[_SHOWN:]) + found.unnamed
    if more:
        lines.append(f"! ... and {more:,} more were refused.")
    return "\n".join(lines) + "\n"


def write_json(found: Imported) -> str:
    """`new, changed, same, unread` by language, `problems`, and how many more are `unnamed`."""
    content = {
        "format": 1,
        "new": found.new,
        "changed": found.changed,
        "same": found.same,
        "unread": dict(found.unread),
        "problems": [problem(p) for p in found.problems],
        "unnamed": found.unnamed,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


WRITERS = {"text": write_text, "json": write_json}
