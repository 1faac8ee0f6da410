"""Noun phrases: the mentions that a paragraph holds, found without a tagger.

Part-of-speech tags add nothing for quoted spans (measured), so noun phrases are runs of
words between words of the closed classes and known verb forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from operator import itemgetter

from verifier import lexicon
from verifier.quotes.words import LEADERS, QUOTED, Sort, Tag, Word, inflections, tagged
from verifier.value import NamedTuple

_STARTS = tagged(Tag.STARTS)
_PLAIN = tagged(Tag.PLAIN)
# The prepositions that a noun phrase may go on behind, once.
_TAILS = frozenset({"of", "for", "at", "from", "in", "with"})
# ... and whom a document is by: a report by the harbour office.
_AUTHOR = ("by", "document")
_TRAILING = frozenset({"of", "the", "and", "&", "for"})
_SIGNS = frozenset({Sort.MARK, Sort.DASH, Sort.OTHER})
# What a capital that only begins its sentence stands behind.
_OPENERS = frozenset({".", "!", "?", "--", "-", "—", "–", ":"})
# Classes of capitals that are no part of a name.
_NO_NAMES = frozenset({"aux", "rel", "conj", "pron", "objp"})
# Endings after which a form in -s is a plural noun.
_ADJECTIVAL = ("al", "ive", "ous", "ic", "est", "ary", "ful", "able", "ent", "less", "ish")


class Form(IntEnum):
    """What a mention looks like."""

    PRONOUN = 0
    NAME = 1
    COMMON = 2
    POSSESSOR = 3
    GROUP = 4


class NounPhrase(NamedTuple):
    """A candidate mention: words `first` to `last` (exclusive) of its paragraph, and its head.

    `core` is the end of what stands before a preposition: "a spokesman | for the ministry".
    """

    first: int
    last: int
    head: int
    core: int
    form: Form
    start: int
    end: int


_place = itemgetter(5, 6)


def noun_phrases(
    words: Sequence[Word],
    outside: str,
    starts: Sequence[int],
    ends: Sequence[int],
    language: str = "en",
) -> tuple[NounPhrase, ...]:
    """The candidate mentions outside quotation marks, by position; those inside others follow.

    The rows are a paragraph's. A possessor ("Ms Alder's claim", "her claim") is a mention of
    its own, and so are the members of a group ("Alder and Bruun").
    """
    chunker = _Chunker(words, outside, starts, ends, language)
    found: list[NounPhrase] = []
    m = _STARTS.search(outside)
    while m is not None:
        m = _STARTS.search(outside, chunker.take(m.start(), found))
    found.extend(_groups(words, outside, found))
    return tuple(sorted(found, key=_place))


class _Chunker:
    """Takes one noun phrase at a time from a row of words."""

    def __init__(
        self,
        words: Sequence[Word],
        outside: str,
        starts: Sequence[int],
        ends: Sequence[int],
        language: str,
    ) -> None:
        self.words, self.outside, self.starts, self.ends = words, outside, starts, ends
        self.verbs = inflections(language)
        self.speakers = lexicon.pairs("sources", language)
        self.titles = lexicon.entries("titles", language)
        self.subjects = lexicon.entries("determiners", language)

    def take(self, n: int, found: list[NounPhrase]) -> int:
        """Append the phrases that start at `n`, if any; the number of the next word to look at."""
        kind = self.words[n].closed
        if kind in {"pron", "objp"}:
            found.append(self._phrase(n, n + 1, Form.PRONOUN))
            return n + 1
        if kind == "poss":
            found.append(self._phrase(n, n + 1, Form.POSSESSOR))
        stop = self._end(n)
        if stop == n:
            return n + 1
        self._add(n, stop, found)
        return stop

    def _add(self, first: int, last: int, found: list[NounPhrase]) -> None:
        """The phrase `first:last`, and its possessors as mentions of their own."""
        if last == first + 1:
            self._add_core(last, self._phrase(first, last, self._form(first, last)), found)
            return
        begin = first
        for k in range(first, last):
            if self.words[k].sort is Sort.OWN:
                if k > begin:
                    found.append(self._phrase(begin, k, self._form(begin, k)))
                begin = k + 1
        if begin >= last:
            return
        form = self._form(begin, last)
        self._add_name(first, last, found)
        self._add_core(last, self._phrase(first, last, form), found)

    def _add_core(self, last: int, core: NounPhrase, found: list[NounPhrase]) -> None:
        """The phrase itself, with the prepositional phrase that belongs to it."""
        stop = self._tail(core)
        if stop > last:
            core = core._replace(last=stop, end=self.ends[stop - 1])
        found.append(core)

    def _add_name(self, first: int, last: int, found: list[NounPhrase]) -> None:
        """The name that a phrase begins with, as a mention of its own: Alder | supporters."""
        words, k = self.words, first
        while k < last and words[k].sort is Sort.NAME and not words[k].closed:
            k += 1
        if first < k < last and words[k].sort is Sort.WORD:
            found.append(self._phrase(first, k, Form.NAME))

    def _tail(self, phrase: NounPhrase) -> int:
        """The end with a prepositional phrase: only after a noun that can speak, and only one."""
        n, words = phrase.last, self.words
        if n + 1 >= len(words) or self.outside[n] == QUOTED:
            return n
        kind = self.speakers.get(words[phrase.head].low, "")
        if not kind or not (words[n].low in _TAILS or (words[n].low, kind) == _AUTHOR):
            return n
        stop = self._end(n + 1)
        return self._whole_body(stop) if stop > n + 1 else n

    def _whole_body(self, stop: int) -> int:
        """The end with what a body is of: a statement from the ministry | of works."""
        words = self.words
        if stop + 1 >= len(words) or words[stop].low != "of" or self.outside[stop] == QUOTED:
            return stop
        if self.speakers.get(words[stop - 1].low) != "body":
            return stop
        end = self._end(stop + 1)
        return end if end > stop + 1 else stop

    def _end(self, n: int) -> int:
        """Where the run of words of a noun phrase that starts at `n` ends."""
        words, outside, size = self.words, self.outside, len(self.words)
        led = words[n].closed in LEADERS
        k = n
        while k < size and outside[k] != QUOTED:
            if not _PLAIN.match(outside, k) and not self._belongs(k, n, led=led):
                break
            k += 1
        while k > n and words[k - 1].low in _TRAILING:
            k -= 1
        return k

    def _belongs(self, k: int, n: int, *, led: bool) -> bool:  # noqa: PLR0911 (a table)
        word = self.words[k]
        if word.sort is Sort.OWN:
            return k > n and self.words[k - 1].closed != "pron"
        if word.sort in _SIGNS:
            return k > n and word.low == "." and self.words[k - 1].low in self.titles
        if word.closed:
            return self._closed_belongs(k, n)
        if word.sort is Sort.NAME:
            return k > n or not self._opens_with_verb(k)
        if word.sort is Sort.WORD and self._looks_verbal(k, n, led=led):
            return False
        if word.sort is Sort.WORD and word.low in self.verbs:
            return self._is_nominal(k, n, led=led)
        return True

    def _opens_with_verb(self, k: int) -> bool:
        """A capital that only begins the sentence: According to, Asked about, Speaking at."""
        word, words = self.words[k], self.words
        if k and words[k - 1].low not in _OPENERS:
            return False
        form = self.verbs.get(word.low, "")
        follows = words[k + 1] if k + 1 < len(words) else None
        return form.endswith(("ing", "past", "part")) and (
            follows is None or follows.closed != "" or form.endswith("ing")
        )

    def _looks_verbal(self, k: int, n: int, *, led: bool) -> bool:
        """An unlisted past form or adverb where no noun can stand: Xi Jinping designated."""
        low = self.words[k].low
        if not low.endswith(("ed", "ly")):
            return False
        follows = self.words[k + 1] if k + 1 < len(self.words) else None
        if k > n and not led:
            return self.words[k - 1].sort is Sort.NAME
        if k > n:
            ends = follows is None or follows.closed != "" or follows.sort >= Sort.OWN
            return low.endswith("ed") and ends and self.words[k - 1].closed not in LEADERS
        return follows is None or follows.low not in self.speakers

    def _closed_belongs(self, k: int, n: int) -> bool:
        word = self.words[k]
        if k == n:
            return word.closed in LEADERS and (word.low != "that" or self._points(k))
        if word.closed == "quant" or (word.closed == "det" and self._all_determiners(n, k)):
            return True
        if word.closed == "day":
            return False
        if word.sort is Sort.NAME and word.closed not in _NO_NAMES:
            return self.words[k - 1].sort is Sort.NAME
        return word.low in {"of", "the", "and", "for"} and self._inside_name(k)

    def _points(self, k: int) -> bool:
        """Whether `that` is a determiner here, and no conjunction."""
        return k == 0 or self.words[k - 1].closed == "prep" or self.words[k].sort is Sort.NAME

    def _all_determiners(self, n: int, k: int) -> bool:
        return all(w.closed in LEADERS for w in self.words[n:k])

    def _inside_name(self, k: int) -> bool:
        """`of`, `of the`, `and` between two capitals of one name: Department of Justice."""
        words = self.words
        after = k + 1
        if after < len(words) and words[k].low == "of" and words[after].low == "the":
            after += 1
        if after >= len(words) or self.outside[after] == QUOTED:
            return False
        before = words[k - 1]
        if before.low == "of":
            before = words[k - 2]
        joins = words[k].low in {"of", "the"}
        return joins and before.sort is Sort.NAME and words[after].sort is Sort.NAME

    def _is_nominal(self, k: int, n: int, *, led: bool) -> bool:
        """A verb's form that is none where it stands: a retired general, the reports, of state."""
        word, words = self.words[k], self.words
        form = self.verbs[word.low].rpartition(".")[2]
        before = words[k - 1] if k else None
        if k == n:
            return form in {"base", "pres"} and before is not None and _places(before)
        if before is not None and (before.sort is Sort.OWN or before.closed in LEADERS):
            return form != "past" or (before.low not in self.subjects and before.closed != "quant")
        if form == "base":
            return led and not words[k - 1].low.endswith("s")
        if form == "pres":
            return led and words[k - 1].low.endswith(_ADJECTIVAL)
        follows = words[k + 1] if k + 1 < len(words) and self.outside[k + 1] != QUOTED else None
        reports = form == "past" and words[k - 1].sort is Sort.NAME  # KPL quoted Governor Keo
        if reports or follows is None or follows.closed or follows.sort is Sort.OTHER:
            return False
        return led and word.low.endswith(("ed", "ing")) and follows.low in self.speakers

    def _form(self, first: int, last: int) -> Form:
        head = self.words[last - 1]
        if head.sort is Sort.NAME and not head.closed:
            return Form.NAME
        named = head.sort is Sort.NAME or head.closed == "day"
        if named and any(w.sort is Sort.NAME and not w.closed for w in self.words[first:last]):
            return Form.NAME
        return Form.COMMON

    def _phrase(self, first: int, last: int, form: Form) -> NounPhrase:
        return NounPhrase(
            first, last, last - 1, last, form, self.starts[first], self.ends[last - 1]
        )


def _places(before: Word) -> bool:
    """A preposition, behind which a verb's form is a noun; `to` leads an infinitive."""
    return before.closed == "prep" and before.low != "to"


def _groups(
    words: Sequence[Word], outside: str, found: Sequence[NounPhrase]
) -> Iterator[NounPhrase]:
    """Two neighbours joined by `and`: one mention more."""
    for left, right in pairwise(found):
        at = left.last
        if right.first == at + 1 and words[at].low in {"and", "&"} and outside[at] != QUOTED:
            yield NounPhrase(
                left.first, right.last, right.head, right.last, Form.GROUP, left.start, right.end
            )


__all__ = ["Form", "NounPhrase", "noun_phrases"]
