"""What an answer that is no success means, in words, and when to come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.model import Response

# A day: a night later the feed is asked again at the latest, whatever the server says.
LONGEST_WAIT = timedelta(days=1)

_WORDS = {
    400: "the server does not understand the address (400)",
    401: "it asks for a password (401)",
    402: "it asks for payment (402)",
    403: "blocked: the server refuses this program (403)",
    404: "there is nothing at this address (404)",
    405: "blocked: the server refuses this program (405)",
    406: "the server has no feed in a form that can be read (406)",
    407: "a proxy asks for a password (407)",
    410: "gone for good (410)",
    429: "asked too often (429)",
    451: "not available for legal reasons (451)",
    503: "out of service for now (503)",
}
_BLOCKED = frozenset({401, 402, 403, 405, 406, 407, 429, 451, 503})
_CHALLENGES = (b"just a moment...", b"attention required! | cloudflare", b"/cdn-cgi/challenge",
               b"captcha", b"verify you are human", b"access denied")  # fmt: skip


def trouble(response: Response) -> str | None:
    """Why `response` is no success, or None if it is one (a 304 is)."""
    status = response.status
    if 200 <= status < 300 or status == 304:
        return None
    if _challenged(response):
        return f"blocked: it wants a browser, {_guard(response)} ({status})"
    if status in _WORDS:
        return _WORDS[status]
    if 300 <= status < 400:
        return f"redirected without an address ({status})"
    kind = "the server has an error" if status >= 500 else "the server refuses"
    return f"{kind} ({status})"


def is_block(response: Response) -> bool:
    """Whether it is this program that is turned away, rather than the feed that is missing."""
    return response.status in (401, 402, 403, 405, 407, 451) or _challenged(response)


def _challenged(response: Response) -> bool:
    if response.header("cf-mitigated"):
        return True
    head = response.body[:20_000].lower()
    return response.status in _BLOCKED and any(mark in head for mark in _CHALLENGES)


def _guard(response: Response) -> str:
    return "Cloudflare" if "cloudflare" in response.header("server").lower() else "a bot check"


def retry_after(response: Response, now: datetime) -> timedelta | None:
    """How long the server asks to wait (RFC 9110, section 10.2.3), at most a day."""
    written = response.header("retry-after").strip()
    if not written:
        return None
    if written.isascii() and written.isdigit():
        return min(timedelta(seconds=int(written[:9])), LONGEST_WAIT)
    until, since = _date(written), _date(response.header("date")) or now
    if until is None:
        return None
    return max(timedelta(0), min(until - since, LONGEST_WAIT))


def _date(written: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(written[:100])
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return when if when.tzinfo else None
