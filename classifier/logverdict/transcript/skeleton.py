"""A line of JSON too long for memory, with its long strings cut short."""

import re
from typing import Final

from logverdict.expression import expression
from logverdict.record import record
from logverdict.stored import Stored
from logverdict.transcript.windows import literal_cut

_INSIDE: Final = expression(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_QUOTE: Final = b'"'
_LONGEST_STRING: Final = 1 << 16
_LONGEST: Final = 32 << 20


@record(frozen=True, slots=True)
class Gap:
    """Where `length` bytes were left out: at byte `at` of what is left."""

    at: int
    length: int


class _Shortener:
    """A pass over a line: what is kept of it, and the string that is being read."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.gaps: list[Gap] = []
        self._is_inside = False
        self._rest = b""
        self._string = bytearray()
        self._length = 0

    def take(self, block: bytes) -> None:
        """Read one more block."""
        block, self._rest = self._rest + block, b""
        position = 0
        while position < len(block):
            position = (self._inside if self._is_inside else self._outside)(block, position)

    def end(self) -> None:
        """Keep what was read of a string that the line does not end."""
        self.kept += self._string

    def _outside(self, block: bytes, position: int) -> int:
        quote = block.find(_QUOTE, position)
        end = quote + 1 or len(block)
        self.kept += block[position:end]
        self._is_inside = quote >= 0
        return end

    def _inside(self, block: bytes, position: int) -> int:
        match = _INSIDE.match(block, position)
        end = match.end() if match else position
        room = _LONGEST_STRING - len(self._string)
        self._string += block[position : min(end, position + room)]
        self._length += end - position
        if end == len(block):
            return end
        if block[end] != _QUOTE[0]:
            self._rest = block[end:]
            return len(block)
        self._close()
        return end + 1

    def _close(self) -> None:
        string = bytes(self._string)
        if self._length > len(string):
            string = string[: literal_cut(string, 0)]
            self.gaps.append(Gap(len(self.kept) + len(string), self._length - len(string)))
        self.kept += string + _QUOTE
        self._string.clear()
        self._length = 0
        self._is_inside = False


def shortened(data: Stored, start: int, end: int) -> tuple[str, tuple[Gap, ...]]:
    """Give the line from byte `start` to `end` without the rest of its long strings, and what is missing.

    One that is long by its structure, not by its strings, is cut: it is no JSON then.
    """
    shortener = _Shortener()
    for block in data.blocks(start, end):
        shortener.take(block)
        if len(shortener.kept) > _LONGEST:
            break
    shortener.end()
    return shortener.kept.decode("utf-8", "surrogateescape"), tuple(shortener.gaps)
