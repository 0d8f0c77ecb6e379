"""The way back from a rewritten log to the raw bytes: every place of a transcript is told in those."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final, Protocol

from logverdict.events import Event, Place, Text, Transcript
from logverdict.record import replace
from logverdict.transcript.rows import Row


class Way(Protocol):
    """A way from places in a rewritten log to places in what it was made from."""

    def back(self, place: Place) -> Place:
        """Give the place in what the log was made from."""
        ...


class Pieces:
    """A log put together from pieces of another: `data` is the new one."""

    __slots__ = ("_lines", "_made", "_raw", "_size", "data")

    def __init__(self, raw: bytes, rows: Sequence[Row]) -> None:
        self._made, self._raw, self._size = array("q"), array("q"), array("q")
        self._lines = array("q", _line_starts(raw))
        made = 0
        for row in rows:
            for start, end in row.spans or ((self._raw_end(), self._raw_end()),):
                self._made.append(made)
                self._raw.append(start)
                self._size.append(end - start)
                made += end - start
            made += 1
        data = "\n".join(row.text for row in rows).encode("utf-8", "surrogateescape")
        is_ended = bool(rows) and self._raw_end() < len(raw)
        self.data: Final = data + b"\n" if is_ended else data

    def _raw_end(self) -> int:
        return self._raw[-1] + self._size[-1] if self._raw else 0

    def back(self, place: Place) -> Place:
        """Give the raw bytes from which those of a place were made."""
        start = self._offset(place.start)
        end = start if place.end <= place.start else max(start, self._offset(place.end - 1) + 1)
        return Place(place.part, bisect_right(self._lines, start), start, min(end, self._raw_end()))

    def _offset(self, made: int) -> int:
        piece = bisect_right(self._made, made) - 1
        if piece < 0:
            return 0
        return self._raw[piece] + min(made - self._made[piece], self._size[piece])


class Slice:
    """A log that is a part of another, from byte `start` and line `line` (from 0) on."""

    __slots__ = ("_line", "_start")

    def __init__(self, start: int, line: int) -> None:
        self._start = start
        self._line = line

    def back(self, place: Place) -> Place:
        """Give the place in the whole."""
        start, end = place.start + self._start, place.end + self._start
        return Place(place.part, place.line + self._line, start, end)


def brought_back(transcript: Transcript, way: Way) -> Transcript:
    """Tell all places of a transcript in what its log was made from."""
    events = tuple(_event(event, way) for event in transcript.events)
    return replace(transcript, events=events, spoofable=tuple(map(way.back, transcript.spoofable)))


def _event(event: Event, way: Way) -> Event:
    changed: dict[str, Any] = {
        name: _field(value, way)
        for name in event.__match_args__
        if isinstance(value := getattr(event, name), Place | Text)
    }
    return replace(event, **changed)


def _field(value: Place | Text, way: Way) -> Place | Text:
    return Text(value.kept, way.back(value.place)) if isinstance(value, Text) else way.back(value)


def _line_starts(raw: bytes) -> list[int]:
    starts = [0]
    position = raw.find(b"\n")
    while position >= 0:
        starts.append(position + 1)
        position = raw.find(b"\n", position + 1)
    return starts
