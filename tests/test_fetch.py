"""Every behaviour and every attack of the network, over real sockets on loopback."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.loopback import Script, Server, Talk, serving
from verifier import fetch
from verifier.errors import AddressRefused, FetchError
from verifier.fetch import Gate, Limits, Robots, address, get, many, require
from verifier.fetch.robots import allows
from verifier.model import NO_VALIDATORS, Failure, Response, Validators

LIMITS = Limits(seconds=1.0, max_bytes=100_000, allow_private=True)
FEED = b"<rss><channel><title>T</title></channel></rss>"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """What a server does, and what must come of it: an answer, or an error that says so."""

    name: str
    script: Script
    status: int = 200
    body: bytes = FEED
    complete: bool = True
    moved: str | None = None
    error: str = ""
    kind: type[FetchError] = FetchError


def raw(data: bytes) -> Script:
    return lambda talk: talk.raw(data)


def head(*lines: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", *lines, "", "")).encode("latin-1")


def says(status: str = "200 OK", body: bytes = FEED, **headers: str) -> Script:
    return lambda talk: talk.answer(status, body, **headers)


def paths(**scripts: Script) -> Script:
    """`/` plays `start`, `/two` plays `two`, and so on."""
    return lambda talk: scripts[talk.path.strip("/") or "start"](talk)


def hop(status: str, to: str) -> Script:
    return says(status, b"", Location=to)


def then(*steps: Callable[[Talk], Any]) -> Script:
    def play(talk: Talk) -> None:
        for step in steps:
            step(talk)

    return play


def drip(data: bytes) -> Callable[[Talk], None]:
    return lambda talk: talk.drip(data)


def forever(data: bytes) -> Script:
    def play(talk: Talk) -> None:
        for _ in range(100_000):
            talk.raw(data)

    return play


def sleeps(seconds: float) -> Script:
    return lambda _: time.sleep(seconds)


def packed(times: int, data: bytes) -> bytes:
    for _ in range(times):
        data = gzip.compress(data)
    return data


OK, MOVED, FOUND = "200 OK", "301 Moved Permanently", "302 Found"

CASES = [
    # Answers as they should be.
    Case("a body of known length", says()),
    Case("an empty body", says(body=b""), body=b""),
    Case("a body until the connection ends", raw(head("Connection: close") + FEED)),
    Case("chunks", raw(head("Transfer-Encoding: chunked") + b"5\r\n<rss>\r\n1\r\nx\r\n0\r\n\r\n"), body=b"<rss>x"),
    Case("gzip", says(body=gzip.compress(FEED), Content_Encoding="gzip")),
    Case("deflate", says(body=zlib.compress(FEED), Content_Encoding="deflate")),
    Case("raw deflate", says(body=zlib.compress(FEED)[2:-4], Content_Encoding="deflate")),
    Case("x-gzip", says(body=gzip.compress(FEED), Content_Encoding="x-gzip")),
    Case("gzip by the byte", then(raw(head("Content-Encoding: gzip", "Connection: close")),
                                  lambda t: t.drip(gzip.compress(FEED), 0.001))),
    Case("an encoding that was not asked for", says(body=b"\x8b\x00", Content_Encoding="br"), body=b"\x8b\x00"),
    Case("204", raw(b"HTTP/1.1 204 No Content\r\n\r\n"), status=204, body=b""),
    Case("304", raw(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"), status=304, body=b""),
    Case("404", says("404 Not Found", b"no"), status=404, body=b"no"),
    Case("410", says("410 Gone", b""), status=410, body=b""),
    Case("429", says("429 Too Many Requests", b"", Retry_After="60"), status=429, body=b""),
    Case("500", says("500 Oops", b"x"), status=500, body=b"x"),
    Case("503", says("503 Busy", b""), status=503, body=b""),
    Case("a status without a reason", raw(b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"), body=b"x"),
    Case("a number that is no status", raw(b"HTTP/1.1 999 Denied\r\nContent-Length: 1\r\n\r\nx"), status=999, body=b"x"),
    Case("HTTP/1.0", raw(b"HTTP/1.0 200 OK\r\n\r\n" + FEED)),
    Case("one 100 Continue", raw(b"HTTP/1.1 100 Continue\r\n\r\n" + head("Connection: close") + FEED)),
    # Redirects.
    Case("301", paths(start=hop(MOVED, "/two"), two=says()), moved="/two"),
    Case("308", paths(start=hop("308 Permanent Redirect", "/two"), two=says()), moved="/two"),
    Case("302 moves nothing", paths(start=hop(FOUND, "/two"), two=says())),
    Case("303 moves nothing", paths(start=hop("303 See Other", "/two"), two=says())),
    Case("307 moves nothing", paths(start=hop("307 Temporary Redirect", "/two"), two=says())),
    Case("301 and 301", paths(start=hop(MOVED, "/two"), two=hop(MOVED, "/three"), three=says()), moved="/three"),
    Case("301 and 302", paths(start=hop(MOVED, "/two"), two=hop(FOUND, "/three"), three=says()), moved="/two"),
    Case("302 and 301", paths(start=hop(FOUND, "/two"), two=hop(MOVED, "/three"), three=says())),
    Case("a relative redirect", paths(start=hop(FOUND, "two"), two=says())),
    Case("a redirect with a fragment", paths(start=hop(FOUND, "/two#top"), two=says())),
    Case("a redirect without an address", says(FOUND, b""), status=302, body=b""),
    Case("a redirect to itself", hop(FOUND, "/"), error="more than 5 times"),
    Case("a circle of two", paths(start=hop(MOVED, "/two"), two=hop(MOVED, "/")), error="more than 5 times"),
    Case("a redirect to a file", hop(FOUND, "file:///etc/passwd"), error="no http address", kind=AddressRefused),
    Case("a redirect to ftp", hop(FOUND, "ftp://t.example/"), error="no http address", kind=AddressRefused),
    Case("a redirect to a script", hop(FOUND, "javascript:alert(1)"), error="no http address", kind=AddressRefused),
    Case("a redirect to a gopher", hop(FOUND, "gopher://127.0.0.1:25/x"), error="no http address", kind=AddressRefused),
    Case("a redirect to what is no address", hop(FOUND, "http://["), error="no address"),
    Case("a redirect to no host", hop(FOUND, "http://no-such-host.invalid/"), error="no host"),
    # Too much.
    Case("a large length", says(body=b"x", Content_Length=str(10**12)), error="larger than"),
    Case("one byte too many", says(body=b"x" * 100_001), error="larger than"),
    Case("as many bytes as may be", says(body=b"x" * 100_000), body=b"x" * 100_000),
    Case("an endless body", then(raw(head("Connection: close")), forever(b"x" * 65_536)), error="larger than"),
    Case("endless chunks", then(raw(head("Transfer-Encoding: chunked")), forever(b"1000\r\n" + b"x" * 4096 + b"\r\n")), error="larger than"),
    Case("a gzip bomb", says(body=packed(1, bytes(50 * MIB)), Content_Encoding="gzip"), error="larger than"),
    Case("a bomb in a bomb", says(body=packed(2, bytes(50 * MIB)), Content_Encoding="gzip, gzip"), error="larger than"),
    Case("a deflate bomb", says(body=zlib.compress(bytes(50 * MIB)), Content_Encoding="deflate"), error="larger than"),
    Case("fifty encodings", says(body=FEED, Content_Encoding=", ".join(["gzip"] * 50)), error="not packed"),
    Case("endless headers", then(raw(b"HTTP/1.1 200 OK\r\n"), forever(b"X: y\r\n")), error="no HTTP"),
    Case("an endless header", then(raw(b"HTTP/1.1 200 OK\r\nX: "), forever(b"y" * 4096)), error="no HTTP"),
    Case("an endless chunk extension", then(raw(head("Transfer-Encoding: chunked") + b"1;"), forever(b"y" * 4096)), error="no HTTP"),
    # Too slow.
    Case("silence", sleeps(3), error="longer than 1 s"),
    Case("headers and silence", then(raw(head("Content-Length: 9")), sleeps(3)), error="longer than 1 s"),
    Case("a drip of a body", then(raw(head("Content-Length: 9000")), drip(b"x" * 60)), error="longer than 1 s"),
    Case("a drip without a length", then(raw(head("Connection: close")), drip(b"x" * 60)), error="longer than 1 s"),
    Case("a drip of chunks", then(raw(head("Transfer-Encoding: chunked")), drip(b"1\r\nx\r\n" * 12)), error="longer than 1 s"),
    Case("a drip of headers", drip(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 60), error="longer than 1 s"),
    Case("100 Continue for ever", forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100), error="longer than 1 s|no HTTP"),
    Case("a slow circle", then(sleeps(0.4), hop(FOUND, "/")), error="longer than 1 s"),
    # Broken.
    Case("closed without an answer", lambda _: None, error="closed|cut"),
    Case("reset without an answer", lambda t: t.reset(), error="cut|closed"),
    Case("no HTTP at all", raw(b"220 mail.example ESMTP\r\n"), error="no HTTP"),
    Case("bytes", raw(bytes(range(256)) * 4), error="no HTTP"),
    Case("shorter than it says", raw(head("Content-Length: 100") + FEED), complete=False),
    Case("reset within the body", then(raw(head("Content-Length: 100") + FEED), sleeps(0.1), lambda t: t.reset()), complete=False),
    Case("longer than it says", raw(head("Content-Length: 5") + FEED), body=FEED[:5]),
    Case("a chunk cut off", raw(head("Transfer-Encoding: chunked") + b"5\r\n<rss>\r\n9\r\nxx"), body=b"<rss>xx", complete=False),
    Case("chunks without an end", raw(head("Transfer-Encoding: chunked") + b"5\r\n<rss>\r\n"), body=b"<rss>", complete=False),
    Case("a chunk of no size", raw(head("Transfer-Encoding: chunked") + b"zz\r\n<rss>\r\n"), error="no HTTP"),
    Case("a chunk of negative size", raw(head("Transfer-Encoding: chunked") + b"-5\r\n<rss>\r\n"), body=b"<rss>\r\n", complete=False),
    Case("a length that is no number", raw(head("Content-Length: many", "Connection: close") + FEED)),
    Case("a negative length", raw(head("Content-Length: -5", "Connection: close") + FEED)),
    Case("two lengths", raw(head("Content-Length: 5", "Content-Length: 9") + FEED), error="no HTTP"),
    Case("gzip that is none", says(Content_Encoding="gzip"), error="not packed"),
    Case("zeros in a header", raw(head("X: a\0b", "Connection: close") + FEED)),
    Case("a header without a colon", raw(head("nonsense", "Connection: close") + FEED)),
    Case("a folded header", raw(head("X: a", " b", "Connection: close") + FEED)),
]  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_server(case: Case) -> None:
    with serving(case.script) as server:
        started = time.monotonic()
        if case.error:
            with pytest.raises(case.kind, match=case.error) as caught:
                get(server.url + "/", limits=LIMITS)
            assert caught.value.hint
        else:
            response = get(server.url + "/", limits=LIMITS)
            moved = server.url + case.moved if case.moved else None
            assert (response.status, response.body, response.complete, response.moved) == (
                case.status, case.body, case.complete, moved,
            )  # fmt: skip
            assert response.url == server.url + "/"
        assert time.monotonic() - started < 1.8


def test_there_are_sixty_cases_and_more() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


# What is sent


def asked(
    url: str, validators: Validators = NO_VALIDATORS, limits: Limits = LIMITS, path: str = "/"
) -> Talk:
    seen: list[Talk] = []

    def script(talk: Talk) -> None:
        seen.append(talk)
        talk.answer(body=FEED)

    with serving(script) as server:
        get(url.format(port=server.port) + path, validators, limits=limits)
    return seen[0]


def test_the_request_says_who_asks_and_for_what() -> None:
    limits = Limits(allow_private=True, user_agent=fetch.agent("mailto:desk@t.example"))
    talk = asked("http://127.0.0.1:{port}", limits=limits)
    assert talk.header("User-Agent").startswith("quote-verifier/")
    assert "mailto:desk@t.example" in talk.header("User-Agent")
    assert "rss" in talk.header("Accept")
    assert talk.header("Accept-Encoding") == "gzip, deflate"
    assert not talk.header("If-None-Match")


@pytest.mark.parametrize("tag", ['W/"abc"', '"a b"', "unquoted", '"x,y"'])
def test_validators_are_sent_verbatim(tag: str) -> None:
    talk = asked("http://127.0.0.1:{port}", Validators(etag=tag, last_modified="yesterday"))
    assert talk.header("If-None-Match") == tag
    assert talk.header("If-Modified-Since") == "yesterday"


def test_validators_with_a_line_break_are_no_second_header() -> None:
    with serving(says()) as server, pytest.raises(FetchError):
        get(server.url, Validators(etag="x\r\nEvil: 1"), limits=LIMITS)


def test_the_path_is_sent_encoded() -> None:
    assert (
        asked("http://127.0.0.1:{port}", path="/ä b?q=“x”").path
        == "/%C3%A4%20b?q=%E2%80%9Cx%E2%80%9D"
    )


def test_a_name_and_password_are_sent_and_never_shown() -> None:
    talk = asked("http://ada:secret@127.0.0.1:{port}")
    assert talk.header("Authorization").startswith("Basic ")
    with pytest.raises(FetchError) as caught:
        get("http://ada:secret@127.0.0.1:1/x", limits=LIMITS)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_handed_on() -> None:
    seen: list[str] = []

    def second(talk: Talk) -> None:
        seen.append(talk.header("Authorization"))
        talk.answer(body=FEED)

    with serving(second) as other, serving(hop(FOUND, other.url)) as server:
        get(f"http://ada:secret@127.0.0.1:{server.port}/", limits=LIMITS)
    assert seen == [""]


def test_validators_come_back_as_they_were() -> None:
    with serving(says(ETag='W/"1"', Last_Modified="once")) as server:
        assert get(server.url, limits=LIMITS).validators == Validators(
            etag='W/"1"', last_modified="once"
        )


# Where it goes


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://localhost/", "http://LOCALHOST/", "http://0.0.0.0/", "http://0/",
        "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/",
        "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[ff02::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://[2001:db8::1]/", "http://ada@127.0.0.1/", "https://127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        get(url)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    ["http://", "http:///x", "http://[", "http://a b/", "http://\udcff/", "http://x:99999/", "http://x:y/",
     "http://" + "a" * 300 + ".example/", "http://" + "a." * 500, "http://*/", "http://%00/", "http://a\0b/",
     "http://no-such-host.invalid/", "https://"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        get(url, limits=LIMITS)
    assert caught.value.hint
    assert len(str(caught.value)) < 600


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for the open internet; every other private address stays private."""
    truly = address.is_public
    monkeypatch.setattr(address, "is_public", lambda a: str(a) == "127.0.0.1" or truly(a))


