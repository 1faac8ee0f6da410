"""Frozen values: what `@dataclass(frozen=True, slots=True, kw_only=True)` makes, made faster.

The standard decorator compiles seven methods for each class, half a millisecond; the fifty
values of a check would cost as much as starting Python does. Here one method is compiled,
when many values are made, and the others are shared. Everything else is the standard library's:
`field`, `fields`, `replace` and `asdict` work on values as on any dataclass.

`NamedTuple` is that of `typing`, which would compile the name of each type: half of its time.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from typing import NamedTuple

_T = TypeVar("_T")
_set = object.__setattr__
# Compiling takes as long as it spares so many values; a check makes fewer of most kinds.
_FEW = 100


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def value(cls: type[_T]) -> type[_T]:
    """Make a frozen class with slots of `cls`, whose fields are given by keyword."""
    types = cls.__annotations__
    cls.__annotations__ = dict.fromkeys(types, Any)  # their names would be parsed three times
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    made.__annotations__ = types
    fields: dict[str, Field[Any]] = made.__dataclass_fields__  # type: ignore[attr-defined]
    for name, known in types.items():
        fields[name].type = known
    methods = {"__init__": _at_first(made, fields), **_SHARED, **_compared(tuple(fields))}
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made


def _at_first(made: type, fields: dict[str, Field[Any]]) -> Callable[..., None]:
    """`__init__` that sets one field after the other, until it is worth compiling."""
    known = {name: one.default for name, one in fields.items() if one.default is not MISSING}
    slots = [(name, getattr(made, name).__set__) for name in fields]
    left = _FEW

    def init(self: object, **given: object) -> None:
        nonlocal left
        left -= 1
        content = known | given
        if left and content.keys() == fields.keys():
            for name, set_slot in slots:
                set_slot(self, content[name])
        else:
            made.__init__ = compiled = _init(made, fields)  # type: ignore[misc]
            compiled(self, **given)

    return init


def _init(made: type, fields: dict[str, Field[Any]]) -> Callable[..., None]:
    """`__init__` with a line for each field, which sets its slot."""
    known: dict[str, Any] = {"_missing": MISSING}
    head, body = [], []
    for name, one in fields.items():
        known[f"_set_{name}"] = getattr(made, name).__set__
        given = name
        if one.default_factory is not MISSING:
            known[f"_make_{name}"] = one.default_factory
            given = f"_make_{name}() if {name} is _missing else {name}"
            head.append(f"{name}=_missing")
        elif one.default is not MISSING:
            known[f"_default_{name}"] = one.default
            head.append(f"{name}=_default_{name}")
        else:
            head.append(name)
        body.append(f" _set_{name}(self, {given})")
    found: dict[str, Callable[..., None]] = {}
    source = f"def __init__(self, *, {', '.join(head)}):\n" + "\n".join(body)
    exec(source, known, found)  # noqa: S102 - of names of fields, as dataclasses does it
    return found["__init__"]


def _compared(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    """Equality and hash over all fields."""
    content = attrgetter(*names)

    def eq(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return content(self) == content(other)

    return {"__eq__": eq, "__hash__": lambda self: hash(content(self))}


def _repr(self: Any) -> str:
    shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__])
    return f"{self.__class__.__qualname__}({shown})"


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"a {self.__class__.__name__} does not change: {name!r}")


def _state(self: Any) -> list[Any]:
    """What is pickled: frozen slots have no state by themselves."""
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _restore(self: Any, state: list[Any]) -> None:
    for name, content in zip(self.__dataclass_fields__, state, strict=True):
        _set(self, name, content)


_SHARED: dict[str, Callable[..., Any]] = {
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _state,
    "__setstate__": _restore,
}


# ---------------------------------------------------------------- tuples
if not TYPE_CHECKING:

    class _Tuples(type):
        """Makes of a class with types what `namedtuple` makes of their names."""

        def __new__(cls, name, _bases, body):
            types = body.pop("__annotations__")
            defaults = [body.pop(field) for field in types if field in body]
            module = body.pop("__module__")
            made = namedtuple(name, types, defaults=defaults, module=module)  # noqa: PYI024
            for key, content in (body | {"__annotations__": types}).items():
                setattr(made, key, content)
            return made

    NamedTuple = type.__new__(_Tuples, "NamedTuple", (), {})


__all__ = ["NamedTuple", "value"]
