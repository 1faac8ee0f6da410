"""What a feed's entries say is set aside while their frame is parsed.

A feed parser looks at each character of a text half a dozen times, in Python where it is not
ASCII: half of the time that a feed takes. Of RSS, whose texts are nearly always in sections of
character data, it gets a name for each section instead, and no categories: nobody asks for them.
"""

from __future__ import annotations

import re

_SECTION = re.compile(
    r"(?:(?P<told><(?:content:encoded|description)>\s{0,9})|(?P<filed><category>))?<!\[CDATA\["
)
_CLOSE, _FILED = "]]>", "]]></category>"
_NAME = "\ue000{}\ue001"  # private use, which `legal` text has none of

_BEYOND_LATIN_1 = re.compile("[^\x00-\xff]")
_C1 = re.compile("[\x80-\x9f]")


def set_aside(text: str) -> tuple[str, dict[str, str]]:
    """`text`, a feed, with names for its sections of markup, and these by their names.

    No categories are left in it. Attributes could say that a section is encoded: those of
    elements that have any stay where they are.
    """
    out: list[str] = []
    kept: dict[str, str] = {}
    done = 0
    opened = _SECTION.search(text)
    while opened:
        start = opened.end()
        end = text.find(_CLOSE, start)
        if end < 0:
            break
        section = text[start:end]
        if opened["filed"] and text.startswith(_FILED, end):
            out.append(text[done : opened.start()])
            done = end = end + len(_FILED)
        elif opened["told"] and "</" in section and _is_read_as_it_is(section):
            name = _NAME.format(len(kept))
            kept[name] = section.strip()
            out += (text[done:start], name)
            done = end
        opened = _SECTION.search(text, end)
    return "".join([*out, text[done:]]), kept


def _is_read_as_it_is(section: str) -> bool:
    """Whether feedparser leaves the characters alone: it mends what looks like another code's."""
    if section.isascii():
        return True
    return bool(_BEYOND_LATIN_1.search(section)) and not _C1.search(section)
