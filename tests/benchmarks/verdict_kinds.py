"""How well each kind of difference is told: quotes changed by kind, precision and recall.

    python -m tests.benchmarks.verdict_kinds [EACH]

The quotes are nobody's (`corpus`), and what changes them knows nothing of how quotes are
compared: each change takes the words of a quote and gives both versions, or None where the
quote offers no place for it. Every pair is read in both directions.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from tests.benchmarks.corpus import Writer
from tests.test_assess import judged
from tests.test_compare import compared
from verifier import lexicon
from verifier.model import Severity

Words = list[str]
Sides = tuple[str, str]
Change = Callable[[Words, "Maker"], Sides | None]

_AUXILIARIES = {"is", "are", "was", "were", "will", "would", "can", "could", "should", "must"}
_AMOUNTS = ("40 million dollars", "14 percent", "1,200 people", "three hours", "25 miles",
            "May 14", "Monday morning", "five billion euros")  # fmt: skip
_OTHER_AMOUNTS = {
    "40 million dollars": ("46 million dollars", "40 billion dollars", "40 million euros"),
    "14 percent": ("41 percent", "fifteen percent", "14 points"),
    "1,200 people": ("12,000 people", "1,300 people"),
    "three hours": ("three days", "four hours"),
    "25 miles": ("25 kilometers", "52 miles"),
    "May 14": ("June 14", "May 15"),
    "Monday morning": ("Tuesday morning", "Monday evening"),
    "five billion euros": ("five million euros", "six billion euros"),
}
_SAME_AMOUNTS = {
    "40 million dollars": "$40m",
    "14 percent": "14%",
    "1,200 people": "1200 people",
    "three hours": "3 hours",
    "five billion euros": "€5bn",
}
_SHORT = {"it is": "it's", "they are": "they're", "we will": "we'll", "do not": "don't",
          "I have": "I've", "she would": "she'd"}  # fmt: skip
_FILLERS = (", you know,", ", I mean,", ", well,", ", um,")
_NAMES = ("Ada Holm", "Bertil Krone", "Mira Okonjo", "Paulo Brandt", "Elena Marquand")


class Maker(NamedTuple):
    """Where new words and chances come from; `plain` words carry no sense of their own."""

    writer: Writer
    rng: Random
    listed: frozenset[str]

    def content(self, word: str) -> bool:
        """Whether a word says something, and nothing that is a kind of its own."""
        return len(word) > 3 and word.isalpha() and word not in self.listed

    def fresh(self, unlike: str) -> str:
        """A word of content that is not of the same stem."""
        while True:
            word = self.writer.word("the")
            if self.content(word) and word[:3] != unlike[:3]:
                return word

    def place(self, words: Words, margin: int = 3) -> int:
        """A place inside, `margin` words from the ends."""
        return self.rng.randrange(margin, len(words) - margin)


def _listed() -> frozenset[str]:
    """Words that are a matter of their own: negations, opposites, conditions, fillers, amounts."""
    tables = ("negations", "opposite_senses", "conditions", "limits", "quantities", "numbers",
              "function_words", "light_words")  # fmt: skip
    words = {w for t in tables for w in lexicon.entries(t)}
    words |= {w for pair in lexicon.relation("negation_pairs") for w in pair}
    return frozenset(words | {w for p in lexicon.phrases("fillers") for w in p})


def negation(words: Words, maker: Maker) -> Sides | None:
    """A "not" or "never" beside an auxiliary."""
    places = [k for k, w in enumerate(words[:-1]) if w in _AUXILIARIES and words[k + 1] != "not"]
    if not places:
        return None
    at = maker.rng.choice(places)
    word = maker.rng.choice(("not", "not", "never"))
    return _text(words), _text([*words[: at + 1], word, *words[at + 1 :]])


def number(words: Words, maker: Maker) -> Sides:
    """Another amount, date, unit or scale."""
    amount = maker.rng.choice(_AMOUNTS)
    other = maker.rng.choice(_OTHER_AMOUNTS[amount])
    return _with(words, maker.place(words), amount, other)


def wording(words: Words, maker: Maker) -> Sides | None:
    """Another word of content in the place of one."""
    places = [k for k, w in enumerate(words) if maker.content(w)]
    if not places:
        return None
    at = maker.rng.choice(places)
    return _text(words), _text([*words[:at], maker.fresh(words[at]), *words[at + 1 :]])


def omission(words: Words, maker: Maker) -> Sides | None:
    """Some words inside are gone."""
    size = maker.rng.randint(1, 5)
    if len(words) < size + 8:
        return None
    at = maker.rng.randrange(3, len(words) - size - 3)
    gone = words[at : at + size]
    beside = {*words[at - 2 : at], *words[at + size : at + size + 2]}
    if not all(maker.content(w) or w in _ARTICLES for w in gone) or beside & {*gone}:
        return None
    if not any(maker.content(w) for w in gone):
        return None
    return _text([*words[:at], *words[at + size :]]), _text(words)


_ARTICLES = {"the", "a", "of", "and", "to", "in"}


def insertion(words: Words, maker: Maker) -> Sides | None:
    """The reverse."""
    sides = omission(words, maker)
    return (sides[1], sides[0]) if sides else None


def splice(words: Words, maker: Maker) -> Sides | None:
    """The beginning of one quote and the end of another."""
    other = maker.writer.fresh()
    if len(words) < 18 or len(other) < 18:
        return None
    return _text([*words[:9], *other[-9:]]), _text(words)


def speaker(words: Words, _: Maker) -> Sides:
    """The same words; `told` gives them two speakers."""
    return _text(words), _text(words)


def spelling(words: Words, maker: Maker) -> Sides:
    """British and American."""
    british, american = maker.rng.choice(sorted(lexicon.pairs("spelling").items()))
    return _with(words, maker.place(words), british, american)


def contraction(words: Words, maker: Maker) -> Sides:
    """Long and short forms."""
    long = maker.rng.choice(sorted(_SHORT))
    return _with(words, maker.place(words), long, _SHORT[long])


def number_format(words: Words, maker: Maker) -> Sides:
    """Words, digits and signs."""
    amount = maker.rng.choice(sorted(_SAME_AMOUNTS))
    return _with(words, maker.place(words), amount, _SAME_AMOUNTS[amount])


def ellipsis(words: Words, maker: Maker) -> Sides | None:
    """A marked cut."""
    if len(words) < 12:
        return None
    at = maker.rng.randrange(4, len(words) - 7)
    dots = maker.rng.choice(("...", "…", "[...]", ". . ."))
    return _text([*words[:at], dots, *words[at + maker.rng.randint(1, 3) :]]), _text(words)


def bracket(words: Words, maker: Maker) -> Sides:
    """A marked insertion."""
    at = maker.place(words)
    inside = f"[{maker.fresh('')} {maker.fresh('')}]"
    return _text([*words[:at], inside, *words[at:]]), _text(words)


def truncation(words: Words, maker: Maker) -> Sides | None:
    """Cut at the ends; no negation and no condition is near."""
    if len(words) < 12 or {*words} & (lexicon.entries("negations") | lexicon.entries("conditions")):
        return None
    start, end = maker.rng.randint(0, 3), len(words) - maker.rng.randint(1, 3)
    return " ".join(words[start:end]), _text(words)


def filler(words: Words, maker: Maker) -> Sides:
    """Words that wires leave out."""
    at = maker.place(words)
    said = maker.rng.choice(_FILLERS).strip()
    return _text([*words[: at - 1], words[at - 1] + ",", said[2:], *words[at:]]), _text(words)


def nothing(words: Words, _: Maker) -> Sides:
    """Marks and capitals alone."""
    return _text(words), " ".join(words).upper() + "!"


KINDS: dict[str, Change] = {
    "negation": negation,
    "number": number,
    "wording": wording,
    "omission": omission,
    "insertion": insertion,
    "splice": splice,
    "speaker": speaker,
    "spelling": spelling,
    "contraction": contraction,
    "number-format": number_format,
    "ellipsis": ellipsis,
    "bracket": bracket,
    "truncation": truncation,
    "filler": filler,
    "nothing": nothing,
}
_TURNED = {"omission": "insertion", "insertion": "omission"}


def _text(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text[:1].upper() + text[1:] + "."


def _with(words: Words, at: int, one: str, other: str) -> Sides:
    return _text([*words[:at], one, *words[at:]]), _text([*words[:at], other, *words[at:]])


def pairs(each: int, seed: int = 3) -> Iterator[tuple[str, Sides]]:
    """`each` pairs of every kind."""
    writer = Writer(seed)
    maker = Maker(writer, writer.rng, _listed())
    for kind, change in KINDS.items():
        found = 0
        while found < each:
            words = writer.fresh()
            if 9 <= len(words) <= 40 and (sides := change(words, maker)):
                found += 1
                yield kind, sides


def told(kind: str, here: str, there: str, rng: Random) -> set[str]:
    """The kinds that are found; `speaker` is asked of the whole judgement.

    It is asked of two reports from one place: light words of two people in stories that have
    nothing in common are a stock phrase, and no conflict.
    """
    if kind in {"speaker", "nothing"}:
        names = rng.sample(_NAMES, 2) if kind == "speaker" else [rng.choice(_NAMES)] * 2
        rows = [
            {"outlet": f"Paper {n}", "text": text, "said": [[side, name]]}
            for n, (text, side, name) in enumerate(
                zip(("harbour", "quay"), (here, there), names, strict=True)
            )
        ]
        finding = judged(rows[0], rows[1:])
        return {*finding.divergences, *(d for m in finding.matches for d in m.differences)}
    found = compared(here, there)
    high = {d.kind for d in found.divergences if d.severity is Severity.HIGH}
    return high | {*found.differences}


def main() -> None:
    """Print the table, and with -v the pairs that are told wrong."""
    each = int(next((a for a in sys.argv[1:] if a.isdigit()), 200))
    right: Counter[str] = Counter()
    false: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    rng = Random(5)
    for kind, (one, other) in pairs(each):
        for turned, (here, there) in enumerate(((one, other), (other, one))):
            wanted = _TURNED.get(kind, kind) if turned else kind
            found = told(kind, here, there, rng)
            asked[wanted] += 1
            expected = set() if kind == "nothing" else {wanted}
            right.update([wanted] if expected <= found else [])
            false.update(found - expected)
            if found != expected and "-v" in sys.argv:
                print(wanted, sorted(found), here, there, sep="\n  ")
    print("| kind | pairs | precision | recall |\n|---|---|---|---|")
    for kind in KINDS:
        precision = right[kind] / max(right[kind] + false[kind], 1)
        print(f"| {kind} | {asked[kind]} | {precision:.3f} | {right[kind] / asked[kind]:.3f} |")


if __name__ == "__main__":
    main()
