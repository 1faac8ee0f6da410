"""What robots.txt (RFC 9309) allows this program to read of a site."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from verifier.decode import decode
from verifier.errors import FetchError
from verifier.fetch.one import get

if TYPE_CHECKING:
    from verifier.fetch.limits import Gate, Limits

_NAME = "quote-verifier"
_MAX_BYTES = 500 * 1024  # RFC 9309, section 2.5: at least this much is read

_SITES = 16  # asked at once


def allows(robots_txt: str, address: str) -> bool:
    """Whether a robots.txt lets this program read `address`."""
    return bool(Protego.parse(robots_txt).can_fetch(address, _NAME))


class Robots:
    """Each site's robots.txt, fetched once. No file allows all; no answer allows nothing."""

    def __init__(self, limits: Limits, gate: Gate) -> None:
        self._limits = limits
        self._gate = gate
        self._lock = Lock()
        self._sites: dict[str, str | None] = {}

    def allow(self, address: str) -> bool:
        """Whether `address` may be read; asks its site's robots.txt the first time."""
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            known = site in self._sites
        if not known:
            rules = self._fetch(f"{site}/robots.txt")
            with self._lock:
                self._sites[site] = rules
        rules = self._sites[site]
        return rules is not None and allows(rules, address)

    def _fetch(self, address: str) -> str | None:
        try:
            response = get(address, limits=self._limits, gate=self._gate)
        except FetchError:
            return None
        if 400 <= response.status < 500 and response.status != 429:
            return ""
        if response.status != 200:
            return None
        return decode(response.body[:_MAX_BYTES], response.header("content-type"))


def allowed(addresses: Iterable[str], limits: Limits, gate: Gate) -> set[str]:
    """Those of `addresses` that their sites let this program read; each site is asked once."""
    robots = Robots(limits, gate)
    by_site: dict[str, list[str]] = {}
    for address in addresses:
        by_site.setdefault(urlsplit(address).netloc, []).append(address)
    with ThreadPoolExecutor(_SITES, thread_name_prefix="robots") as pool:
        found = pool.map(lambda sites: [a for a in sites if robots.allow(a)], by_site.values())
        return {address for part in found for address in part}
