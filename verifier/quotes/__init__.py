"""Quotes of a story: what stands in quotation marks or is reported without, and whose it is.

marks.find -> syntax.read -> frame -> candidates -> features -> attribution -> assemble
                          -> wordclass -> clauses -> readings -> reported
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.model import Quote
from verifier.quotes import assemble, marks, reported, syntax
from verifier.quotes.attribution import decide, walk
from verifier.quotes.candidates import Candidate, Setting
from verifier.quotes.syntax import Paragraph


def find(text: str, language: str = "en", *, everything: bool = False) -> tuple[Quote, ...]:
    """The quotes of `text`, in order of position, with their source mentions.

    `everything` also lists scare quotes, titles of works and names in marks, with
    `reported` false. Sources are mentions; whom they stand for is for `speakers` to say.
    Raises nothing, whatever the text holds.
    """
    marked = marks.find(text)
    parts: list[assemble.Part] = []
    indirect: list[Quote] = []

    def paragraphs() -> Iterator[Paragraph]:
        for paragraph in syntax.read(text, marked, language, needed=True):
            indirect.extend(reported.in_paragraph(text, paragraph))
            yield paragraph

    def choose(number: int, setting: Setting) -> Candidate | None:
        decision = decide(setting, language)
        parts.append(assemble.part(text, marked[number], setting, decision, language))
        return decision.source if decision.reported else None

    walk(text, marked, choose, language, paragraphs())
    quoted = assemble.quotes(text, parts, language, everything=everything)
    return tuple(sorted([*quoted, *indirect], key=lambda quote: quote.spans))


__all__ = ["find"]
