"""The engine's tables for human logs: what hits in a log, and in the lines of its commands."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeAlias

from logverdict.condense.classes import Signs
from logverdict.condense.deeds import Deeds, Patterns
from logverdict.condense.heads import NESTED, head_expression
from logverdict.condense.marks import MARKS
from logverdict.engine.database import NUMBER_BITS, PADDING, Database
from logverdict.engine.expressions import superset_all
from logverdict.engine.superset import Superset
from logverdict.pattern import Pattern
from logverdict.stored import Content

Take: TypeAlias = Callable[[bytearray, int, int, Sequence[int]], int]
"""Takes bytes, where in the log they begin, how many of them are whole lines, and the hits in these; gives
how many bytes are done with."""
FIRST_PATTERN: Final = len(MARKS)
"""The number of the first pattern in the hits; smaller ones are marks."""
_CHUNK: Final = 1 << 20
_LARGEST: Final = 16 << 20
_REMEMBERED: Final = 8192
_NONE: Final[Patterns] = frozenset()


class TooLargeError(Exception):
    """A block of a log is too large to be looked at in one piece."""


class Sorter:
    """Looks for marks and patterns in human logs; `deeds` says what commands and outputs come to.

    `are_messages_alike` and `are_thoughts_alike` tell that no rule looks into other than the first and last.
    """

    __slots__ = (
        "_groups",
        "_heads",
        "_lines",
        "_log",
        "_patterns",
        "are_messages_alike",
        "are_thoughts_alike",
        "deeds",
    )

    def __init__(self, signs: Signs, deeds: Deeds, cache: Path | None) -> None:
        """Make the tables, or load them from the folder `cache`.

        Raises:
            EngineError: hyperscan is not installed, or not to be trusted with a pattern.
            UnfitPatternError: a pattern cannot be said in the engine's words.
        """
        self.deeds = deeds
        self._patterns = signs.patterns["command", "output"]
        self._groups: dict[int, tuple[Pattern, ...]] = {}
        self._lines: dict[bytes, int] = {}
        self.are_messages_alike = not signs.patterns["message", "text"]
        self.are_thoughts_alike = not signs.patterns["reasoning", "text"]
        outputs = superset_all(signs.patterns["command", "output"], cache)
        checks = superset_all(signs.checks, cache, anchored=False)
        scripts = [head_expression(pattern) for pattern in signs.patterns["command", "command"]]
        heads = [*scripts, *map(_expression, checks)]
        self._log = Database((*MARKS, *_said(map(_expression, outputs))), cache)
        self._heads = Database((NESTED, *_said(heads)), cache)

    def scan(self, data: Content, take: Take) -> None:
        """Look at a log piece by piece, each of whole lines; what `take` is not done with comes again.

        Raises:
            TooLargeError: `take` is never done with so much.
        """
        buffer = bytearray(_CHUNK + PADDING)
        base = filled = 0
        size = len(data)
        while base + filled < size or filled:
            room = len(buffer) - PADDING - filled
            if room < _CHUNK // 2:
                if len(buffer) > _LARGEST:
                    raise TooLargeError
                buffer.extend(bytes(len(buffer)))
                continue
            piece = data[base + filled : min(base + filled + room, size)]
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
            is_end = base + filled >= size or not piece
            limit = filled if is_end else buffer.rfind(b"\n", 0, filled) + 1
            done = take(buffer, base, limit, self._log.hits(buffer, limit))
            if is_end:
                return
            buffer[: filled - done] = buffer[done:filled]
            base += done
            filled -= done

    def occurring(self, numbers: int, output: str) -> Patterns:
        """Tell which of the patterns occur that the engine has found; bit n of `numbers` is its number n."""
        if not numbers:
            return _NONE
        patterns = self._groups.get(numbers)
        if patterns is None:
            patterns = self._groups[numbers] = tuple(
                pattern
                for number, pattern in enumerate(self._patterns, FIRST_PATTERN)
                if numbers >> number & 1
            )
        return frozenset([pattern for pattern in patterns if pattern.matches(output)])

    def in_line(self, line: bytes) -> int:
        """Give the sort of a script by the line of its command, in which nothing follows the folder."""
        known = self._lines.get(line)
        if known is None:
            text = line.decode("utf-8", "replace")
            if len(self._lines) >= _REMEMBERED:
                self._lines.clear()
            known = self._lines[line] = self.deeds.script(text[: text.rindex(" in ")]).sort
        return known

    def suspects(self, lines: Sequence[bytes | bytearray]) -> Iterator[int]:
        """Find the lines of commands, by their number, in whose script a pattern may occur."""
        joined = b"\n".join(lines)
        ends = list(accumulate(1 + len(line) for line in lines))
        for hit in self._heads.hits(joined + bytes(PADDING), len(joined)):
            yield bisect_left(ends, hit >> NUMBER_BITS)


class UnfitPatternError(Exception):
    """A pattern cannot be said in the engine's words."""


def _expression(found: Superset | None) -> bytes | None:
    return found.expression if found else None


def _said(expressions: Iterable[bytes | None]) -> Iterator[bytes]:
    for expression in expressions:
        if expression is None:
            raise UnfitPatternError
        yield expression
