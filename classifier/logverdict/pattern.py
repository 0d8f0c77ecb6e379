"""Patterns of rule authors: the RE2 dialect, matched in linear time, so that no rule can hang."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import re2

ENGINE: Final = "re2"
_MEMORY_LIMIT: Final = 8 << 20


class PatternError(ValueError):
    """A pattern is outside the RE2 dialect; the message says what the engine objected to."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matched: characters `start` to `end` (half open) and its named groups."""

    start: int
    end: int
    groups: Mapping[str, str]


class Pattern:
    """A compiled pattern. `^` and `$` match at line ends, as rule authors expect in logs."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str, compiled: re2._Regexp) -> None:
        self.source = source
        self._compiled = compiled

    def search(self, text: str) -> Found | None:
        """Find the leftmost match in `text`."""
        match = self._compiled.search(_searchable(text))
        if match is None:
            return None
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        return Found(match.start(), match.end(), groups)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern occurs anywhere in `text`."""
        return self._compiled.search(_searchable(text)) is not None

    @property
    def groups(self) -> frozenset[str]:
        """Name the named groups."""
        return frozenset(self._compiled.groupindex)


def _searchable(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and UTF-8 cannot, by one character each."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def compile_pattern(source: str, *, ignore_case: bool = False) -> Pattern:
    """Compile one pattern of the RE2 dialect.

    Raises:
        PatternError: the engine refuses it (look-around, back-reference, syntax, or too large).
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_LIMIT
    options.case_sensitive = not ignore_case
    try:
        return Pattern(source, re2.compile(f"(?m){source}", options=options))
    except re2.error as err:
        reason = err.args[0]
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from err
