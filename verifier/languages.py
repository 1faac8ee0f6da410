"""In which language is a text? By its script, then by a vote of its small words.

A library for it weighs more than this program and takes longer to load than a check runs.
What a check must know is less: whether it is English, and how to name what is not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from verifier import lexicon
from verifier.pattern import pattern

# One letter is a variable, an initial or a column of a league table.
_WORD = pattern(r"[a-z]{2,}+(?![^\W\d_])|[^\W\d_]{2,}|[^\W\d_a-zA-Z]")
_READ = 1000  # characters; a story says it in its first paragraphs
_SURE = 1.25  # times as many votes as the next language has
_LEAST = (
    1.5  # votes: of 1,709 English lines of 5 to 12 words 61% are told, none is taken for another
)
# Scripts that one language of the wires has to itself; kana go before the signs of Chinese.
# They are compiled when a text has signs of one: no English article does.
_SCRIPTS = (
    ("ja", "[\u3040-\u30ff]"),
    ("ko", "[\uac00-\ud7a3]"),
    ("zh", "[\u4e00-\u9fff]"),
    ("el", "[\u0370-\u03ff]"),
    ("he", "[\u0590-\u05ff]"),
    ("ar", "[\u0600-\u06ff]"),
    ("hi", "[\u0900-\u097f]"),
    ("th", "[\u0e00-\u0e7f]"),
)
_SHARE = 0.2  # of the characters: Chinese has many Latin names, Japanese many Chinese signs


def guess(text: str) -> str | None:
    """The ISO 639-1 code of the language of `text`; None if its words leave that open."""
    begun = text[:_READ]
    script = None if begun.isascii() or not any(map(_foreign, set(begun))) else _script(begun)
    return script or _vote(_WORD.findall(begun.lower()))


def name(code: str) -> str:
    """The language's name in English; a code that is not known stays as it is."""
    return lexicon.spelled("language_names", "any").get(code, code)


def _foreign(sign: str) -> bool:
    """Whether a script other than Latin has it. To compile such a range takes 2 milliseconds."""
    return "\u0370" <= sign <= "\u1fff" or "\u2e80" <= sign <= "\ud7ff"


def _script(text: str) -> str | None:
    least = _SHARE * len(text)
    return next((code for code, sign in _SCRIPTS if len(re.findall(sign, text)) > least), None)


def _vote(words: list[str]) -> str | None:
    votes: defaultdict[str, float] = defaultdict(float)
    known = _speakers()
    for word, times in Counter(filter(known.__contains__, words)).items():
        spoken = known[word]
        for code in spoken:
            # A word that is said twice says little more than one that is said once.
            votes[code] += (1 + 0.2 * (times - 1)) / len(spoken)
    ranked = sorted(votes, key=votes.__getitem__, reverse=True)
    least = _SURE * votes[ranked[1]] if len(ranked) > 1 else 0.0
    return ranked[0] if ranked and votes[ranked[0]] >= max(_LEAST, least) else None


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Word -> the languages that have it among their most frequent."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in lexicon.pairs("languages", "any").items():
        for word in set(words.split()):
            found[word] = (*found.get(word, ()), code)
    return found
