"""What an answer means for a feed: in words, and in when and where to ask next.

Pure decisions: `after` takes what is known of a feed and what it answered, and gives what
is known then. A feed is never given up: the wait grows to a week, to a month for one that
says it is gone, and no further.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from verifier.model import NO_VALIDATORS, Failure, FeedState, Health, Response

# Less than a day, so that the run of the next night asks again, whatever the server says.
LONGEST_WAIT = timedelta(hours=20)
# Doubles with each failure: 1 h, 2 h, ... A nightly run skips its first night after the sixth.
_FIRST_WAIT, _LAST_WAIT = timedelta(hours=1), timedelta(days=7)
_GONE_WAIT = timedelta(days=30)
# A permanent redirect counts once it has lasted: hotel networks and misconfigured servers
# send them for hours, not for a week.
_MOVED_AFTER = timedelta(days=7)
# A feed that was followed to a new address and fails there so often is asked at the old one.
_BACK_AFTER = 5

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
    """How long the server asks to wait (RFC 9110, section 10.2.3), at most 20 hours."""
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


def due(state: FeedState, now: datetime) -> bool:
    """Whether a run at `now` may ask the feed."""
    return state.next_try is None or state.next_try <= now


def after(
    state: FeedState, outcome: Response | Failure, now: datetime, *, unreadable: str = ""
) -> FeedState:
    """What is known of a feed after `outcome`; `unreadable` says why its body is no feed."""
    tried = replace(state, last_try=now)
    if isinstance(outcome, Failure):
        return _refused(tried, outcome) if outcome.refused else _failed(tried, outcome.message, now)
    said = trouble(outcome)
    if said is None and unreadable:
        return _failed(replace(tried, validators=NO_VALIDATORS), unreadable, now)
    if said is None:
        return _succeeded(tried, outcome, now)
    if outcome.status == 410:
        return replace(tried, health=Health.GONE, reason=said, next_try=now + _GONE_WAIT)
    failed = _failed(tried, said, now, wait=retry_after(outcome, now))
    return replace(failed, health=Health.BLOCKED) if is_block(outcome) else failed


def _refused(state: FeedState, outcome: Failure) -> FeedState:
    """Not asked at all: no failure of the feed, and nothing to wait for."""
    return replace(state, health=Health.REFUSED, reason=outcome.message, next_try=None)


def _failed(
    state: FeedState, reason: str, now: datetime, wait: timedelta | None = None
) -> FeedState:
    failures = state.failures + 1
    pause = max(wait or timedelta(0), wait_after(failures))
    asked = state.url if failures >= _BACK_AFTER else state.asked
    return replace(
        state,
        health=Health.FAILING,
        failures=failures,
        reason=reason,
        next_try=now + pause,
        asked=asked,
        validators=state.validators if asked == state.asked else NO_VALIDATORS,
    )


def wait_after(failures: int) -> timedelta:
    """How long to leave a feed alone that has failed so many times in a row."""
    doubled: int = 2 ** min(failures - 1, 20)
    return min(_FIRST_WAIT * doubled, _LAST_WAIT)


def _succeeded(state: FeedState, response: Response, now: datetime) -> FeedState:
    kept = response.validators
    if response.status == 304:  # new ones count; without, the old ones still hold
        kept = kept if kept != NO_VALIDATORS else state.validators
    elif not response.complete:  # the rest is to be had by asking for all of it again
        kept = NO_VALIDATORS
    well = replace(
        state,
        health=Health.WELL,
        failures=0,
        reason="",
        validators=kept,
        last_success=now,
        next_try=None,
    )
    return _moved(well, response.moved, now)


def _moved(state: FeedState, target: str | None, now: datetime) -> FeedState:
    """Follow a permanent redirect once it has said the same for a week."""
    if target is None or target == state.asked:
        return replace(state, moving=None, moving_since=None)
    if target != state.moving or state.moving_since is None:
        return replace(state, moving=target, moving_since=now)
    if now - state.moving_since < _MOVED_AFTER:
        return state
    return replace(state, asked=target, moving=None, moving_since=None)
