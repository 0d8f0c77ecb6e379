"""Regular expressions of this program's own that are compiled when they are first used.

Compiling all of them takes longer than judging a short log, which needs a third of them.
"""

import re
from typing import Any, AnyStr, cast


class _Expression:
    """Stands for a compiled expression: from its first use on, its methods are those of the compiled one."""

    __slots__ = ("_flags", "_source", "findall", "finditer", "fullmatch", "match", "search", "sub")

    def __init__(self, source: Any, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source, self._flags)
        for method in self.__slots__[2:]:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def expression(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Give an expression as `re.compile` does, compiled when it is first used."""
    return cast("re.Pattern[AnyStr]", _Expression(source, flags))
