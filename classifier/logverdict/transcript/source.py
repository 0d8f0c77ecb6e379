"""A line of JSON as the source of an event."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from logverdict.events import LONGEST_TEXT, Other, Place, Text
from logverdict.record import record
from logverdict.stored import Stored
from logverdict.transcript.lines import Lines
from logverdict.transcript.literal import printable, string_field
from logverdict.transcript.origins import Literal, WholeLine

if TYPE_CHECKING:
    from logverdict.transcript.skeleton import Gap

_SHORT: Final = 512


@record(frozen=True, slots=True)
class Source:
    """A line of JSON, decoded so that every raw byte is kept, and its place.

    `data` is the big log that long texts are left in, null where the log is in memory. `gaps` are where the
    line was cut short.
    """

    line: str
    at: Place
    data: Stored | None = None
    gaps: "tuple[Gap, ...]" = ()

    def field(self, key: str, value: str) -> Text:
        """Give the string that `key` holds in this line, with its place."""
        text = string_field(self.line, self.at, key, value)
        if self.data is None or len(value) <= _SHORT or text.place == self.at:
            return text
        start, end = self._offset(text.place.start), self._offset(text.place.end + 1) - 1
        return Text(Literal(self.data, start, end), Place(self.at.part, self.at.line, start, end))

    def _offset(self, byte: int) -> int:
        """Find the byte of the log for a byte of the line that was cut short."""
        return byte + sum(gap.length for gap in self.gaps if self.at.start + gap.at < byte)

    def whole(self, value: str, said: Callable[[Any], str] | None = None) -> Text:
        """Give a text made from several fields of this line; `said` makes it again from the line's value."""
        if self.data is None or said is None or self.gaps or len(value) <= _SHORT:
            return Text(printable(value), self.at)
        return Text(WholeLine(self.data, self.at.start, self.at.end, said), self.at)

    def other(self) -> Other:
        """Keep the line as one that is not known."""
        if self.data is None or len(self.line) <= _SHORT:
            return Other(self.at, self.whole(self.line))
        return Other(self.at, Text(WholeLine(self.data, self.at.start, self.at.end), self.at))


def source_of(lines: Lines, index: int) -> Source:
    """Give line `index` as a source; where it is too long for memory, with its long strings cut short."""
    data, at = lines.data, lines.place(index, index + 1)
    if isinstance(data, bytes):
        return Source(lines.exact(index), at)
    if at.end - at.start <= LONGEST_TEXT:
        return Source(lines.exact(index), at, data)
    # Few lines are that long.
    from logverdict.transcript.skeleton import shortened

    line, gaps = shortened(data, at.start, at.end)
    return Source(line, at, data, gaps)


def text_of(value: Any) -> str | None:
    """Give a value of JSON where it is a string."""
    return value if isinstance(value, str) else None


def whole_number(value: Any) -> int | None:
    """Give a value of JSON where it is a whole number (`true` is none)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
