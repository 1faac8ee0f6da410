"""One GET: bounded in time, size and redirects, and only where going is allowed."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import closing
from dataclasses import replace
from functools import cache
from threading import Timer
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url, make_headers
from urllib3.util.ssl_ import create_urllib3_context

from verifier.errors import FetchError
from verifier.fetch.address import IPAddress, parse, resolve
from verifier.fetch.limits import Gate, Limits, check_size
from verifier.fetch.local import shown
from verifier.model import Response, Validators

_CHUNK = 65_536
_SPARE = 1.0  # seconds by which a socket's own timeout is later: the watch knows what to call it
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, "
    "text/html;q=0.8, */*;q=0.5"
)


def follow(address: str, validators: Validators, *, limits: Limits, gate: Gate) -> Response:
    """What the http address `address` answers, after redirects; errors as `get` says."""
    deadline = time.monotonic() + limits.seconds
    here, moved, forever = address, None, True
    for _ in range(limits.redirects + 1):
        url = parse(here)
        with gate.through(url.netloc or ""):
            answer = _hop(url, here, validators, limits, deadline)
        target = _target(answer, here)
        if target is None:
            return replace(answer, url=address, moved=moved)
        forever = forever and answer.status in _PERMANENT
        moved = target if forever else moved
        here = target
    message = f"redirected more than {limits.redirects} times"
    raise FetchError(message, shown(address), "open it in a browser and use the address there")


def _target(answer: Response, here: str) -> str | None:
    """Where a redirect leads; None if it is none, or says no address."""
    location = answer.header("location").strip()
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        return urljoin(here, location)
    except ValueError as error:
        message = "redirected to what is no address"
        raise FetchError(message, shown(here), "try again later") from error


class _Watch:
    """Ends a connection when its time is up, whatever it is waiting for.

    A timeout on the socket starts again with every byte, so that a slow drip never meets
    it; this shuts down the connection itself, through a second handle that TLS leaves alone.
    """

    def __init__(self, deadline: float) -> None:
        self.expired = False
        self._deadline = deadline
        self._handle: socket.socket | None = None
        self._timer: Timer | None = None

    def over(self, connection: socket.socket) -> None:
        """Watch over `connection` from now on."""
        self._handle = connection.dup()
        self._timer = Timer(max(0.0, self._deadline - time.monotonic()), self._end)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.cancel()
        if self._handle is not None:
            self._handle.close()

    def _end(self) -> None:
        self.expired = True
        try:
            if self._handle is not None:
                self._handle.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            pass


class _Pinned:
    """A connection to an address that was checked, not to what the name means a moment later."""

    addresses: tuple[IPAddress, ...]
    watch: _Watch
    deadline: float
    port: int

    def _new_conn(self) -> socket.socket:
        reached = _connect(self.addresses, self.port, self.deadline)
        reached.settimeout(max(0.0, self.deadline - time.monotonic()) + _SPARE)
        self.watch.over(reached)
        return reached


class _Plain(_Pinned, HTTPConnection):
    pass


class _Secure(_Pinned, HTTPSConnection):
    pass


def _connect(addresses: tuple[IPAddress, ...], port: int, deadline: float) -> socket.socket:
    """A connection to the first of `addresses` that takes one; raises the last one's error."""
    failed: OSError = TimeoutError("timed out")
    for number, address in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((str(address), port), left / (len(addresses) - number))
        except OSError as error:
            failed = error
    raise failed


@cache
def _tls() -> ssl.SSLContext:
    """Loading the certificates takes 20 ms, so it is done once."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_default_certs()
    return context


def _open(url: Url, limits: Limits, deadline: float, watch: _Watch) -> _Plain | _Secure:
    left = deadline - time.monotonic()
    host = (url.host or "").strip("[]")
    connection: _Plain | _Secure
    if url.scheme == "https":
        port = url.port or 443
        connection = _Secure(host, port, ssl_context=_tls())
    else:
        connection = _Plain(host, url.port or 80)
    connection.addresses = resolve(url, left, allow_private=limits.allow_private)
    connection.deadline, connection.watch = deadline, watch
    return connection


def _hop(
    url: Url, address: str, validators: Validators, limits: Limits, deadline: float
) -> Response:
    """One request and its answer, without following a redirect."""
    subject = shown(address)
    watch = _Watch(deadline)
    connection = _open(url, limits, deadline, watch)
    try:
        connection.request(
            "GET",
            url.request_uri,
            headers=_headers(url, validators, limits),
            preload_content=False,
            decode_content=True,
        )
        with closing(connection.getresponse()) as answer:
            headers = tuple(answer.headers.items())
            body, complete = _body(answer, address, limits, watch)
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        if watch.expired:
            raise _too_slow(subject, limits) from error
        raise FetchError(_reason(error), subject, "try again later") from error
    finally:
        connection.close()
        watch.close()
    return Response(
        url=address,
        final_url=address,
        status=answer.status,
        headers=headers,
        body=body,
        complete=complete,
    )


def _headers(url: Url, validators: Validators, limits: Limits) -> dict[str, str]:
    headers = {
        "User-Agent": limits.user_agent,
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers | (make_headers(basic_auth=url.auth) if url.auth else {})


def _body(
    answer: urllib3.BaseHTTPResponse, address: str, limits: Limits, watch: _Watch
) -> tuple[bytes, bool]:
    """The unpacked body and whether it came whole."""
    announced = answer.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit():
        check_size(int(announced[:18]), shown(address), limits)
    parts: list[bytes] = []
    size = 0
    try:
        while part := answer.read1(_CHUNK):
            size += len(part)
            check_size(size, shown(address), limits)
            parts.append(part)
    except (urllib3.exceptions.ProtocolError, http.client.IncompleteRead):
        if watch.expired or not parts:
            raise
        return b"".join(parts), False
    if watch.expired:
        raise _too_slow(shown(address), limits)
    return b"".join(parts), True


def _too_slow(subject: str, limits: Limits) -> FetchError:
    return FetchError(f"took longer than {limits.seconds:g} s", subject, "try again later")


_NO_HTTP = (urllib3.exceptions.ProtocolError, urllib3.exceptions.InvalidHeader)


def _reason(error: Exception) -> str:
    """What went wrong, in words."""
    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        ((ssl.SSLCertVerificationError,), "its certificate is not to be trusted"),
        ((ssl.SSLError, urllib3.exceptions.SSLError), "no secure connection"),
        ((TimeoutError, urllib3.exceptions.TimeoutError), "no answer in time"),
        ((ConnectionRefusedError,), "the connection is refused"),
        ((ConnectionResetError, BrokenPipeError), "the connection was cut"),
        ((urllib3.exceptions.DecodeError,), "the answer is not packed as it says"),
        ((http.client.RemoteDisconnected,), "the connection was closed without an answer"),
        ((http.client.HTTPException, *_NO_HTTP), "the answer is no HTTP"),
    )
    causes = (error, error.__cause__, *(a for a in error.args if isinstance(a, Exception)))
    for kind, words in kinds:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return f"no connection, {error}"[:200]
