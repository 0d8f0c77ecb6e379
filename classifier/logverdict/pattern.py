"""Patterns of rule authors: the RE2 dialect, matched in linear time where RE2 is there."""

from typing import TYPE_CHECKING, Final, TypeAlias

from logverdict.engines import exact
from logverdict.found import Found, FoundBytes, PatternError

if TYPE_CHECKING:
    import re2

    from logverdict.dialect.by_python import PythonBytesPattern, PythonPattern

    Matcher: TypeAlias = "PythonPattern | Re2Pattern"
    BytesMatcher: TypeAlias = "PythonBytesPattern | Re2BytesPattern"

_MEMORY_LIMIT: Final = 8 << 20

__all__ = [
    "BytesPattern",
    "Found",
    "FoundBytes",
    "Pattern",
    "PatternError",
    "compile_bytes",
    "compile_pattern",
]


class Pattern:
    """A compiled pattern. `^` and `$` match at line ends, as rule authors expect in logs."""

    __slots__ = ("_known", "ignores_case", "source")

    def __init__(self, source: str, *, ignores_case: bool = False) -> None:
        self.source = source
        self.ignores_case = ignores_case
        self._known: Matcher | None = None

    def _compiled(self) -> "Matcher":
        # Compiled when it is first looked for: of a hundred patterns, one log needs a few.
        self._known = _matcher(self.source, ignores_case=self.ignores_case)
        return self._known

    def search(self, text: str) -> Found | None:
        """Find the leftmost match in `text`."""
        return (self._known or self._compiled()).search(text)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern occurs anywhere in `text`."""
        return (self._known or self._compiled()).matches(text)

    @property
    def group_count(self) -> int:
        """Count the groups, named or not: what each of them captures is carried along at every character."""
        return (self._known or self._compiled()).group_count

    @property
    def steps(self) -> int:
        """Count the steps of the compiled program: a character of text costs at most so many."""
        return (self._known or self._compiled()).steps

    @property
    def groups(self) -> frozenset[str]:
        """Name the named groups."""
        return (self._known or self._compiled()).groups


class BytesPattern:
    """A compiled pattern over bytes, for streams that are searched piece by piece."""

    __slots__ = ("_matcher",)

    def __init__(self, matcher: "BytesMatcher") -> None:
        self._matcher = matcher

    def search(self, data: bytes, start: int = 0) -> FoundBytes | None:
        """Find the leftmost match that begins at `start` or later; what stands before counts for borders."""
        return self._matcher.search(data, start)


def compile_pattern(source: str, *, ignore_case: bool = False) -> Pattern:
    """Compile one pattern of the RE2 dialect.

    Raises:
        PatternError: the engine refuses it (look-around, back-reference, syntax, or too large).
    """
    pattern = Pattern(source, ignores_case=ignore_case)
    pattern.matches("")
    return pattern


def compile_bytes(source: bytes) -> BytesPattern:
    """Compile one pattern of the RE2 dialect that is matched against bytes, of whatever encoding.

    Raises:
        PatternError: the engine refuses it.
    """
    if exact() == "re2":
        return BytesPattern(Re2BytesPattern(source))
    from logverdict.dialect.by_python import PythonBytesPattern

    return BytesPattern(PythonBytesPattern(source))


def _matcher(source: str, *, ignores_case: bool) -> "Matcher":
    if exact() == "re2":
        return Re2Pattern(source, ignores_case=ignores_case)
    from logverdict.dialect.by_python import PythonPattern

    return PythonPattern(source, ignores_case=ignores_case)


class Re2Pattern:
    """A pattern that RE2 has compiled."""

    __slots__ = ("_regexp",)

    def __init__(self, source: str, *, ignores_case: bool) -> None:
        # As bytes, of UTF-8 all the same: places are then counted in characters only where it matches.
        self._regexp = _compiled(f"(?m){source}".encode(), options(ignores_case=ignores_case))

    def search(self, text: str) -> Found | None:
        """Find the leftmost match in `text`."""
        encoded = _encoded(text)
        match = self._regexp.search(encoded)
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
        """Tell whether it occurs anywhere in `text`."""
        return self._regexp.search(_encoded(text)) is not None

    @property
    def group_count(self) -> int:
        """Count the groups, named or not."""
        return int(self._regexp.groups)

    @property
    def steps(self) -> int:
        """Count the steps of the compiled program."""
        return int(self._regexp.programsize)

    @property
    def groups(self) -> frozenset[str]:
        """Name the named groups."""
        return frozenset(name.decode() for name in self._regexp.groupindex)


class Re2BytesPattern:
    """A pattern over bytes that RE2 has compiled."""

    __slots__ = ("_regexp",)

    def __init__(self, source: bytes) -> None:
        chosen = options(ignores_case=False)
        chosen.encoding = chosen.Encoding.LATIN1
        self._regexp = _compiled(source, chosen)

    def search(self, data: bytes, start: int) -> FoundBytes | None:
        """Find the leftmost match that begins at `start` or later."""
        match = self._regexp.search(data, start)
        if match is None:
            return None
        groups = {name.decode(): value for name, value in match.groupdict().items() if value is not None}
        return FoundBytes(match.start(), match.end(), groups)


def options(*, ignores_case: bool) -> "re2.Options":
    """Give the options with which RE2 compiles patterns."""
    import re2

    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = _MEMORY_LIMIT
    chosen.case_sensitive = not ignores_case
    return chosen


def _compiled(source: bytes, chosen: "re2.Options") -> "re2._Regexp":
    import re2

    try:
        return re2.compile(source, options=chosen)
    except re2.error as err:
        reason = err.args[0]
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from err


def _encoded(text: str) -> bytes:
    """Encode for the engine; a lone surrogate, which UTF-8 cannot hold, becomes one character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace")
