"""The people of one story, and by which words each of them is known."""

from __future__ import annotations

from verifier import lexicon, mentions
from verifier.mentions import Name
from verifier.people import parse, role_gender

# No list of bearers of a word, and none of people in mind, grows longer: a transcript of a
# million Johns stays linear.
BEARERS = 8
_SUFFIXED = frozenset({"jr", "sr"})


class Person:
    """One member of the cast, as far as the story has been read.

    `sentence` and `line` are the numbers of those that named it last, `said_line` that of the
    last one in which it is the source of a quote; -1 for none.
    """

    def __init__(
        self, name: str, words: tuple[str, ...], family: tuple[str, ...], gender: str, start: int
    ) -> None:
        self.name, self.words, self.family = name, words, family
        self.gender, self.start = gender, start
        self.role: str | None = None
        self.sentence = self.line = self.said_line = -1
        self.subject = self.quoted = False


class Cast:
    """The people of a story, and by which words each is known."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.people: list[Person] = []
        self.full: dict[tuple[str, ...], int] = {}
        self.bearers: dict[str, list[int]] = {}
        self.roles: dict[str, list[int]] = {}

    def add(self, text: str, name: Name) -> int:
        """The member that `name` names, entered if it is new."""
        known = self.full.get(name.words)
        if known is None and len(name.words) > 2:
            known = self.full.get(name.words[:2], self.full.get(name.words[-2:]))
        if known is None:
            known = self._same(name)
            if known is not None and name.start < self.people[known].start:
                self.people[known].name = " ".join(text[name.start : name.end].split())
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
        written = " ".join(text[name.start : name.end].split())
        if name.words[-1] not in _SUFFIXED:
            written = written.rstrip(".,")
        parsed = parse(" ".join(name.words), self.language)
        gender = parsed.gender if name.gender == "u" else name.gender
        self.people.append(Person(written, name.words, parsed.family, gender, name.start))
        for word in set(name.words):
            held = self.bearers.setdefault(word, [])
            held.append(len(self.people) - 1)
            del held[:-BEARERS]
        return len(self.people) - 1

    def _learn(self, index: int, name: Name) -> None:
        person = self.people[index]
        person.start = min(person.start, name.start)
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
            del held[:-BEARERS]

    def bearing(self, name: Name) -> list[int]:
        """The members that the words of `name` could be short for, of a gender that fits."""
        fit: list[int] | None = None
        particles = lexicon.entries("name_particles", self.language)
        for word in [w for w in name.words if w not in particles] or name.words:
            held = self.bearers.get(word, ())
            fit = [i for i in held if fit is None or i in fit]
        return [i for i in fit or () if fits(self.people[i].gender, name.gender)]


def _one_given(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """`donald j` and `donald`; an initial stands for its name."""
    if not one or not other:
        return False
    return one[0] == other[0] or (1 in (len(one[0]), len(other[0])) and one[0][0] == other[0][0])


def fits(one: str, other: str) -> bool:
    """Whether two genders (`m`, `f`, `u`) can be one person's."""
    return one == other or "u" in (one, other)
