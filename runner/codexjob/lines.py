"""Bytes that come in pieces, as lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 32 << 20


@dataclass(slots=True)
class LineSplitter:
    """Cuts a stream into lines. A line longer than `longest` bytes is not kept: `None` stands for it."""

    longest: int = LONGEST
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """Give the lines that `chunk` completes, without their line ends."""
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            self._add(piece)
            yield self._take()
        self._add(rest)

    def finish(self) -> Iterator[bytes | None]:
        """Give the last line, where it had no line end."""
        if self._size:
            yield self._take()

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self.longest:
            self._parts.clear()
        elif piece:
            self._parts.append(piece)

    def _take(self) -> bytes | None:
        line = b"".join(self._parts).removesuffix(b"\r") if self._size <= self.longest else None
        self._parts.clear()
        self._size = 0
        return line
