"""Who a source mention stands for inside its story, or nobody.

Two passes over the story: every name of it is read and gathered into a cast of people
(`Cast`), and then names, pronouns and sources are walked in the order in which they
stand, so that each is judged by what the reader has seen before it (`Attention`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from verifier import lexicon, mentions
from verifier.attention import WEIGHTS, Attention
from verifier.cast import Cast, fits
from verifier.heads import ARTICLE, LONGEST_MENTION, TAIL, Heads, is_common
from verifier.mentions import Name
from verifier.model import Mention, Quote, Span, Speaker
from verifier.pattern import pattern
from verifier.people import name_words, organisation, parse
from verifier.policy import Policy
from verifier.text import plain
from verifier.value import NamedTuple

_NARRATED = pattern(r"[HhSs](?<!\w.)(?:(?<=[Hh])e|(?<=[Ss])he)(?!\w)")  # he, she
_BODY = pattern(
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*(?:\s(?:(?:of|for|and|on|in|de|du|the|to|&)\s){0,2}"
    r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*){0,11}"
)
_SPOKESMAN = pattern(r"\b(spokes(?:man|woman|person)|press secretary)\b", re.IGNORECASE)
# Behind these stands what a body is for or where it is.
_OF_A_BODY = frozenset({"of", "for", "in", "at"})
_ANY = frozenset({"same", "other", "former", "latter", "new", "first", "second"})
_ROLE_OF = pattern(r"\s(?:for|of|from|at)\s(?:the\s)?")

_POLICY = Policy()

# A pronoun source: where it stands, its gender, and the features of everybody in mind.
Traced = tuple[int, str, list[tuple[int, dict[str, float]]]]


class _Reading(NamedTuple):
    """What a mention stands for: a member of the cast, or a speaker outside it, or nobody."""

    person: int | None
    speaker: Speaker | None
    sure: float


_NOBODY = _Reading(None, None, 1.0)  # naming nobody claims nothing


def resolve(text: str, quotes: Sequence[Quote], language: str = "en") -> tuple[Quote, ...]:
    """`quotes`, each with the speaker that its `source` stands for, or None if that is unsure.

    `source.span` counts in `text`. The confidence of a quote is multiplied by the share of
    such readings that were right when measured (`Policy.sure_*`). Linear in the
    length of `text`; nothing is raised, whatever the text.
    """
    if not any(q.source for q in quotes):
        return tuple(quotes)
    reader = Reader(text, quotes, language)
    readings = reader.read()
    return tuple(_with_speaker(q, readings, reader.cast) for q in quotes)


def _with_speaker(quote: Quote, readings: dict[Span, _Reading], cast: Cast) -> Quote:
    if quote.source is None or quote.source.span not in readings:
        return quote
    person, speaker, sure = readings[quote.source.span]
    if person is not None:
        known = cast.people[person]
        speaker = Speaker(name=known.name, role=known.role)
    return replace(quote, speaker=speaker, confidence=quote.confidence * sure)


class Reader:
    """Reads one story: its names, its cast, and who is in mind."""

    def __init__(self, text: str, quotes: Sequence[Quote], language: str) -> None:
        self.text = text
        self.language = language
        self.masked = _merged(s for q in quotes for s in q.spans)
        given = (q.source for q in quotes if q.source)
        sources = sorted({m.span for m in given if _holds(text, m)})
        self.heads = Heads(text, mentions.find(text, language), language)
        self.sources = {span: self.heads.read(span) for span in sources}
        named = {head.name.start: head.name for head in self.sources.values() if head.name}
        self.names = [named.get(n.start, n) for n in self.heads.names]
        self.cast = self._cast()
        self.mind = Attention(text, self.cast, language)
        self.last_body: Speaker | None = None
        self.traced: list[Traced] | None = None

    def _cast(self) -> Cast:
        """Everybody with a full name, then everybody who is known by one word only."""
        cast = Cast(self.language)
        people = [n for n in self.names if n.person]
        full = [n for n in people if self._given(n)]
        for name in sorted(full, key=_short_first):
            cast.add(self.text, name)
        for name in people:
            if not self._given(name) and not cast.bearing(name):
                cast.add(self.text, name)
        return cast

    def _given(self, name: Name) -> bool:
        """Whether `name` has a given name, so that it needs no other mention to be known."""
        return len(name.words) > 1 and bool(parse(" ".join(name.words), self.language).given)

    def read(self) -> dict[Span, _Reading]:
        """What each source stands for, by its span."""
        readings: dict[Span, _Reading] = {}
        spoken = {at: [*spans] for at, spans in groupby(self.sources, key=itemgetter(0))}
        pronouns = {m.start() for m in _NARRATED.finditer(self.text)}
        named = {name.start: name for name in self.names}
        for at in sorted({*named, *pronouns, *spoken}):
            if at in spoken:
                for span in spoken[at]:
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

    # ---- what the story itself names

    def _name_passed(self, name: Name) -> None:
        index = self.cast.full.get(name.words) if len(name.words) > 1 else None
        if index is None and (name.person or len(name.words) == 1):
            index, _ = self.mind.bearer(name)
        if index is None:
            return
        if mentions.inside(self.masked, name.start):
            self.mind.heard(index, name.start)
        else:
            subject = mentions.subject(self.text, name, self.language)
            self.mind.passed(index, name.start, is_subject=subject)

    def _pronoun_passed(self, at: int) -> None:
        """Whoever the story's own he or she means stays in mind."""
        if mentions.inside(self.masked, at):
            return
        ranked = self.mind.ranked(at, "f" if self.text[at] in "sS" else "m")
        if ranked:
            self.mind.passed(ranked[0][1], at, is_subject=True)

    # ---- what a source stands for

    def _source(self, span: Span) -> _Reading:
        head = self.sources[span]
        if head.kind == "pronoun":
            reading = self._pronoun(span[0], self.heads.pronouns[head.text])
        elif head.name is not None:
            reading = self._person(head.name)
        else:
            reading = self._phrase(head.text, span)
        if reading.person is not None:
            self.mind.passed(reading.person, span[0], is_subject=True)
            self.mind.said(reading.person, span[0])
            self.last_body = None
        elif reading.speaker is not None:
            self.last_body = reading.speaker
        return reading

    def _person(self, name: Name) -> _Reading:
        known = self.cast.full.get(name.words)
        if known is not None and len(name.words) > 1:
            return _Reading(known, None, _POLICY.sure_name)
        found, certain = self.mind.bearer(name)
        if found is not None:
            if not certain:
                self.mind.passed(found, name.start, is_subject=True)
                return _NOBODY
            return _Reading(found, None, _POLICY.sure_surname)
        if self.cast.bearing(name):
            return _NOBODY
        written = " ".join(self.text[name.start : name.end].split())
        return _Reading(None, Speaker(name=written), _POLICY.sure_surname)

    def _pronoun(self, at: int, gender: str) -> _Reading:
        if gender == "it":
            body = self.last_body
            return _Reading(None, body, _POLICY.unsure_pronoun) if body else _NOBODY
        if gender == "they":
            return _NOBODY
        if self.traced is not None:
            rows = self.mind.features(self.mind.recent, at, gender)
            seen = [dict(zip(WEIGHTS, row, strict=True)) for row in rows]
            self.traced.append((at, gender, [*zip(self.mind.recent, seen, strict=True)]))
        ranked = self.mind.ranked(at, gender)
        if not ranked:
            return _NOBODY
        lead = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else -math.inf)
        if lead < _POLICY.any_lead:
            return _NOBODY
        sure = _POLICY.sure_pronoun if lead >= _POLICY.clear_lead else _POLICY.unsure_pronoun
        return _Reading(ranked[0][1], None, sure)

    def _phrase(self, phrase: str, span: Span) -> _Reading:
        if not phrase.lower().startswith(("the ", "this ")):
            phrase = ARTICLE.sub("", phrase)
        spokesman = _SPOKESMAN.search(phrase)
        if spokesman:
            return self._spokesman(spokesman.group().lower(), phrase, span)
        core = phrase[: m.start()] if (m := TAIL.search(phrase)) else phrase
        noun = mentions.head_noun(core.strip(), self.language)
        if noun is not None:
            return self._described(phrase, noun)
        named = self.heads.names_in(span[0], min(span[1], span[0] + len(phrase)))
        return _NOBODY if any(n.person for n in named) else self._body(phrase)

    def _described(self, phrase: str, noun: str) -> _Reading:
        """`the minister`: the only one who is known to be one."""
        if not phrase.lower().startswith(("the ", "this ", "that ")) and not phrase[:1].isupper():
            return _NOBODY
        held = self.cast.roles.get(noun, [])
        gender = lexicon.pairs("roles", self.language).get(noun, "u")
        held = [i for i in held if fits(self.cast.people[i].gender, gender)]
        return _Reading(held[0], None, _POLICY.sure_description) if len(held) == 1 else _NOBODY

    def _spokesman(self, role: str, phrase: str, span: Span) -> _Reading:
        """An unnamed spokesman speaks for the body; one who speaks for a person is nobody."""
        written = self.text[span[0] : min(span[1], span[0] + LONGEST_MENTION)]
        at = written.lower().find(role)
        of = _ROLE_OF.match(written, at + len(role))
        m = _BODY.match(written, of.end()) if of else _BODY.search(phrase[:at])
        if not m:
            unnamed = self._for_unnamed(role, written, of) if of else None
            return unnamed or self._described(phrase, role)
        body = m.group().strip(" .,")
        names = name_words(body)
        if len(names) <= 3 and self.cast.bearing(Name(0, 0, names[-1:], "u", None, person=True)):
            return _NOBODY
        if body.endswith(("’s", "'s")):
            body = body[:-2]
        body = organisation(body, self.language) or body
        return _Reading(None, Speaker(name=body, role=role), _POLICY.sure_body)

    def _for_unnamed(self, role: str, written: str, of: re.Match[str]) -> _Reading | None:
        """`a spokesman for the transport ministry`."""
        body = self._unnamed_body(f"the {written[of.end() :]}").speaker
        if body is None or not of.group().endswith("the "):
            return None
        return _Reading(None, Speaker(name=body.name, role=role), _POLICY.sure_body)

    def _body(self, phrase: str) -> _Reading:
        """An organisation or outlet by its name; a document only if it is named."""
        bare = ARTICLE.sub("", phrase.strip(" ,."), count=1)
        m = _BODY.search(bare)
        led = TAIL.search(bare[: m.start()]) if m else None
        elsewhere = led is not None and led.group().strip() in _OF_A_BODY
        if not m or (elsewhere and not organisation(m.group(), self.language)):
            return self._unnamed_body(phrase)
        if _ROLE_OF.search(m.group()) and is_common(name_words(m.group())[0], self.language):
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

    def _unnamed_body(self, phrase: str) -> _Reading:
        """`the transport ministry`: a body by what it is for; `the ministry` may be any."""
        article, _, name = phrase.strip(" ,.").partition(" ")
        tail = TAIL.search(f"{name} ")
        head = name_words(name[: tail.start()] if tail else name)
        if article.lower() != "the" or not head or len(name_words(name)) < 2:
            return _NOBODY
        if tail and tail.group().strip() not in _OF_A_BODY:
            return _NOBODY
        vague = lexicon.entries("function_words", self.language) | _ANY
        institutions = lexicon.entries("institutions", self.language)
        if head[0] in vague or head[-1] not in institutions:
            return _NOBODY
        return _Reading(None, Speaker(name=name), _POLICY.sure_body)

    def _if_alone(self, rest: str, name: str) -> _Reading:
        rest = rest.strip()
        if rest and not rest.startswith(("(", "news agency", "newspaper", "'s", "’s")):
            return _NOBODY
        words = name_words(name)
        if len(words) == 1 and is_common(words[0], self.language):
            return _NOBODY
        return _Reading(None, Speaker(name=name), _POLICY.sure_body)


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
