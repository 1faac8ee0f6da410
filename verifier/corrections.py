"""What became of a quote after it was published: corrected, changed, taken out, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from verifier.model import Match, Story

# As stories say it of themselves: headline slugs, and `pubStatus` of the wire formats.
_FALLEN = frozenset({"withdrawn", "killed", "canceled", "cancelled", "withheld"})
_CORRECTED = "corrected"


def noted(match: Match, now: Story, *, current: bool, changed: bool) -> Match:
    """`match` with what its story, as it stands `now`, makes of the quote.

    `current`: the quote is still in the story; `changed`: an earlier version had it otherwise.
    """
    if now.status in _FALLEN:
        return replace(match, correction=_said(now, "withdrew this story"), standing=False)
    if not current:
        return replace(match, correction=_said(now, "took this quote out"), standing=False)
    if changed:
        verb = "corrected" if now.status == _CORRECTED else "changed"
        return replace(match, correction=_said(now, f"{verb} this quote"))
    if now.status == _CORRECTED:
        note = f" ({now.note})" if now.note else ""
        return replace(match, correction=_said(now, "corrected this story") + note)
    return match


def _said(now: Story, what: str) -> str:
    """`AP corrected this quote on 13 October 2026, 16:45 UTC`.

    A feed that changes a story in silence keeps its first date: then no time is known.
    """
    outlet = now.outlet or "the outlet"
    when = now.updated or (now.published if now.status != "usable" else None)
    return f"{outlet} {what}" + (f" on {when.astimezone(UTC):%-d %B %Y, %H:%M} UTC" if when else "")
