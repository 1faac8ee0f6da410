"""Word lists: data, one entry a line, one folder a language.

Lines that start with `#` and empty lines are comments. A line may hold two columns
separated by a tab, with no other white space around them. Entries are normalised as the
texts are, so that each can match.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from verifier.text import plain

_HERE = Path(__file__).parent  # importlib.resources would cost a check six milliseconds


def path(name: str, language: str = "en") -> Path:
    """The file of that name in the folder of `language`."""
    return _HERE / language / name


def _text(language: str, name: str) -> str:
    """The entries, a line each; comments mostly stand at the head of a file alone."""
    text = path(f"{name}.txt", language).read_bytes().decode("utf-8")
    while text.startswith(("#", "\n")):
        text = text.partition("\n")[2]
    if "\n#" in text or "\n\n" in text:
        text = "\n".join([line for line in text.splitlines() if line and line[0] != "#"])
    return text.rstrip("\n")


def _plain(language: str, name: str) -> str:
    """The entries as texts are compared; nearly all files are ASCII, and folded in one go."""
    text = _text(language, name)
    return text.lower() if text.isascii() else "\n".join(map(plain, text.split("\n")))


def _columns(text: str) -> tuple[list[str], list[str]]:
    """The two columns of `text`, cut in one go: a check reads nine thousand lines."""
    cells = text.replace("\n", "\t").split("\t")
    return cells[::2], cells[1::2]


@cache
def entries(name: str, language: str = "en") -> frozenset[str]:
    """The entries of `lexicon/<language>/<name>.txt`, lower-cased, with straight apostrophes."""
    return frozenset([line.partition("\t")[0] for line in _plain(language, name).split("\n")])


@cache
def pairs(name: str, language: str = "en") -> dict[str, str]:
    """The two columns of `lexicon/<language>/<name>.txt` as a mapping. Do not change it."""
    return dict(zip(*_columns(_plain(language, name)), strict=True))


@cache
def relation(name: str, language: str = "en") -> frozenset[tuple[str, str]]:
    """The two columns of a file as a symmetric relation: one word may have several partners."""
    found = set(zip(*_columns(_plain(language, name)), strict=True))
    return frozenset(found | {(b, a) for a, b in found})


@cache
def phrases(name: str, language: str = "en") -> frozenset[tuple[str, ...]]:
    """The entries of a file as tuples of words."""
    return frozenset(tuple(entry.split()) for entry in entries(name, language))


@cache
def names(name: str, language: str = "en") -> dict[str, str]:
    """As `pairs`, with the second column as it is written: aliases to proper names."""
    aliases, proper = _columns(_text(language, name))
    return dict(zip(map(plain, aliases), proper, strict=True))


@cache
def spelled(name: str, language: str = "en") -> dict[str, str]:
    """Like `pairs`, but the second column (the first, where there is no other) as written."""
    rows = (line.split("\t") for line in _text(language, name).split("\n"))
    return {plain(row[0]): row[-1] for row in rows}


@cache
def weights(name: str, language: str = "en") -> dict[str, float]:
    """`lexicon/<language>/<name>.txt` as feature -> weight, case kept. Do not change it."""
    features, found = _columns(_text(language, name))
    return dict(zip(features, map(float, found), strict=True))
