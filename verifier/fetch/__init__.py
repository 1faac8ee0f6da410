"""The only HTTP: one address, many addresses, and what robots.txt allows."""

from __future__ import annotations

from verifier.fetch.crowd import many
from verifier.fetch.http import Gate, Limits, agent, get, require
from verifier.fetch.robots import Robots, allowed

__all__ = ["Gate", "Limits", "Robots", "agent", "allowed", "get", "many", "require"]