@pytest.mark.usefixtures("loopback_is_public")
@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:{port}/", "http://10.0.0.1/", "http://[::1]:{port}/", "http://169.254.169.254/",
     "http://2130706434/", "http://[::ffff:127.0.0.2]/", "//127.0.0.2:{port}/"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    def script(talk: Talk) -> None:
        talk.answer(FOUND, Location=target.format(port=talk.server.port))

    with serving(script) as server:
        with pytest.raises(AddressRefused):
            get(server.url, limits=Limits(seconds=2))
        assert len(server.asked) == 1


@pytest.mark.usefixtures("loopback_is_public")
def test_a_name_that_changes_its_address_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    monkeypatch.setattr(socket, "getaddrinfo", names(lambda _: [next(answers)]))
    with serving(says()) as server:
        response = get(f"http://rebinding.example:{server.port}/", limits=Limits(seconds=2))
    assert response.body == FEED
    assert next(answers) == "127.0.0.2"


@pytest.mark.usefixtures("loopback_is_public")
def test_of_several_addresses_only_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(lambda _: ["10.0.0.1", "127.0.0.1"]))
    with serving(says()) as server:
        assert get(f"http://both.example:{server.port}/", limits=Limits(seconds=2)).body == FEED


def test_a_name_that_is_slow_to_resolve_costs_no_more_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(_: str) -> list[str]:
        time.sleep(1.5)
        return ["127.0.0.1"]

    monkeypatch.setattr(socket, "getaddrinfo", names(slow))
    with pytest.raises(FetchError, match="name server"):
        get("http://slow.example/", limits=Limits(seconds=0.3, allow_private=True))
    time.sleep(1.4)


