"""Bytes of a big log that stay on disk: read a piece at a time, so that memory does not grow with the log."""

import os
from collections.abc import Iterator
from io import FileIO
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

BIG: Final = 8 << 20
"""From this many bytes on a log stays on disk; below it, all at once is simpler and as fast."""
BLOCK: Final = 1 << 18


class Stored:
    """The bytes of a file, as far as they were written when it was opened.

    `block` is how much is read at a time; what is read does not depend on it. A file that shrinks later
    gives fewer bytes than were asked for, never an error.
    """

    __slots__ = ("__weakref__", "_descriptor", "_size", "block")

    def __init__(self, descriptor: int, block: int = BLOCK) -> None:
        """Take over an open file; it is closed when nothing refers to this any more."""
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self.block = block
        # Few logs are that big, and this takes half a millisecond to load.
        import weakref

        weakref.finalize(self, os.close, descriptor)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, key: slice) -> bytes:
        start, stop, _ = key.indices(self._size)
        pieces = []
        while start < stop and (piece := os.pread(self._descriptor, stop - start, start)):
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def startswith(self, prefix: bytes) -> bool:
        """Tell whether the first bytes are these."""
        return self[: len(prefix)] == prefix

    def endswith(self, suffix: bytes) -> bool:
        """Tell whether the last bytes are these."""
        return self[max(0, self._size - len(suffix)) :] == suffix

    def blocks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes `start` to `end` (half open), a block at a time."""
        stop = self._size if end is None else min(end, self._size)
        while start < stop and (piece := self[start : min(start + self.block, stop)]):
            yield piece
            start += len(piece)


Content: TypeAlias = bytes | Stored
"""The bytes of a part of a log: small ones in memory, big ones on disk."""


def load(path: "str | Path", big: int = BIG) -> Content:
    """Read a file, or leave it on disk where it has `big` bytes or more.

    Raises:
        OSError: it cannot be read.
    """
    with FileIO(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size >= big:
            return Stored(os.dup(file.fileno()))
        content = file.read(size + 1)
        # What is of another size grows, or is no file.
        return content if len(content) == size else spooled(file, big, content)


def spooled(stream: BinaryIO | FileIO, big: int = BIG, head: bytes = b"") -> Content:
    """Read a stream of unknown length; one of `big` bytes or more goes to a temporary file without a name.

    `head` was read of it before.

    Raises:
        OSError: it cannot be read, or the temporary folder is full.
    """
    while len(head) < big:
        piece = stream.read(big - len(head))
        if not piece:
            return head
        head = head + piece if head else piece
    descriptor = _nameless()
    try:
        piece = head
        while piece:
            _write(descriptor, piece)
            piece = stream.read(BLOCK)
    except BaseException:
        os.close(descriptor)
        raise
    return Stored(descriptor)


def is_blank(content: Content) -> bool:
    """Tell whether there is nothing but white space."""
    if isinstance(content, bytes):
        return not content.strip()
    return all(not block.strip() for block in content.blocks())


def _nameless() -> int:
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix="codexjob-")
    os.unlink(name)
    return descriptor


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]
