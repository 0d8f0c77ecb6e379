"""The lines of a big log, decoded some at a time."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, compress
from typing import Final, overload

from logverdict.events import LONGEST_TEXT
from logverdict.record import record
from logverdict.stored import Stored
from logverdict.transcript.stretch import cleaned, without_mark

_KEPT: Final = 4
_SMALL: Final = 1 << 20
_EXCERPT: Final = 1 << 16


@record(slots=True)
class Chunk:
    """Lines `first` to `after` (half open) of `size` bytes: what they say, and where they start.

    `is_exact` tells that what they say is what stands there, byte by byte.
    """

    first: int
    after: int
    size: int
    is_exact: bool
    texts: list[str]
    starts: list[int]
    _wanted: tuple[Callable[[str], object], list[int]] | None = None

    def wanted(self, is_wanted: Callable[[str], object]) -> list[int]:
        """Find the lines that are wanted, from 0 on; asked again for the same, this is known."""
        if self._wanted is None or self._wanted[0] != is_wanted:
            found = compress(range(len(self.texts)), map(is_wanted, self.texts))
            self._wanted = (is_wanted, list(found))
        return self._wanted[1]

    def change(self, line: int, text: str, start: int) -> None:
        """Let a line say something else."""
        self.texts[line - self.first], self.starts[line - self.first] = text, start
        self.is_exact = False
        self._wanted = None


class Chunks:
    """Where the chunks of a log begin, and the few that were decoded last.

    A chunk ends with a line, so that it can be decoded by itself; a line longer than a block is a chunk.
    `is_plain` and `has_returns` as in `Lines`. Of a line longer than `LONGEST_TEXT` only the beginning and
    the end are decoded: what tells whose line it is stands there.
    """

    def __init__(self, data: Stored) -> None:
        self.data = data
        self.is_plain = True
        self.has_returns = False
        self._offsets = array("Q", [0])
        self._firsts = array("Q", [0])
        self._split: dict[int, tuple[str, int]] = {}
        self._recent: list[Chunk] = []
        self.count = self._index()
        self.end = self._end()
        self.current = self.at(0)

    def _index(self) -> int:
        """Find the chunks, and count the lines."""
        offset = line = 0
        is_long = False
        for block in self.data.blocks():
            self.is_plain = self.is_plain and b"\x1b" not in block
            self.has_returns = self.has_returns or b"\r" in block
            first, last = block.find(b"\n") + 1, block.rfind(b"\n") + 1
            if is_long and first:
                self._begin(offset + first, line + 1)
            offset += len(block)
            line += block.count(b"\n")
            if last:
                self._begin(offset - len(block) + last, line)
            is_long = not last
        self._begin(offset, line + (offset > self._offsets[-1]))
        return self._firsts[-1]

    def _begin(self, offset: int, line: int) -> None:
        """Let a chunk begin at a byte and a line; what stands before it is one that ends there."""
        if offset > self._offsets[-1] or not offset:
            self._offsets.append(offset)
            self._firsts.append(line)

    def _end(self) -> int:
        """Give the start of the line that would follow the last; a last line that says nothing is none."""
        if not self.count or self.data.endswith(b"\n"):
            return len(self.data)
        last = self.at(self.count - 1)
        if last.texts[-1] != "":
            return len(self.data) + 1
        self.count -= 1
        return last.starts[-1]

    def at(self, line: int) -> Chunk:
        """Give the chunk that holds a line, the last one for a line after the end."""
        for chunk in self._recent:
            if chunk.first <= line < chunk.after:
                break
        else:
            chunk = self._decoded(max(0, min(bisect_right(self._firsts, line), len(self._firsts) - 1) - 1))
            is_small = chunk.size <= _SMALL
            self._recent = [chunk, *self._recent[: _KEPT - 1]] if is_small else [chunk]
        self.current = chunk
        return chunk

    def split(self, line: int, text: str, start: int) -> None:
        """Let a line say `text` and begin at `start` from now on."""
        self._split[line] = (text, start)
        self.at(line).change(line, text, start)

    def _decoded(self, number: int) -> Chunk:
        first, after = self._firsts[number], self._firsts[number + 1]
        start, end = self._offsets[number], self._offsets[number + 1]
        if end - start > LONGEST_TEXT and after == first + 1:
            texts, starts, is_exact = [self._excerpt(start, end)], [start], False
        else:
            texts, starts, is_exact = self._lines(start, end, after - first)
        for line in self._split.keys() & range(first, after):
            texts[line - first], starts[line - first] = self._split[line]
            is_exact = False
        return Chunk(first, after, end - start, is_exact, texts, starts)

    def _lines(self, start: int, end: int, count: int) -> tuple[list[str], list[int], bool]:
        raw = self.data[start:end]
        mark = without_mark(raw) if start == 0 else 0
        lengths = map((1).__add__, map(len, raw.split(b"\n")))
        starts = list(accumulate(lengths, initial=start))
        starts[0] += mark
        text = cleaned(raw[mark:] if mark else raw)
        is_exact = b"\x1b" not in raw and b"\r" not in raw and "\ufffd" not in text
        texts = text.split("\n")
        # A file that was changed meanwhile has other lines than were counted: they are cut or made up.
        missing = count - min(len(texts), len(starts))
        if missing > 0:
            texts += [""] * missing
            starts += [end] * missing
        return texts[:count], starts[:count], is_exact

    def _excerpt(self, start: int, end: int) -> str:
        head, tail = self.data[start : start + _EXCERPT], self.data[end - _EXCERPT : end]
        mark = without_mark(head) if start == 0 else 0
        return cleaned(head[mark:]) + cleaned(tail).removesuffix("\n")


class Texts(Sequence[str]):
    """What the lines of a big log say."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks

    def __len__(self) -> int:
        return self._chunks.count

    @overload
    def __getitem__(self, key: int) -> str: ...
    @overload
    def __getitem__(self, key: slice) -> list[str]: ...
    def __getitem__(self, key: int | slice) -> str | list[str]:
        if isinstance(key, slice):
            return [self[index] for index in range(*key.indices(self._chunks.count))]
        chunk = self._chunks.current
        if chunk.first <= key < chunk.after:
            return chunk.texts[key - chunk.first]
        index = key + self._chunks.count if key < 0 else key
        if not 0 <= index < self._chunks.count:
            raise IndexError(key)
        chunk = self._chunks.at(index)
        return chunk.texts[index - chunk.first]

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(self._chunks.count))

    def find(self, is_wanted: Callable[[str], object], first: int, after: int) -> int:
        """Find the first line from `first` to `after` (half open) that is wanted; `after` where none is."""
        while first < after:
            chunk = self._chunks.at(first)
            wanted = chunk.wanted(is_wanted)
            at = bisect_left(wanted, first - chunk.first)
            if at < len(wanted) and chunk.first + wanted[at] < after:
                return chunk.first + wanted[at]
            first = chunk.after
        return after


class Starts(Sequence[int]):
    """The byte offset of each line of a big log, and of the line that would follow the last."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks

    def __len__(self) -> int:
        return self._chunks.count + 1

    @overload
    def __getitem__(self, key: int) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> list[int]: ...
    def __getitem__(self, key: int | slice) -> int | list[int]:
        if isinstance(key, slice):
            return [self[index] for index in range(*key.indices(len(self)))]
        if key == self._chunks.count:
            return self._chunks.end
        chunk = self._chunks.current
        if not chunk.first <= key < chunk.after:
            chunk = self._chunks.at(key)
        return chunk.starts[key - chunk.first]
