"""Who is in the reader's mind at each point of a story: whom a pronoun there would mean."""

from __future__ import annotations

from operator import mul

from verifier import mentions
from verifier.cast import BEARERS, Cast, Person, fits
from verifier.mentions import Borders, Name

# How much each feature of a candidate speaks for it as the one a pronoun means: log-linear,
# fitted to the training articles' pronouns (tests/benchmarks/speakers.py).
WEIGHTS = {
    "same sentence": 0.35,
    "sentence before": 0.3,
    "sentences": -0.12,
    "lines": -0.8,
    "subject": 0.45,
    "quoted": -0.5,
    "said last": 0.45,
    "said here": 0.6,
    "said": -0.3,
    "gender": 1.05,
    "latest": -0.4,
    "subject before": 0.55,
}
_WEIGHTS = tuple(WEIGHTS.values())


class Attention:
    """The people of a cast that were last named, the latest last, and who spoke last."""

    def __init__(self, text: str, cast: Cast, language: str) -> None:
        self.cast = cast
        self.borders: Borders = mentions.borders(text, language)
        self.recent: list[int] = []
        self.last_said: int | None = None

    def ranked(self, at: int, gender: str) -> list[tuple[float, int]]:
        """Score and number of each who may be meant by a pronoun at `at`, the best first."""
        people = self.cast.people
        fit = [i for i in self.recent if fits(people[i].gender, gender)]
        if not fit:
            return []
        rows = self.features(fit, at, gender)
        scored = [(sum(map(mul, _WEIGHTS, row)), i) for i, row in zip(fit, rows, strict=True)]
        return sorted(scored, reverse=True)

    def features(self, found: list[int], at: int, gender: str) -> list[tuple[float, ...]]:
        """What speaks for each of `found` as the one meant at `at`, in the order of `WEIGHTS`."""
        sentence, line = self.borders.sentence(at), self.borders.paragraph(at)
        return [self._features(i, sentence, line, gender) for i in found]

    def _features(self, index: int, sentence: int, line: int, gender: str) -> tuple[float, ...]:
        person = self.cast.people[index]
        sentences = sentence - person.sentence
        return (
            sentences == 0,
            sentences == 1,
            min(sentences, 8),
            min(line - person.line, 4),
            person.subject,
            person.quoted,
            index == self.last_said,
            person.said_line == line,
            person.said_line >= 0,
            person.gender == gender,
            self.recent[-1] == index,
            person.subject and sentences == 1,
        )

    def said(self, index: int, at: int) -> None:
        """Note that `index` is the source of a quote, at `at`."""
        self.cast.people[index].said_line = self.borders.paragraph(at)
        self.last_said = index

    def heard(self, index: int, at: int) -> None:
        """Named within a quote: less in mind than whoever the story itself names."""
        person = self.cast.people[index]
        if index not in self.recent:
            self._stands(person, at)
            person.subject, person.quoted = False, True
            self._recall(index)

    def passed(self, index: int, at: int, *, is_subject: bool) -> None:
        """Note that the story names `index`, or means it by a pronoun, at `at`."""
        person = self.cast.people[index]
        before = person.sentence
        self._stands(person, at)
        same = before == person.sentence
        person.subject = is_subject or (same and person.subject and not person.quoted)
        person.quoted = False
        self._recall(index)

    def _stands(self, person: Person, at: int) -> None:
        person.sentence, person.line = self.borders.sentence(at), self.borders.paragraph(at)

    def _recall(self, index: int) -> None:
        if index in self.recent:
            self.recent.remove(index)
        self.recent.append(index)
        del self.recent[:-BEARERS]

    def bearer(self, name: Name) -> tuple[int | None, bool]:
        """Whom a surname means, and whether that is certain enough to be said.

        Certain: its only bearer, the only one named so far, or of several the one who spoke
        last or who alone is named in this paragraph. Else the one who was named first. A
        family name counts before a given one: "Grant" is Ann Grant before Grant Roe.
        """
        people, held = self.cast.people, self.cast.bearing(name)
        if len(held) < 2:
            return (held[0] if held else None), True
        held = [i for i in held if name.words[-1] in people[i].family] or held
        known = [i for i in held if people[i].start < name.start] or held
        if len(known) == 1:
            return known[0], True
        if self.last_said in known:
            return self.last_said, True
        line = self.borders.paragraph(name.start)
        near = [i for i in known if people[i].line == line]
        if len(near) == 1:
            return near[0], True
        return min(known, key=lambda i: people[i].start), False


__all__ = ["WEIGHTS", "Attention"]
