"""What a request may cost, where it may go, and how many there may be at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from threading import BoundedSemaphore, Lock

from verifier import __version__
from verifier.errors import FetchError
from verifier.value import value


def agent(contact: str = "") -> str:
    """The User-Agent: what asks, and whom to write to about it."""
    return f"quote-verifier/{__version__}" + (f" (+{contact})" if contact else " (feed reader)")


@value
class Limits:
    """What one GET may cost, and where it may go."""

    seconds: float = 20.0  # from the name server's answer to the last byte, redirects included
    max_bytes: int = 15 * 1024 * 1024  # unpacked
    redirects: int = 5
    allow_private: bool = False
    user_agent: str = field(default_factory=agent)


USUAL = Limits()


class Gate:
    """How many requests may be with one host at a time, over all threads and redirects."""

    def __init__(self, per_host: int = 2) -> None:
        self._per_host = per_host
        self._lock = Lock()
        self._doors: dict[str, BoundedSemaphore] = {}

    @contextmanager
    def through(self, host: str) -> Iterator[None]:
        """Wait for a place at `host`, and keep it for the length of the block."""
        with self._lock:
            door = self._doors.setdefault(host, BoundedSemaphore(self._per_host))
        with door:
            yield


def check_size(size: int, subject: str, limits: Limits) -> None:
    """Raise FetchError if `size` bytes are more than `limits` allow."""
    if size > limits.max_bytes:
        message = f"larger than {limits.max_bytes // 1_048_576} MiB"
        raise FetchError(message, subject, "no feed or article is; check the address")
