"""Regular expressions that are compiled when they are first used, which half of them never are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` makes of `source`, made by the first of its methods that is asked for."""
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))


class _Pattern:
    def __init__(self, source: object, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        """Of the compiled pattern; what was asked for once is found without asking again."""
        found = getattr(re.compile(self._source, self._flags), name)  # type: ignore[call-overload]
        setattr(self, name, found)
        return found
