"""What becomes of a feed over nights, over real sockets: its health, its stories, its requests."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.loopback import Script, Server, Talk, serving
from verifier.archive import Archive
from verifier.fetch import Limits, address
from verifier.gather import gather
from verifier.model import Feed, FeedRow, Gathered, Health

START = datetime(2031, 8, 5, 3, tzinfo=UTC)
LIMITS = Limits(seconds=2.0, max_bytes=20_000_000, allow_private=True)
DAY = 24
QUOTE = "“We counted 214 cables before the gate was shut,” said Ada Holm, the harbour minister. "
FILLER = "Nobody at the quay believed a word of it. " * 20
WHOLE = f"<p>{QUOTE}</p><p>{FILLER}</p>"


def rss(*items: str, head: str = "") -> bytes:
    return f"{head}<rss><channel><title>T</title>{''.join(items)}</channel></rss>".encode()


def item(guid: str = "1", text: str = WHOLE, more: str = "") -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>Harbour {guid}</title>{more}"
        f"<description><![CDATA[{text}]]></description></item>"
    )


ONE = rss(item())


def says(status: str = "200 OK", body: bytes = b"", **headers: str) -> Script:
    return lambda talk: talk.answer(status, body, **headers)


def endless(talk: Talk) -> None:
    talk.raw(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(64):
        talk.raw(bytes(1 << 20))


def tagged(tag: str, body: bytes = ONE, **headers: str) -> Script:
    """`body` with its tag, or 304 to whoever holds it."""

    def script(talk: Talk) -> None:
        if talk.header("If-None-Match") == tag:
            talk.answer("304 Not Modified", b"", ETag=tag, **headers)
        else:
            talk.answer(body=body, ETag=tag, **headers)

    return script


def moves(status: str) -> Script:
    return lambda talk: (
        talk.answer(body=ONE) if talk.path == "/new" else talk.answer(status, Location="/new")
    )


def resets(talk: Talk) -> None:
    talk.reset()


def with_page(
    status: str = "200 OK", page: str = "", rules: str = "", *, empty: bool = False
) -> Script:
    """A feed of one summary, its page, and robots.txt."""

    def script(talk: Talk) -> None:
        if talk.path == "/robots.txt":
            talk.answer(body=rules.encode())
        elif talk.path == "/page":
            html = f"<!doctype html><html lang=en><title>Harbour 1</title>{page}</html>"
            talk.answer(
                status, b"" if empty else html.encode(), Content_Type="text/html; charset=utf-8"
            )
        else:
            talk.answer(body=rss(item(text=QUOTE, more="<link>/page</link>")))

    return script


@dataclass(frozen=True)
class Night:
    """Hours after the first; what the server does; what comes of it."""

    at: float
    script: Script
    asked: tuple[str, ...] = ("/feed",)
    new: int = 0
    changed: int = 0
    health: Health = Health.WELL
    says: str = ""  # in the one line of problems
    sent: dict[str, str] = field(default_factory=dict)  # headers of the last request


@dataclass(frozen=True)
class Life:
    """Some nights of one feed, and how many quotes the archive holds after them."""

    name: str
    nights: tuple[Night, ...]
    quotes: int | None = None


def life(name: str, *nights: Night, quotes: int | None = None) -> Life:
    return Life(name, nights, quotes)


def first(script: Script, *, new: int = 1, **more: object) -> Night:
    return Night(0, script, new=new, **more)  # type: ignore[arg-type]


FAIL, BLOCK, GONE = Health.FAILING, Health.BLOCKED, Health.GONE
BUSY = "503 Busy"
ARTICLE = f"<article><h1>Harbour 1</h1><p>{QUOTE}</p><p>{FILLER}</p><p>She added: <q>We shut it at noon and told the crews at once.</q></p></article>"
LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '"
    + "&a;" * 10
    + "'><!ENTITY c '"
    + "&b;" * 10
    + "'>]>"
)
FILE = "<!DOCTYPE rss [<!ENTITY c SYSTEM 'file:///etc/passwd'>]>"
REMOTE = "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/feed.dtd'>"

LIVES = [
    # What the server knows that we hold.
    life("304", first(tagged("a")), Night(DAY, tagged("a"), sent={"If-None-Match": "a"})),
    life("a weak tag goes back as it came", first(tagged('W/"a, b"')), Night(DAY, tagged('W/"a, b"'), sent={"If-None-Match": 'W/"a, b"'})),
    life("a date goes back as it came", first(says(body=ONE, Last_Modified="once upon a time")),
         Night(DAY, says("304 Not Modified"), sent={"If-Modified-Since": "once upon a time"})),
    life("a new tag with a 304", first(tagged("a")), Night(DAY, says("304 Not Modified", ETag="b")), Night(2 * DAY, tagged("b"), sent={"If-None-Match": "b"})),
    life("a 304 without a tag", first(tagged("a")), Night(DAY, says("304 Not Modified")), Night(2 * DAY, tagged("a"), sent={"If-None-Match": "a"})),
    life("a failure forgets no tag", first(tagged("a")), Night(DAY, says("500 Oops"), health=FAIL, says="error .500."), Night(2 * DAY, tagged("a"), sent={"If-None-Match": "a"})),
    life("a page forgets the tag", first(tagged("a")), Night(DAY, says(body=b"<html><body>Back soon", ETag="p"), health=FAIL, says="web page"),
         Night(2 * DAY, tagged("a"), sent={"If-None-Match": ""})),
    life("the same bytes again without a tag", first(says(body=ONE)), Night(DAY, says(body=ONE))),
    # When it may be asked.
    life("Retry-After in seconds", Night(0, says(BUSY, Retry_After="36000"), health=FAIL, says="out of service"),
         Night(9.9, says(body=ONE), asked=(), health=FAIL, says="out of service"), Night(10.1, says(body=ONE), new=1)),
    life("Retry-After as a date", Night(0, says(BUSY, Retry_After=format_datetime(START + timedelta(hours=10))), health=FAIL, says="out of service"),
         Night(9.9, says(body=ONE), asked=(), health=FAIL, says="out of service"), Night(10.1, says(body=ONE), new=1)),
    life("Retry-After of a thousand years", Night(0, says(BUSY, Retry_After="31536000000"), health=FAIL, says="out of service"), Night(DAY, says(body=ONE), new=1)),
    life("Retry-After of nonsense", Night(0, says(BUSY, Retry_After="soon"), health=FAIL, says="out of service"), Night(DAY, says(body=ONE), new=1)),
    life("asked too often", Night(0, says("429 Slow", Retry_After="7200"), health=FAIL, says="asked too often"),
         Night(1, says(body=ONE), asked=(), health=FAIL, says="asked too often"), Night(DAY, says(body=ONE), new=1)),
    life("after seven failures a night is left out, and never more than a week",
         *(Night(n * DAY, resets, health=FAIL, says="cut|closed") for n in range(6)),
         Night(6 * DAY, resets, asked=(), health=FAIL, says="cut|closed"), Night(7 * DAY, resets, health=FAIL, says="cut|closed"),
         Night(15 * DAY, resets, health=FAIL, says="cut|closed"), Night(23 * DAY, says(body=ONE), new=1)),
    life("gone", first(says(body=ONE)), Night(DAY, says("410 Gone"), health=GONE, says="gone for good"),
         Night(2 * DAY, says(body=ONE), asked=(), health=GONE, says="gone for good")),
    life("gone and back in a month", Night(0, says("410 Gone"), health=GONE, says="gone for good"), Night(31 * DAY, says(body=ONE), new=1)),
    # Where it is.
    life("moved for a night", first(moves("301 Moved"), asked=("/feed", "/new")), Night(DAY, says(body=ONE)), Night(9 * DAY, moves("301 Moved"), asked=("/feed", "/new"))),
    life("moved for a week", first(moves("301 Moved"), asked=("/feed", "/new")), Night(8 * DAY, moves("301 Moved"), asked=("/feed", "/new")),
         Night(9 * DAY, moves("301 Moved"), asked=("/new",))),
    life("moved with 308", first(moves("308 Moved"), asked=("/feed", "/new")), Night(8 * DAY, moves("308 Moved"), asked=("/feed", "/new")),
         Night(9 * DAY, moves("308 Moved"), asked=("/new",))),
    life("302 for a month", first(moves("302 Found"), asked=("/feed", "/new")), Night(8 * DAY, moves("302 Found"), asked=("/feed", "/new")),
         Night(30 * DAY, moves("302 Found"), asked=("/feed", "/new"))),
    # Who it turns away.
    life("a wall", Night(0, says("403 No", b"Just a moment...", Server="cloudflare"), health=BLOCK, says="blocked: .*Cloudflare")),
    life("forbidden", Night(0, says("403 No"), health=BLOCK, says="blocked")),
    life("a password", Night(0, says("401 No"), health=BLOCK, says="password")),
    life("nothing there", Night(0, says("404 No"), health=FAIL, says="nothing at this address")),
    # What it holds.
    life("an entry that is changed in place", first(says(body=ONE)), Night(DAY, says(body=rss(item(text=WHOLE.replace("214", "215")))), changed=1), quotes=1),
    life("an entry that goes back to what it was", first(says(body=ONE)), Night(DAY, says(body=rss(item(text=WHOLE.replace("214", "215")))), changed=1),
         Night(2 * DAY, says(body=ONE), changed=1), quotes=1),
    life("ids that repeat", first(says(body=rss(item(), item(text=WHOLE.replace("214", "9")))), new=2), quotes=2),
    life("no ids", first(says(body=rss(*(f"<item><title>{n}</title><description>{n} {FILLER}</description></item>" for n in "ab"))), new=2)),
    life("an entry of nothing", first(says(body=rss(item(), "<item></item>")), says="entry 2 has neither title nor text")),
    life("an empty feed", Night(0, says(body=rss()))),
    life("one bad byte", first(says(body=rss(item(text=WHOLE + "caf#")).replace(b"#", b"\xe9"))), quotes=1),
    life("a wrong declaration", first(says(body=ONE, Content_Type="text/xml; charset=iso-8859-1")), quotes=1),
    life("Windows-1252 that says UTF-8", first(says(body=rss(item()).decode().encode("cp1252"), Content_Type="text/xml; charset=utf-8")), quotes=1),
    life("NULs", first(says(body=ONE.replace(b"counted", b"coun\0ted"))), quotes=1),
    life("cut off in its last entry", first(says(body=rss(item(), item("2"))[:-80], Content_Length="9999"), says="breaks off"),
         Night(DAY, says(body=rss(item(), item("2"))), new=1)),
    life("a warning before the feed", first(says(body=b"<b>Warning</b>: mysql_connect()\n" + ONE)), quotes=1),
    # What its pages hold.
    life("a page that completes a summary", first(with_page(page=ARTICLE), asked=("/feed", "/robots.txt", "/page")),
         Night(DAY, with_page(page=ARTICLE)), quotes=2),
    life("a page that robots.txt forbids", first(with_page(page=ARTICLE, rules="User-agent: *\nDisallow: /page"), asked=("/feed", "/robots.txt"), says="^1 story has its summary alone: robots.txt forbids the page"), quotes=1),
    life("a page that is gone", first(with_page("404 Not Found"), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: there is nothing at this address"), Night(DAY, with_page(page=ARTICLE)), quotes=1),
    life("a page behind a wall", first(with_page(page="<p>We value your privacy. Accept all cookies to go on.</p>"), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: its page does not hold it"), quotes=1),
    life("a page of nothing", first(with_page(), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: its page does not hold it"), quotes=1),
    life("a page without a byte", first(with_page(empty=True), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: its page does not hold it"), quotes=1),
    life("a page of zeros", first(with_page(page="\0" * 99_999), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: its page does not hold it"), quotes=1),
    life("a page of a million paragraphs", first(with_page(page="<p>x" * 1_000_000), asked=("/feed", "/robots.txt", "/page"), says="^1 story has its summary alone: its page does not hold it"), quotes=1),
    life("a page that fails three nights", *(Night(n * DAY, with_page("500 Oops"), asked=("/feed", "/robots.txt", "/page"), new=int(n == 2), says="summary alone: the server has an error" if n == 2 else "") for n in range(3)),
         Night(3 * DAY, with_page(page=ARTICLE)), quotes=1),
    life("a page that comes back", Night(0, with_page("503 Busy"), asked=("/feed", "/robots.txt", "/page")),
         Night(DAY, with_page(page=ARTICLE), asked=("/feed", "/robots.txt", "/page"), new=1), quotes=2),
    life("whole entries need no page", first(says(body=rss(item(more="<link>/page</link>"))))),
    # What it does to us.
    life("a web page", Night(0, says(body=b"<!doctype html><html><title>x</title></html>"), health=FAIL, says=r"^this is a web page, not a feed \(check its address in a browser\)$")),
    life("no bytes", Night(0, says(), health=FAIL, says="empty")),
    life("a picture", Night(0, says(body=b"\x89PNG\r\n" + bytes(999)), health=FAIL, says="no feed")),
    life("laughs", first(says(body=rss(item(text=""), item("2", "]]>&c;<![CDATA[" + FILLER), head=LAUGHS)), new=2)),
    life("a file as an entity", first(says(body=rss(item(), item("2", "]]>&c;<![CDATA[" + FILLER), head=FILE)), new=2)),
    life("a DTD of another host", first(says(body=rss(item(), head=REMOTE)))),
    life("100,000 entries", first(says(body=rss("<item><title>t</title></item>" * 100_000)), new=1, says="only the first 5000")),
    life("a title of a megabyte", first(says(body=rss(item(more=f"<title>{'t ' * 500_000}</title>"))))),
    life("a text of a megabyte", first(says(body=rss(item(text=WHOLE + "x " * 600_000)))), quotes=1),
    life("brackets", first(says(body=rss(item(), "<item><title>" + "<" * 100_000)), says="neither title nor text")),
    life("an endless body", Night(0, endless, health=FAIL, says="larger than")),
    life("a bomb", Night(0, says(body=gzip.compress(bytes(60_000_000)), Content_Encoding="gzip"), health=FAIL, says="larger than")),
    life("a drip", Night(0, lambda talk: talk.drip(b"HTTP/1.1 200 OK\r\n\r\n" + ONE, 0.1), health=FAIL, says="longer than 2 s")),
    life("a circle", Night(0, says("302 Found", Location="/feed"), asked=("/feed",) * 6, health=FAIL, says="more than 5 times")),
    life("a redirect to a file", Night(0, says("302 Found", Location="file:///etc/passwd"), health=Health.REFUSED, says="no http address")),
]  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", LIVES, ids=[case.name for case in LIVES])
def test_a_feed(case: Life, tmp_path: Path) -> None:
    now: list[Script] = []
    heard: list[Talk] = []

    def script(talk: Talk) -> None:
        heard.append(talk)
        now[-1](talk)

    with serving(script) as server, Archive.open(tmp_path / "a.db") as archive:
        for night in case.nights:
            now.append(night.script)
            already = len(heard)
            found = gathered(server, archive, night.at)
            (row,) = found.rows
            assert tuple(talk.path for talk in heard[already:]) == night.asked
            assert (found.new, found.changed) == (night.new, night.changed)
            waited = night.asked[-1:] == ("/page",) and "/page" in case.nights[0].asked and night.at
            assert row.stories == (0 if waited else night.new)  # else it came in an earlier night
            assert row.state.health is night.health, row.state.reason
            assert all(heard[-1].header(name) == sent for name, sent in night.sent.items())
            told(found, night.says)
        assert archive.check() == []
        if case.quotes is not None:
            assert archive.stats().occurrences == case.quotes


def gathered(server: Server, archive: Archive, hours: float, limits: Limits = LIMITS) -> Gathered:
    feed = Feed(url=f"{server.url}/feed", title="The Wire")
    return gather([feed], archive, now=START + timedelta(hours=hours), limits=limits)


def told(found: Gathered, says: str) -> None:
    """What is wrong is one line with the feed's title; else there is none."""
    assert len(found.problems) == bool(says), found.problems
    for problem in found.problems:
        assert problem.subject == "The Wire"
        assert re.search(says, problem.message), problem.message


