"""A value is what the standard library's frozen dataclass is."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from verifier.blocks import Block
from verifier.model import Mention, Story
from verifier.text import Word
from verifier.value import value

Decorator = Callable[[type], type]


def _made(decorate: Decorator) -> Any:
    class Row:
        """A row."""

        name: str
        size: int = 2
        parts: tuple[str, ...] = ()
        counts: list[int] = field(default_factory=list)

        @property
        def double(self) -> int:
            return 2 * self.size

    return decorate(Row)


_BOTH = pytest.mark.parametrize(
    "row", [_made(value), _made(dataclass(frozen=True, slots=True, kw_only=True))], ids=["value", "dataclass"]
)  # fmt: skip


@_BOTH
def test_fields_defaults_and_properties(row: Any) -> None:
    one = row(name="a")
    assert (one.name, one.size, one.parts, one.counts, one.double) == ("a", 2, (), [], 4)
    assert row(name="a").counts is not one.counts
    assert [f.name for f in fields(one)] == ["name", "size", "parts", "counts"]
    assert asdict(one) == {"name": "a", "size": 2, "parts": (), "counts": []}
    assert repr(one).endswith("Row(name='a', size=2, parts=(), counts=[])")


@_BOTH
def test_equal_by_content_and_class(row: Any) -> None:
    assert row(name="a", size=3) == row(name="a", size=3) != row(name="a")
    assert row(name="a") != ("a", 2, (), [])
    assert replace(row(name="a"), size=3) == row(name="a", size=3)


@_BOTH
def test_nothing_changes_it(row: Any) -> None:
    one = row(name="a")
    with pytest.raises(FrozenInstanceError):
        one.name = "b"
    with pytest.raises(FrozenInstanceError):
        del one.name
    assert not hasattr(one, "__dict__")


@_BOTH
@pytest.mark.parametrize("given", [{}, {"name": "a", "other": 1}])
def test_fields_that_are_missing_or_unknown_are_refused(row: Any, given: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        row(**given)


@_BOTH
def test_only_by_keyword(row: Any) -> None:
    with pytest.raises(TypeError):
        row("a")


def test_equal_values_hash_alike() -> None:
    assert hash(Mention(text="he", span=(1, 2))) == hash(Mention(text="he", span=(1, 2)))
    assert len({Mention(text="he", span=(1, 2)), Mention(text="he", span=(2, 3))}) == 2


def test_copied_and_pickled_whole() -> None:
    story = Story(text="words", title="A title")
    pickled = pickle.dumps(story)
    assert pickle.loads(pickled) == story  # noqa: S301 - our own
    assert copy.deepcopy(story) == story


def test_the_first_are_as_those_that_are_made_when_it_is_compiled() -> None:
    row = _made(value)
    first, *_, last = (row(name="a", counts=[]) for _ in range(200))
    assert first == last == row(name="a")
    assert (first.size, first.counts) == (2, [])
    with pytest.raises(TypeError):
        row(counts=[])


def test_fields_have_the_types_that_are_written() -> None:
    row = _made(value)
    assert row.__annotations__ == {f.name: f.type for f in fields(row)}
    assert fields(row)[0].type == "str"


def test_a_tuple_with_names_is_as_that_of_typing() -> None:
    word = Word("ferry", 2, 7)
    assert word == ("ferry", 2, 7) == Word(norm="ferry", start=2, end=7)
    assert repr(word) == "Word(norm='ferry', start=2, end=7)"
    assert word._replace(end=8).end == 8
    assert Word.__annotations__ == {"norm": "str", "start": "int", "end": "int"}
    assert (Word.__module__, Word.__doc__) == (
        "verifier.text",
        "One word: as it is compared, and where it stands.",
    )
    assert pickle.loads(pickle.dumps(word)) == word  # noqa: S301 - our own
    assert not hasattr(word, "__dict__")
    with pytest.raises(TypeError):
        Word("ferry")  # type: ignore[call-arg]
    assert Block(0, 1, 0, 1).equal is False
    assert Block._field_defaults == {"equal": False}
