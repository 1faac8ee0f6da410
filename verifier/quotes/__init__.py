"""Quotes of a story: what stands in quotation marks, and who is said to have said it.

marks.find -> syntax.read -> frame -> candidates -> features -> attribution -> assemble
"""

from __future__ import annotations

from verifier.model import Quote
from verifier.quotes import assemble, marks
from verifier.quotes.attribution import decide, walk
from verifier.quotes.candidates import Candidate, Setting


def find(text: str, language: str = "en", *, everything: bool = False) -> tuple[Quote, ...]:
    """The direct and mixed quotes of `text`, in order of position, with their source mentions.

    `everything` also lists scare quotes, titles of works and names in marks, with
    `reported` false. Sources are mentions; whom they stand for is for `speakers` to say.
    Raises nothing, whatever the text holds.
    """
    marked = marks.find(text)
    parts: list[assemble.Part] = []

    def choose(number: int, setting: Setting) -> Candidate | None:
        decision = decide(setting, language)
        parts.append(assemble.part(text, marked[number], setting, decision, language))
        return decision.source if decision.reported else None

    walk(text, marked, choose, language)
    return tuple(assemble.quotes(text, parts, language, everything=everything))


__all__ = ["find"]
