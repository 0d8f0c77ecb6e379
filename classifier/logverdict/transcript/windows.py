"""Cut a stretch of a big log into overlapping windows, each small enough to be decoded by itself."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from logverdict.expression import expression
from logverdict.stored import Stored

WINDOW: Final = 1 << 20
OVERLAP: Final = 1 << 14
Cut = Callable[[bytes, int], int]
"""Find the last place in a block, from an offset on, where decoding may stop: best at the end of a line."""

_ESCAPED_NEWLINE: Final = b"\\n"
_TOKENS: Final = expression(
    rb"(?:[^\\]++|\\[^u]|\\u(?![dD][89abAB]).{4}|\\u[dD][89abAB].{2}(?:\\u.{4}|(?=[^\\]|\\[^u])))*+",
    re.DOTALL,
)
_CANDIDATES: Final = 1000
_LONGEST_ESCAPES: Final = 4096
_LONGEST_CHARACTER: Final = 4
_ASCII_END: Final = 0x80
_FIRST_BYTE: Final = 0xC0


def windows(data: Stored, start: int, end: int, cut: Cut) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and the raw bytes of each window; each but the first repeats the end of the last."""
    until = start
    while until < end:
        block = data[start : min(until + WINDOW, end)]
        if start + len(block) <= until:
            return
        length = len(block) if start + len(block) >= end else cut(block, until - start + 1)
        if start + length <= until:
            length = len(block)
        yield start, block[:length]
        until = start + length
        start += cut(block[: max(0, length - OVERLAP)], max(0, length - 2 * OVERLAP))


def line_cut(block: bytes, least: int) -> int:
    """Cut plain text after a line, or else between two characters."""
    return block.rfind(b"\n", least) + 1 or _between_characters(block)


def literal_cut(block: bytes, least: int) -> int:
    """Cut the inside of a JSON string after an escaped line end, or else between two characters.

    The block must begin between two characters.
    """
    limit = len(block)
    for _ in range(_CANDIDATES):
        found = block.rfind(_ESCAPED_NEWLINE, least, limit)
        if found < 0:
            break
        before = block[max(0, found - _LONGEST_ESCAPES) : found]
        if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
            return found + len(_ESCAPED_NEWLINE)
        limit = found + 1
    tokens = _TOKENS.match(block)
    return _between_characters(block[: tokens.end() if tokens else 0])


def _between_characters(block: bytes) -> int:
    for end in range(len(block), max(0, len(block) - _LONGEST_CHARACTER), -1):
        byte = block[end - 1]
        if byte < _ASCII_END:
            return end
        if byte >= _FIRST_BYTE:
            return end - 1
    return len(block)