def names(lookup: Callable[[str], list[str]]) -> Callable[..., list[tuple[Any, ...]]]:
    """A resolver that answers names with `lookup`, and numbers as they are."""

    def getaddrinfo(host: str, port: object, *_: object, **__: object) -> list[tuple[Any, ...]]:
        found = lookup(host) if host.endswith(".example") else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port or 0)) for a in found]

    return getaddrinfo


def test_a_port_that_nobody_listens_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FetchError, match="refused"):
        get(f"http://127.0.0.1:{port}/", limits=LIMITS)


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, and its key, in one file."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[int]:
    """The port of a server that speaks TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
                with context.wrap_socket(plain, server_side=True) as talk:
                    talk.recv(65536)
                    talk.sendall(head("Connection: close") + FEED)
            except ssl.SSLError:
                plain.close()
            except OSError:
                return

    Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_a_certificate_that_nobody_vouches_for(secure: int) -> None:
    with pytest.raises(FetchError, match="certificate"):
        get(f"https://127.0.0.1:{secure}/", limits=LIMITS)


def test_a_certificate_that_is_trusted(
    secure: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr("verifier.fetch.http._tls", lambda: trusting)
    assert get(f"https://127.0.0.1:{secure}/", limits=LIMITS).body == FEED


def test_a_certificate_for_another_name(
    secure: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr("verifier.fetch.http._tls", lambda: trusting)
    monkeypatch.setattr(socket, "getaddrinfo", names(lambda _: ["127.0.0.1"]))
    with pytest.raises(FetchError, match="certificate"):
        get(f"https://other.example:{secure}/", limits=LIMITS)


@pytest.mark.parametrize(
    "spoken",
    [[head("Connection: close") + FEED], [b"\x16\x03\x01" + bytes(50)], []],
    ids=["plain http", "bytes", "nothing"],
)
def test_a_server_that_speaks_no_tls(spoken: list[bytes]) -> None:
    with speaking(spoken) as port, pytest.raises(FetchError, match=r"secure|cut|closed"):
        get(f"https://127.0.0.1:{port}/", limits=LIMITS)


def test_a_handshake_by_the_byte() -> None:
    drops = [bytes([byte]) for byte in b"\x16\x03\x03\x40\x00" + bytes(40)]
    started = time.monotonic()
    with speaking(drops) as port, pytest.raises(FetchError, match="longer than"):
        get(f"https://127.0.0.1:{port}/", limits=LIMITS)
    assert time.monotonic() - started < 1.8


@contextmanager
def speaking(parts: list[bytes]) -> Iterator[int]:
    """The port of a server that says `parts`, whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        talk, _ = listener.accept()
        with talk, suppress(OSError):
            for part in parts:
                talk.sendall(part)
                time.sleep(0.05)

    Thread(target=serve, daemon=True).start()
    with listener:
        yield listener.getsockname()[1]


