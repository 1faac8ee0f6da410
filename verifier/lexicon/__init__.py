"""Word lists: data, one entry a line, one folder a language.

Lines that start with `#` and blank lines are comments. A line may hold two columns
separated by a tab. Entries are normalised as the texts are, so that each can match.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from verifier.text import plain

_HERE = Path(__file__).parent  # importlib.resources would cost a check six milliseconds


def path(name: str, language: str = "en") -> Path:
    """The file of that name in the folder of `language`."""
    return _HERE / language / name


def _lines(language: str, name: str) -> list[str]:
    text = path(f"{name}.txt", language).read_text(encoding="utf-8")
    return _entries(text)


def _entries(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _plain_lines(language: str, name: str) -> list[str]:
    """The lines as texts are compared; nearly all files are ASCII, and folded in one go."""
    text = path(f"{name}.txt", language).read_text(encoding="utf-8")
    lines = _entries(text.lower() if text.isascii() else text)
    return lines if text.isascii() else [plain(line) for line in lines]


@cache
def entries(name: str, language: str = "en") -> frozenset[str]:
    """The entries of `lexicon/<language>/<name>.txt`, lower-cased, with straight apostrophes."""
    return frozenset([line.partition("\t")[0].strip() for line in _plain_lines(language, name)])


@cache
def pairs(name: str, language: str = "en") -> dict[str, str]:
    """The two columns of `lexicon/<language>/<name>.txt` as a mapping. Do not change it."""
    rows = [line.split("\t") for line in _plain_lines(language, name)]
    return {row[0].strip(): row[1].strip() for row in rows}


@cache
def relation(name: str, language: str = "en") -> frozenset[tuple[str, str]]:
    """The two columns of a file as a symmetric relation: one word may have several partners."""
    rows = [line.split("\t") for line in _plain_lines(language, name)]
    found = {(a.strip(), b.strip()) for a, b in rows}
    return frozenset(found | {(b, a) for a, b in found})


@cache
def phrases(name: str, language: str = "en") -> frozenset[tuple[str, ...]]:
    """The entries of a file as tuples of words."""
    return frozenset(tuple(entry.split()) for entry in entries(name, language))


@cache
def names(name: str, language: str = "en") -> dict[str, str]:
    """As `pairs`, with the second column as it is written: aliases to proper names."""
    rows = (line.split("\t") for line in _lines(language, name))
    return {plain(row[0].strip()): row[1].strip() for row in rows}


@cache
def spelled(name: str, language: str = "en") -> dict[str, str]:
    """Like `pairs`, but the second column (the first, where there is no other) as written."""
    rows = (line.split("\t") for line in _lines(language, name))
    return {plain(row[0].strip()): row[-1].strip() for row in rows}


@cache
def weights(name: str, language: str = "en") -> dict[str, float]:
    """`lexicon/<language>/<name>.txt` as feature -> weight, case kept. Do not change it."""
    rows = (line.split("\t") for line in _lines(language, name))
    return {row[0]: float(row[1]) for row in rows}
