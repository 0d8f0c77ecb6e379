"""The lines of a part, with the raw bytes that each was read from."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from re import Match
from typing import TYPE_CHECKING, Final, cast

from logverdict.events import Part, Place, Text
from logverdict.stored import Content, Stored
from logverdict.transcript.markers import LOOKS, MAY_BEGIN
from logverdict.transcript.stretch import Stretch, cleaned, without_mark

if TYPE_CHECKING:
    from logverdict.transcript.chunks import Chunks, Texts

_SHORT: Final = 512


class Lines:
    """The decoded lines of a part; `starts[i]` is the byte offset of line `i` (from 0), one more than lines.

    Colours and carriage returns are taken out of `texts`; offsets stay those of the raw bytes. Of a big log
    the lines are decoded when they are asked for, and again when they are asked for later.
    """

    __slots__ = (
        "_chunks",
        "_count",
        "_has_returns",
        "_last_split",
        "_looks",
        "_marks",
        "_size",
        "_split",
        "_starts",
        "_step",
        "data",
        "is_exact",
        "is_plain",
        "part",
        "texts",
    )

    texts: Sequence[str]
    _starts: Sequence[int]

    def __init__(self, part: Part, data: Content) -> None:
        self.part = part
        self.data = data
        self._split: dict[int, tuple[int, int]] = {}
        self._last_split = -1
        self._chunks: Chunks | None = None
        self._marks: list[int] | None = None
        self._looks: dict[int, Match[str]] = {}
        if isinstance(data, Stored):
            self._open(data)
        else:
            self._decode(data)
        self._count = len(self.texts)
        self._size = len(data)

    def _open(self, data: Stored) -> None:
        # Few logs are that big.
        from logverdict.transcript.chunks import Chunks, Starts, Texts

        self._chunks = Chunks(data)
        self.is_plain = self._chunks.is_plain
        self._has_returns = self._chunks.has_returns
        self.is_exact = False
        self.texts, self._starts, self._step = Texts(self._chunks), Starts(self._chunks), 0

    def _decode(self, data: bytes) -> None:
        mark = without_mark(data)
        text = cleaned(data[mark:] if mark else data)
        self.is_plain = b"\x1b" not in data
        self._has_returns = b"\r" in data
        self.is_exact = self.is_plain and not self._has_returns and "\ufffd" not in text
        texts = text.split("\n")
        # Where each byte is a character, the decoded lines are as long as the raw ones.
        raw = texts if self.is_exact and len(text) == len(data) else data.split(b"\n")
        # Without the line ends, of which there is one a line: they are counted where a place is asked for.
        starts = list(accumulate(map(len, raw), initial=0))
        starts[0] = mark
        if texts[-1] == "":
            texts.pop()
            starts.pop()
        self.texts, self._starts, self._step = texts, starts, 1

    def __len__(self) -> int:
        return self._count

    def exact(self, index: int) -> str:
        """Give line `index` with one character, or one escaping surrogate, for every raw byte sequence."""
        if self.is_exact or (self._chunks is not None and self._chunks.at(index).is_exact):
            return self.texts[index]
        place = self.place(index, index + 1)
        return self.data[place.start : place.end].decode("utf-8", "surrogateescape")

    @property
    def starts(self) -> Sequence[int]:
        """Give the byte at which each line starts, and the one at which a line after the last would."""
        return [start + line for line, start in enumerate(self._starts)] if self._step else self._starts

    def looks(self, index: int) -> Match[str] | None:
        """Tell what line `index` looks like, if it looks like a marker; see `LOOKS`."""
        if self._marks is None:
            return LOOKS.match(self.texts[index])
        return self._looks.get(index)

    def marker(self, first: int, after: int) -> int:
        """Find the first line from `first` to `after` (half open) that looks like a marker, or `after`."""
        texts = self.texts
        if self._chunks is not None:
            return cast("Texts", texts).find(LOOKS.match, first, after)
        marks = self._marks
        if marks is None:
            marks = self._marks = self._marked()
        at = bisect_left(marks, first)
        return marks[at] if at < len(marks) and marks[at] < after else after

    def _marked(self) -> list[int]:
        """Find all lines that look like markers."""
        texts, looks = self.texts, self._looks
        text = "\n".join(texts)
        line = counted = 0
        if texts and (found := LOOKS.match(texts[0])):
            looks[0] = found
        for begins in MAY_BEGIN.finditer(text):
            after = begins.end()
            line += text.count("\n", counted, after)
            counted = after
            if found := LOOKS.match(texts[line]):
                looks[line] = found
        return list(looks)

    def place(self, first: int, after: int) -> Place:
        """Give the place of lines `first` to `after` (half open), without the last line's end."""
        count, size, starts = self._count, self._size, self._starts
        first = min(first, count)
        last = after if first <= after <= count else min(max(after, first), count)
        start, end = starts[first] + first * self._step, starts[last] + last * self._step - 1
        if end > size or start > end:
            start = min(start, size)
            end = min(max(start, end), size)
        if self._has_returns and end > start and self.data[end - 1 : end] == b"\r":
            end -= 1
        return Place(self.part, first + 1, start, end)

    def text(self, first: int, after: int, *, skip: str = "") -> Text:
        """Give lines `first` to `after` as a text; `skip` is a prefix of the first line to leave out.

        In a coloured line the place keeps the prefix, for its bytes cannot be counted in characters.
        """
        place = self.place(first, after)
        left_out = len(skip)
        kept: str | Stretch | None = None
        if self._chunks is not None:
            kept = self._stretch(self._chunks, place, first, after, left_out)
        if kept is None:
            kept = "\n".join(self.texts[first:after])[left_out:]
        if skip and self.is_plain:
            start = min(place.start + len(skip.encode()), place.end)
            place = Place(place.part, place.line, start, place.end)
        return Text(kept, place)

    def _stretch(self, chunks: "Chunks", place: Place, first: int, after: int, skip: int) -> Stretch | None:
        """Leave a long text of a big log where it stands."""
        if place.end - place.start <= _SHORT:
            return None
        if first < self._last_split and any(first < index <= after for index in self._split):
            return None
        start, more = self._split.get(first, (place.start, 0))
        end = min(self._starts[min(after, self._count)], self._size)
        return Stretch(chunks.data, start, end, skip + more)

    def paragraph(self, first: int, after: int) -> Text:
        """Give lines `first` to `after` without the empty lines around them."""
        texts = self.texts
        while after > first and not texts[after - 1].strip():
            after -= 1
        while first < after and not texts[first].strip():
            first += 1
        return self.text(first, after)

    def split_line(self, index: int, characters: int) -> None:
        """Let line `index` begin `characters` later: the rest of it is a line that lost its line end."""
        text, start = self.texts[index], self._starts[index] + index * self._step
        before, cut = self._split.get(index, (start, 0))
        self._split[index] = (before, cut + characters)
        self._last_split = max(self._last_split, index)
        if self.is_plain:
            start = min(start + len(text[:characters].encode()), len(self.data))
        if self._chunks is not None:
            self._chunks.split(index, text[characters:], start)
        else:
            self.texts[index] = text[characters:]  # type: ignore[index]
            self._starts[index] = start - index  # type: ignore[index]
            self._look_again(index)

    def _look_again(self, index: int) -> None:
        """Look at a line that has changed."""
        if self._marks is None:
            return
        self._looks.pop(index, None)
        if found := LOOKS.match(self.texts[index]):
            self._looks[index] = found
        self._marks = sorted(self._looks)
