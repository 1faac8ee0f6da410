"""Articles that nobody wrote: invented people who say things in the ways of the wires."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.benchmarks.corpus import Writer

_GIVEN = ("Ana", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Henry", "Irene", "Jonas")
_FIRST, _SECOND = ("Al", "Bren", "Cor", "Dal", "Esk", "Fen", "Gar", "Hol"), (
    "der", "nan", "win", "ström", "bury", "ham", "ley", "mond", "sen", "well",
)  # fmt: skip
_ROLES = ("the mayor", "a spokeswoman for the port", "a retired engineer", "the union's president")
_VERBS = ("said", "said", "said", "told reporters", "added", "warned", "argued", "wrote")


class Reporter:
    """Writes articles of about 25 paragraphs, one in three with a quote, from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._writer = Writer(seed)
        self._kinds: tuple[Callable[[str, str], str], ...] = (
            self._told, self._told, self._told, self._told, self._told, self._told,
            self._direct, self._split, self._mixed, self._indirect, self._accorded,
        )  # fmt: skip

    def article(self) -> str:
        """One article; paragraphs are lines."""
        people = [self._person() for _ in range(4)]
        head = f"PORT ELLERY, Oct. {self.rng.randrange(1, 29)} (Northern Press) -- "
        return head + "\n\n".join(self._paragraph(people) for _ in range(25)) + "\n"

    def quoting(self, texts: Sequence[str]) -> str:
        """An article with `texts` as its quotes; paragraphs are lines."""
        people = [self._person() for _ in range(4)]
        paragraphs = [
            f"“{text[:1].upper()}{text[1:]},” {self.rng.choice(_VERBS[:3])} "
            f"{self.rng.choice(people)[0]}. {self._sentence()}."
            for text in texts
        ]
        return "\n\n".join(paragraphs) + "\n"

    def _person(self) -> tuple[str, str]:
        surname = self.rng.choice(_FIRST) + self.rng.choice(_SECOND)
        return f"{self.rng.choice(_GIVEN)} {surname}", surname

    def _paragraph(self, people: list[tuple[str, str]]) -> str:
        full, surname = self.rng.choice(people)
        pronoun = self.rng.choice(("He", "She"))
        who = self.rng.choice((full, f"{full}, {self.rng.choice(_ROLES)},", surname, pronoun))
        return self.rng.choice(self._kinds)(who, self.rng.choice(_VERBS))

    def _words(self) -> str:
        return " ".join(self._writer.fresh())

    def _sentence(self) -> str:
        words = self._words()
        return words[:1].upper() + words[1:]

    def _told(self, who: str, verb: str) -> str:
        del verb
        return f"{who} met {self._words()}. {self._sentence()}. {self._sentence()}."

    def _direct(self, who: str, verb: str) -> str:
        return f"“{self._sentence()},” {who.rstrip(',')} {verb}. {self._sentence()}."

    def _split(self, who: str, verb: str) -> str:
        return f"“{self._sentence()},” {verb} {who.rstrip(',')}, “{self._words()}.”"

    def _mixed(self, who: str, verb: str) -> str:
        return f"{who} {verb} that {self._words()} was “{self._words()}” and {self._words()}."

    def _indirect(self, who: str, verb: str) -> str:
        return f"{who} {verb} that {self._words()}. {self._sentence()}."

    def _accorded(self, who: str, verb: str) -> str:
        del verb
        return f"{self._sentence()}, according to {who.rstrip(',')}. {self._sentence()}."
