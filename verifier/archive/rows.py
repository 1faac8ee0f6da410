"""Values as rows of the archive's tables, and back, without loss."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from verifier.model import Kind, Mention, Quote, Span, Speaker, Story, fingerprint
from verifier.value import value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

STORY = (
    "outlet, agency, title, url, guid, byline, dateline, credit, published, updated, language, "
    "status, note, text, slug, revision, embargo"
)
OCCURRENCE = (
    "id, kind, spans, text, source, source_start, source_end, cue, cue_start, cue_end, speaker, "
    "role, via, confidence, reported"
)
# One step along the index from outlet to outlet, instead of reading every story.
OUTLETS = """
WITH RECURSIVE outlets(name) AS (
  SELECT min(outlet) FROM story WHERE current
  UNION ALL
  SELECT (SELECT min(outlet) FROM story WHERE current AND outlet > name)
  FROM outlets WHERE name IS NOT NULL
), extent(low, high) AS (
  SELECT (SELECT min(published) FROM story WHERE current AND outlet = name),
         (SELECT max(published) FROM story WHERE current AND outlet = name)
  FROM outlets WHERE name IS NOT NULL
)
"""

Row = Sequence[Any]


@value
class Occurrence:
    """An archived quote as one story has it.

    `number` is the archived wording's. `superseded`: when a later version of the story took
    the place of this one, if that one said so; `current` is false then in any case.
    """

    number: int
    story: Story
    quote: Quote
    current: bool = True
    superseded: datetime | None = None

    @property
    def day(self) -> date | None:
        """The day (UTC) on which the story was published."""
        return self.story.published.date() if self.story.published else None

    @property
    def order(self) -> tuple[bool, int, str, str, str]:
        """By date, the undated last; then by what does not depend on the order of loading."""
        at = microseconds(self.story.published)
        return (at is None, at or 0, self.story.id, self.quote.id, self.story.version)


def microseconds(moment: datetime | None) -> int | None:
    """A moment as the archive keeps it: microseconds since 1970, UTC; a naive one is UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND


def moment(value: int | None) -> datetime | None:
    """The inverse of `microseconds`."""
    return None if value is None else _EPOCH + value * _MICROSECOND


def wording_hash(words: str, *, apart: bool) -> int:
    """64 signed bits that stand for one wording."""
    return int.from_bytes(fingerprint(f"{int(apart)} {words}"), "big", signed=True)


def story_row(story: Story) -> Row:
    """The columns STORY."""
    return (
        _text(story.outlet),
        _text(story.agency),
        _text(story.title),
        _text(story.url),
        _text(story.guid),
        _text(story.byline),
        _text(story.dateline),
        _text(story.credit),
        microseconds(story.published),
        microseconds(story.updated),
        _text(story.language),
        _text(story.status),
        _text(story.note),
        zlib.compress(story.text.encode("utf-8", "surrogatepass")),
        _text(story.slug),
        _text(story.revision),
        microseconds(story.embargo),
    )


def story(row: Row) -> Story:
    """The inverse of `story_row`. Raises zlib.error or ValueError if the text is damaged."""
    outlet, agency, title, url, guid, byline, dateline, credit = row[:8]
    published, updated, language, status, note, text, slug, revision, embargo = row[8:]
    return Story(
        text=zlib.decompress(text).decode("utf-8", "surrogatepass"),
        title=title,
        url=url,
        guid=guid,
        outlet=outlet,
        agency=agency,
        byline=byline,
        dateline=dateline,
        credit=credit,
        published=moment(published),
        updated=moment(updated),
        language=language,
        status=status,
        note=note,
        slug=slug,
        revision=revision,
        embargo=moment(embargo),
    )


def occurrence_row(quote: Quote, text: str) -> Row:
    """The columns OCCURRENCE of a quote of the story whose text is `text`."""
    return (
        quote.id,
        quote.kind.value,
        json.dumps(quote.spans, separators=(",", ":")),
        None if _stretch(text, quote.spans) == quote.text else _text(quote.text),
        *_mention_row(quote.source),
        *_mention_row(quote.cue),
        _text(quote.speaker.name) if quote.speaker else None,
        _text(quote.speaker.role) if quote.speaker else None,
        json.dumps(quote.via, ensure_ascii=True) if quote.via else None,
        quote.confidence,
        quote.reported,
    )


def quote(row: Row, text: str) -> Quote:
    """The inverse of `occurrence_row`."""
    number, kind, spans, own, source, source_start, source_end, cue, cue_start, cue_end = row[:10]
    name, role, via, confidence, reported = row[10:]
    places = tuple((start, end) for start, end in json.loads(spans))
    return Quote(
        id=number,
        kind=Kind(kind),
        text=_stretch(text, places) if own is None else own,
        spans=places,
        source=_mention(source, source_start, source_end),
        cue=_mention(cue, cue_start, cue_end),
        speaker=None if name is None else Speaker(name=name, role=role),
        via=tuple(json.loads(via)) if via else (),
        confidence=confidence,
        reported=bool(reported),
    )


def columns(table: str, names: str) -> str:
    """The columns `names` (STORY, OCCURRENCE) of a table, as a statement names them."""
    return ", ".join(f"{table}.{name.strip()}" for name in names.split(","))


def occurrence(row: Row) -> Occurrence:
    """Of a row of a number, whether it is current, when superseded, OCCURRENCE and STORY."""
    middle = 3 + OCCURRENCE.count(",") + 1
    where = story(row[middle:])
    return Occurrence(
        number=row[0],
        story=where,
        quote=quote(row[3:middle], where.text),
        current=bool(row[1]),
        superseded=moment(row[2]),
    )


def _text(value: str | None) -> str | None:
    """`value`, but for lone surrogates, which no UTF-8 file can hold: those become U+FFFD."""
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _stretch(text: str, spans: Sequence[Span]) -> str:
    return " ".join([text[start:end] for start, end in spans])


def _mention_row(mention: Mention | None) -> Row:
    return (_text(mention.text), *mention.span) if mention else (None, None, None)


def _mention(text: str | None, start: int, end: int) -> Mention | None:
    return None if text is None else Mention(text=text, span=(start, end))
