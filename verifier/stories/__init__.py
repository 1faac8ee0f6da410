"""Bytes to stories: feeds, web pages, wire formats, plain text, and the guess which it is.

Feeds and pages cost lxml and a parser each; they are imported when they are first asked
for, so that checking a text file pays for neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.stories.plain import MAX_BYTES, check_size, from_text
from verifier.stories.reading import Form, looks_like, read, read_all

if TYPE_CHECKING:
    from verifier.stories.feed import from_feed, summary_only, with_body
    from verifier.stories.lines import MAX_LINE, from_lines, is_line
    from verifier.stories.page import from_html

__all__ = [
    "MAX_BYTES",
    "MAX_LINE",
    "Form",
    "check_size",
    "from_feed",
    "from_html",
    "from_lines",
    "from_text",
    "is_line",
    "looks_like",
    "read",
    "read_all",
    "summary_only",
    "with_body",
]

_ROOM = {
    "from_feed": "feed",
    "summary_only": "feed",
    "with_body": "feed",
    "from_html": "page",
    "MAX_LINE": "lines",
    "from_lines": "lines",
    "is_line": "lines",
}


def __getattr__(name: str) -> object:
    if name not in _ROOM:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
