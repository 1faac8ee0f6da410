"""Words and paragraphs with offsets that always lead back to the text as it was read."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse

from verifier.model import Span
from verifier.pattern import pattern
from verifier.value import NamedTuple

# Letters with combining marks, and the invisible characters that stand inside words:
# soft hyphen, zero-width space, joiners, word joiner, byte-order mark.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_INVISIBLE}])*"
_WORD = pattern(rf"{_LETTERS}(?:['’ʼ＇]{_LETTERS})*|\d+(?:[.,]\d+)*|[$€£¥%]")
_ASCII_WORD = pattern(r"[a-z]+(?:'[a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[$%]")
_PARAGRAPH = pattern(r"[^\n\r\u2028\u2029]+")
# Between two lines of which the second is neither blank nor indented.
_WRAP = pattern(r"(?<=\S)(?:\r\n|[\n\r])(?=\S)")
_NEXT = pattern(r"\S{1,40}")
_LINE_ENDS = '.!?:;"”’»)'
# Characters: plain copy is broken at 60 to 80. A line is full at so much of the longest.
_WRAPPED, _FILLED = 100, 0.85
_LONG_LINE = pattern(rf"[^\n\r]{{{_WRAPPED + 1}}}")
_FRONT_MATTER = pattern(r"\A---[ \t]*\r?\n(?:[^\r\n]{0,500}\r?\n){0,60}?---[ \t]*\r?\n")
_NOT_BREAKS = pattern(r"[^\r\n]")
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
        return [Word(m.group(), m.start(), m.end()) for m in _ASCII_WORD.finditer(text.lower())]
    return [Word(plain(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def bare_words(text: str) -> list[str]:
    """The words of `text` alone, as they are compared; a third of the time of `words`."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return list(map(plain, _WORD.findall(text)))


def legible(text: str) -> str:
    """`text` as it is read, of the same length: no front matter, no lines broken in mid-sentence.

    YAML front matter at its head is blank, and the line breaks of a hard-wrapped text are
    spaces, so that a name that stands on two lines is one name.
    """
    head = _FRONT_MATTER.match(text)
    if head:
        text = _NOT_BREAKS.sub(" ", head.group()) + text[head.end() :]
    width = _width(text)
    return _WRAP.sub(lambda m: _joint(text, m, width), text) if width else text


def front_matter(text: str) -> dict[str, str]:
    """The plain `key: value` lines of YAML front matter, keys in lower case; {} without any."""
    head = _FRONT_MATTER.match(text)
    pairs = (line.partition(":") for line in head.group().splitlines()) if head else ()
    return {k.strip().lower(): v.strip().strip("\"'") for k, found, v in pairs if found}


def _width(text: str) -> int:
    """The length of the longest line of a hard-wrapped text; 0 of one that is not wrapped."""
    if _LONG_LINE.search(text):
        return 0
    breaks = broken = sure = 0
    for m in _WRAP.finditer(text):
        breaks += 1
        if text[m.start() - 1] not in _LINE_ENDS:
            broken += 1
            sure += text[m.end()].islower()
    wrapped = sure and 2 * broken >= breaks
    return max(m.end() - m.start() for m in _PARAGRAPH.finditer(text)) if wrapped else 0


def _joint(text: str, wrap: re.Match[str], width: int) -> str:
    """Spaces for a line break that only wraps: the next word had no place before it."""
    line = text[max(0, wrap.start() - _WRAPPED) : wrap.start()].splitlines()[-1]
    following = _NEXT.match(text, wrap.end())
    length = len(line) + 1 + (len(following.group()) if following else 0)
    return " " * len(wrap.group()) if length > _FILLED * width else wrap.group()


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
