"""What two stretches of words differ in: negations, quantities, words of content.

The stretches are folded words that stand in each other's place; either may be empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from verifier import lexicon
from verifier.value import value

# An added "not at any time" negates what is beside it; more words are a clause of their own.
NEGATING_WORDS = 4
_OPPOSITE_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
_ANYBODY = {f"{some}body": f"{some}one" for some in ("any", "every", "some")}
METRIC = ("kilo", "centi", "milli", "micro", "nano", "mega", "giga", "tera", "deci", "hecto")
_MEASURES = frozenset({"scale", "unit", "currency", "time"})


@value
class Lists:
    """The word lists of one language."""

    negations: frozenset[str]
    opposites: frozenset[tuple[str, str]]
    opposite_senses: dict[str, str]
    not_opposites: frozenset[str]
    function_words: frozenset[str]
    light_words: frozenset[str]
    fillers: frozenset[tuple[str, ...]]
    quantities: dict[str, str]
    conditions: frozenset[tuple[str, ...]]
    reservations: frozenset[tuple[str, ...]]
    limits: frozenset[str]
    contractions: dict[str, str]
    spellings: dict[str, str]


@cache
def lists(language: str) -> Lists:
    """The word lists of `language`, read once."""
    return Lists(
        negations=lexicon.entries("negations", language),
        opposites=lexicon.relation("negation_pairs", language),
        opposite_senses=lexicon.pairs("opposite_senses", language),
        not_opposites=lexicon.entries("not_opposites", language),
        function_words=lexicon.entries("function_words", language),
        light_words=lexicon.entries("light_words", language),
        fillers=lexicon.phrases("fillers", language),
        quantities=lexicon.pairs("quantities", language),
        conditions=lexicon.phrases("conditions", language),
        reservations=lexicon.phrases("reservations", language),
        limits=lexicon.entries("limits", language),
        contractions=lexicon.pairs("contractions", language),
        spellings=lexicon.pairs("spelling", language),
    )


@value
class Sense:
    """What differs: whether it turns the sense, whether it counts otherwise, and the rest."""

    negated: bool
    counted: bool
    here: tuple[str, ...]
    there: tuple[str, ...]
    content: int  # words of content in the larger rest


def sense(
    one: Sequence[str], other: Sequence[str], known: Lists, *, beside_number: bool = False
) -> Sense:
    """How `one` and `other` differ; `beside_number`: a number stands next to them."""
    opposites = _opposites(set(one) - set(other), set(other) - set(one), known)
    negated = _negated(one, other, len(opposites), known)
    counted = counts_otherwise(one, other, known, beside_number=beside_number)
    counts = [Counter(map(_indefinite, side)) for side in (one, other)]
    kept_one, kept_other = counts[0] - counts[1], counts[1] - counts[0]
    for x, y in opposites:
        kept_one[x] = kept_other[y] = 0
    rests = [_rest(kept, known, counted=counted) for kept in (kept_one, kept_other)]
    return Sense(
        negated=negated,
        counted=counted,
        here=rests[0],
        there=rests[1],
        content=max(_content(rest, known) for rest in rests),
    )


def _opposites(one: set[str], other: set[str], known: Lists) -> list[tuple[str, str]]:
    """The pairs of opposites; negations count by themselves."""
    plain_one, plain_other = one - known.negations, other - known.negations
    return [(x, y) for x in plain_one for y in plain_other if opposite(x, y, known)]


def opposite(x: str, y: str, known: Lists) -> bool:
    """Whether the one word denies the other: like and unlike, useful and useless."""
    if (x, y) in known.opposites or _ends_of_one_scale(x, y, known):
        return True
    short, long = sorted((x, y), key=len)
    if long in known.not_opposites:
        return False
    prefixed = len(short) > 3 and any(long == p + short for p in _OPPOSITE_PREFIXES)
    return prefixed or (long.endswith("less") and short.endswith("ful") and long[:-4] == short[:-3])


def _ends_of_one_scale(x: str, y: str, known: Lists) -> bool:
    """Whether they lie at either end of one scale: climbed and fell."""
    one, other = known.opposite_senses.get(x, ""), known.opposite_senses.get(y, "")
    return bool(one) and one[1:] == other[1:] and one[0] != other[0]


def _negated(one: Sequence[str], other: Sequence[str], opposites: int, known: Lists) -> bool:
    """Whether one side says the opposite of the other; a clause of its own turns nothing."""
    if not (one and other) and max(len(one), len(other)) > NEGATING_WORDS:
        return False
    negations = sum(w in known.negations for w in one) - sum(w in known.negations for w in other)
    return (negations + opposites) % 2 == 1


def counts_otherwise(
    one: Sequence[str], other: Sequence[str], known: Lists, *, beside_number: bool
) -> bool:
    """Whether an amount, a date, a unit or a scale differs."""
    kinds_one, kinds_other = _quantities(one, known), _quantities(other, known)
    if kinds_one == kinds_other:
        return False
    if {k for k, _ in kinds_one - kinds_other} & {k for k, _ in kinds_other - kinds_one}:
        return True
    measured = {k for k, _ in kinds_one ^ kinds_other}
    return beside_number and bool(measured & _MEASURES)


def _quantities(norms: Iterable[str], known: Lists) -> frozenset[tuple[str, str]]:
    """(what it measures, word) of each number and measure; an amount and its scale are one."""
    found = [(kind, w) for w in norms if (kind := _kind(w, known))]
    return frozenset(("amount" if kind == "scale" else kind, w) for kind, w in found)


def _kind(word: str, known: Lists) -> str:
    if word[0].isdigit():
        return "amount"
    return (known.quantities.get(word) or _metric(word, known)).rstrip("?")


def _metric(word: str, known: Lists) -> str:
    """What `millimetres` measures, which is no entry of its own."""
    bases = (word.removeprefix(p) for p in METRIC if word.startswith(p))
    kinds = (known.quantities.get(known.spellings.get(b, b), "") for b in bases)
    return next((kind for kind in kinds if kind == "unit"), "")


def is_quantity(word: str, known: Lists) -> bool:
    """Whether `word` is a number or measures something."""
    return bool(_kind(word, known)) or word in known.quantities


def is_amount(word: str, known: Lists) -> bool:
    """Whether `word` is more than the name of a unit: a number, a scale, a sign, a date."""
    return is_quantity(word, known) and not (word.isalpha() and _kind(word, known) == "unit")


def _rest(kept: Counter[str], known: Lists, *, counted: bool) -> tuple[str, ...]:
    """What differs beside negations, and beside quantities where these differ."""
    return tuple(
        w
        for w in kept.elements()
        if w not in known.negations and not (counted and is_quantity(w, known))
    )


def _indefinite(word: str) -> str:
    """`anybody` as `anyone`."""
    return _ANYBODY.get(word, word)


def _content(norms: Sequence[str], known: Lists) -> int:
    """How many words of content; "one week" and "a week" are the same."""
    return sum(w not in known.function_words and w != "1" for w in norms)


def without_fillers(norms: Sequence[str], known: Lists) -> tuple[list[str], list[str]]:
    """(words, fillers), longest filler first."""
    kept: list[str] = []
    fillers: list[str] = []
    k = 0
    while k < len(norms):
        size = next((n for n in (4, 3, 2, 1) if tuple(norms[k : k + n]) in known.fillers), 0)
        (fillers if size else kept).extend(norms[k : k + max(size, 1)])
        k += max(size, 1)
    return kept, fillers
