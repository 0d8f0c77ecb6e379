"""Unpack gzip and zstd, known by their first bytes, as far as a log can sensibly be long."""

import sys
import zlib
from collections.abc import Callable, Iterator
from io import RawIOBase
from typing import BinaryIO, Final, Protocol, cast

from logverdict.errors import SourceError
from logverdict.record import record
from logverdict.stored import BLOCK, Content, Stored, spooled

UNPACKED_LIMIT: Final = 2 << 30
"""A log that unpacks to more bytes is refused: its end, which decides, could not be reached honestly."""
PACKED_SUFFIXES: Final = (".gz", ".zst")
_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_GZIP_WINDOW: Final = 31


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@record(frozen=True, slots=True)
class _Method:
    make: Callable[[], _Decompressor]
    error: type[Exception]


@record(frozen=True, slots=True)
class Unpacked:
    """What an archive held. `is_cut`: the archive ends too early or is damaged, so the end is missing."""

    content: Content
    is_cut: bool = False


class _Gzip:
    """The gzip half of the standard library, with the input it could not use yet kept for the next call."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_WINDOW)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Unpacking(RawIOBase):
    """A stream of unpacked bytes; a damaged archive simply ends, and says so in `is_cut`."""

    def __init__(self, packed: Iterator[bytes], method: _Method, limit: int) -> None:
        self._packed = packed
        self._method = method
        self._inner = method.make()
        self._left = limit
        self._rest = b""
        self.is_cut = False

    def read(self, size: int = BLOCK, /) -> bytes:
        while not self.is_cut:
            if self._inner.eof and not self._next_member():
                return b""
            piece = self._piece(size)
            if piece:
                return self._counted(piece)
        return b""

    def _piece(self, size: int) -> bytes:
        given, self._rest = self._rest, b""
        try:
            piece = self._inner.decompress(given, size)
            if not piece and not self._inner.eof:
                more = next(self._packed, b"")
                self.is_cut = not more
                piece = self._inner.decompress(more, size) if more else b""
        except self._method.error:
            self.is_cut = True
            return b""
        return piece

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise SourceError("it unpacks to more than a log can be; unpack it yourself and name its end")
        return piece

    def _next_member(self) -> bool:
        self._rest = self._inner.unused_data or next(self._packed, b"")
        if not self._rest.startswith((_GZIP[:2], _ZSTD)):
            return False
        self._inner = self._method.make()
        return True


def unpack(content: Content, limit: int = UNPACKED_LIMIT) -> Unpacked:
    """Unpack what is packed, and hand on anything else as it is.

    Of an archive that was cut or damaged, all is given that can be read. An archive within an archive is not
    opened.

    Raises:
        SourceError: it unpacks to more than `limit` bytes.
        OSError: the temporary folder is full.
    """
    method = _method(content[:4])
    if method is None:
        return Unpacked(content)
    blocks = content.blocks() if isinstance(content, Stored) else _blocks(content)
    stream = _Unpacking(blocks, method, limit)
    return Unpacked(spooled(cast("BinaryIO", stream)), stream.is_cut)


def _method(magic: bytes) -> _Method | None:
    if magic.startswith(_GZIP):
        return _Method(_Gzip, zlib.error)
    if magic != _ZSTD:
        return None
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return _Method(zstd.ZstdDecompressor, zstd.ZstdError)


def _blocks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), BLOCK):
        yield content[start : start + BLOCK]
