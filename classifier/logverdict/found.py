"""What a pattern finds, and what is said where it cannot be taken."""

from collections.abc import Mapping

from logverdict.record import record


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