# Files


def test_a_path_is_read_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(FEED)
    path = str(tmp_path / "a.xml")
    assert get(path) == Response(url=path, final_url=path, status=200, body=FEED)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 200_000)
    for path in (tmp_path / "none.xml", tmp_path, tmp_path / "large", "a\0b"):
        with pytest.raises(FetchError) as caught:
            get(str(path), limits=LIMITS)
        assert caught.value.hint


def test_a_device_is_read_no_further_than_the_limit() -> None:
    if Path("/dev/zero").exists():
        with pytest.raises(FetchError, match="larger than"):
            get("/dev/zero", limits=LIMITS)


# Required


def test_an_error_is_an_error_if_the_answer_is_required() -> None:
    blocked = says("403 Forbidden", b"Just a moment...", Server="cloudflare")
    with serving(blocked) as server, pytest.raises(FetchError, match="Cloudflare"):
        require(server.url, limits=LIMITS)
    with serving(says()) as server:
        assert require(server.url, limits=LIMITS).body == FEED


# Many at once


def wanted(server: Server, count: int) -> list[tuple[str, Validators]]:
    return [(f"{server.url}/{number}", NO_VALIDATORS) for number in range(count)]


@pytest.mark.parametrize("per_host", [1, 2, 4])
def test_no_host_has_more_requests_at_a_time_than_allowed(per_host: int) -> None:
    with serving(then(sleeps(0.02), says())) as server:
        found = dict(many(wanted(server, 20), limits=LIMITS, per_host=per_host))
        assert sorted(found) == list(range(20))
        assert server.most_at_once == per_host


