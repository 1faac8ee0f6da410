"""One address: http(s), or a path."""

from __future__ import annotations

from verifier.errors import FetchError
from verifier.fetch.limits import USUAL, Gate, Limits
from verifier.fetch.local import is_path, read_file, shown
from verifier.health import trouble
from verifier.model import NO_VALIDATORS, Response, Validators


def get(
    address: str,
    validators: Validators = NO_VALIDATORS,
    *,
    limits: Limits = USUAL,
    gate: Gate | None = None,
) -> Response:
    """What `address` answers, of any status, after redirects; a path is read as a file.

    Raises AddressRefused for an address that may not be asked, at any hop, and FetchError
    if there is no answer: no such host, no connection, bad TLS, too slow, too large.
    """
    if is_path(address):
        return read_file(address, limits)
    from verifier.fetch.http import follow  # noqa: PLC0415 - only addresses pay for urllib3

    return follow(address, validators, limits=limits, gate=gate or Gate())


def require(address: str, *, limits: Limits = USUAL, gate: Gate | None = None) -> Response:
    """As `get`, and raises FetchError as well if the answer is an error."""
    response = get(address, limits=limits, gate=gate)
    if (said := trouble(response)) is not None:
        raise FetchError(said, shown(address), "open it in a browser to see what it says")
    return response