def test_there_are_as_many_lives_as_names() -> None:
    assert len({case.name for case in LIVES}) == len(LIVES) >= 55


def test_a_private_address_is_refused_and_no_failure(tmp_path: Path) -> None:
    with serving(says(body=ONE)) as server, Archive.open(tmp_path / "a.db") as archive:
        for night in range(10):
            (row,) = gathered(server, archive, night * DAY, Limits()).rows
            assert (row.state.health, row.state.failures) == (Health.REFUSED, 0)
        assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly = address.is_public
    monkeypatch.setattr(address, "is_public", lambda a: str(a) == "127.0.0.1" or truly(a))
    with serving(says(body=ONE)) as inside:
        away = says("302 Found", Location=f"http://127.0.0.2:{inside.port}/secret")
        with serving(away) as server, Archive.open(tmp_path / "a.db") as archive:
            (row,) = gathered(server, archive, 0, Limits(seconds=2)).rows
        assert (row.state.health, inside.asked) == (Health.REFUSED, [])


def test_one_feed_that_fails_is_one_line_and_costs_the_others_nothing(tmp_path: Path) -> None:
    def script(talk: Talk) -> None:
        faults: dict[str, Callable[[Talk], None]] = {
            "/3": resets, "/5": says("500 Oops"), "/7": says(body=b"<html>"),
        }  # fmt: skip
        faults.get(talk.path, says(body=rss(item(talk.path))))(talk)

    with serving(script) as server, Archive.open(tmp_path / "a.db") as archive:
        feeds = [Feed(url=f"{server.url}/{n}", title=f"Wire {n}") for n in range(12)]
        found = gather(feeds, archive, now=START, limits=LIMITS)
    assert [problem.subject for problem in found.problems] == ["Wire 3", "Wire 5", "Wire 7"]
    assert found.new == 9
    assert [stories(row) for row in found.rows] == [1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1]


def stories(row: FeedRow) -> int:
    return row.stories


@pytest.mark.timeout(30)
def test_a_hostile_feed_beside_others_holds_none_up(tmp_path: Path) -> None:
    """The drip ends at its limit; meanwhile the others are asked and read."""

    def script(talk: Talk) -> None:
        if talk.path == "/0":
            talk.drip(b"HTTP/1.1 200 OK\r\n\r\n" + ONE, 0.1)
        else:
            talk.answer(body=rss(item(talk.path)))

    with serving(script) as server, Archive.open(tmp_path / "a.db") as archive:
        feeds = [Feed(url=f"{server.url}/{n}", title=f"Wire {n}") for n in range(8)]
        started = time.monotonic()
        found = gather(feeds, archive, now=START, limits=LIMITS)
    assert found.new == 7
    assert time.monotonic() - started < 8
