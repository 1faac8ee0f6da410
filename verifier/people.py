"""Names of people and bodies: taken apart, and compared as whom they name, not as strings."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from verifier import lexicon
from verifier.model import Speaker
from verifier.pattern import pattern
from verifier.text import plain
from verifier.value import value

_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii",
             "iv": "iv"}  # fmt: skip
# A romanised Chinese, Korean or Vietnamese syllable: initial, vowels, final.
_INITIALS = "[zcs]h|hs|ng|ph|th|tr|kh|hy|[bpmfdtnlgkhjqxrzcsywv]"
_SYLLABLE = rf"(?:{_INITIALS})?[aeiouy]{{1,3}}(?:ng|nh|[nmkhltp])?"
_SYLLABLES = pattern(rf"{_SYLLABLE}(?:-?{_SYLLABLE})?")
_INITIAL = pattern(r"[a-z]\.?")
_JOINTS = pattern(r"[\s\-.'’]+")
_ARTICLE = pattern(r"(?:the|a|an)\s+", re.IGNORECASE)
_EDGES = ".,'()\"“”‘’"
_LONGEST = 200


@value
class Name:
    """A person's name, folded: lower case, no accents. `family` without its particles."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    suffix: str = ""
    gender: str = "u"

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of it that tells people apart, given names first."""
        return self.given + self.family


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name; commas and full stops dropped, hyphens kept."""
    return _folded(text[:_LONGEST])


@lru_cache(maxsize=8192)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(filter(None, [word.strip(_EDGES) for word in plain(text).split()]))


@lru_cache(maxsize=4096)
def parse(text: str, language: str = "en") -> Name:
    """`text`, a name without titles, taken apart by the order of its language.

    The last word is the family name, with these exceptions: a Chinese, Korean or Vietnamese
    family name that stands first (Xi Jinping, Kim Jong-un), two Spanish ones (Peña Nieto),
    and the words after a particle (van der Bellen).
    """
    words = name_words(text)
    suffix = ""
    while len(words) > 1 and words[-1] in _SUFFIXES:
        suffix, words = _SUFFIXES[words[-1]], words[:-1]
    cut = _family_start(words, language)
    family_first = family_stands_first(words, language)
    given, family = (words[1:], words[:1]) if family_first else (words[:cut], words[cut:])
    particles = lexicon.entries("name_particles", language)
    return Name(
        given=tuple(w for w in given if w not in particles or len(given) == 1),
        family=_bare_family(family, particles),
        suffix=suffix,
        gender="u" if family_first else first_name_gender(given, language),
    )


def _family_start(words: tuple[str, ...], language: str) -> int:
    """The index of the first word of the family name, the last word of all by default."""
    particles = lexicon.entries("name_particles", language)
    if len(words) < 2 or words[0] in particles:
        return 0
    for i in range(1, len(words) - 1):
        if words[i] in particles:
            return i
    spanish = lexicon.entries("spanish_surnames", language)
    if words[-2] in spanish and not _INITIAL.fullmatch(words[-1]):
        first = lexicon.pairs("first_names", language)
        if len(words) > 2 or (words[0] not in first and words[1] in spanish):
            return len(words) - 2
    return len(words) - 1


def _bare_family(words: tuple[str, ...], particles: frozenset[str]) -> tuple[str, ...]:
    bare = tuple(w for w in words if w not in particles) or words
    return tuple(w.removeprefix("al-").removeprefix("el-") or w for w in bare)


def family_stands_first(words: tuple[str, ...], language: str = "en") -> bool:
    """Xi Jinping, Lee Hsien Loong, Kim Jong-un; but Kim Davis, Lee Child and Jack Ma do not."""
    if not 2 <= len(words) <= 4 or words[0] not in _family_first(language):
        return False
    if any(len(w) > 14 or not _SYLLABLES.fullmatch(w) for w in words[1:]):
        return False
    if "-" in words[1] or len(words) > 2:
        return True
    return words[0] not in lexicon.pairs("first_names", language)


def _family_first(language: str) -> frozenset[str]:
    return lexicon.entries("family_first_surnames", language)


def first_name_gender(given: tuple[str, ...], language: str = "en") -> str:
    """`m`, `f` or `u` by the first given name that is no initial."""
    table = lexicon.pairs("first_names", language)
    for word in given:
        if _INITIAL.fullmatch(word):
            continue
        found = table.get(word) or table.get(word.split("-")[0])
        return found or "u"
    return "u"


def role_gender(role: str | None, language: str = "en") -> str:
    """`m` or `f` where the role says so (spokeswoman, king), else `u`."""
    table = lexicon.pairs("roles", language)
    genders = {table.get(w, "u") for w in name_words(role or "")} - {"u"}
    return genders.pop() if len(genders) == 1 else "u"


def organisation(name: str, language: str = "en") -> str | None:
    """The name an agency or outlet is known by, in whatever form `name` has; else None."""
    return _bodies(language).get(_body_key(name))


def _body_key(name: str) -> str:
    if name.isascii() and name.isalpha():  # as half of those listed are
        return name[:_LONGEST].lower()
    return " ".join(name_words(_ARTICLE.sub("", name.strip()[:_LONGEST], count=1)))


@lru_cache(maxsize=8)
def _bodies(language: str) -> dict[str, str]:
    tables = (lexicon.spelled(t, language) for t in ("outlets", "agencies"))
    return {_body_key(alias): known for table in tables for alias, known in table.items()}


def is_body(name: str, language: str = "en") -> bool:
    """Whether `name` is an organisation's, by its words or because it is known."""
    words = name_words(name)
    return has_body_noun(words, language) or organisation(name, language) is not None


