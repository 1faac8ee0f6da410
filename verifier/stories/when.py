"""Dates as feeds and pages write them, to aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def moment(written: str) -> datetime | None:
    """The moment that an ISO 8601 or RFC 5322 date means; without a zone it is UTC."""
    text = _LONG_FRACTION.sub(r"\1", written.strip()[:80])
    if not text:
        return None
    return _iso(text) or _rfc(text)


def _iso(text: str) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    try:
        return utc(parsedate_to_datetime(text))
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def utc(when: datetime) -> datetime | None:
    """`when` in UTC; None at the ends of the calendar, where the shift leaves it."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
