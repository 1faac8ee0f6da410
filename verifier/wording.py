"""A quote's words with what stands between them: what `compare` aligns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from verifier.fold import fold
from verifier.model import Kind, Quote, Span
from verifier.pattern import pattern
from verifier.text import Word, plain
from verifier.value import value

_ELLIPSIS = pattern(r"…|\.\s?\.\s?\.")
_SENTENCE_END = pattern(r"[.!?][\"'”’)\]]*\s|[.!?]$|[\n\r]")
_CLAUSE_END = pattern(r"[,;:—–_]|\s-\s|--")
_CONTEXT = 120  # characters of the story kept on either side of the quote


@value
class Wording:
    """A quote ready to be compared.

    `words` are folded, with offsets in `text`; `norms` are they alone. `gaps[i]` is the text
    between words i - 1 and i, with one gap before the first and one after the last word.
    `bracketed` holds the indices of words inside square brackets. `before` and `after` are
    what the story has around the quote, `cue` how a clause without marks is reported: said,
    denied.
    """

    text: str
    words: tuple[Word, ...]
    norms: tuple[str, ...]
    gaps: tuple[str, ...]
    bracketed: frozenset[int]
    before: str = ""
    after: str = ""
    cue: str = ""

    def span(self, start: int, end: int) -> Span:
        """The stretch of `text` that words `start` to `end` take; empty where there are none."""
        if start < end:
            return self.words[start].start, self.words[end - 1].end
        at = self.words[start].start if start < len(self.words) else len(self.text)
        return at, at

    def slice(self, start: int, end: int) -> str:
        """The words `start` to `end` as they are written."""
        first, last = self.span(start, end)
        return self.text[first:last]

    def surface(self, index: int) -> str:
        """Word `index` as it is written, lower case and plain."""
        word = self.words[index]
        return plain(self.text[word.start : word.end])

    def whole(self, index: int, start: int, end: int) -> bool:
        """Whether all that word `index` was folded from lies within words `start` to `end`."""
        place = self.words[index][1:]
        before = start > 0 and self.words[start - 1][1:] == place
        after = end < len(self.words) and self.words[end][1:] == place
        return not (before or after)

    def brackets(self, start: int, end: int) -> bool:
        """Whether any of the words `start` to `end` stands in square brackets."""
        return not self.bracketed.isdisjoint(range(start, end))

    def answer(self, index: int) -> bool:
        """Whether word `index` is the "No," that opens a sentence and denies nothing in it."""
        word = self.words[index].norm in {"no", "yes", "yeah"}
        opens = index == 0 or self.sentence_break(index)
        return word and opens and self.gaps[index + 1].lstrip().startswith((",", ".", ";"))

    def broken_off(self, *, left: bool) -> bool:
        """Whether the quote begins (`left`) or ends inside a sentence, by its letter or mark."""
        text = self.text.strip(" \"'“”‘’")
        return text[:1].islower() if left else not text.endswith((".", "!", "?"))

    def contracted(self, index: int) -> bool:
        """Whether word `index` and the one before it are written as one."""
        return index > 0 and self.words[index - 1][1:] == self.words[index][1:]

    def ellipsis_at(self, index: int) -> bool:
        """Whether the gap before word `index` marks a cut."""
        return bool(_ELLIPSIS.search(self.gaps[index]))

    def sentence_break(self, index: int) -> bool:
        """Whether a sentence ends in the gap before word `index`."""
        gap = self.gaps[index]
        return bool(_SENTENCE_END.search(gap)) and not _ELLIPSIS.search(gap)

    def clause_break(self, index: int) -> bool:
        """Whether a clause or sentence ends in the gap before word `index`."""
        return self.sentence_break(index) or bool(_CLAUSE_END.search(self.gaps[index]))


def of(quote: Quote, story_text: str = "", language: str = "en") -> Wording:
    """The wording of `quote`, with its surroundings when the story's text is at hand."""
    first, last = quote.spans[0][0], quote.spans[-1][1]
    return replace(
        _bare(quote.text, language),
        before=story_text[max(0, first - _CONTEXT) : first],
        after=story_text[last : last + _CONTEXT],
        cue=quote.cue.text if quote.cue and quote.kind is Kind.INDIRECT else "",
    )


@lru_cache(maxsize=1024)
def _bare(text: str, language: str) -> Wording:
    """The same words stand in many stories."""
    return _wording(text, tuple(fold(text, language)))


def rebuilt(side: Wording, found: Sequence[Word]) -> Wording:
    """`side` with other words, whose offsets lead into the same text."""
    bare = _wording(side.text, tuple(found))
    return replace(bare, before=side.before, after=side.after, cue=side.cue)


def _wording(text: str, found: tuple[Word, ...]) -> Wording:
    edges = [0, *(w.end for w in found)]
    starts = [*(w.start for w in found), len(text)]
    return Wording(
        text=text,
        words=found,
        norms=tuple([w.norm for w in found]),
        gaps=tuple(text[a:b] for a, b in zip(edges, starts, strict=True)),
        bracketed=_bracketed(text, found),
    )


def _bracketed(text: str, found: tuple[Word, ...]) -> frozenset[int]:
    """The indices of words between square brackets."""
    if "[" not in text:
        return frozenset()
    inside = [m.span() for m in re.finditer(r"\[[^\[\]]{1,200}\]", text)]
    return frozenset(
        i for i, w in enumerate(found) if any(a < w.start and w.end < b for a, b in inside)
    )
