"""What a source mention is: a pronoun, somebody's name, or a phrase that describes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from verifier import lexicon, mentions
from verifier.mentions import Name
from verifier.model import Span
from verifier.pattern import pattern
from verifier.people import has_body_noun, name_words
from verifier.text import plain
from verifier.value import NamedTuple

LONGEST_MENTION = 400
_LONGEST_TITLE = 40
_BEFORE_NAME = pattern(r",\s(?:[A-Z][a-z]{0,12}\.?\s){0,2}")
_SEGMENT = pattern(r",\s|\s?[(;—–]|\s-\s|\n")
TAIL = pattern(
    r"\s(?:who|whom|which|that|whose|of|for|at|in|from|with|on|to|near|behind|inside"
    r"|including|representing|during|after|before|under|by|about"
    r"|himself|herself|itself)\s"
)
ARTICLE = pattern(
    r"\A(?:the|a|an|his|her|their|its|our|my|this|that|these|those)\s+", re.IGNORECASE
)
_POSSESSOR = pattern(r"(?:[’']s|s[’'])\s+(?=\S)")
_AND = pattern(r"(?:,|\sand\s|\sor\s)")


class Head(NamedTuple):
    """What a source is: `pronoun`, `name` or `phrase`."""

    kind: str
    name: Name | None
    text: str


class Heads:
    """Reads the heads of the sources of one story, whose names are `names`."""

    def __init__(self, text: str, names: Sequence[Name], language: str) -> None:
        self.text = text
        self.language = language
        self.names = names
        self.starts = [n.start for n in names]
        self.pronouns = lexicon.pairs("pronouns", language)

    def read(self, span: Span) -> Head:
        """The part of a source that names it, before its appositions and relative clauses."""
        start, end = span[0], min(span[1], span[0] + LONGEST_MENTION)
        written = self.text[start:end]
        word = plain(written).strip(" ,.")
        if word in self.pronouns:
            return Head("pronoun", None, word)
        first = _SEGMENT.split(written, maxsplit=1)[0] or written
        tail = TAIL.search(first + " ")
        office = self._office(start, first, tail)
        if office is not None:
            return Head("name", office, "")
        core = start + (tail.start() if tail and tail.start() else len(first))
        owner = [m.end() for m in _POSSESSOR.finditer(self.text, start, core)]
        inside = self.names_in(owner[-1] if owner else start, core)
        name = self._personal(inside, core)
        if name is None:
            name = self._appositive(start + len(first), end) or self._named_behind(first, span[1])
        if name is not None:
            role = self._prefix(start, name)
            return Head("name", name._replace(person=True, role=name.role or role), "")
        return Head("phrase", None, first)

    def _office(self, start: int, first: str, tail: re.Match[str] | None) -> Name | None:
        """`Ann Roe` in "Secretary of State Ann Roe", where "of" ends no head."""
        if tail is None or tail.group() != " of ":
            return None
        last = first[: tail.start()].rsplit(maxsplit=1)[-1:]
        if not last or not last[0][0].isupper():
            return None
        after = self.names_in(start + tail.end(), start + len(first))
        words = self.text[start + tail.end() : after[0].start].split() if after else []
        near = words and len(words) < 4 and all(w[0].isupper() for w in words)
        return after[0] if near and after[0].person else None

    def names_in(self, start: int, end: int) -> Sequence[Name]:
        """The names that start in `text[start:end]`."""
        i, j = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return self.names[i:j]

    def _personal(self, found: Sequence[Name], core: int) -> Name | None:
        """The one person among the names of a head, who must stand at its end."""
        if not found:
            return None
        name = found[-1]
        if name.end > core:
            name = name._replace(end=core, words=name_words(self.text[name.start : core]))
        if not name.words or self.text[name.end : core].strip(" .,'’\"”s"):
            return None
        if len(found) > 1 and _AND.search(self.text, found[-2].end, name.start):
            return None
        if not self._may_be_person(name):
            return None
        return name

    def _may_be_person(self, name: Name) -> bool:
        if name.person:
            return True
        key = " ".join(name.words)
        if has_body_noun(name.words, self.language) or key in mentions.never_people(self.language):
            return False
        raw = self.text[name.start : name.end]
        return len(name.words) > 1 or not (
            raw.isupper() or "." in raw or is_common(key, self.language)
        )

    def _appositive(self, start: int, end: int) -> Name | None:
        """`Ann Roe` in "a spokeswoman for the bank, Ann Roe"."""
        for name in self.names_in(start, end):
            before, after = self.text[name.start - 2 : name.start], self.text[name.end : end]
            if before == ", " and len(name.words) > 1 and (not after.strip() or after[0] in ",("):
                return name if self._may_be_person(name) else None
        return None

    def _named_behind(self, role: str, end: int) -> Name | None:
        """`Ann Roe` behind the mention "the mayor" in "the mayor, Ann Roe, said"."""
        if not mentions.is_role(role, self.language):
            return None
        for name in self.names_in(end, end + _LONGEST_TITLE):
            between, after = self.text[end : name.start], self.text[name.end : name.end + 1]
            if _BEFORE_NAME.fullmatch(between) and (not after or after in ",.;:)\n"):
                return name if len(name.words) > 1 and self._may_be_person(name) else None
        return None

    def _prefix(self, start: int, name: Name) -> str | None:
        """`White House press secretary` in "White House press secretary Ann Roe"."""
        before = self.text[start : name.start].strip(" ,")
        before = ARTICLE.sub("", before, count=1)
        noun = TAIL.split(before, maxsplit=1)[0]
        return before if before and mentions.is_role(noun, self.language) else None


def is_common(word: str, language: str = "en") -> bool:
    """Whether a word with a capital is a noun at the head of a sentence: "Officials said"."""
    tables = ("roles", "nationalities", "document_nouns", "not_names")
    forms = {word, word.removesuffix("s")}
    return any(forms & lexicon.entries(t, language) for t in tables)


__all__ = ["ARTICLE", "LONGEST_MENTION", "TAIL", "Head", "Heads", "is_common"]
