"""Where an address leads, and whether going there is allowed."""

from __future__ import annotations

import ipaddress
import socket
from threading import Thread

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from verifier.errors import AddressRefused, FetchError
from verifier.fetch.local import shown

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_ALLOW = "it is on a private network; --allow-private-hosts permits that"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse(address: str) -> Url:
    """The parts of an http(s) address; raises FetchError for what is none."""
    try:
        url = parse_url(address.strip())
    except (LocationParseError, ValueError) as error:
        raise FetchError("this is no web address", shown(address), "check its spelling") from error
    if url.scheme not in ("http", "https") or not url.host:
        hint = "only http and https addresses are fetched"
        raise AddressRefused("this is no http address", shown(address), hint)
    return url


def resolve(url: Url, seconds: float, *, allow_private: bool) -> tuple[IPAddress, ...]:
    """The addresses of the host of `url` that may be connected to, in the resolver's order.

    Raises AddressRefused if there is none among those found, FetchError if the name has no
    address or the resolver takes longer than `seconds`.
    """
    host = (url.host or "").strip("[]")
    found = tuple(dict.fromkeys(_lookup(host, seconds, shown(str(url)))))
    allowed = tuple(a for a in found if allow_private or is_public(a))
    if not allowed:
        which = "a private address" if host == str(found[0]) else f"the private {found[0]}"
        raise AddressRefused(f"not asked, {host} is {which}", shown(str(url)), _ALLOW)
    return allowed


def is_public(address: IPAddress) -> bool:
    """Whether `address` is on the open internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _lookup(host: str, seconds: float, subject: str) -> list[IPAddress]:
    """Every address of `host`. The resolver knows no timeout, so a thread waits for it."""
    found: list[IPAddress] = []
    reasons: list[str] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.extend(ipaddress.ip_address(str(row[4][0])) for row in rows)
        except (OSError, ValueError) as error:  # ValueError: a label too long, a lone surrogate
            reasons.append(str(error))

    thread = Thread(target=ask, name="resolver", daemon=True)
    thread.start()
    thread.join(max(0.1, seconds))
    if thread.is_alive():
        raise FetchError("the name server did not answer in time", subject, "try again later")
    if not found:
        hint = "check the spelling and the network connection"
        raise FetchError(f"there is no host {host[:100]}", subject, hint)
    return found