def test_redirects_count_for_the_host_that_they_lead_to() -> None:
    def onward(talk: Talk) -> None:
        talk.answer(FOUND, Location=goal.url + talk.path)

    with (
        serving(then(sleeps(0.02), says())) as goal,
        serving(onward) as one,
        serving(onward) as two,
    ):
        dict(many([*wanted(one, 8), *wanted(two, 8)], limits=LIMITS, per_host=2))
        assert goal.most_at_once <= 2
        assert len(goal.asked) == 16


def test_a_slow_host_holds_up_no_other() -> None:
    with serving(then(sleeps(0.5), says())) as slow, serving(says()) as quick:
        order = [
            n for n, _ in many([*wanted(slow, 4), *wanted(quick, 20)], limits=LIMITS, workers=4)
        ]
    assert set(order[:20]) == set(range(4, 24))


def test_failures_are_values() -> None:
    with serving(says()) as server:
        asked_for = [
            ("http://10.0.0.1/", NO_VALIDATORS),
            (server.url, NO_VALIDATORS),
            ("http://[", NO_VALIDATORS),
            ("/no/such/file", NO_VALIDATORS),
            ("ftp://x/", NO_VALIDATORS),
        ]
        limits = Limits(seconds=1)
        found = dict(many(asked_for, limits=limits))
    kinds = [isinstance(found[n], Failure) for n in range(5)]
    assert kinds == [True] * 5
    refused = [
        n for n, outcome in found.items() if isinstance(outcome, Failure) and outcome.refused
    ]
    assert sorted(refused) == [0, 1, 4]


