"""One form for what two wordings write differently: `healthcare` and `health care`.

What is folded for every text alike stands in `fold`, by which the archive is indexed. Here
is what can only be seen beside the other text: names in several romanisations, compounds,
initials with and without full stops, amounts in words, slips of the pen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from verifier import lexicon
from verifier.background import shipped
from verifier.fold import fold_words
from verifier.index import word_key
from verifier.sense import METRIC
from verifier.text import Word
from verifier.wording import Wording, rebuilt

_RUN = 3  # at most so many words are written as one: Port au Prince
_SLIP_LETTERS = 6  # in shorter words one letter makes another word: causal is not casual
_MOST = 4_000  # pairs of words that are compared as spellings of one
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def levelled(here: Wording, there: Wording, language: str = "en") -> tuple[Wording, Wording]:
    """Both sides, with equal words where they are only written differently."""
    here, there = _sped(_clocked(here)), _sped(_clocked(there))
    here, there = _dated(here, there), _dated(there, here)
    one, other = _undone(here, there), _undone(there, here)
    one, other = (
        _joined(one, set(other.norms), language),
        _joined(other, set(one.norms), language),
    )
    same = dict(_spellings(one.norms, other.norms, language))
    if not same:
        return one, other
    return one, rebuilt(other, [w._replace(norm=same.get(w.norm, w.norm)) for w in other.words])


# ---------------------------------------------------------------- contractions
def _undone(side: Wording, other: Wording) -> Wording:
    """`the minister's gone` as `the minister has gone`, where the other side says so."""
    if "'" not in side.text and "’" not in side.text:
        return side
    pairs = set(pairwise(other.norms))
    out: list[Word] = []
    for k, word in enumerate(side.words):
        before = out[-1].norm if out else ""
        if word.norm.endswith("'s"):
            stem = word.norm[:-2]
            verb = next((v for v in ("is", "has") if (stem, v) in pairs), None)
            out += [word] if verb is None else [word._replace(norm=x) for x in (stem, verb)]
        elif word.norm in _ELSE and (before, word.norm) not in pairs and side.contracted(k):
            long = _ELSE[word.norm]
            out.append(word._replace(norm=long) if (before, long) in pairs else word)
        else:
            out.append(word)
    return rebuilt(side, out) if out != list(side.words) else side


_ELSE = {"is": "has", "would": "had"}  # the other reading of 's and 'd


# ---------------------------------------------------------------- hours and days
def _clocked(side: Wording) -> Wording:
    """`6 a.m.`, which is read as three words, as `6 am`."""
    norms = side.norms
    if "m" not in norms:
        return side
    out: list[Word] = []
    for k, word in enumerate(side.words):
        half = norms[k - 1] if k > 1 and word.norm == "m" else ""
        if half in {"a", "p"} and norms[k - 2][-1].isdigit():
            out[-1] = Word(f"{half}m", out[-1].start, word.end)
        else:
            out.append(word)
    return rebuilt(side, out)


def _sped(side: Wording) -> Wording:
    """`90 km/h`, `90 kph` and `90 mph` in words."""
    norms = side.norms
    if _SPEEDS.keys().isdisjoint(norms) and "km" not in norms:
        return side
    out: list[Word] = []
    for k, word in enumerate(side.words):
        per = ("kilometers", "per", "hour") if norms[k : k + 2] == ("km", "h") else ()
        if word.norm == "h" and norms[k - 1 : k] == ("km",):
            out = [*out[:-3], *(w._replace(end=word.end) for w in out[-3:])]
        else:
            unit = per or _SPEEDS.get(word.norm, (word.norm,))
            out += [word._replace(norm=part) for part in unit]
    return rebuilt(side, out)


_SPEEDS: dict[str, tuple[str, ...]] = {
    "mph": ("miles", "per", "hour"),
    **dict.fromkeys(("kph", "kmh", "kmph"), ("kilometers", "per", "hour")),
}


def _dated(side: Wording, other: Wording) -> Wording:
    """`3 March` as `March 3`, where the other side shows that "march" is no verb here."""
    if _ALSO_VERBS.isdisjoint(side.norms):
        return side
    swapped = set(pairwise(other.norms))
    out = list(side.words)
    for k, (day, month) in enumerate(pairwise(side.norms)):
        if month in _ALSO_VERBS and day.isdigit() and _has_day(swapped, month):
            start, end = out[k].start, out[k + 1].end
            out[k : k + 2] = [Word(month, start, end), Word(day, start, end)]
    return rebuilt(side, out) if out != list(side.words) else side


def _has_day(pairs: set[tuple[str, str]], month: str) -> bool:
    return any(first == month and second.isdigit() for first, second in pairs)


_ALSO_VERBS = frozenset({"may", "march"})


# ---------------------------------------------------------------- several words as one
def _joined(side: Wording, known: set[str], language: str) -> Wording:
    """Runs of words that the other side (`known`) writes as one, as one."""
    norms, spelling = side.norms, lexicon.pairs("spelling", language)
    if known.isdisjoint(_joints(norms, spelling)):
        return side
    out: list[Word] = []
    k = 0
    while k < len(norms):
        size, norm = _joint(norms[k : k + _RUN], known, spelling)
        last = side.words[k + size - 1]
        out.append(Word(norm, side.words[k].start, last.end))
        k += size
    return side if len(out) == len(norms) else rebuilt(side, fold_words(out, language))


def _joints(norms: Sequence[str], spelling: Mapping[str, str]) -> set[str]:
    """Whatever `_joint` may make of any run of words; mostly the other side has nothing of it."""
    pairs = list(pairwise(norms))
    found: set[str] = set()
    for size in range(2, _RUN + 1):
        runs = zip(*[norms[k:] for k in range(size)], strict=False)
        found.update(map("".join, runs))
    found.update([spelling[whole] for whole in found & spelling.keys()])
    found.update(map("'".join, pairs))
    found.update(*(_of_two(*pair) for pair in pairs if pair[1] in _SCALES))
    return found


def _joint(run: Sequence[str], known: set[str], spelling: Mapping[str, str]) -> tuple[int, str]:
    """(number of words, what they are as one), the longest that the other side has."""
    for size in range(len(run), 1, -1):
        whole = "".join(run[:size])
        norm = spelling.get(whole, whole)
        if norm in known:
            return size, norm
    for norm in _of_two(*run[:2]) if len(run) > 1 else ():
        if norm in known:
            return 2, norm
    return 1, run[0]


def _of_two(first: str, last: str) -> Iterator[str]:
    """What two words are as one beside what they are written together."""
    yield f"{first}'{last}"
    if last in _SCALES and (first == "a" or first.replace(".", "").isdigit()):
        yield f"{float(first if first != 'a' else 1) * _SCALES[last]:.15g}"


# ---------------------------------------------------------------- one word, two spellings
def _spellings(
    here: Sequence[str], there: Sequence[str], language: str
) -> Iterator[tuple[str, str]]:
    """(word there, the same word as it is spelt here), of the words that only one side has."""
    one, other = sorted({*here} - {*there}), sorted({*there} - {*here})
    for test in (_by_list(language), _derived(language), _slip):
        if len(one) * len(other) <= _MOST:
            yield from _pairs(one, other, test)


def _pairs(
    one: Iterable[str], other: Sequence[str], test: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    return ((y, x) for x in one for y in other if test(x, y))


def _by_list(language: str) -> Callable[[str, str], bool]:
    """Whether a list gives both words one form."""
    forms = lexicon.pairs("romanisations", language) | lexicon.pairs("unit_abbreviations", language)

    def test(x: str, y: str) -> bool:
        return forms.get(x, x) == forms.get(y, y) or x.replace("'", "") == y.replace("'", "")

    return test


def _derived(language: str) -> Callable[[str, str], bool]:
    """Whether one word in two spellings has one ending (defenceless) or beginning (centimetre)."""
    forms = lexicon.pairs("spelling", language)

    def test(x: str, y: str) -> bool:
        if x[:1] != y[:1] and x[-1:] != y[-1:]:
            return False
        ends = (e for e in _ENDINGS if x.endswith(e) and y.endswith(e))
        begins = (b for b in _BEGINNINGS if x.startswith(b) and y.startswith(b))
        stems = [(x.removesuffix(e), y.removesuffix(e)) for e in ends]
        stems += [(x.removeprefix(b), y.removeprefix(b)) for b in begins]
        return any(forms.get(a, a) == forms.get(b, b) for a, b in stems)

    return test


_BEGINNINGS = (*METRIC, "un", "dis", "re", "over", "under", "inter", "multi", "non")
_ENDINGS = ("less", "ful", "ly", "s", "ed", "er", "ing", "able", "ist", "ism")


def _slip(x: str, y: str) -> bool:
    """A letter too many, too few or in the wrong place of a known word gives an unknown one.

    The last two letters are left alone: there words are inflected.
    """
    if min(len(x), len(y)) < _SLIP_LETTERS or x[-2:] != y[-2:]:
        return False
    if len(x) == len(y) and sorted(x) != sorted(y):
        return False
    if OSA.distance(x, y, score_cutoff=1) > 1:
        return False
    count = shipped().count
    return bool(count(word_key(x))) != bool(count(word_key(y)))
