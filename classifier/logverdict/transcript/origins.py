"""Where the texts of a big JSONL log are decoded from, and texts made of others."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from logverdict.events import Origin, Place, Text
from logverdict.record import record
from logverdict.stored import Stored
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.windows import line_cut, literal_cut, windows


@record(frozen=True, slots=True)
class Literal:
    """The inside of a JSON string."""

    data: Stored
    start: int
    end: int

    def value(self) -> str:
        """Decode the string."""
        return _string(self.data[self.start : self.end])

    def windows(self, place: Place) -> Iterator[Text]:
        """Yield the string in pieces."""
        for start, raw in windows(self.data, self.start, self.end, literal_cut):
            yield Text(_string(raw), Place(place.part, place.line, start, start + len(raw)))


@record(frozen=True, slots=True)
class WholeLine:
    """A line of JSON as it stands there, or what `said` makes of it."""

    data: Stored
    start: int
    end: int
    said: Callable[[Any], str] | None = None

    def value(self) -> str:
        """Decode the line."""
        line = _exact(self.data[self.start : self.end])
        return printable(self.said(decoded(line)) if self.said else line)

    def windows(self, place: Place) -> Iterator[Text]:
        """Yield the line as it stands there in pieces."""
        for start, raw in windows(self.data, self.start, self.end, line_cut):
            yield Text(printable(_exact(raw)), Place(place.part, place.line, start, start + len(raw)))


@record(frozen=True, slots=True)
class _Changed:
    text: Text
    change: Callable[[str], str]

    def value(self) -> str:
        return self.change(self.text.value)

    def windows(self, place: Place) -> Iterator[Text]:
        yield Text(self.value(), place)


def changed(text: Text, change: Callable[[str], str]) -> Text:
    """Give a text with another value, which is made when it is asked for where the text is."""
    if isinstance(text.kept, str):
        return Text(change(text.kept), text.place)
    made: Origin = _Changed(text, change)
    return Text(made, text.place)


def _exact(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _string(raw: bytes) -> str:
    """Decode the inside of a literal; one that is damaged is given as it stands there."""
    try:
        value = json.loads(f'"{_exact(raw)}"', strict=False)
    except ValueError:
        value = None
    return printable(value if isinstance(value, str) else _exact(raw))
