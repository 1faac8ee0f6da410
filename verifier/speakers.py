"""Who a source mention stands for inside its story, or nobody.

Two passes over the story: every name of it is read and gathered into a cast of people
(`Cast`), and then names, pronouns and sources are walked in the order in which they
stand, so that each is judged by what the reader has seen before it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from verifier import lexicon, mentions
from verifier.cast import BEARERS, Cast, fits
from verifier.mentions import Borders, Name
from verifier.model import Mention, Quote, Span, Speaker
from verifier.people import has_body_noun, name_words, organisation, parse
from verifier.text import plain

_LONGEST_TITLE = 40
_BEFORE_NAME = re.compile(r",\s(?:[A-Z][a-z]{0,12}\.?\s){0,2}")
_LONGEST_MENTION = 400
_NARRATED = re.compile(r"(?<!\w)(?:[Hh]e|[Ss]he)(?![\w])")
_SEGMENT = re.compile(r",\s|\s?[(;—–]|\s-\s|\n")
_TAIL = re.compile(
    r"\s(?:who|whom|which|that|whose|of|for|at|in|from|with|on|to|near|behind|inside"
    r"|including|representing|during|after|before|under|by|about"
    r"|himself|herself|itself)\s"
)
_POSSESSOR = re.compile(r"(?:[’']s|s[’'])\s+(?=\S)")
_ARTICLE = re.compile(r"\A(?:the|a|an|his|her|their|its|our|my|this|that)\s+", re.IGNORECASE)
_BODY = re.compile(
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*(?:\s(?:(?:of|for|and|on|in|de|du|the|to|&)\s){0,2}"
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*){0,11}"
)
_SPOKESMAN = re.compile(r"\b(spokes(?:man|woman|person)|press secretary)\b", re.IGNORECASE)
_AND = re.compile(r"(?:,|\sand\s|\sor\s)")
_ROLE_OF = re.compile(r"\s(?:for|of|from|at)\s(?:the\s)?")

# How sure each way of resolving is: the share that was right, given the right mention. Full
# names and surnames as measured on the training articles; pronouns as measured on the hand-read
# ones of the development articles (clear lead: 97 % of 144; small lead: 67 % of 15), because two
# thirds of the disagreements with the automatic key of the training articles are its own errors.
# Bodies and descriptions are estimates. Naming nobody claims nothing.
SURE_NAME = 0.99
SURE_SURNAME = 0.98
SURE_BODY = 0.97
SURE_DESCRIPTION = 0.85
SURE_PRONOUN = 0.96
UNSURE_PRONOUN = 0.7
SURE_NOBODY = 1.0
# A pronoun's best candidate must lead the next by this much to be called sure, and by a hair
# to be named at all.
_CLEAR_LEAD = 0.8
_ANY_LEAD = 0.02


# A pronoun source: where it stands, its gender, and the features of everybody in mind.
Traced = tuple[int, str, list[tuple[int, dict[str, float]]]]

# How much each feature of a candidate speaks for it as the one a pronoun means: log-linear,
# fitted to the training articles' pronouns (tests/benchmarks/speakers.py).
WEIGHTS = {
    "same sentence": 0.35,
    "sentence before": 0.3,
    "sentences": -0.12,
    "lines": -0.8,
    "subject": 0.45,
    "subject before": 0.55,
    "quoted": -0.5,
    "said last": 0.45,
    "said here": 0.6,
    "said": -0.3,
    "gender": 1.05,
    "latest": -0.4,
}


class _Head(NamedTuple):
    """What a source is: `pronoun`, `name` or `phrase`."""

    kind: str
    name: Name | None
    text: str


class _Reading(NamedTuple):
    """What a mention stands for: a member of the cast, or a speaker outside it, or nobody."""

    person: int | None
    speaker: Speaker | None
    sure: float


_NOBODY = _Reading(None, None, SURE_NOBODY)


def resolve(text: str, quotes: Sequence[Quote], language: str = "en") -> tuple[Quote, ...]:
    """`quotes`, each with the speaker that its `source` stands for, or None if that is unsure.

    `source.span` counts in `text`. The confidence of a quote is multiplied by the share of
    such readings that were right when measured (the `SURE_*` constants). Linear in the
    length of `text`; nothing is raised, whatever the text.
    """
    if not any(q.source for q in quotes):
        return tuple(quotes)
    story = Story(text, quotes, language)
    readings = story.read()
    return tuple(_with_speaker(q, readings, story.cast) for q in quotes)


def _with_speaker(quote: Quote, readings: dict[Span, _Reading], cast: Cast) -> Quote:
    if quote.source is None or quote.source.span not in readings:
        return quote
    person, speaker, sure = readings[quote.source.span]
    if person is not None:
        known = cast.people[person]
        speaker = Speaker(name=known.name, role=known.role)
    return replace(quote, speaker=speaker, confidence=quote.confidence * sure)


class Story:
    """One story being read: its names, its cast, and who was last spoken of."""

    def __init__(self, text: str, quotes: Sequence[Quote], language: str) -> None:
        self.text = text
        self.language = language
        self.pronouns = lexicon.pairs("pronouns", language)
        self.borders: Borders = mentions.borders(text, language)
        self.masked = _merged(s for q in quotes for s in q.spans)
        given = (q.source for q in quotes if q.source)
        self.sources = sorted({m.span for m in given if _holds(text, m)})
        self.names = mentions.find(text, language)
        self.starts = [n.start for n in self.names]
        self.cast = Cast(language)
        self.recent: list[int] = []
        self.last_said: int | None = None
        self.traced: list[Traced] | None = None
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

    def trace(self) -> list[Traced]:
        """Read the story; for each pronoun source: where, its gender, the candidates' features."""
        traced: list[Traced] = []
        self.traced = traced
        self.read()
        return traced

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
        full = [n for n in people if self._given(n)]
        for name in sorted(full, key=_short_first):
            self.cast.add(self.text, name)
        for name in people:
            if not self._given(name) and not self.cast.bearing(name):
                self.cast.add(self.text, name)

    def _given(self, name: Name) -> bool:
        """Whether `name` has a given name, so that it needs no other mention to be known."""
        return len(name.words) > 1 and bool(parse(" ".join(name.words), self.language).given)

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
        office = self._office(start, first, tail)
        if office is not None:
            return _Head("name", office, "")
        core = start + (tail.start() if tail and tail.start() else len(first))
        owner = [m.end() for m in _POSSESSOR.finditer(self.text, start, core)]
        inside = self._names_in(owner[-1] if owner else start, core)
        name = self._personal(inside, core)
        if name is None:
            name = self._appositive(start + len(first), end) or self._named_behind(first, span[1])
        if name is not None:
            role = self._prefix(start, name)
            return _Head("name", name._replace(person=True, role=name.role or role), "")
        return _Head("phrase", None, first)

    def _office(self, start: int, first: str, tail: re.Match[str] | None) -> Name | None:
        """`Ann Roe` in "Secretary of State Ann Roe", where "of" ends no head."""
        if tail is None or tail.group() != " of ":
            return None
        last = first[: tail.start()].rsplit(maxsplit=1)[-1:]
        if not last or not last[0][0].isupper():
            return None
        after = self._names_in(start + tail.end(), start + len(first))
        words = self.text[start + tail.end() : after[0].start].split() if after else []
        near = words and len(words) < 4 and all(w[0].isupper() for w in words)
        return after[0] if near and after[0].person else None

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
        return len(name.words) > 1 or not (raw.isupper() or "." in raw or self._common(key))

    def _common(self, word: str) -> bool:
        """Whether a word with a capital is a noun at the head of a sentence: "Officials said"."""
        tables = ("roles", "nationalities", "document_nouns", "not_names")
        forms = {word, word.removesuffix("s")}
        return any(forms & lexicon.entries(t, self.language) for t in tables)

    def _appositive(self, start: int, end: int) -> Name | None:
        """`Ann Roe` in "a spokeswoman for the bank, Ann Roe"."""
        for name in self._names_in(start, end):
            before, after = self.text[name.start - 2 : name.start], self.text[name.end : end]
            if before == ", " and len(name.words) > 1 and (not after.strip() or after[0] in ",("):
                return name if self._may_be_person(name) else None
        return None

    def _named_behind(self, role: str, end: int) -> Name | None:
        """`Ann Roe` behind the mention "the mayor" in "the mayor, Ann Roe, said"."""
        if not mentions.is_role(role, self.language):
            return None
        for name in self._names_in(end, end + _LONGEST_TITLE):
            between, after = self.text[end : name.start], self.text[name.end : name.end + 1]
            if _BEFORE_NAME.fullmatch(between) and (not after or after in ",.;:)\n"):
                return name if len(name.words) > 1 and self._may_be_person(name) else None
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
        known = self.cast.full.get(name.words)
        if known is not None and len(name.words) > 1:
            return _Reading(known, None, SURE_NAME)
        found, certain = self._bearer(name)
        if found is not None:
            if not certain:
                self._passed(found, name.start, is_subject=True)
                return _NOBODY
            return _Reading(found, None, SURE_SURNAME)
        if self.cast.bearing(name):
            return _NOBODY
        return _Reading(None, Speaker(name=self.text[name.start : name.end]), SURE_SURNAME)

    def _bearer(self, name: Name) -> tuple[int | None, bool]:
        """Whom a surname means, and whether that is certain enough to be said.

        Certain: its only bearer, the only one named so far, or of several the one who spoke
        last or who alone is named in this paragraph. Else the one who was named first. A
        family name counts before a given one: "Grant" is Ann Grant before Grant Roe.
        """
        people, held = self.cast.people, self.cast.bearing(name)
        family = [i for i in held if name.words[-1] in people[i].family]
        held = family or held
        if len(held) < 2:
            return (held[0] if held else None), True
        known = [i for i in held if people[i].start < name.start] or held
        if len(known) == 1:
            return known[0], True
        if self.last_said in known:
            return self.last_said, True
        near = [i for i in known if self._same_line(people[i].last, name.start)]
        if len(near) == 1:
            return near[0], True
        return min(known, key=lambda i: people[i].start), False

    def _phrase(self, phrase: str, span: Span) -> _Reading:
        if not phrase.lower().startswith(("the ", "this ")):
            phrase = _ARTICLE.sub("", phrase)
        spokesman = _SPOKESMAN.search(phrase)
        if spokesman:
            return self._spokesman(spokesman.group().lower(), phrase, span)
        core = phrase[: m.start()] if (m := _TAIL.search(phrase)) else phrase
        noun = mentions.head_noun(core.strip(), self.language)
        if noun is not None:
            return self._described(phrase, noun)
        named = self._names_in(span[0], min(span[1], span[0] + len(phrase)))
        return _NOBODY if any(n.person for n in named) else self._body(phrase)

    def _described(self, phrase: str, noun: str) -> _Reading:
        """`the minister`: the only one who is known to be one."""
        if not phrase.lower().startswith(("the ", "this ", "that ")) and not phrase[:1].isupper():
            return _NOBODY
        held = self.cast.roles.get(noun, [])
        gender = lexicon.pairs("roles", self.language).get(noun, "u")
        held = [i for i in held if fits(self.cast.people[i].gender, gender)]
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
        if _ROLE_OF.search(m.group()) and self._common(name_words(m.group())[0]):
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
        if len(words) == 1 and self._common(words[0]):
            return _NOBODY
        return _Reading(None, Speaker(name=name), SURE_BODY)

    # ---- pronouns

    def _pronoun(self, at: int, gender: str) -> _Reading:
        if gender == "it":
            body = self.last_body
            return _Reading(None, body, UNSURE_PRONOUN) if body else _NOBODY
        if gender == "they":
            return _NOBODY
        if self.traced is not None:
            seen = [(i, self.features(i, at, gender)) for i in self.recent]
            self.traced.append((at, gender, seen))
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
        fit = [i for i in self.recent if fits(people[i].gender, gender)]
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
            "said here": person.said > 0 and self._same_line(person.said, at),
            "said": person.said > 0,
            "gender": person.gender == gender,
            "latest": bool(self.recent) and self.recent[-1] == index,
            "subject before": person.subject and sentences == 1,
        }

    def _same_line(self, one: int, other: int) -> bool:
        return one >= 0 and self.borders.paragraph(one) == self.borders.paragraph(other)

    def _name_passed(self, name: Name) -> None:
        index = self.cast.full.get(name.words) if len(name.words) > 1 else None
        if index is None and (name.person or len(name.words) == 1):
            index, _ = self._bearer(name)
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
        gender = "f" if self.text[at] in "sS" else "m"
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
        del self.recent[:-BEARERS]


def _short_first(name: Name) -> tuple[bool, int]:
    """Two plain words before longer runs, which can be headlines around such a name."""
    return (len(name.words) > 2, name.start)


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
