"""Addresses that are paths: the files of a recorded set of feeds."""

from __future__ import annotations

from pathlib import Path

from verifier.errors import FetchError
from verifier.fetch.limits import Limits, check_size
from verifier.model import Response


def is_http(address: str) -> bool:
    """Whether `address` is an http(s) address."""
    return address[:8].lower().startswith(("http://", "https://"))


def is_path(address: str) -> bool:
    """Whether `address` has no scheme at all: then it is a path."""
    return "://" not in address[:20]


def shown(address: str) -> str:
    """`address` for a message: without a password, not endless."""
    head, at, tail = address.rpartition("@")
    if at and "://" in head and "/" not in head.partition("://")[2]:
        address = f"{head.partition('://')[0]}://{tail}"
    return address if len(address) <= 200 else address[:197] + "..."


def read_file(path: str, limits: Limits) -> Response:
    """The bytes of a local file; raises FetchError if they cannot be read."""
    try:
        with Path(path).open("rb") as file:
            body = file.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise FetchError(
            f"cannot read the file, {reason}", shown(path), "check the path"
        ) from error
    check_size(len(body), shown(path), limits)
    return Response(url=path, final_url=path, status=200, body=body)
