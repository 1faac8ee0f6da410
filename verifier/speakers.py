"""Who a source mention stands for inside its story, or nobody.

Two passes over the story: every name of it is read and gathered into a cast of people
(`_Cast`), and then names, pronouns and sources are walked in the order in which they
stand, so that each is judged by what the reader has seen before it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from verifier import lexicon, mentions
from verifier.mentions import Borders, Name
from verifier.model import Mention, Quote, Span, Speaker
from verifier.people import has_body_noun, name_words, organisation, parse, role_gender
from verifier.text import plain

_LONGEST_MENTION = 400
_BEARERS = 8
_NARRATED = re.compile(r"(?<!\w)(?:[Hh]e|[Ss]he)(?![\w])")
_SEGMENT = re.compile(r",\s|\s?[(;—–]|\s-\s|\n")
_TAIL = re.compile(
    r"\s(?:who|whom|which|that|whose|of|for|at|in|from|with|on|to|near|behind|inside"
    r"|including|representing|during|after|before|under|by|about)\s"
)
_POSSESSOR = re.compile(r"(?:[’']s|s[’'])\s+(?=\S)")
_ARTICLE = re.compile(r"\A(?:the|a|an|his|her|their|its|our|my|this|that)\s+", re.IGNORECASE)
_BODY = re.compile(
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*(?:\s(?:(?:of|for|and|on|in|de|du|the|to|&)\s){0,2}"
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*){0,11}"
)
_SPOKESMAN = re.compile(r"\b(spokes(?:man|woman|person)|press secretary)\b", re.IGNORECASE)
_ROLE_OF = re.compile(r"\s(?:for|of|from|at)\s(?:the\s)?")

# How sure each way of resolving is: the share that was right on the training articles, given
# the right mention (tests/benchmarks/speakers.py).
SURE_NAME = 0.99
SURE_SURNAME = 0.97
SURE_BODY = 0.95
SURE_DESCRIPTION = 0.85
SURE_PRONOUN = 0.92
UNSURE_PRONOUN = 0.7
SURE_NOBODY = 0.9
# A pronoun's best candidate must lead the next by this much to be called sure, and by a hair
# to be named at all.
_CLEAR_LEAD = 0.8
_ANY_LEAD = 0.02


class _Reading(NamedTuple):
    """What a mention stands for: a member of the cast, or a speaker outside it, or nobody."""

    person: int | None
    speaker: Speaker | None
    sure: float


_NOBODY = _Reading(None, None, SURE_NOBODY)


@dataclass(slots=True)
class _Person:
    """One member of the cast, as far as the story has been read."""

    name: str
    words: tuple[str, ...]
    gender: str
    role: str | None
    start: int
    count: int = 0
    said: int = 0
    last: int = -1
    subject: bool = False
    quoted: bool = False


@dataclass(slots=True)
class _Cast:
    """The people of a story, and by which words each is known."""

    language: str
    people: list[_Person] = field(default_factory=list)
    full: dict[tuple[str, ...], int] = field(default_factory=dict)
    bearers: dict[str, list[int]] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=dict)

    def add(self, text: str, name: Name) -> int:
        """The member that `name` names, entered if it is new."""
        known = self.full.get(name.words)
        if known is None and len(name.words) > 2:
            known = self.full.get(name.words[:2])
        if known is None:
            known = self._same(name)
        if known is None:
            known = self._enter(text, name)
        self.full.setdefault(name.words, known)
        self._learn(known, name)
        return known

    def _same(self, name: Name) -> int | None:
        """Whoever bears the same family name and the given one in another form."""
        mine = parse(" ".join(name.words), self.language)
        for i in self.bearers.get(mine.family[-1], ()):
            other = parse(" ".join(self.people[i].words), self.language)
            if other.family == mine.family and _one_given(mine.given, other.given):
                return i if other.suffix == mine.suffix else None
        return None

    def _enter(self, text: str, name: Name) -> int:
        written = text[name.start : name.end].rstrip(".,") if name.words[-1] not in _JUNIOR else (
            text[name.start : name.end])  # fmt: skip
        gender = name.gender
        if gender == "u":
            gender = parse(" ".join(name.words), self.language).gender
        self.people.append(_Person(written, name.words, gender, None, name.start))
        for word in {w for n in (name.words,) for w in n}:
            held = self.bearers.setdefault(word, [])
            held.append(len(self.people) - 1)
            del held[:-_BEARERS]
        return len(self.people) - 1

    def _learn(self, index: int, name: Name) -> None:
        person = self.people[index]
        if person.gender == "u" and name.gender != "u":
            person.gender = name.gender
        if name.role is None:
            return
        if person.role is None:
            person.role = name.role
        if person.gender == "u":
            person.gender = role_gender(name.role, self.language)
        noun = mentions.head_noun(name.role, self.language)
        held = self.roles.setdefault(noun or name.role.lower(), [])
        if index not in held:
            held.append(index)
            del held[:-_BEARERS]

    def bearing(self, name: Name) -> list[int]:
        """The members that the words of `name` could be short for, of a gender that fits."""
        fit: list[int] | None = None
        for word in name.words:
            held = self.bearers.get(word, ())
            fit = [i for i in held if fit is None or i in fit]
        return [i for i in fit or () if _fits(self.people[i].gender, name.gender)]


_JUNIOR = frozenset({"jr", "sr"})


def _one_given(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """`donald j` and `donald`; an initial stands for its name."""
    if not one or not other:
        return False
    return one[0] == other[0] or (1 in (len(one[0]), len(other[0])) and one[0][0] == other[0][0])


def _fits(one: str, other: str) -> bool:
    return one == other or "u" in (one, other)


def resolve(text: str, quotes: Sequence[Quote], language: str = "en") -> tuple[Quote, ...]:
    """`quotes`, each with the speaker that its `source` stands for, or None if that is unsure.

    `source.span` counts in `text`. The confidence of a quote is multiplied by the share of
    such readings that were right when measured (the `SURE_*` constants). Linear in the
    length of `text`; nothing is raised, whatever the text.
    """
    if not any(q.source for q in quotes):
        return tuple(quotes)
    story = _Story(text, quotes, language)
    readings = story.read()
    return tuple(_with_speaker(q, readings, story.cast) for q in quotes)


def _with_speaker(quote: Quote, readings: dict[Span, _Reading], cast: _Cast) -> Quote:
    if quote.source is None or quote.source.span not in readings:
        return quote
    person, speaker, sure = readings[quote.source.span]
    if person is not None:
        known = cast.people[person]
        speaker = Speaker(name=known.name, role=known.role)
    return replace(quote, speaker=speaker, confidence=quote.confidence * sure)


class _Story:
    """One story being read: its names, its cast, and who was last spoken of."""

    def __init__(self, text: str, quotes: Sequence[Quote], language: str) -> None:
        self.text = text
        self.language = language
        self.pronouns = lexicon.pairs("pronouns", language)
        self.borders: Borders = mentions.borders(text, language)
        self.masked = _merged(s for q in quotes for s in q.spans)
        self.sources = sorted({q.source.span for q in quotes if q.source and _holds(text, q.source)})
        self.names = mentions.find(text, language)
        self.starts = [n.start for n in self.names]
        self.cast = _Cast(language)
        self.recent: list[int] = []
        self.last_said: int | None = None
        self.last_body: Speaker | None = None
        self.heads = {span: self._head(span) for span in self.sources}
        self._gather()

    def read(self) -> dict[Span, _Reading]:
        """What each source stands for, by its span."""
        readings: dict[Span, _Reading] = {}
        spoken = {s[0]: s for s in reversed(self.sources)}
        pronouns = (m.start() for m in _NARRATED.finditer(self.text))
        events = sorted({*self.starts, *pronouns, *spoken})
        named = dict(zip(self.starts, self.names, strict=True))
        for at in events:
            if at in spoken:
                for span in (s for s in self._starting(at)):
                    readings[span] = self._source(span)
            elif at in named:
                self._name_passed(named[at])
            else:
                self._pronoun_passed(at)
        return readings

    def _starting(self, at: int) -> Iterable[Span]:
        i = bisect_left(self.sources, (at, 0))
        while i < len(self.sources) and self.sources[i][0] == at:
            yield self.sources[i]
            i += 1

    def _gather(self) -> None:
        """Enter everybody with a full name, then everybody who is known by one word only."""
        heads = {h.name.start: h.name for h in self.heads.values() if h.name}
        names = [heads.get(n.start, n) for n in self.names]
        self.names = names
        people = [n for n in names if n.person]
        for name in people:
            if len(name.words) > 1:
                self.cast.add(self.text, name)
        for name in people:
            if len(name.words) == 1 and not self.cast.bearing(name):
                self.cast.add(self.text, name)

    # ---- what a source mention is

    def _head(self, span: Span) -> _Head:
        """The part of a source that names it, before its appositions and relative clauses."""
        start, end = span[0], min(span[1], span[0] + _LONGEST_MENTION)
        written = self.text[start:end]
        word = plain(written).strip(" ,.")
        if word in self.pronouns:
            return _Head("pronoun", None, word)
        first = _SEGMENT.split(written, maxsplit=1)[0] or written
        tail = _TAIL.search(first + " ")
        core = start + (tail.start() if tail and tail.start() else len(first))
        owner = [m.end() for m in _POSSESSOR.finditer(self.text, start, core)]
        inside = self._names_in(owner[-1] if owner else start, core)
        name = self._personal(inside, core)
        if name is None:
            name = self._appositive(start + len(first), end)
        if name is not None:
            role = self._prefix(start, name)
            return _Head("name", name._replace(person=True, role=name.role or role), "")
        return _Head("phrase", None, first)

    def _names_in(self, start: int, end: int) -> list[Name]:
        i, j = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return self.names[i:j]

    def _personal(self, found: list[Name], core: int) -> Name | None:
        """The one person among the names of a head, who must stand at its end."""
        if not found:
            return None
        name = found[-1]
        if name.end > core:
            name = name._replace(end=core, words=name_words(self.text[name.start : core]))
        if not name.words or self.text[name.end : core].strip(" .,'’\"”s"):
            return None
        if sum(n.person for n in found) > 1 or not self._may_be_person(name):
            return None
        return name

    def _may_be_person(self, name: Name) -> bool:
        if name.person:
            return True
        key = " ".join(name.words)
        if has_body_noun(name.words, self.language) or key in mentions.never_people(self.language):
            return False
        raw = self.text[name.start : name.end]
        return not (len(name.words) == 1 and (raw.isupper() or "." in raw))

    def _appositive(self, start: int, end: int) -> Name | None:
        """`Ann Roe` in "a spokeswoman for the bank, Ann Roe"."""
        for name in self._names_in(start, end):
            before, after = self.text[name.start - 2 : name.start], self.text[name.end : end]
            if before == ", " and len(name.words) > 1 and (not after.strip() or after[0] in ",("):
                return name if self._may_be_person(name) else None
        return None

    def _prefix(self, start: int, name: Name) -> str | None:
        """`White House press secretary` in "White House press secretary Ann Roe"."""
        before = self.text[start : name.start].strip(" ,")
        before = _ARTICLE.sub("", before, count=1)
        noun = _TAIL.split(before, maxsplit=1)[0]
        return before if before and mentions.is_role(noun, self.language) else None

    # ---- what it stands for

    def _source(self, span: Span) -> _Reading:
        head = self.heads[span]
        if head.kind == "pronoun":
            reading = self._pronoun(span[0], self.pronouns[head.text])
        elif head.name is not None:
            reading = self._person(head.name)
        else:
            reading = self._phrase(head.text, span)
        if reading.person is not None:
            self._passed(reading.person, span[0], is_subject=True)
            self.cast.people[reading.person].said = span[0] + 1
            self.last_said, self.last_body = reading.person, None
        elif reading.speaker is not None:
            self.last_body = reading.speaker
        return reading

    def _person(self, name: Name) -> _Reading:
        if len(name.words) > 1:
            found = self.cast.full.get(name.words)
            return _NOBODY if found is None else _Reading(found, None, SURE_NAME)
        found = self._bearer(name)
        if found is not None:
            return _Reading(found, None, SURE_SURNAME)
        if self.cast.bearing(name):
            return _NOBODY
        return _Reading(None, Speaker(name=self.text[name.start : name.end]), SURE_SURNAME)

    def _bearer(self, name: Name) -> int | None:
        """Whom a surname means: its only bearer, or the only one who has been named so far.

        A family name counts before a given one: "Grant" is Ann Grant before Grant Roe.
        """
        held = self.cast.bearing(name)
        people = self.cast.people
        family = [i for i in held if name.words[-1] in parse(people[i].name, self.language).family]
        for some in (family or held, [i for i in family or held if people[i].start < name.start]):
            if len(some) == 1:
                return some[0]
        alone = [i for i in family or held if people[i].words == name.words]
        if alone:
            return None
        near = self.borders.paragraph(name.start)
        here = [i for i in family or held
                if people[i].last >= 0 and self.borders.paragraph(people[i].last) == near]  # fmt: skip
        return here[0] if len(here) == 1 else None

    def _phrase(self, phrase: str, span: Span) -> _Reading:
        spokesman = _SPOKESMAN.search(phrase)
        if spokesman:
            return self._spokesman(spokesman.group().lower(), phrase, span)
        core = phrase[: m.start()] if (m := _TAIL.search(phrase)) else phrase
        noun = mentions.head_noun(core.strip(), self.language)
        if noun is not None:
            return self._described(phrase, noun)
        return self._body(phrase)

    def _described(self, phrase: str, noun: str) -> _Reading:
        """`the minister`: the only one who is known to be one."""
        if not phrase.lower().startswith(("the ", "this ", "that ")) and not phrase[:1].isupper():
            return _NOBODY
        held = self.cast.roles.get(noun, [])
        gender = lexicon.pairs("roles", self.language).get(noun, "u")
        held = [i for i in held if _fits(self.cast.people[i].gender, gender)]
        return _Reading(held[0], None, SURE_DESCRIPTION) if len(held) == 1 else _NOBODY

    def _spokesman(self, role: str, phrase: str, span: Span) -> _Reading:
        """An unnamed spokesman speaks for the body; one who speaks for a person is nobody."""
        written = self.text[span[0] : min(span[1], span[0] + _LONGEST_MENTION)]
        at = written.lower().find(role)
        of = _ROLE_OF.match(written, at + len(role))
        m = _BODY.match(written, of.end()) if of else _BODY.search(phrase[:at])
        if not m or (of is None and phrase.lower().startswith("the ") and not m):
            return self._described(phrase, role)
        body = m.group().strip(" .,")
        names = name_words(body)
        if len(names) <= 3 and self.cast.bearing(Name(0, 0, names[-1:], "u", None, person=True)):
            return _NOBODY
        if body.endswith(("’s", "'s")):
            body = body[:-2]
        body = organisation(body, self.language) or body
        return _Reading(None, Speaker(name=body, role=role), SURE_BODY)

    def _body(self, phrase: str) -> _Reading:
        """An organisation or outlet by its name; a document only if it is named."""
        bare = _ARTICLE.sub("", phrase.strip(" ,."), count=1)
        m = _BODY.search(bare)
        if not m:
            return _NOBODY
        name = m.group().strip(" .,")
        known = organisation(name, self.language)
        if known:
            return self._if_alone(bare[m.end() :], known)
        rest = bare[m.end() :].strip()
        nouns = lexicon.entries("organisation_nouns", self.language)
        if rest and plain(rest.split()[0]) in nouns and len(rest.split()) == 1:
            name = f"{name} {rest}"
            rest = ""
        return self._if_alone(rest, name)

    def _if_alone(self, rest: str, name: str) -> _Reading:
        rest = rest.strip()
        if rest and not rest.startswith(("(", "news agency", "newspaper", "'s", "’s")):
            return _NOBODY
        words = name_words(name)
        if len(words) == 1 and words[0] in lexicon.entries("not_names", self.language):
            return _NOBODY
        return _Reading(None, Speaker(name=name), SURE_BODY)

    # ---- pronouns

    def _pronoun(self, at: int, gender: str) -> _Reading:
        if gender == "it":
            body = self.last_body
            return _Reading(None, body, UNSURE_PRONOUN) if body else _NOBODY
        if gender == "they":
            return _NOBODY
        ranked = self._ranked(at, gender)
        if not ranked:
            return _NOBODY
        lead = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else -math.inf)
        if lead < _ANY_LEAD:
            return _NOBODY
        sure = SURE_PRONOUN if lead >= _CLEAR_LEAD else UNSURE_PRONOUN
        return _Reading(ranked[0][1], None, sure)

    def _ranked(self, at: int, gender: str) -> list[tuple[float, int]]:
        people = self.cast.people
        fit = [i for i in self.recent if _fits(people[i].gender, gender)]
        return sorted(((self._score(i, at, gender), i) for i in fit), reverse=True)

    def _score(self, index: int, at: int, gender: str) -> float:
        return sum(WEIGHTS.get(f, 0.0) * v for f, v in self.features(index, at, gender).items())

    def features(self, index: int, at: int, gender: str) -> dict[str, float]:
        """What speaks for `index` as the one whom a pronoun at `at` means."""
        person = self.cast.people[index]
        sentences = self.borders.sentence(at) - self.borders.sentence(person.last)
        lines = self.borders.paragraph(at) - self.borders.paragraph(person.last)
        return {
            "same sentence": sentences == 0,
            "sentence before": sentences == 1,
            "sentences": min(sentences, 8),
            "lines": min(lines, 4),
            "subject": person.subject,
            "quoted": person.quoted,
            "said last": index == self.last_said,
            "said here": person.said > 0 and self.borders.paragraph(person.said) == self.borders.paragraph(at),
            "said": person.said > 0,
            "count": math.log1p(person.count),
            "gender": person.gender == gender,
            "latest": bool(self.recent) and self.recent[-1] == index,
        }

    def _name_passed(self, name: Name) -> None:
        if name.person and len(name.words) > 1:
            index = self.cast.full.get(name.words)
        else:
            index = self._bearer(name)
        if index is None:
            return
        subject = mentions.subject(self.text, name, self.language)
        if mentions.inside(self.masked, name.start):
            self._heard(index, name.start)
        else:
            self._passed(index, name.start, is_subject=subject)

    def _pronoun_passed(self, at: int) -> None:
        """Whoever the story's own he or she means stays in mind."""
        if mentions.inside(self.masked, at):
            return
        gender = self.pronouns[self.text[at : at + 3].strip().lower().rstrip(",.;:'’") if self.text[at] in "sS" else "he"]
        ranked = self._ranked(at, gender)
        if ranked:
            self._passed(ranked[0][1], at, is_subject=True)

    def _heard(self, index: int, at: int) -> None:
        """Named within a quote: less in mind than whoever the story itself names."""
        person = self.cast.people[index]
        if index not in self.recent:
            person.last, person.subject, person.quoted = at, False, True
            self._recall(index)

    def _passed(self, index: int, at: int, *, is_subject: bool) -> None:
        person = self.cast.people[index]
        same = person.last >= 0 and self.borders.sentence(person.last) == self.borders.sentence(at)
        person.subject = is_subject or (same and person.subject and not person.quoted)
        person.last, person.quoted = at, False
        person.count += 1
        self._recall(index)

    def _recall(self, index: int) -> None:
        if index in self.recent:
            self.recent.remove(index)
        self.recent.append(index)
        del self.recent[:-_BEARERS]


class _Head(NamedTuple):
    """What a source is: `pronoun`, `name` or `phrase`."""

    kind: str
    name: Name | None
    text: str


WEIGHTS = {"same sentence": 0.3, "sentences": -0.35, "lines": -0.3, "subject": 0.8, "quoted": -1.5,
           "said last": 1.0, "count": 0.4, "gender": 1.0, "said here": 0.3}


def _holds(text: str, source: Mention) -> bool:
    start, end = source.span
    return 0 <= start < end <= len(text)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """`spans` sorted, overlapping ones joined."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
