"""JSON lines to stories: one object a line, as `verifier import` documents them.

Fields: `url, title, outlet, agency?, byline?, published, text`, and any other text field of
a story; dates are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from verifier import bylines
from verifier.decode import decode
from verifier.errors import StoryError
from verifier.model import Problem, Story
from verifier.stories.markup import legal, one_line
from verifier.stories.ninjs import from_items
from verifier.stories.plain import MAX_BYTES
from verifier.stories.when import moment
from verifier.stories.wire import load_json, problem

Data = Mapping[str, Any]

FIELDS = (
    "url", "guid", "title", "outlet", "agency", "byline", "dateline", "published", "updated",
    "language", "status", "note", "slug", "revision", "embargo", "text",
)  # fmt: skip
MAX_LINE = MAX_BYTES
_STATUSES = ("usable", "updated", "corrected", "embargoed", "withheld", "withdrawn")


def is_line(raw: bytes) -> bool:
    """Whether bytes are one JSON object and the end of their line, as the first of many is."""
    if not (raw.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and raw.rstrip().endswith(b"}")):
        return False
    try:
        return isinstance(load_json(decode(raw), ""), dict)
    except StoryError:
        return False


def from_lines(lines: Iterable[bytes], name: str = "") -> Iterator[Story | Problem]:
    """The story of each line, or why it has none, by its number; one line in memory at a time."""
    for number, raw in enumerate(lines, 1):
        where = f"{name}:{number}"
        if len(raw) > MAX_LINE:
            yield problem(where, f"the line is longer than {MAX_LINE // 1_048_576} MiB")
        elif raw.strip():
            try:
                yield from _stories(load_json(decode(raw), where), where)
            except StoryError as error:
                yield problem(where, error.message)


def _stories(data: object, where: str) -> Iterator[Story | Problem]:
    """The story of one line, or those of the ninjs document that it is."""
    if isinstance(data, Mapping) and "text" in data:
        yield from_line(data, where)
    else:
        yield from chain.from_iterable(from_items(data, where))


def from_line(data: Data, name: str = "") -> Story:
    """The story that the object of one line is. Raises StoryError if its text is empty."""
    text = legal(_string(data, "text"))
    if not text.strip():
        raise StoryError("its `text` is empty", name, "write one story a line")
    top = bylines.headline(one_line(_string(data, "title")))
    said = bylines.find(text, one_line(_string(data, "byline"), 300))
    outlet = one_line(_string(data, "outlet"), 200)
    status = _string(data, "status")
    return Story(
        text=text,
        title=top.title,
        url=legal(_string(data, "url"))[:2000],
        guid=legal(_string(data, "guid"))[:2000],
        outlet=outlet,
        agency=one_line(_string(data, "agency"), 200) or said.agency or bylines.agency(outlet),
        byline=said.byline,
        dateline=one_line(_string(data, "dateline"), 200) or said.dateline,
        credit=said.credit,
        published=moment(_string(data, "published")),
        updated=moment(_string(data, "updated")),
        language=_string(data, "language")[:20] or None,
        status=status if status in _STATUSES else top.status,
        note=one_line(_string(data, "note")) or top.note,
        slug=one_line(_string(data, "slug"), 300) or None,
        revision=_string(data, "revision")[:30],
        embargo=moment(_string(data, "embargo")),
    )


def _string(data: Data, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
