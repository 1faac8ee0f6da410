"""Ways in which a quote changes on its way from one wire to another.

Nothing here knows how quotes are compared. Each function takes the words of a quote, a
`corpus.Writer` for new words and randomness, and another quote's words; it returns the
changed text, or None if the quote offers no place for the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from tests.benchmarks.corpus import Writer
from verifier.lexicon import pairs

Words = Sequence[str]
Mutation = Callable[[Words, Writer, Words], str | None]

_PRONOUNS = {
    "i": "he", "we": "they", "my": "his", "our": "their", "me": "him", "us": "them", "he": "she",
    "they": "we", "his": "her", "their": "our", "you": "they", "your": "their", "it": "that",
}  # fmt: skip
_TENSES = {
    "is": "was", "are": "were", "has": "had", "have": "had", "do": "did", "does": "did",
    "will": "would", "can": "could", "was": "is", "were": "are", "had": "has", "would": "will",
    "could": "can", "say": "said", "think": "thought", "go": "went", "want": "wanted",
}  # fmt: skip
# Words that begin with these, four letters or more after them, are also written with a hyphen.
_STARTS = (
    "anti", "back", "cyber", "every", "health", "home", "inter", "multi", "news", "non", "over",
    "pre", "semi", "some", "under", "up", "web", "work",
)  # fmt: skip
_AUXILIARIES = (
    "is",
    "are",
    "was",
    "were",
    "will",
    "would",
    "can",
    "could",
    "has",
    "have",
    "do",
    "did",
)


def punctuation(words: Words, writer: Writer, _: Words) -> str | None:
    """Capitals, commas, dashes, curly marks and a full stop."""
    rng = writer.rng
    out = [w + rng.choice(("", "", "", ",", ";", " —", "…")) for w in words]
    return "".join(out[:1]).capitalize() + "".join(f" {w}" for w in out[1:]) + rng.choice(".!,")


def spelling(words: Words, writer: Writer, _: Words) -> str | None:
    """British for American, or a compound written as two words."""
    british = _british()
    places = [i for i, w in enumerate(words) if w in british]
    if places:
        return _with(words, {i: british[words[i]] for i in places})
    compounds = {i: split for i, w in enumerate(words) if (split := _split(w)) is not None}
    if not compounds:
        return None
    at = writer.rng.choice(sorted(compounds))
    return _with(words, {at: compounds[at]})


def one_word(words: Words, writer: Writer, _: Words) -> str | None:
    """Another word in the place of one."""
    at = writer.rng.randrange(len(words))
    return _with(words, {at: writer.word(words[at - 1] if at else "")})


def insert_drop(words: Words, writer: Writer, _: Words) -> str | None:
    """A word more, a word less, or both."""
    out = list(words)
    choice = writer.rng.randrange(3)
    if choice != 0:
        del out[writer.rng.randrange(len(out))]
    if choice != 1:
        at = writer.rng.randrange(len(out) + 1)
        out.insert(at, writer.word(out[at - 1] if at else ""))
    return " ".join(out)


def ellipsis(words: Words, writer: Writer, _: Words) -> str | None:
    """A marked cut inside."""
    if len(words) < 10:
        return None
    size = writer.rng.randint(2, len(words) // 3)
    at = writer.rng.randint(3, len(words) - size - 3)
    return " ".join([*words[:at], "...", *words[at + size :]])


def fragment(words: Words, writer: Writer, _: Words) -> str | None:
    """Some words of it, as in a mixed quote."""
    if len(words) < 8:
        return None
    size = writer.rng.randint(3, min(9, len(words) - 2))
    at = writer.rng.randint(0, len(words) - size)
    return " ".join(words[at : at + size])


def splice(words: Words, _: Writer, other: Words) -> str | None:
    """Half of it and half of another, ten words or more of each, as one."""
    if len(words) < 20 or len(other) < 20:
        return None
    keep = len(words) // 2
    return " ".join([*words[:keep], *other[len(other) // 2 :][:keep]])


def number(words: Words, writer: Writer, _: Words) -> str | None:
    """Another amount."""
    places = [i for i, w in enumerate(words) if w.isdigit()]
    if not places:
        return None
    return _with(words, {i: str(int(words[i]) + writer.rng.randint(1, 40)) for i in places})


def negation(words: Words, writer: Writer, _: Words) -> str | None:
    """A "not" more or less."""
    if "not" in words:
        out = list(words)
        out.remove("not")
        return " ".join(out)
    places = [i for i, w in enumerate(words) if w in _AUXILIARIES]
    if not places:
        return None
    at = writer.rng.choice(places)
    return " ".join([*words[: at + 1], "not", *words[at + 1 :]])


def pronoun_tense(words: Words, _: Writer, __: Words) -> str | None:
    """As reported speech turns it: I will -> he would."""
    changed = {
        i: to for i, w in enumerate(words) if (to := _PRONOUNS.get(w) or _TENSES.get(w)) is not None
    }
    return _with(words, changed) if changed else None


def third(words: Words, writer: Writer, _: Words) -> str | None:
    """Three words in ten changed."""
    count = max(1, round(0.3 * len(words)))
    places = writer.rng.sample(range(len(words)), count)
    return _with(words, {i: writer.word(words[i - 1] if i else "") for i in places})


KINDS: dict[str, Mutation] = {
    "punctuation": punctuation,
    "spelling": spelling,
    "one word": one_word,
    "insert/drop": insert_drop,
    "ellipsis": ellipsis,
    "fragment": fragment,
    "splice": splice,
    "number": number,
    "negation": negation,
    "pronoun/tense": pronoun_tense,
    "30% of words": third,
}


@cache
def _british() -> dict[str, str]:
    """American -> one British spelling."""
    return {american: british for british, american in pairs("spelling").items()}


def _split(word: str) -> str | None:
    """`anti-trust` of `antitrust`."""
    for start in _STARTS:
        if word.startswith(start) and len(word) >= len(start) + 4:
            return f"{start}-{word[len(start) :]}"
    return None


def _with(words: Words, changed: dict[int, str]) -> str:
    return " ".join(changed.get(i, word) for i, word in enumerate(words))
