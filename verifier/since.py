"""Dates and durations as people write them on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from verifier.errors import InputError
from verifier.pattern import pattern

_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}
_DURATION = pattern(r"(\d{1,4})\s*([dwmy])(?:ays?|eeks?|onths?|ears?)?", re.IGNORECASE)


def moment(written: str) -> datetime:
    """`2026-10-13`, or with a time, ISO 8601; UTC where no zone is given. Raises InputError."""
    try:
        when = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(
            "no date", written, "write it as 2026-10-13 or 2026-10-13T09:30"
        ) from error
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def start(written: str, now: datetime) -> datetime:
    """A date, or a duration before `now`: `14d`, `2w`, `3 months`. Raises InputError."""
    duration = _DURATION.fullmatch(written.strip())
    if duration:
        days = int(duration[1]) * _UNITS[duration[2].lower()]
        return now - timedelta(days=days)
    try:
        begun = moment(written)
    except InputError as error:
        hint = "write a date as 2026-10-13 or a duration as 14d, 2w, 3m (months)"
        raise InputError("neither date nor duration", written, hint) from error
    if begun > now:
        raise InputError("nothing is from that time yet", written, "give a day in the past")
    return begun
