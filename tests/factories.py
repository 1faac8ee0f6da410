"""Short ways to make the values that tests need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from verifier.engine import Answer
from verifier.model import Kind, Mention, Quote, Speaker, Story, digest


def quote(text: str, *, name: str | None = None, role: str | None = None, **more: Any) -> Quote:
    """A direct quote that is its own story."""
    defaults: dict[str, Any] = {
        "id": digest(text),
        "kind": Kind.DIRECT,
        "text": text,
        "spans": ((0, len(text)),),
        "speaker": Speaker(name=name, role=role) if name else None,
        "confidence": 1.0,
    }
    return Quote(**(defaults | more))


def mention(text: str, at: int = 0) -> Mention:
    return Mention(text=text, span=(at, at + len(text)))


def story(text: str = "", **more: Any) -> Story:
    return Story(text=text, **more)


def day(year: int, month: int, date: int, hour: int = 12) -> datetime:
    return datetime(year, month, date, hour, tzinfo=UTC)


def unnumbered(answers: list[Answer]) -> list[Answer]:
    """Answers without the numbers, which are one archive's own."""
    return [
        replace(
            answer,
            hits=tuple(hit._replace(number=0) for hit in answer.hits),
            undecided=tuple(hit._replace(number=0) for hit in answer.undecided),
        )
        for answer in answers
    ]
