"""The lines of a part, with the raw bytes that each was read from."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate, compress
from typing import Final

from logverdict.events import Part, Place, Text
from logverdict.stored import Content, Stored
from logverdict.transcript.chunks import Chunks, Starts, Texts
from logverdict.transcript.stretch import Stretch, cleaned, without_mark

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
        "_size",
        "_split",
        "_wanted",
        "data",
        "is_exact",
        "is_plain",
        "part",
        "starts",
        "texts",
    )

    texts: Sequence[str]
    starts: Sequence[int]

    def __init__(self, part: Part, data: Content) -> None:
        self.part = part
        self.data = data
        self._split: dict[int, tuple[int, int]] = {}
        self._last_split = -1
        self._chunks: Chunks | None = None
        self._wanted: tuple[Callable[[str], object], list[int]] | None = None
        if isinstance(data, Stored):
            self._open(data)
        else:
            self._decode(data)
        self._count = len(self.texts)
        self._size = len(data)

    def _open(self, data: Stored) -> None:
        self._chunks = Chunks(data)
        self.is_plain = self._chunks.is_plain
        self._has_returns = self._chunks.has_returns
        self.is_exact = False
        self.texts, self.starts = Texts(self._chunks), Starts(self._chunks)

    def _decode(self, data: bytes) -> None:
        mark = without_mark(data)
        text = cleaned(data[mark:] if mark else data)
        self.is_plain = b"\x1b" not in data
        self._has_returns = b"\r" in data
        self.is_exact = self.is_plain and not self._has_returns and "\ufffd" not in text
        texts = text.split("\n")
        # Where each byte is a character, the decoded lines are as long as the raw ones.
        raw = texts if self.is_exact and len(text) == len(data) else data.split(b"\n")
        starts = list(accumulate(map((1).__add__, map(len, raw)), initial=0))
        starts[0] = mark
        if texts[-1] == "":
            texts.pop()
            starts.pop()
        self.texts, self.starts = texts, starts

    def __len__(self) -> int:
        return self._count

    def exact(self, index: int) -> str:
        """Give line `index` with one character, or one escaping surrogate, for every raw byte sequence."""
        if self.is_exact or (self._chunks is not None and self._chunks.at(index).is_exact):
            return self.texts[index]
        place = self.place(index, index + 1)
        return self.data[place.start : place.end].decode("utf-8", "surrogateescape")

    def find(self, is_wanted: Callable[[str], object], first: int, after: int) -> int:
        """Find the first line from `first` to `after` (half open) that is wanted; `after` where none is."""
        texts = self.texts
        if isinstance(texts, Texts):
            return texts.find(is_wanted, first, after)
        if self._wanted is None or self._wanted[0] != is_wanted:
            found = list(compress(range(len(texts)), map(is_wanted, texts)))
            self._wanted = (is_wanted, found)
        known = self._wanted[1]
        at = bisect_left(known, first)
        return known[at] if at < len(known) and known[at] < after else after

    def place(self, first: int, after: int) -> Place:
        """Give the place of lines `first` to `after` (half open), without the last line's end."""
        count, size, starts = self._count, self._size, self.starts
        first = min(first, count)
        last = after if first <= after <= count else min(max(after, first), count)
        start, end = starts[first], starts[last] - 1
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
        kept = self._stretch(place, first, after, left_out) or "\n".join(self.texts[first:after])[left_out:]
        if skip and self.is_plain:
            start = min(place.start + len(skip.encode()), place.end)
            place = Place(place.part, place.line, start, place.end)
        return Text(kept, place)

    def _stretch(self, place: Place, first: int, after: int, skip: int) -> Stretch | None:
        """Leave a long text of a big log where it stands."""
        if self._chunks is None or place.end - place.start <= _SHORT:
            return None
        if first < self._last_split and any(first < index <= after for index in self._split):
            return None
        start, more = self._split.get(first, (place.start, 0))
        end = min(self.starts[min(after, self._count)], self._size)
        return Stretch(self._chunks.data, start, end, skip + more)

    def paragraph(self, first: int, after: int) -> Text:
        """Give lines `first` to `after` without the empty lines around them."""
        while after > first and not self.texts[after - 1].strip():
            after -= 1
        while first < after and not self.texts[first].strip():
            first += 1
        return self.text(first, after)

    def split_line(self, index: int, characters: int) -> None:
        """Let line `index` begin `characters` later: the rest of it is a line that lost its line end."""
        text, start = self.texts[index], self.starts[index]
        before, cut = self._split.get(index, (start, 0))
        self._split[index] = (before, cut + characters)
        self._last_split = max(self._last_split, index)
        self._wanted = None
        if self.is_plain:
            start = min(start + len(text[:characters].encode()), len(self.data))
        if self._chunks is not None:
            self._chunks.split(index, text[characters:], start)
        else:
            self.texts[index] = text[characters:]  # type: ignore[index]
            self.starts[index] = start  # type: ignore[index]
