"""The only HTTP: one address, many addresses, and what robots.txt allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.fetch.limits import Gate, Limits, agent
from verifier.fetch.local import is_http

if TYPE_CHECKING:
    from verifier.fetch.crowd import many
    from verifier.fetch.one import get, require
    from verifier.fetch.robots import Robots, allowed

__all__ = ["Gate", "Limits", "Robots", "agent", "allowed", "get", "is_http", "many", "require"]

_ROOM = {
    "get": "one",
    "require": "one",
    "many": "crowd",
    "Robots": "robots",
    "allowed": "robots",
}


def __getattr__(name: str) -> object:
    if name not in _ROOM:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415 - a text file needs none of them

    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
