"""The lines of a part, with the raw bytes that each was read from."""

import re
from codecs import BOM_UTF8
from itertools import accumulate

from logverdict.events import Part, Place, Text

_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")
_BOM = "\ufeff"


class Lines:
    """The decoded lines of a part; `starts[i]` is the byte offset of line `i` (from 0), one more than lines.

    Colours and carriage returns are taken out of `texts`; offsets stay those of the raw bytes.
    """

    __slots__ = ("data", "is_exact", "is_plain", "part", "starts", "texts")

    def __init__(self, part: Part, data: bytes) -> None:
        self.part = part
        self.data = data
        decoded = data.decode("utf-8", "replace")
        self.is_plain = "\x1b" not in decoded
        self.is_exact = self.is_plain and "\r" not in decoded and "\ufffd" not in decoded
        decoded = decoded.removeprefix(_BOM)
        if "\x1b" in decoded:
            decoded = _COLOUR.sub("", decoded)
        if "\r" in decoded:
            decoded = decoded.replace("\r\n", "\n")
        self.texts = decoded.split("\n")
        self.starts = [0, *accumulate(len(raw) + 1 for raw in data.split(b"\n"))]
        self.starts[0] = 3 if data.startswith(BOM_UTF8) else 0
        if self.texts[-1] == "":
            self.texts.pop()
            self.starts.pop()

    def __len__(self) -> int:
        return len(self.texts)

    def exact(self, index: int) -> str:
        """Give line `index` with one character, or one escaping surrogate, for every raw byte sequence."""
        if self.is_exact:
            return self.texts[index]
        place = self.place(index, index + 1)
        return self.data[place.start : place.end].decode("utf-8", "surrogateescape")

    def place(self, first: int, after: int) -> Place:
        """Give the place of lines `first` to `after` (half open), without the last line's end."""
        first = min(first, len(self))
        start = min(self.starts[first], len(self.data))
        end = min(max(start, self.starts[min(max(after, first), len(self))] - 1), len(self.data))
        if end > start and self.data[end - 1 : end] == b"\r":
            end -= 1
        return Place(self.part, first + 1, start, end)

    def text(self, first: int, after: int, *, skip: str = "") -> Text:
        """Give lines `first` to `after` as a text; `skip` is a prefix of the first line to leave out.

        In a coloured line the place keeps the prefix, for its bytes cannot be counted in characters.
        """
        value = "\n".join(self.texts[first:after])
        place = self.place(first, after)
        if not skip:
            return Text(value, place)
        if self.is_plain:
            start = min(place.start + len(skip.encode()), place.end)
            place = Place(place.part, place.line, start, place.end)
        return Text(value[len(skip) :], place)

    def paragraph(self, first: int, after: int) -> Text:
        """Give lines `first` to `after` without the empty lines around them."""
        while after > first and not self.texts[after - 1].strip():
            after -= 1
        while first < after and not self.texts[first].strip():
            first += 1
        return self.text(first, after)

    def split_line(self, index: int, characters: int) -> None:
        """Let line `index` begin `characters` later: the rest of it is a line that lost its line end."""
        head = self.texts[index][:characters]
        if self.is_plain:
            self.starts[index] = min(self.starts[index] + len(head.encode()), len(self.data))
        self.texts[index] = self.texts[index][characters:]
