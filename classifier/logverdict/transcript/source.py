"""A line of JSON as the source of an event."""

from dataclasses import dataclass
from typing import Any

from logverdict.events import Other, Place, Text
from logverdict.transcript.literal import printable, string_field


@dataclass(frozen=True, slots=True)
class Source:
    """A line of JSON, decoded so that every raw byte is kept, and its place."""

    line: str
    at: Place

    def field(self, key: str, value: str) -> Text:
        """Give the string that `key` holds in this line, with its place."""
        return string_field(self.line, self.at, key, value)

    def whole(self, value: str) -> Text:
        """Give a text made from several fields of this line."""
        return Text(printable(value), self.at)

    def other(self) -> Other:
        """Keep the line as one that is not known."""
        return Other(self.at, self.whole(self.line))


def text_of(value: Any) -> str | None:
    """Give a value of JSON where it is a string."""
    return value if isinstance(value, str) else None


def whole_number(value: Any) -> int | None:
    """Give a value of JSON where it is a whole number (`true` is none)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
