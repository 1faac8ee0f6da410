"""Paragraphs, their words and their sentences, without a tagger.

A paragraph is read as a frame: its words in order, those inside quotation marks told apart
by `Paragraph.quote`. Sentences end in the frame only, so that a quote of three sentences
stays one stretch of the sentence that carries it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate, chain

from verifier import lexicon
from verifier.bylines import dateline_end
from verifier.model import Span
from verifier.pattern import pattern
from verifier.quotes import outlets
from verifier.quotes.marks import Marked
from verifier.quotes.phrases import NounPhrase, noun_phrases
from verifier.quotes.words import QUOTED, Sort, Tag, tagged, vocabulary

# A dateline is looked for in so many characters.
_DATELINE = 160
# A longer line is read in pieces, so that memory stays flat whatever the input.
LONGEST_BLOCK = 8_000

_LINE = pattern(r"[^\n\r\u2028\u2029]+")
_BREAK = pattern(r"[.!?]['’”\"]?\s|\s")
_VARIES = tagged(Tag.VARIES)
_STOPS = tagged(Tag.STOPS)
_FULL_STOPS = frozenset({".", "!", "?"})


class Paragraph:
    """One paragraph (or a piece of a very long line): rows of what its words are.

    `ends[n]` and `starts[n]` say where word `n` stands; `quote[n]` is the number of the
    outermost marked stretch that it stands in (marks included), -1 outside. `outside` holds
    the tag of each word, `QUOTED` for those in quotation marks. Sentences are ranges of
    words. Not to be changed.
    """

    def __init__(
        self, text: str, span: Span, marked: Iterable[tuple[int, Marked]], language: str = "en"
    ) -> None:
        self.span = span
        self.language = language
        body = span[0] + dateline_end(text[span[0] : min(span[1], span[0] + _DATELINE)])
        self._body = body
        self._chunks = vocabulary(language).read(text[body : span[1]])
        self.words = [word for chunk in self._chunks for word in chunk.words]
        self._tags = "".join([chunk.tags for chunk in self._chunks])
        if _VARIES.search(self._tags):
            self._settle(text, span[1])
        self.quote, self.outside = self._marked(marked)

    def _settle(self, text: str, end: int) -> None:
        """Give the words that depend on their neighbours what they are here."""
        known, words = vocabulary(self.language), self.words
        cues = _past_cues(self.language)
        for m in _VARIES.finditer(self._tags):
            n = m.start()
            word = words[n]
            if word.sort is Sort.NAME:
                inside = word.closed == "aux" and n and words[n - 1].sort <= Sort.NUMBER
                if inside or self._is_given(n) or (n + 1 < len(words) and words[n + 1].low in cues):
                    words[n] = known.opened(word)
                continue
            stop = self.ends[n]
            before, after = text[max(0, stop - 2) : stop - 1], text[stop : min(end, stop + 1)]
            if after.isspace() and word.low == "'" and before == "s":
                words[n] = known.turned(word, Sort.OWN)
            elif after.isspace() and word.low == "-" and before.isspace():
                words[n] = known.turned(word, Sort.DASH)
        self._tags = "".join([word.tag for word in words])

    def _is_given(self, n: int) -> bool:
        """Whether a capital preposition is somebody's first name: Per Dahl, but not Per Reuters."""
        words, after = self.words, n + 1
        if words[n].low not in lexicon.pairs("first_names", self.language) or after >= len(words):
            return False
        family = words[after]
        named = family.sort is Sort.NAME and not family.closed
        return named and family.low not in outlets.listed(self.language)

    def _marked(self, marked: Iterable[tuple[int, Marked]]) -> tuple[list[int], str]:
        """`quote` and `outside`, by the numbered outermost stretches."""
        quote, outside = [-1] * len(self.words), self._tags
        for number, stretch in marked:
            first = bisect_left(self.starts, stretch.start)
            last = bisect_left(self.starts, stretch.end)
            quote[first:last] = [number] * (last - first)
            outside = outside[:first] + QUOTED * (last - first) + outside[last:]
        return quote, outside

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends in the story."""
        lengths = chain.from_iterable([chunk.lengths for chunk in self._chunks])
        return [*accumulate(lengths, initial=self._body - 1)][1:]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts in the story."""
        return [end - len(word.text) for word, end in zip(self.words, self.ends, strict=True)]

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Ranges of words; a full stop inside a quote ends one only at the quote's end."""
        found, first, quote = [], 0, self.quote
        for m in _STOPS.finditer(self._tags):
            stop = m.start() + 1
            if self._ends(stop - 1):
                while stop < len(quote) and quote[stop] == quote[stop - 1] != -1:
                    stop += 1
                found.append((first, stop))
                first = stop
        if first < len(quote):
            found.append((first, len(quote)))
        return tuple(found)

    def _ends(self, n: int) -> bool:
        """Whether the stop at `n` ends the sentence of the frame it stands in."""
        words, quote, after = self.words, self.quote, n + 1
        if quote[n] >= 0:
            while after < len(words) and quote[after] == quote[n]:
                if words[after].sort is not Sort.MARK and words[after].low not in _FULL_STOPS:
                    return False
                after += 1
        elif n and words[n].low == "." and words[n - 1].low in _abbreviations(self.language):
            return False
        if after >= len(words):
            return True
        following = words[after]
        close = self.ends[after] - len(following.text) == self.ends[after - 1]
        if close and quote[n] < 0 and quote[after] < 0:
            return False
        return following.sort is not Sort.WORD and following.low not in {",", ";"}

    @cached_property
    def phrases(self) -> tuple[NounPhrase, ...]:
        """The candidate mentions outside quotation marks, by position."""
        return noun_phrases(self.words, self.outside, self.starts, self.ends, self.language)


@cache
def _past_cues(language: str) -> frozenset[str]:
    return frozenset(w for w, c in lexicon.pairs("cues", language).items() if c.endswith(".past"))


def _abbreviations(language: str) -> frozenset[str]:
    return lexicon.entries("abbreviations", language)


def blocks(text: str) -> Iterator[Span]:
    """The lines of `text` that are not blank, a long one in pieces that end at a space."""
    for line in _LINE.finditer(text):
        start, end = line.span()
        while end - start > LONGEST_BLOCK:
            cut = _BREAK.search(text, start + LONGEST_BLOCK, min(end, start + 2 * LONGEST_BLOCK))
            stop = cut.end() if cut else min(end, start + 2 * LONGEST_BLOCK)
            yield (start, stop)
            start = stop
        if text[start:end].strip():
            yield (start, end)


def read(
    text: str, marked: Sequence[Marked], language: str = "en", *, needed: bool = False
) -> Iterator[Paragraph]:
    """The paragraphs of `text`, each made when it is asked for; `marked` as `marks.find` gives.

    A dateline is no part of its first sentence, so that no place or agency of it speaks.
    `needed`: without those that say nothing of any quote. Each up to the one behind the last
    mark may name a source; of the others only those with a reporting word are given.
    """
    outer = [(n, m) for n, m in enumerate(marked) if m.depth == 0]
    last = outer[-1][1].end if outer else 0
    at = behind = 0
    for start, end in blocks(text):
        behind += start >= last
        if needed and behind > 1 and not vocabulary(language).may_report(text[start:end]):
            continue
        while at < len(outer) and outer[at][1].end <= start:
            at += 1
        stop = at
        while stop < len(outer) and outer[stop][1].start < end:
            stop += 1
        yield Paragraph(text, (start, end), outer[at:stop], language)


__all__ = ["LONGEST_BLOCK", "Paragraph", "blocks", "read"]
