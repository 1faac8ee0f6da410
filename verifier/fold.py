"""Words as they are compared: spelling, contractions and number formats folded.

`fold` is what the archive is indexed by. When it changes, `NORMALISER` must change with
it: an archive of another normaliser is rebuilt, never mixed.
"""

from __future__ import annotations

from functools import cache

from verifier import lexicon
from verifier.pattern import pattern
from verifier.text import Word, words

NORMALISER = 1

_SCALES = {"m": "million", "mn": "million", "mln": "million", "bn": "billion", "b": "billion",
           "k": "thousand", "tn": "trillion", "trn": "trillion"}  # fmt: skip

_ORDINALS = frozenset({"st", "nd", "rd", "th"})


@cache
def _table(language: str) -> dict[str, tuple[str, ...]]:
    """Word -> the words it stands for."""
    table: dict[str, tuple[str, ...]] = {
        w: (to,) for w, to in lexicon.pairs("spelling", language).items()
    }
    table |= {w: (to,) for w, to in lexicon.pairs("numbers", language).items()}
    table |= {w: tuple(to.split()) for w, to in lexicon.pairs("contractions", language).items()}
    return table


def _number(norm: str) -> str:
    """`14,000` -> `14000`, `1.50` -> `1.5`; a comma that groups no three digits stays a point."""
    head, *groups = norm.split(",")
    if groups and all(len(g.split(".")[0]) == 3 for g in groups):
        norm = head + "".join(groups)
    norm = norm.replace(",", ".")
    if norm.count(".") == 1:
        norm = norm.rstrip("0").rstrip(".")
    return norm.lstrip("0") or "0"


def _amount(out: list[Word], sign: str, end: int) -> bool:
    """`14 million dollars` -> `$ 14 million`, as `$14m` is read; False if no number precedes."""
    at = len(out) - 1
    if out[at].norm in _SCALES.values():
        at -= 1
    if at < 0 or not out[at].norm[-1].isdigit():
        return False
    out[-1] = out[-1]._replace(end=end)
    if at == 0 or out[at - 1].norm != sign:
        out.insert(at, Word(sign, out[at].start, out[at].start))
    return True


def _merge(folded: list[Word], language: str) -> list[Word]:
    """Join what several words write: per cent -> %, twenty five -> 25, 3 rd -> 3rd, 14 m."""
    signs = lexicon.pairs("currencies", language)
    out: list[Word] = []
    for word in folded:
        last = out[-1] if out else None
        if last is None:
            out.append(word)
        elif word.norm == "cent" and last.norm == "per":
            out[-1] = Word("%", last.start, word.end)
        elif word.norm in _ORDINALS and last.end == word.start and last.norm.isdigit():
            out[-1] = Word(last.norm + word.norm, last.start, word.end)
        elif word.norm in _SCALES and last.norm[-1:].isdigit():
            out.append(word._replace(norm=_SCALES[word.norm]))
        elif word.norm in signs and _amount(out, signs[word.norm], word.end):
            continue
        elif _is_units(word.norm[:-2]) and word.norm[-2:] in _ORDINALS and _is_tens(last.norm):
            out[-1] = Word(last.norm[0] + word.norm, last.start, word.end)
        elif word.norm == "half" and _and_a(out):
            out[-3:] = [Word(out[-3].norm + ".5", out[-3].start, word.end)]
        elif _is_units(word.norm) and _is_tens(last.norm) and not _adjacent_digits(last, word):
            out[-1] = Word(str(int(last.norm) + int(word.norm)), last.start, word.end)
        else:
            out.append(word)
    return out


def _and_a(out: list[Word]) -> bool:
    """Whether `out` ends in a number and "and a": two and a half."""
    tail = [w.norm for w in out[-3:]]
    return len(tail) == 3 and tail[0].isdigit() and tail[1:] == ["and", "a"]


_DAY = pattern(r"([12]?\d|3[01])(st|nd|rd|th)?")
_ALSO_VERBS = frozenset({"may", "march"})


def _dates(merged: list[Word], language: str) -> list[Word]:
    """`the 3rd of May`, `3 May` and `May 3rd` as `may 3`, each word over the whole date."""
    months = lexicon.pairs("months", language)
    out: list[Word] = []
    for word in merged:
        day = _DAY.fullmatch(word.norm) if out and out[-1].norm in months else None
        size = _day_before(out, word.norm) if word.norm in months else 0
        if size:
            start = out[-size].start
            number = next(m[1] for w in out[-size:] if (m := _DAY.fullmatch(w.norm)))
            out[-size:] = [Word(word.norm, start, word.end), Word(number, start, word.end)]
        else:
            out.append(word._replace(norm=day[1]) if day else word)
    return out


def _day_before(out: list[Word], month: str) -> int:
    """How many words before a month belong to its date: 3, 3rd of, the 3rd of."""
    of = bool(out) and out[-1].norm == "of"
    at = len(out) - 1 - of
    day = _DAY.fullmatch(out[at].norm) if at >= 0 else None
    if day is None or (month in _ALSO_VERBS and not of and not day[2]):
        return 0
    the = at > 0 and out[at - 1].norm == "the"
    return 1 + of + the


def _is_tens(norm: str) -> bool:
    return len(norm) == 2 and norm[0] in "23456789" and norm[1] == "0"


def _is_units(norm: str) -> bool:
    return len(norm) == 1 and norm in "123456789"


def _adjacent_digits(tens: Word, units: Word) -> bool:
    """Written in digits both: `20 5` is not 25; spelt words are longer than their digits."""
    return tens.end - tens.start <= 2 or units.end - units.start <= 1


def fold_words(found: list[Word], language: str = "en") -> list[Word]:
    """`found` folded; each word keeps the offsets of what it came from."""
    table = _table(language)
    out: list[Word] = []
    merge = False
    for word in found:
        norm = word.norm
        if norm[0].isdigit():
            out.append(word._replace(norm=_number(norm)))
            merge = True
        elif (to := table.get(norm)) is not None:
            out.extend(Word(part, word.start, word.end) for part in to)
            merge = merge or to[0][0].isdigit()
        else:
            out.append(word)
            merge = merge or norm == "cent"
    return _dates(_merge(out, language), language) if merge else out


def fold(text: str, language: str = "en") -> list[Word]:
    """The folded words of `text`, in order, with their offsets in it."""
    return fold_words(words(text), language)
