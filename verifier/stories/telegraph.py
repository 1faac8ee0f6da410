"""Telegraph copy to stories: ANPA 1312 (AP) and IPTC 7901 (dpa), with their control codes.

A header between SOH and STX, the text up to ETX, a trailer with the time. ANPA marks the
lines of its own with `^` and ends them with `<` or `=`; in IPTC 7901 the headline ends
with `=`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from verifier import lexicon
from verifier.decode import decode
from verifier.errors import StoryError
from verifier.stories.wire import Item, Read, inline, taken
from verifier.text import plain

_SOH, _STX, _ETX = "\x01", "\x02", "\x03"
_KEYWORD = re.compile(r"(?P<slug>[^,]{3,100}?)(?:,\s?(?P<take>[^,]*writethru[^,]*|[^,]*ld))?,?\d*$",
                      re.IGNORECASE)  # fmt: skip
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ANPA_TIME = re.compile(r"-(\d\d)-(\d\d)-(\d\d) (\d\d)(\d\d)GMT")
_IPTC_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)(?: GMT)? ([A-Z][a-z]{2}) (\d\d)")
_NOTEBOOK = re.compile(r"\n#?[^\n]{0,20}\bNOTEBOOK\b|\nThe following information is not ")
_HEADINGS = ("ap photo", "eds", "(eds", "editor's note", "by ", "with ap ")


def from_telegraph(raw: bytes, name: str = "") -> Read:
    """The story of a message; raises StoryError if it is cut off."""
    message = decode(raw).replace("\r\n", "\n").replace("\r", "\n").partition(_SOH)[2]
    head, _, rest = message.partition(_STX)
    text, ended, tail = rest.partition(_ETX)
    if not ended:
        raise StoryError("the message is cut off", name, "ask for the file again")
    read = _anpa if text.lstrip().startswith("^") else _iptc
    return taken([read(head[:500], text, tail)], name)


def _anpa(head: str, text: str, tail: str) -> Item:
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("^*")]
    top = next((n for n, line in enumerate(lines) if not _is_marked(line)), len(lines))
    keywords, *told = [*map(_unmarked, lines[:top]), ""]
    keyword = _KEYWORD.match(keywords[:200])
    slug, take = (keyword["slug"], keyword["take"] or "") if keyword else ("", "")
    number = _NUMBER.search(take)
    when = _anpa_time(tail)
    return Item(
        body=_body(text[text.find(lines[top]) :]) if top < len(lines) else "\n".join(told[1:]),
        headline=_headline(told) or slug,
        slug=f"{slug}, {take}" if take else slug,
        guid=f"anpa:{when:%Y%m%d}:{slug}" if when and slug else " ".join(head.split()),
        revision=number[1] if number else "1" if take else "0",
        byline=next((line for line in told if line.lower().startswith("by ")), ""),
        provider=(tail.strip().partition("-")[0],),
        changed=when,
        notes=tuple(line for line in told if line.lower().startswith(("eds", "(eds"))),
    )


def _body(text: str) -> str:
    """The text from its first line on; ANPA's own lines in it are cross-heads and tables."""
    lines = (_unmarked(line) if _is_marked(line) else line for line in text.split("\n"))
    return inline("\n".join(lines))


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith("^")


def _unmarked(line: str) -> str:
    return line.strip("^<= \t")


def _headline(told: Sequence[str]) -> str:
    """The first of ANPA's own lines that is no photograph's, no note's and no byline."""
    return next((line for line in told if not line.lower().startswith(_HEADINGS)), "")


def _iptc(head: str, text: str, tail: str) -> Item:
    top, _, body = text.partition("=\n")
    lines = [line.strip() for line in top.splitlines() if line.strip()]
    slugs = [line for line in lines if _is_slug(line)]
    told = [line for line in lines if line not in slugs]
    byline = next((line for line in told if line.startswith("By ")), "")
    first, *keywords = (line.strip() for line in head.splitlines() if line.strip())
    when = _iptc_time(tail)
    return Item(
        body=inline(_NOTEBOOK.split(body, maxsplit=1)[0]),
        headline="-".join([*slugs, " ".join(line for line in told if line != byline)]),
        slug=" ".join(keywords).strip("/ "),
        guid=f"iptc:{when:%Y%m%d}:{first}" if when else first,
        byline=byline,
        provider=(_service(first),),
        changed=when,
    )


def _is_slug(line: str) -> bool:
    """`REFILE`, `1ST LEAD`: a line that only says which take this is."""
    return line.isupper() and plain(line).split()[-1] in lexicon.pairs("slugs")


def _service(header: str) -> str:
    """`dpa` of `eca0003 3 i 380  dpa 0045`: the last word that is none of the numbers."""
    words = [word for word in header.split()[1:] if not word.isdigit()]
    return words[-1].partition("-")[0] if words else ""


def _anpa_time(tail: str) -> datetime | None:
    found = _ANPA_TIME.search(tail[:200])
    if found is None:
        return None
    month, day, year, hour, minute = map(int, found.groups())
    return _moment(year, month, day, hour, minute)


def _iptc_time(tail: str) -> datetime | None:
    found = _IPTC_TIME.search(tail[:200])
    if found is None:
        return None
    day, hour, minute, month, year = found.groups()
    number = lexicon.pairs("months").get(plain(month), "0")
    return _moment(int(year), int(number), int(day), int(hour), int(minute))


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    """A time of two-digit years; those before 1970 are of this century."""
    try:
        return datetime(year + (1900 if year >= 70 else 2000), month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
