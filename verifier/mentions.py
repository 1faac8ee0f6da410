"""The names of a story: where they stand, whom they could name, and with what title and role."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain

from verifier import lexicon
from verifier.model import Span
from verifier.pattern import pattern
from verifier.people import family_stands_first, has_body_noun, name_words, organisation
from verifier.value import NamedTuple

_NEAR = 40
_LONGEST_ROLE = 160
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][^\W_]*(?:[’'](?!s\b)[^\W_]+|-[^\W_]+)*"
# One set of characters opens both kinds of end, so that the search skips what is none of them.
_SENTENCE = pattern(
    r"[.!?\n\r\u2028\u2029](?:(?<=[.!?])[”\"’')\]]*[ \t]+(?=[“\"‘'(\[]?[^\W_a-zß-öø-ÿ])"
    r"|(?<![.!?])[\n\r\u2028\u2029]*)"
)
_POSSESSIVE = pattern(r"[’'](?:s\b)?")
_APPOSITION = pattern(
    r",[ ](?P<role>(?:[^,;:.()\n“”\"]|\.(?=\S)|(?<=\b[A-Z])\.|(?<=\bMr)\.|(?<=\bMrs)\.|(?<=\bMs)\."
    r"|(?<=\bDr)\.|(?<=\bSt)\.)+(?::[^,;()\n“”\"]+)?)"
)
_RELATIVE = pattern(r"\s(?:who|whom|whose|which)\s")
_OFFICE = pattern(r"\b[A-Z][a-z]+ (?:of|for) $")
_AGE = pattern(r",[ ]\d{1,3}(?:,|\.|[ ]years)")
_LEADING = pattern(r"\A(?:(?:the|a|an|his|her|their|its|our|my|said|says|by)\s+)+", re.IGNORECASE)
_HEAD_END = pattern(
    r"\s(?:who|whom|which|that|whose|of|for|at|in|from|with|on|to|near|behind|inside|including"
    r"|representing|and|under)\s|$"
)


class Name(NamedTuple):
    """One name in the text. `title` is what was stripped off before it, `words` are folded."""

    start: int
    end: int
    words: tuple[str, ...]
    gender: str
    role: str | None
    person: bool


class Borders(NamedTuple):
    """Where sentences and paragraphs end, ascending, in code points of the text."""

    sentences: tuple[int, ...]
    paragraphs: tuple[int, ...]

    def sentence(self, position: int) -> int:
        """The number of the sentence that holds `position`."""
        return bisect_right(self.sentences, position)

    def paragraph(self, position: int) -> int:
        """The number of the line that holds `position`."""
        return bisect_right(self.paragraphs, position)


@cache
def _abbreviations(language: str) -> frozenset[str]:
    tables = ("title_abbreviations", "courtesy_titles")
    return frozenset(w for t in tables for w in lexicon.pairs(t, language) if w.endswith("."))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """A run of capitalised words of one name: titles, initials and particles included."""
    short = {re.escape(w) for a in _abbreviations(language) for w in a.split()}
    titles = "|".join(sorted(short, key=lambda w: (-len(w), w)))
    particles = "|".join(sorted(lexicon.entries("name_particles", language), key=len, reverse=True))
    title = rf"(?=[^\W\d_]{{1,{max(map(len, short))}}}\.)(?i:{titles})(?=[ ])"
    initials = r"[^\W\d_a-zß-öø-ÿ]\.(?:[^\W\d_a-zß-öø-ÿ]\.)*"
    word = rf"(?:{title}|{initials}|[Aa]l-{_CAPITAL}|{_CAPITAL}(?:\.(?<=[JS]r\.))?)"
    joint = rf"[ \u00a0]{{1,2}}(?:(?:{particles})[ ]){{0,3}}|[ ](?=[“\"][^\W\d_]{{1,15}}[”\"])"
    return re.compile(rf"(?<![\w])(?=[^\W_a-zß-öø-ÿ]|al-){word}(?:(?:{joint}){word}){{0,11}}")


def borders(text: str, language: str = "en") -> Borders:
    """Sentence and paragraph ends of `text`; abbreviated titles and initials end none."""
    known = _abbreviations(language)
    sentences, lines = [], []
    for m in _SENTENCE.finditer(text):
        if text[m.start()] in "\n\r\u2028\u2029":
            lines.append(m.end())
        elif text[m.start()] == "." and _no_end(text, m.start(), known):
            continue
        sentences.append(m.end())
    return Borders(tuple(sentences), tuple(lines))


def _no_end(text: str, stop: int, known: frozenset[str]) -> bool:
    word = text[max(0, stop - 12) : stop].rsplit(maxsplit=1)[-1:]
    last = word[0].lower() + "." if word else ""
    return last in known or (len(last) == 2 and text[stop - 1].isupper())


def find(text: str, language: str = "en") -> list[Name]:
    """Every name of `text`, in order, whether a person's or not."""
    return [
        name
        for m in _pattern(language).finditer(text)
        if (name := _read(text, m.start(), m.end(), language)) is not None
    ]


