"""Words and paragraphs with offsets that always lead back to the text as it was read."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse
from typing import NamedTuple

from verifier.model import Span

# Letters with combining marks, and the invisible characters that stand inside words:
# soft hyphen, zero-width space, joiners, word joiner, byte-order mark.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_INVISIBLE}])*"
_WORD = re.compile(rf"{_LETTERS}(?:['’ʼ＇]{_LETTERS})*|\d+(?:[.,]\d+)*|[$€£¥%]")
_PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]+")
_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "＇": "'", **dict.fromkeys(_INVISIBLE)})


class Word(NamedTuple):
    """One word: as it is compared, and where it stands."""

    norm: str
    start: int
    end: int


def plain(text: str) -> str:
    """Lower case, straight apostrophes, no accents, nothing invisible; the length may change."""
    if text.isascii():
        return text.lower()
    low = text.translate(_PLAIN).lower()
    if low.isascii():
        return low
    split = unicodedata.normalize("NFKD", low)
    return "".join(filterfalse(unicodedata.combining, split))


def words(text: str) -> list[Word]:
    """The words, numbers, currency and per-cent signs of `text`, in order; hyphens separate."""
    if text.isascii():
        return [Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]
    return [Word(plain(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def paragraphs(text: str) -> list[Span]:
    """The spans of the lines that hold anything but white space, ends trimmed."""
    spans = []
    for m in _PARAGRAPH.finditer(text):
        line = m.group()
        body = line.strip()
        if body:
            start = m.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(body)))
    return spans
