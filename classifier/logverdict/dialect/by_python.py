"""Patterns as Python's own `re` matches them: the same matches, but not in linear time."""

import re
from typing import AnyStr, Final

from logverdict.dialect.reading import tree_of
from logverdict.dialect.standard import standard
from logverdict.dialect.tree import Chars, Choice, Group, Node, Repeat, Row, walk
from logverdict.found import Found, FoundBytes, PatternError

_WHERE: Final = "Python's own engine"


class PythonPattern:
    """A pattern that `re` has compiled.

    Raises:
        PatternError: it is not of the dialect, or only RE2 knows it.
    """

    __slots__ = ("_expression", "_tree")

    def __init__(self, source: str, *, ignores_case: bool) -> None:
        self._tree = _read(source, ignore_case=ignores_case, lines=True)
        self._expression: re.Pattern[str] = _compiled(standard(self._tree))

    def search(self, text: str) -> Found | None:
        """Find the leftmost match in `text`."""
        match = self._expression.search(_readable(text))
        if match is None:
            return None
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        return Found(match.start(), match.end(), groups)

    def matches(self, text: str) -> bool:
        """Tell whether it occurs anywhere in `text`."""
        return self._expression.search(_readable(text)) is not None

    @property
    def group_count(self) -> int:
        """Count the groups, named or not."""
        return sum(isinstance(node, Group) for node in walk(self._tree))

    @property
    def steps(self) -> int:
        """Estimate the steps that RE2's program would have."""
        return _steps(self._tree)

    @property
    def groups(self) -> frozenset[str]:
        """Name the named groups."""
        return frozenset(self._expression.groupindex)


class PythonBytesPattern:
    """A pattern over bytes that `re` has compiled."""

    __slots__ = ("_expression",)

    def __init__(self, source: bytes) -> None:
        tree = _read(source.decode("latin-1"), ignore_case=False, lines=False)
        self._expression: re.Pattern[bytes] = _compiled(standard(tree, of_bytes=True).encode("ascii"))

    def search(self, data: bytes, start: int) -> FoundBytes | None:
        """Find the leftmost match that begins at `start` or later."""
        match = self._expression.search(data, start)
        if match is None:
            return None
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        return FoundBytes(match.start(), match.end(), groups)


def _read(source: str, *, ignore_case: bool, lines: bool) -> Node:
    try:
        return tree_of(source, ignore_case=ignore_case, lines=lines)
    except RecursionError as err:
        raise PatternError(f"{_WHERE} finds it nested too deeply") from err


def _compiled(expression: AnyStr) -> re.Pattern[AnyStr]:
    flags = re.MULTILINE | re.ASCII if isinstance(expression, str) else re.MULTILINE
    try:
        return re.compile(expression, flags)
    except (re.error, OverflowError, RecursionError) as err:
        raise PatternError(f"{_WHERE} refuses it: {err}") from err


def _readable(text: str) -> str:
    """Give what RE2 would see: of a lone surrogate, which UTF-8 cannot hold, one other character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def _steps(node: Node) -> int:
    match node:
        case Row(parts=parts) | Choice(parts=parts):
            return sum(_steps(part) + 1 for part in parts)
        case Repeat(part=part, least=least, most=most):
            return (most or least + 1) * (_steps(part) + 1)
        case Group(part=part):
            return _steps(part) + 2
        case Chars(ranges=ranges):
            return len(ranges)
    return 1