class _Run(NamedTuple):
    """A run of capitals as it is written: its words, and what they say by themselves.

    `spans` count from the start of the run; the first `cut` of its words are title, of which
    `courtesy` say nothing of a role; `body`: it is no person's name.
    """

    spans: tuple[Span, ...]
    words: tuple[str, ...]
    cut: int
    courtesy: int
    gender: str
    body: bool


_LONGEST_RUN = 80


def _run(written: str, language: str) -> _Run | None:
    spans = _trim(written, _words_of(written), language)
    folded = [name_words(written[a:b]) for a, b in spans]
    if len(spans) < 2:  # most are: no person without a title or a first name
        return _Run(tuple(spans), folded[0], 0, 0, "u", body=True) if spans and folded[0] else None
    forms = [w[0] if w else "" for w in folded]
    cut, gender, courtesy = _titles(written, spans, forms, language)
    words = tuple(w for w in forms[cut:] if w)
    body = has_body_noun(words, language) or " ".join(words) in never_people(language)
    return _Run(tuple(spans), words, cut, courtesy, gender, body) if words else None


_remembered = lru_cache(maxsize=8192)(_run)


def _read(text: str, start: int, end: int, language: str) -> Name | None:
    """The name in the run of capitals `text[start:end]`, if there is one."""
    run = (_remembered if end - start < _LONGEST_RUN else _run)(text[start:end], language)
    if run is None:
        return None
    spans, words = run.spans, run.words
    begin, stop = start + spans[run.cut][0], start + spans[-1][1]
    if len(spans) == 1:
        return Name(begin, stop, words, "u", None, person=False)
    noun = lexicon.pairs("roles", language).get(_word_before(text, begin))
    role = None
    if not run.body:
        titled = start + spans[0][0] if run.cut > run.courtesy else begin
        role = apposition(text, stop, language) or _title(text, titled, begin, language)
    person = not run.body and (
        run.cut > 0
        or (noun is not None and len(words) > 1)
        or _looks_personal(text, words, stop, role, language)
    )
    gender = run.gender if run.gender != "u" else (noun or "u")
    return Name(begin, stop, words, gender, role, person=person)


def possessive(text: str, name: Name) -> bool:
    """Whether `name` is followed by an apostrophe: "Mr Roe's"."""
    return _POSSESSIVE.match(text, name.end) is not None


def subject(text: str, name: Name, language: str = "en") -> bool:
    """Whether `name` could be its clause's subject: neither possessive nor after a preposition."""
    before = _word_before(text, name.start)
    return before not in lexicon.entries("prepositions", language) and not possessive(text, name)


def _words_of(written: str) -> list[Span]:
    spans, at = [], 0
    for word in written.replace("\u00a0", " ").split(" "):
        if word:
            spans.append((at, at + len(word)))
        at += len(word) + 1
    return spans


def _trim(text: str, spans: list[Span], language: str) -> list[Span]:
    """Without the words that only head a sentence, and without days and months at the end."""
    stop = lexicon.entries("not_names", language)
    while spans and text[slice(*spans[0])].lower().replace("’", "'") in stop:
        spans = spans[1:]
    days = lexicon.entries("dates", language)
    while spans and text[slice(*spans[-1])].lower() in days:
        spans = spans[:-1]
    return spans[: _headline_end(text, spans, stop, language)]


def _headline_end(text: str, spans: list[Span], stop: frozenset[str], language: str) -> int:
    """Where a name ends in a headline with a capital on every word: at the first small word."""
    particles = lexicon.entries("name_particles", language)
    for i in range(1, len(spans)):
        word = text[slice(*spans[i])].lower()
        if word in stop and word not in particles:
            return i
    return len(spans)


def _titles(text: str, spans: list[Span], forms: list[str], language: str) -> tuple[int, str, int]:
    """How many words at the front are title, whose gender they tell, how many are courtesy."""
    courtesy = lexicon.pairs("courtesy_titles", language)
    roles = lexicon.pairs("roles", language)
    short = lexicon.pairs("title_abbreviations", language)
    cut, gender, polite = 0, "u", 0
    for i in range(len(spans) - 1):
        raw = text[slice(*spans[i])].lower()
        if raw in courtesy and (i == cut or raw.endswith(".")):
            cut, gender, polite = i + 1, courtesy[raw], polite + 1
        elif raw in short or (forms[i] in roles and len(forms[i]) > 2):
            cut, gender = i + 1, roles.get(forms[i], gender)
    return _past_places(forms, cut, language), gender, polite


