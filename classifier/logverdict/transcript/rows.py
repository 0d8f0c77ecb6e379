"""The lines of a log while a wrapper is taken off them: what each says, and the bytes it was made from."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from logverdict.record import record

Span: TypeAlias = tuple[int, int]
_BOM: Final = b"\xef\xbb\xbf"


@record(frozen=True, slots=True)
class Row:
    """A line. `text` is decoded so that no byte is lost; `spans` are the bytes it was made from, in order."""

    text: str
    spans: tuple[Span, ...]

    def part(self, first: int, after: int) -> "Row":
        """Give the characters `first` to `after` (half open)."""
        start, end = _size(self.text[:first]), _size(self.text[:after])
        return Row(self.text[first:after], tuple(_cut(self.spans, start, end)))

    def after(self, characters: int) -> "Row":
        """Give the line without its first characters."""
        return self.part(characters, len(self.text))


def joined(rows: Sequence[Row]) -> Row:
    """Make one line of several."""
    return Row("".join(row.text for row in rows), tuple(span for row in rows for span in row.spans))


def rows_of(data: bytes) -> list[Row]:
    """Split a log into its lines, without line ends; a byte order mark belongs to none."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    ends = [start - 1, *_line_ends(data, start)]
    if ends[-1] != len(data) - 1:
        ends.append(len(data))
    return [_row(data, before + 1, end) for before, end in pairwise(ends)]


def _row(data: bytes, start: int, end: int) -> Row:
    end -= data[start:end].endswith(b"\r")
    return Row(data[start:end].decode("utf-8", "surrogateescape"), ((start, end),))


def _line_ends(data: bytes, start: int) -> Iterator[int]:
    position = data.find(b"\n", start)
    while position >= 0:
        yield position
        position = data.find(b"\n", position + 1)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _cut(spans: tuple[Span, ...], start: int, end: int) -> Iterator[Span]:
    """Give what bytes `start` to `end` of the line were made from: never nothing at all."""
    begun = 0
    for first, after in spans:
        size = after - first
        low, high = max(start - begun, 0), min(end - begun, size)
        if low < high or (start == end and low == high):
            yield first + low, first + high
        begun += size
