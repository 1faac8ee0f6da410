"""Whose copy a story is, by what its text says: dateline, byline, credit lines, headline slugs.

Conventions read here: `BEIJING, Aug. 4 (Xinhua) --`, `SHANGHAI (Reuters) -`, `(AP) —`,
`By X`, `Reporting by X`, `© AFP` (Reuters Handbook of Journalism, AP Stylebook), and
headlines that begin `CORRECTED-`, `UPDATE 1-`, `WITHDRAWN`. Only the head and the tail
of a text are looked at, so the time does not grow with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TypeVar

from verifier import lexicon
from verifier.pattern import pattern
from verifier.text import plain
from verifier.value import value

_T = TypeVar("_T")

_EDGE = 8  # paragraphs looked at from each end
_END = 3  # paragraphs in which an agency is credited; further up it is a photograph's
_REACH = 20_000  # characters looked at from each end
_LINE = 300  # a line of credits is no longer
_JOINED = 90  # characters in which a dateline has its bracket or dash

_DASH = r"(?:--+|[-–—―_])"  # AP's older copy has an underscore for the dash
_OPENING = pattern(
    rf"(?P<place>[^\W\d_(][^()\n–—―]{{0,80}}?)??\s{{0,3}}"
    rf"\((?P<agency>[^()\n]{{2,60}})\)\s{{0,3}}\.?(?:{_DASH}|:)\s{{0,3}}\S"
)
_PLACE_ONLY = pattern(r"(?P<place>[^\W\d_][^()\n–—―]{1,60}?)\s{0,3}(?:--+|[–—―]|\s-\s)\s{0,3}\S")
_BYLINE = pattern(r"(?:by|BY|By)\s{1,3}(?P<who>[^\n]{2,150})$")
_TAIL_AGENCY = pattern(
    rf"(?:{_DASH}|[(\[])\s{{0,2}}(?P<agency>[^()\[\]\n–—―]{{2,40}}?)[)\].]{{0,2}}$"
)
_COPYRIGHT = pattern(
    r"(?:©|\(c\)|copyright(?:\s{1,2}©)?)\s{0,2}(?:(?:19|20)\d\d(?:[-–]\d{2,4})?,?\s{1,2})?"
    r"(?:by\s{1,2})?(?P<who>[^\n.]{2,60})",
    re.IGNORECASE,
)
_SOURCE = pattern(
    r"(?:source|agency|via|credit)\s{0,2}:\s{0,2}(?P<who>[^\n]{2,60})$", re.IGNORECASE
)
_FEED_AUTHOR = pattern(r"[^\s()<>]{1,80}@[^\s()<>]{1,80}\s{0,3}\((?P<who>[^()]{1,120})\)")
_SPLIT = pattern(r"\s*(?:[|/;,&•·]|\s[-–—]\s|\band\b|\bof\b|\bfor\b)\s*")


@value
class Credits:
    """What a story says of its own origin; None where it says nothing."""

    agency: str | None = None
    dateline: str | None = None
    byline: str | None = None
    credit: str | None = None


@value
class Headline:
    """A headline without its slugs, and what they said: a status of `Story`, and their words."""

    title: str
    status: str = "usable"
    note: str | None = None


def find(text: str, byline: str = "") -> Credits:
    """What `text`, and the byline that a feed or a page names beside it, say of the origin.

    The agency is the dateline's, else the byline's, else that of a credit line at the end.
    """
    head, tail = _edges(text)
    place, wire = _first(_dateline(line) for line in head) or (None, None)
    written = _tidy_byline(byline) or _first(_byline_of(line) for line in head)
    credit = _first(_credit_of(line) for line in reversed(tail))
    named = wire or _agency_in(written or "")
    named = named or _first(_agency_of_credit(line) for line in reversed(tail[-_END:]))
    return Credits(agency=named, dateline=place, byline=written, credit=credit)


def agency(name: str) -> str | None:
    """The canonical name of the news agency called `name`: `Agence France-Presse` -> `AFP`."""
    key = " ".join(plain(name).strip(" .,:;-–—\"'").split())
    known = lexicon.names("agencies")
    return known.get(key) or known.get(key.removeprefix("the "))


def headline(title: str) -> Headline:
    """`CORRECTED-UPDATE 1-Rain stops play` -> `Rain stops play`, corrected.

    Of several slugs the gravest counts: withdrawn, embargoed, corrected, updated.
    """
    rest, slugs, status = title.strip(), [], "usable"
    if not rest:
        return Headline(title="")
    for _ in range(4):
        found = _slug(rest)
        if found is None:
            break
        slug, said, rest = found
        slugs.append(slug)
        status = gravest(status, said)
    rest, behind = _writethru(rest)
    if behind:
        slugs.append(behind)
        status = gravest(status, "updated")
    if not rest:
        rest = title.strip()
    note = " ".join(slugs) if status != "usable" else None
    return Headline(title=rest, status=status, note=note)


_GRAVITY = ("usable", "updated", "corrected", "embargoed", "withheld", "withdrawn")


def gravest(*statuses: str) -> str:
    """That of the statuses which outweighs the others: withdrawn before corrected, and so on."""
    return max(("usable", *statuses), key=_GRAVITY.index)


_SLUG = pattern(
    r"[\[(]?(?P<words>(?:\d(?i:st|nd|rd|th)\s)?[^\W\d_]+(?:\s[^\W\d_]+)?)(?:\s\d{1,2})?"
    r"(?:\s?\([^()]{1,40}\))?[\])]?\s{0,2}(?P<mark>[-–—:/]|(?<=[\])])|$)\s{0,2}"
)
_BEHIND = pattern(
    r"[\s,]{0,3}[(\[]?(?P<slug>(?:\d(?:st|nd|rd|th)\s)?(?:ld[- ])?writethru)[)\]]?$", re.IGNORECASE
)
_ORDINAL = pattern(r"\d(?:st|nd|rd|th)\s")


def _slug(title: str) -> tuple[str, str, str] | None:
    """The slug that `title` begins with, the status it means, and the rest."""
    found = _SLUG.match(title[:120])
    if found is None:
        return None
    words = found["words"]
    status = lexicon.pairs("slugs").get(_ORDINAL.sub("", plain(words)))
    # In lower case the hyphen is part of a word: "Lead-free petrol", "Watch - ...".
    if status is None or (not words.isupper() and found["mark"] == "-"):
        return None
    return title[: found.end()].strip(" -–—:/"), status, title[found.end() :]


def _writethru(title: str) -> tuple[str, str]:
    """`title` without the `, 1st Ld-Writethru` at its end, and that."""
    cut = max(0, len(title) - 60)
    found = _BEHIND.search(title[cut:])
    if found is None:
        return title, ""
    return title[: cut + found.start()].rstrip(), found["slug"]


_EDS = pattern(
    r"[(\[]?(?:eds|editors?|editor['’]s note|editors['’] note)\s?[:.]\s{0,3}(?P<note>[^\n]{3,400})",
    re.IGNORECASE,
)
_CORRECTS = pattern(
    r"[(\[](?P<note>(?:in (?:an? |the )?[^()\[\],\n]{1,40},\s)?"
    r"(?:corrects?|corrected|refiles?|fixes|clarifies)\b[^()\[\]\n]{3,300})",
    re.IGNORECASE,
)
_THIS_STORY = pattern(
    r"[(\[]?(?P<note>(?:an? (?:earlier|previous) version of (?:this|the) "
    r"(?:story|article|report|item)|"
    r"(?:this|the) (?:[^\n()]{0,40} )??(?:story|article|version|item) "
    r"(?:has been|was|is|corrects|clarifies|misstated|incorrectly|originally|previously))\b"
    r"[^\n]{0,300})",
    re.IGNORECASE,
)
# What a note says: compiled when a story has one.
_SAYS = (
    ("withdrawn", r"\b(?:withdr[ea]w|retract|kill(?:ed|s)? (?:this|the|story))"),
    (
        "corrected",
        (
            r"\b(?:correct(?:s|ed|ion|ing)?|refiles?d?|clarif\w{1,10}|fix(?:es|ed)|misstated|"
            r"misidentified|misspelled|incorrectly)\b"
        ),
    ),
    ("updated", r"\b(?:update|writethru|recast|adds\b|minor edits)"),
)


def editors_note(text: str) -> tuple[str, str] | None:
    """The note to editors at the edges of `text` and the status it means, if there is one.

    `Eds: CORRECTS name in 2nd paragraph` -> (`CORRECTS name ...`, `corrected`).
    """
    head, tail = _edges(text)
    for line in (*head, *tail):
        if line[0] in "([" and (found := _CORRECTS.match(line)):
            return found["note"].strip(), "corrected"
        if found := _EDS.match(line):
            note = found["note"].strip(" )]")
            return note, _status_of(note)
        if found := _THIS_STORY.match(line[:_LINE]):
            note = found["note"].strip(" )]")
            if (status := _status_of(note)) in ("corrected", "withdrawn"):
                return note, status
    return None


def _status_of(note: str) -> str:
    said = (status for status, words in _SAYS if re.search(words, note, re.IGNORECASE))
    return next(said, "usable")


def _edges(text: str) -> tuple[list[str], list[str]]:
    """The first and the last few paragraphs of `text`; neither holds a very long line."""
    start, end = text[:_REACH], text[-_REACH:]
    return list(islice(_lines(start), _EDGE)), list(islice(_lines(end, -1), _EDGE))[::-1]


def _lines(text: str, step: int = 1) -> Iterator[str]:
    """The lines that hold anything, from the first on or from the last."""
    return (line for part in text.splitlines()[::step] if (line := part.strip()))


def _first(found: Iterable[_T | None]) -> _T | None:
    return next((item for item in found if item is not None), None)


def dateline_end(paragraph: str) -> int:
    """How many characters of `paragraph` its dateline takes, the dash included; 0 if none."""
    start = paragraph[:_LINE]
    if _dateline(start) is None:
        return 0
    found = _OPENING.match(start) or _PLACE_ONLY.match(start)
    return found.end() - 1 if found else 0


def _dateline(paragraph: str) -> tuple[str | None, str | None] | None:
    """Place and agency of the dateline that `paragraph` opens with."""
    start = paragraph[:_LINE]
    if not any(map(start[:_JOINED].__contains__, "(-–—―")):  # as of nearly every paragraph
        return None
    if "(" in start and (found := _OPENING.match(start)):
        written = found["place"] or ""
        place = _place(written)
        wire = _wire(found["agency"], placed=place is not None)
        if wire is not None and (place is not None or _only_date(written)):
            return place, wire
    if (found := _PLACE_ONLY.match(start)) and (place := _place(found["place"])):
        return place, None
    return None


def _wire(written: str, *, placed: bool) -> str | None:
    """The agency in the brackets of a dateline; an unknown name is one only behind a place."""
    for part in (written, *_SPLIT.split(written)):
        if (name := agency(part)) is not None:
            return name
    words = written.split()
    named = placed and len(words) <= 4 and all(w[:1].isupper() or w in ("of", "the") for w in words)
    return " ".join(words) if named and not written.isdigit() else None


def _place(written: str) -> str | None:
    """`BEIJING` of `BEIJING, Aug. 4`, `FERGUSON, Mo.`; None if it is no place of a dateline."""
    kept: list[str] = []
    for part in written.split(","):
        words = part.split()
        if not words or _is_date(words):
            break
        kept.append(" ".join(words))
    if not kept or not _in_capitals(kept[0]) or sum(len(part.split()) for part in kept) > 6:
        return None
    first = plain(kept[0])
    if first.split()[0] in lexicon.pairs("slugs") or agency(first) is not None:
        return None
    return ", ".join(kept)


def _in_capitals(place: str) -> bool:
    """`BEIJING`, `ST. LOUIS`, `McALLEN`, `WASHINGTON/PARIS`; not `I`, not `Q`."""
    letters = [c for c in place if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    return (
        len(letters) >= 3
        and upper >= 0.8 * len(letters)
        and len(place.split()) <= 5
        and not any(c in '"“”?!:;' for c in place)
    )


def _is_date(words: list[str]) -> bool:
    """`Aug. 4`, `4 August 2015`, `2015`."""
    months = lexicon.pairs("months")
    return all(w.isdigit() or plain(w).rstrip(".") in months for w in words)


def _only_date(written: str) -> bool:
    """Whether nothing but a date, or nothing, stands before the agency: `Dec 29 (Reuters) -`."""
    return all(_is_date(part.split()) for part in written.split(","))


def _byline_of(paragraph: str) -> str | None:
    """`Ada Marsh` of a paragraph `By Ada Marsh` or `By Ada Marsh, Island Press`."""
    if len(paragraph) > _LINE or (found := _BYLINE.match(paragraph)) is None:
        return None
    who = found["who"].strip()
    return who if _is_name(who) else None


_SMALL = frozenset(
    {
        "and",
        "of",
        "the",
        "for",
        "in",
        "with",
        "de",
        "da",
        "di",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
    }
    | {"den", "ten", "bin", "ibn", "al", "el", "y", "e"}
)


def _is_name(who: str) -> bool:
    """Every word a capitalised one or a particle, and no sentence."""
    words = [w.strip(".,|/&•·()-–—") for w in who.split()]
    said = [w for w in words if w and w.lower() not in _SMALL]
    return 0 < len(said) <= 16 and who[-1] not in "?!" and all(w[0].isupper() for w in said)


def _tidy_byline(byline: str) -> str | None:
    """The byline that a feed or a page names: no address, no `By`, one line."""
    line = " ".join(byline[:_LINE].split())
    if "@" in line and (found := _FEED_AUTHOR.search(line)):
        line = found["who"].strip()
    elif "@" in line or "://" in line:
        return None
    if line[:3].lower() == "by ":
        line = line[3:].strip()
    return line or None


def _agency_in(byline: str) -> str | None:
    """The agency that a byline names: `Ada Marsh, Associated Press`, `Reuters`."""
    parts = (byline, *_SPLIT.split(byline)) if byline else ()
    return _first(agency(part) for part in parts if part)


@cache
def _openings() -> tuple[str, ...]:
    return tuple(lexicon.entries("reporting_credits"))


def _credit_of(paragraph: str) -> str | None:
    """`paragraph` if it is a line of credits: `(Reporting by ...)`, `© AFP`, `Source: ...`."""
    if len(paragraph) > 2 * _LINE:
        return None
    line = paragraph.strip("()[] ")
    if plain(line[:60]).startswith(_openings()):
        return line
    short = len(line) <= 120
    if short and (_COPYRIGHT.match(paragraph) or _SOURCE.match(line)):
        return paragraph
    return paragraph if short and agency(line) is not None else None


def _agency_of_credit(paragraph: str) -> str | None:
    """The agency that a paragraph at the end credits: a line of its own, or behind a dash."""
    end = paragraph[-80:]
    if len(paragraph) <= 60 and (name := agency(paragraph.strip("()[]"))) is not None:
        return name
    for form in (_COPYRIGHT, _SOURCE):
        found = form.match(paragraph) if len(paragraph) <= _LINE else None
        if found and (name := _agency_in(found["who"])) is not None:
            return name
    if any(map(end.__contains__, "([-–—―_")) and (found := _TAIL_AGENCY.search(end)):
        return _first(agency(p) for p in (found["agency"], *_SPLIT.split(found["agency"])) if p)
    return None