def _past_places(forms: list[str], cut: int, language: str) -> int:
    """Skip nationalities and the like before a first name: "Republican Ann Roe"."""
    first = lexicon.pairs("first_names", language)
    nation = lexicon.entries("nationalities", language)
    start = cut
    while len(forms) - cut > 1 and forms[cut] in nation and forms[cut] not in first:
        cut += 1
    if len(forms) - cut > 2 and forms[cut] not in first:
        later = next((i for i in range(cut + 1, len(forms) - 1) if forms[i] in first), cut)
        return later if has_body_noun(tuple(forms[cut:later]), language) else cut
    return cut if len(forms) - cut > 1 or start < cut else start


@cache
def never_people(language: str) -> frozenset[str]:
    """The places, nationalities, outlets and agencies, folded: names that no person bears."""
    tables = ("places", "nationalities", "outlets", "agencies")
    listed = chain.from_iterable(lexicon.entries(table, language) for table in tables)
    return frozenset([w if w.isalpha() else " ".join(name_words(w)) for w in listed])


def _word_before(text: str, position: int) -> str:
    line = text[max(0, position - _NEAR) : position].rpartition("\n")[2]
    last = line.rstrip(", \u00a0").rpartition(" ")[2]
    return last.lstrip("(“\"‘'").lower()


def _looks_personal(
    text: str, words: tuple[str, ...], end: int, role: str | None, language: str
) -> bool:
    if len(words) < 2 or len(words) > 6:
        return False
    first = lexicon.pairs("first_names", language)
    if words[0] in never_people(language) and words[-1] in never_people(language):
        return False
    if words[0] in first or words[0].split("-")[0] in first or len(words[0].rstrip(".")) == 1:
        return True
    if family_stands_first(words, language):
        return True
    return role is not None or _AGE.match(text, end) is not None


def _title(text: str, start: int, begin: int, language: str) -> str | None:
    """The title that stands from `start` to the name's `begin`, courtesy left out."""
    if start == begin:
        return None
    office = _OFFICE.search(text, max(0, start - _NEAR), start)
    before = text[office.start() if office else start : begin]
    courtesy = lexicon.pairs("courtesy_titles", language)
    return " ".join(w for w in before.split() if w.lower() not in courtesy) or None


_NO_APPOSITION = frozenset(
    {
        "and",
        "or",
        "who",
        "which",
        "was",
        "is",
        "were",
        "are",
        "had",
        "has",
        "have",
        "did",
        "does",
        "will",
        "would",
    }
)


def apposition(text: str, end: int, language: str = "en") -> str | None:
    """`author of The Party Line` in `Ann Roe, author of The Party Line, said`; None if no role."""
    m = _APPOSITION.match(text, end, end + _LONGEST_ROLE)
    if not m:
        return None
    whole = _RELATIVE.split(m.group("role"), maxsplit=1)[0]
    role = _LEADING.sub("", whole.strip(' .“”"'), count=1)
    if role.split(" ", 1)[0] in _NO_APPOSITION:
        return None
    return role if is_role(role, language) else None


def is_role(phrase: str, language: str = "en") -> bool:
    """Whether the head of `phrase`, what precedes its first preposition, is a noun for people."""
    return head_noun(phrase, language) is not None


def head_noun(phrase: str, language: str = "en") -> str | None:
    """The noun that says what somebody is: `minister` in "the deputy minister of trade"."""
    head = name_words(phrase[: _head_end(phrase)])
    roles = lexicon.pairs("roles", language)
    short = lexicon.pairs("title_abbreviations", language)
    last = " ".join(head[-1:])
    last = short.get(last + ".", last)
    return last if last in roles else None


def _head_end(phrase: str) -> int:
    m = _HEAD_END.search(phrase)
    return m.start() if m else len(phrase)


def inside(spans: Sequence[Span], position: int) -> bool:
    """Whether `position` lies in one of the sorted, disjoint `spans`."""
    i = bisect_right(spans, (position, 1 << 62)) - 1
    return i >= 0 and position < spans[i][1]


def known_body(name: str, language: str = "en") -> str | None:
    """The agency or outlet of that name, if it is one."""
    return organisation(name, language)
