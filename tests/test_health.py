from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.health import after, due, retry_after, trouble, wait_after
from verifier.model import NO_VALIDATORS, Failure, FeedState, Health, Response, Validators

NOW = datetime(2031, 8, 5, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL, NEW = "https://t.example/rss", "https://t.example/new"
OLD = Validators(etag='W/"1"', last_modified="Tue, 04 Aug 2031 00:00:00 GMT")
STATE = FeedState(url=URL, asked=URL)


def answer(
    status: int = 200,
    *,
    body: bytes = b"",
    moved: str | None = None,
    complete: bool = True,
    **headers: str,
) -> Response:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(
        url=URL,
        final_url=moved or URL,
        status=status,
        headers=fields,
        body=body,
        moved=moved,
        complete=complete,
    )


def test_a_success_clears_everything() -> None:
    failing = FeedState(
        url=URL, asked=URL, failures=4, health=Health.FAILING, reason="x", next_try=NOW + DAY
    )
    state = after(failing, answer(ETag='"2"', Last_Modified="x"), NOW)
    assert state == FeedState(
        url=URL, asked=URL, health=Health.WELL, validators=Validators(etag='"2"', last_modified="x"),
        last_try=NOW, last_success=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("tag", ['W/"abc"', '"a b"', "unquoted", '"ä"', '""'])
def test_validators_are_kept_verbatim(tag: str) -> None:
    assert after(STATE, answer(etag=tag), NOW).validators.etag == tag


def test_a_304_keeps_the_validators_and_takes_new_ones() -> None:
    known = FeedState(url=URL, asked=URL, validators=OLD)
    assert after(known, answer(304), NOW).validators == OLD
    assert after(known, answer(304, etag='"2"'), NOW).validators == Validators(etag='"2"')


def test_a_body_that_was_cut_off_is_asked_for_again() -> None:
    assert after(STATE, answer(complete=False, etag='"2"'), NOW).validators == NO_VALIDATORS


def test_a_page_instead_of_a_feed_is_a_failure() -> None:
    known = FeedState(url=URL, asked=URL, validators=OLD)
    state = after(known, answer(etag='"2"'), NOW, unreadable="this is a web page, not a feed")
    assert (state.health, state.failures, state.reason) == (
        Health.FAILING,
        1,
        "this is a web page, not a feed",
    )
    assert state.validators == NO_VALIDATORS


def test_a_failure_keeps_what_was_known() -> None:
    known = FeedState(url=URL, asked=URL, validators=OLD, last_success=NOW - DAY)
    state = after(known, Failure(url=URL, message="no answer in time"), NOW)
    assert (state.validators, state.last_success, state.reason) == (
        OLD,
        NOW - DAY,
        "no answer in time",
    )
    assert state.next_try == NOW + HOUR


def test_a_refusal_is_no_failure() -> None:
    state = after(STATE, Failure(url=URL, message="private", refused=True), NOW)
    assert (state.health, state.failures, state.next_try) == (Health.REFUSED, 0, None)


def test_the_wait_grows_to_a_week_and_no_further() -> None:
    waits = [wait_after(n) for n in range(1, 100)]
    assert waits[:5] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=7)


def test_a_feed_that_always_fails_is_asked_for_ever() -> None:
    state, asked, now = STATE, 0, NOW
    for _ in range(365):
        now += DAY
        if due(state, now):
            asked += 1
            state = after(state, Failure(url=URL, message="x"), now)
    assert 52 <= asked <= 65


@pytest.mark.parametrize(
    ("status", "health"),
    [(401, Health.BLOCKED), (403, Health.BLOCKED), (404, Health.FAILING), (410, Health.GONE),
     (429, Health.FAILING), (451, Health.BLOCKED), (500, Health.FAILING), (503, Health.FAILING), (302, Health.FAILING)],
)  # fmt: skip
def test_the_health_that_a_status_means(status: int, health: Health) -> None:
    state = after(STATE, answer(status), NOW)
    assert state.health is health
    assert state.reason
    assert not due(state, NOW)
    assert due(state, NOW + timedelta(days=31))


def test_gone_is_asked_again_in_a_month_and_may_come_back() -> None:
    gone = after(STATE, answer(410), NOW)
    assert not due(gone, NOW + timedelta(days=29))
    assert after(gone, answer(), NOW + timedelta(days=30)).health is Health.WELL


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "120"}, timedelta(seconds=120)),
        ({"Retry_After": "0"}, timedelta(0)),
        ({"Retry_After": "99999999999999"}, timedelta(hours=20)),
        ({"Retry_After": "Tue, 05 Aug 2031 03:30:00 GMT"}, timedelta(minutes=30)),
        ({"Retry_After": "Tue, 05 Aug 2031 01:00:00 GMT"}, timedelta(0)),
        ({"Retry_After": "Fri, 05 Sep 2031 01:00:00 GMT"}, timedelta(hours=20)),
        ({"Retry_After": "Tue, 05 Aug 2031 09:30:00 GMT", "Date": "Tue, 05 Aug 2031 09:00:00 GMT"},
         timedelta(minutes=30)),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "١٢"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_when_the_server_says_to_come_back(headers: dict[str, str], wait: timedelta | None) -> None:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    assert retry_after(replace(answer(503), headers=fields), NOW) == wait


