"""A log of which a part was left out before it is read, and the way back to its raw bytes."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import TypeAlias

from logverdict.events import Place
from logverdict.record import record
from logverdict.stored import Content
from logverdict.transcript.rows import Span


class Remains:
    """What stays of a log, whole lines, put together."""

    __slots__ = ("_lines", "_made", "_pieces", "_raw")

    def __init__(self, raw: Content, spans: Iterable[Span], lines: Iterable[int] = repeat(-1)) -> None:
        """Put the spans together; `lines` counts for each the line ends before it, -1 where nobody did."""
        self._made, self._raw, self._lines = array("q"), array("q"), array("q")
        self._pieces: list[bytes] = []
        made = before = read = within = 0
        for (start, end), known in zip(spans, lines, strict=False):
            before = before + _line_ends(raw, read, start) if known < 0 else known
            self._made.append(made)
            self._raw.append(start)
            self._lines.append(before - within)
            piece = raw[start:end]
            self._pieces.append(piece)
            made += end - start
            count = piece.count(b"\n")
            before, within, read = before + count, within + count, end

    def take(self) -> bytes:
        """Give what is read of the log, once: it is not kept here."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    def back(self, place: Place) -> Place:
        """Give the place in the log, from its first byte to its last, with what was left out between them."""
        # What holds nothing stands at the end of something.
        first = self._piece(place.start if place.end > place.start else place.start - 1)
        last = self._piece(place.end - 1)
        return Place(
            place.part,
            place.line + self._lines[first],
            place.start - self._made[first] + self._raw[first],
            place.end - self._made[last] + self._raw[last],
        )

    def _piece(self, made: int) -> int:
        return max(0, bisect_right(self._made, made) - 1)


def _line_ends(raw: Content, start: int, end: int) -> int:
    if isinstance(raw, bytes):
        return raw.count(b"\n", start, end)
    return sum(block.count(b"\n") for block in raw.blocks(start, end))


@record(frozen=True, slots=True)
class Condensed:
    """What is read of a log, and how many commands were left out, and how many of them had failed."""

    content: Content
    remains: Remains
    commands: int
    failed: int = 0


Condense: TypeAlias = Callable[[Content], Condensed | None]
"""Leaves out of a log what no rule can tell apart; null where it has to be read whole."""