def test_nothing_wanted_is_nothing_asked() -> None:
    assert list(many([])) == []


def test_leaving_early_leaves_nothing_running() -> None:
    with serving(then(sleeps(0.05), says())) as server:
        answers = many(wanted(server, 50), limits=LIMITS, workers=2)
        next(answers)
        answers.close()  # type: ignore[attr-defined]
        count = len(server.asked)
        time.sleep(0.3)
        assert len(server.asked) <= count + 2


# robots.txt

RULES = "User-agent: *\nDisallow: /private\n\nUser-agent: quote-verifier\nDisallow: /ours\n"


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        (RULES, "/ours/x", False),
        (RULES, "/private", True),
        ("User-agent: *\nDisallow: /private\n", "/private/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /news\n", "/news/1", True),
        ("", "/x", True),
        ("nonsense \0 \x80", "/x", True),
        ("<html>404</html>", "/x", True),
        ("Disallow: /\n" * 10_000, "/x", True),
        ("User-agent: *\nDisallow: " + "*a" * 5_000 + "$\n", "/" + "a" * 5_000 + "b", True),
    ],
    ids=range(9),
)  # fmt: skip
@pytest.mark.timeout(5)
def test_what_robots_txt_allows(rules: str, path: str, allowed: bool) -> None:
    assert allows(rules, "https://t.example" + path) is allowed


@pytest.mark.parametrize(
    ("script", "allowed"),
    [
        (says(body=b"User-agent: *\nDisallow: /news"), False),
        (says(body=b"User-agent: *\nDisallow: /else"), True),
        (says("404 Not Found", b""), True),
        (says("403 Forbidden", b""), True),
        (says("500 Oops", b""), False),
        (says("429 Slow", b""), False),
        (sleeps(2), False),
    ],
    ids=["disallowed", "allowed", "none", "forbidden", "broken", "busy", "silent"],
)
def test_robots_txt_of_a_site(script: Script, allowed: bool) -> None:
    with serving(script) as server:
        robots = Robots(LIMITS, Gate())
        assert robots.allow(server.url + "/news/1") is allowed
        assert robots.allow(server.url + "/news/2") is allowed
        assert server.asked == ["/robots.txt"]