def test_the_longer_of_the_two_waits_counts() -> None:
    assert after(STATE, answer(429, Retry_After="36000"), NOW).next_try == NOW + 10 * HOUR
    assert after(STATE, answer(429, Retry_After="1"), NOW).next_try == NOW + HOUR


def test_a_move_counts_once_it_has_lasted() -> None:
    state = STATE
    for night in range(8):
        state = after(state, answer(moved=NEW), NOW + night * DAY)
        assert state.asked == (NEW if night == 7 else URL)
    assert (state.url, state.moving) == (URL, None)


def test_a_move_that_ends_or_changes_starts_again() -> None:
    state = after(STATE, answer(moved=NEW), NOW)
    assert after(state, answer(), NOW + DAY).moving is None
    other = after(state, answer(moved=NEW + "2"), NOW + 8 * DAY)
    assert (other.asked, other.moving_since) == (URL, NOW + 8 * DAY)


def test_a_move_to_what_is_no_feed_does_not_count() -> None:
    state = FeedState(url=URL, asked=URL, moving=NEW, moving_since=NOW - 30 * DAY)
    assert after(state, answer(moved=NEW), NOW, unreadable="a web page").asked == URL


def test_a_feed_that_fails_where_it_moved_is_asked_at_its_old_address() -> None:
    state = FeedState(url=URL, asked=NEW, validators=OLD, failures=4)
    state = after(state, answer(404), NOW)
    assert (state.asked, state.validators) == (URL, NO_VALIDATORS)


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (answer(403), "blocked"),
        (answer(403, server="cloudflare", body=b"<title>Just a moment...</title>"), "Cloudflare"),
        (answer(403, server="cloudflare", cf_mitigated="challenge"), "Cloudflare"),
        (answer(503, body=b"please solve this captcha"), "bot check"),
        (answer(404), "nothing at this address"),
        (answer(410), "gone"),
        (answer(418), "refuses"),
        (answer(502), "an error"),
        (answer(300), "redirected"),
    ],
)
def test_trouble_in_words(response: Response, says: str) -> None:
    assert says in (trouble(response) or "")
    assert str(response.status) in (trouble(response) or "")


@pytest.mark.parametrize("status", [200, 203, 206, 304])
def test_no_trouble(status: int) -> None:
    assert trouble(answer(status)) is None


outcomes = st.builds(
    answer,
    st.integers(100, 599),
    moved=st.sampled_from([None, NEW]),
    complete=st.booleans(),
    Retry_After=st.text(max_size=30),
) | st.builds(Failure, url=st.just(URL), message=st.just("x"), refused=st.booleans())


@given(st.lists(st.tuples(outcomes, st.integers(0, 40)), max_size=30))
def test_no_history_ends_in_silence(history: list[tuple[Response | Failure, int]]) -> None:
    state, now = STATE, NOW
    for outcome, days in history:
        now += days * DAY
        state = after(state, outcome, now)
        assert state.url == URL
        assert state.last_try == now
        assert due(state, now + timedelta(days=30))
        assert (state.failures == 0) or state.reason