def has_body_noun(words: tuple[str, ...], language: str = "en") -> bool:
    """Whether a word says "organisation" or "place"; Kim Church and Bill Hall are people."""
    if not lexicon.entries("organisation_nouns", language).isdisjoint(words):
        return True
    if lexicon.entries("place_surnames", language).isdisjoint(words):
        return False
    if len(words) < 2 or family_stands_first(words, language):
        return False
    return words[0] not in lexicon.pairs("first_names", language)


@lru_cache(maxsize=8192)
def same_person(a: Speaker | None, b: Speaker | None, language: str = "en") -> bool | None:
    """Whether `a` and `b` are one speaker; None when either is unknown or it cannot be decided."""
    if a is None or b is None or not name_words(a.name) or not name_words(b.name):
        return None
    if _is_described(a.name) or _is_described(b.name):
        return None
    if _joined(name_words(a.name)) == _joined(name_words(b.name)):
        return False if _opposed(role_gender(a.role), role_gender(b.role)) else True  # noqa: SIM211
    bodies = is_body(a.name, language), is_body(b.name, language)
    if all(bodies):
        return _same_body(a.name, b.name, language)
    if _speaks_for(a, b) or _speaks_for(b, a):
        return True
    return None if any(bodies) else _same_name(a, b, language)


def _is_described(name: str) -> bool:
    """Whether `name` is none but says what somebody is: every country has a transport ministry."""
    return name.islower()


def _opposed(one: str, other: str) -> bool:
    return {one, other} == {"m", "f"}


def _speaks_for(person: Speaker, body: Speaker) -> bool:
    """`person`'s role names the `body`: "Alibaba spokesman", "spokeswoman for the White House"."""
    role = f" {' '.join(name_words(person.role or ''))} "
    name = " ".join(w for w in name_words(body.name) if w != "the")
    return bool(name) and f" {name} " in role and ("spokes" in role or "press" in role)


def _same_body(a: str, b: str, language: str) -> bool | None:
    known = organisation(a, language), organisation(b, language)
    if all(known):
        return known[0] == known[1]
    one, other = (set(name_words(x)) - {"the", "of", "for", "and", "'s"} for x in (a, b))
    if one == other or _acronym(a) == plain(b) or _acronym(b) == plain(a):
        return True
    if one < other or other < one:
        return None
    return None if not one & other else False


def _acronym(name: str) -> str:
    return "".join(w[0] for w in name_words(name) if w not in {"the", "of", "for", "and"})


def _same_name(a: Speaker, b: Speaker, language: str) -> bool | None:
    one, other = parse(a.name, language), parse(b.name, language)
    if not one.given or not other.given:
        return _same_short(one, other, a, b, language)
    if sorted(one.words) == sorted(other.words):
        return _same_suffix(one, other)
    if not _same_family(one.family, other.family, language):
        return False
    return _same_given(one.given, other.given, language) and _same_suffix(one, other)


def _same_suffix(one: Name, other: Name) -> bool | None:
    if one.suffix == other.suffix:
        return True
    return None if not one.suffix or not other.suffix else False


def _same_short(one: Name, other: Name, a: Speaker, b: Speaker, language: str) -> bool | None:
    """One of the two is a single word or a family name: it says less than the other."""
    if _same_family(one.family, other.family, language):
        genders = (_gender(one, a, language), _gender(other, b, language))
        return False if _opposed(*genders) else True  # noqa: SIM211
    short, long = (one, other) if not one.given else (other, one)
    if set(short.family) <= set(long.given):
        return None
    return False


def _gender(name: Name, speaker: Speaker, language: str) -> str:
    by_role = role_gender(speaker.role, language)
    return by_role if by_role != "u" else name.gender


def _same_family(one: tuple[str, ...], other: tuple[str, ...], language: str) -> bool:
    """Equal, or the first Spanish surname alone, or one spelling of it in other letters."""
    shorter = min(len(one), len(other))
    spanish = lexicon.entries("spanish_surnames", language)
    if len(one) != len(other) and not {one[0], other[0]} & spanish:
        one, other = one[-shorter:], other[-shorter:]
    pairs = zip(one[:shorter], other[:shorter], strict=True)
    return bool(shorter) and all(_same_word(x, y, language) for x, y in pairs)


def _same_given(one: tuple[str, ...], other: tuple[str, ...], language: str) -> bool:
    """By equal, short, initial or otherwise romanised forms of any given name of both."""
    if _joined(one) == _joined(other):
        return True
    return any(_given_alike(x, y, language) for x in one for y in other)


def _given_alike(x: str, y: str, language: str) -> bool:
    if len(x) == 1 or len(y) == 1:
        return x[0] == y[0]
    short = lexicon.pairs("nicknames", language)
    forms_x, forms_y = ({w, *short.get(w, "").split()} for w in (x, y))
    return bool(forms_x & forms_y) or _same_word(x, y, language)


def _joined(words: tuple[str, ...]) -> str:
    return _JOINTS.sub("", "".join(words))


def _same_word(x: str, y: str, language: str) -> bool:
    """One spelling, one romanisation, or a letter or two of difference in a long name."""
    if x == y or _JOINTS.sub("", x) == _JOINTS.sub("", y):
        return True
    table = lexicon.pairs("romanisations", language)
    if table.get(x, x) == table.get(y, y):
        return True
    return _squeezed(x) == _squeezed(y) and min(len(x), len(y)) > 3


def _squeezed(word: str) -> str:
    """What romanisations leave alone: i = y = j, no doubled letters, -iy and -yy as -y."""
    flat = word.replace("j", "y").replace("i", "y").replace("kh", "h").replace("w", "v")
    return flat[:1] + "".join(b for a, b in pairwise(flat) if a != b)
