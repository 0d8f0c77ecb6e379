"""Patterns of rule authors: the RE2 dialect, matched in linear time, so that no rule can hang."""

from collections.abc import Mapping
from typing import Final

import re2

from logverdict.record import record

ENGINE: Final = "re2"
_MEMORY_LIMIT: Final = 8 << 20


class PatternError(ValueError):
    """A pattern is outside the RE2 dialect; the message says what the engine objected to."""


@record(frozen=True, slots=True)
class Found:
    """Where a pattern matched: characters `start` to `end` (half open) and its named groups."""

    start: int
    end: int
    groups: Mapping[str, str]


@record(frozen=True, slots=True)
class FoundBytes:
    """Where a pattern matched: bytes `start` to `end` (half open) and its named groups."""

    start: int
    end: int
    groups: Mapping[str, bytes]


class Pattern:
    """A compiled pattern. `^` and `$` match at line ends, as rule authors expect in logs."""

    __slots__ = ("_known", "ignores_case", "source")

    def __init__(self, source: str, *, ignores_case: bool = False) -> None:
        self.source = source
        self.ignores_case = ignores_case
        self._known: re2._Regexp | None = None

    @property
    def _compiled(self) -> re2._Regexp:
        # Compiled when it is first looked for: of a hundred patterns, one log needs a few.
        if self._known is None:
            # As bytes, of UTF-8 all the same: places are then counted in characters only where it matches.
            self._known = re2.compile(f"(?m){self.source}".encode(), options=self.options())
        return self._known

    def options(self) -> re2.Options:
        """Give the options with which the engine compiles it."""
        options = _options()
        options.case_sensitive = not self.ignores_case
        return options

    def search(self, text: str) -> Found | None:
        """Find the leftmost match in `text`."""
        encoded = _encoded(text)
        match = self._compiled.search(encoded)
        if match is None:
            return None
        groups = {
            name.decode(): value.decode(errors="replace")
            for name, value in match.groupdict().items()
            if value is not None
        }
        if len(encoded) == len(text):
            return Found(match.start(), match.end(), groups)
        start = len(encoded[: match.start()].decode(errors="replace"))
        return Found(start, start + len(match.group().decode(errors="replace")), groups)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern occurs anywhere in `text`."""
        return self._compiled.search(_encoded(text)) is not None

    @property
    def group_count(self) -> int:
        """Count the groups, named or not: what each of them captures is carried along at every character."""
        return int(self._compiled.groups)

    @property
    def steps(self) -> int:
        """Count the steps of the compiled program: a character of text costs at most so many."""
        return int(self._compiled.programsize)

    @property
    def groups(self) -> frozenset[str]:
        """Name the named groups."""
        return frozenset(name.decode() for name in self._compiled.groupindex)


class BytesPattern:
    """A compiled pattern over bytes, for streams that are searched piece by piece."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: re2._Regexp) -> None:
        self._compiled = compiled

    def search(self, data: bytes, start: int = 0) -> FoundBytes | None:
        """Find the leftmost match that begins at `start` or later; what stands before counts for borders."""
        match = self._compiled.search(data, start)
        if match is None:
            return None
        groups = {name.decode(): value for name, value in match.groupdict().items() if value is not None}
        return FoundBytes(match.start(), match.end(), groups)


def _encoded(text: str) -> bytes:
    """Encode for the engine; a lone surrogate, which UTF-8 cannot hold, becomes one character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace")


def compile_pattern(source: str, *, ignore_case: bool = False) -> Pattern:
    """Compile one pattern of the RE2 dialect.

    Raises:
        PatternError: the engine refuses it (look-around, back-reference, syntax, or too large).
    """
    pattern = Pattern(source, ignores_case=ignore_case)
    try:
        pattern.matches("")
    except re2.error as err:
        reason = err.args[0]
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from err
    return pattern


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_LIMIT
    return options


def compile_bytes(source: bytes) -> BytesPattern:
    """Compile one pattern of the RE2 dialect that is matched against bytes, of whatever encoding.

    Raises:
        PatternError: the engine refuses it.
    """
    options = _options()
    options.encoding = re2.Options.Encoding.LATIN1
    try:
        return BytesPattern(re2.compile(source, options=options))
    except re2.error as err:
        raise PatternError(str(err.args[0])) from err
