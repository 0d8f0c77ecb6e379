"""What a command prints, read while it runs: the beginning and the end of it are kept."""

import os
import selectors
from dataclasses import dataclass, field
from typing import IO, Final

_HEAD: Final = 16 << 10
_TAIL: Final = 192 << 10
_PIECE: Final = 64 << 10


@dataclass(slots=True)
class Printed:
    """The output of a command, from a pipe that is never waited for longer than asked."""

    stream: IO[bytes]
    is_open: bool = True
    _head: bytearray = field(default_factory=bytearray)
    _tail: bytearray = field(default_factory=bytearray)
    _left_out: int = 0

    def read(self, wait: float) -> None:
        """Take what there is, waiting for it at most `wait` seconds."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.stream, selectors.EVENT_READ)
            if not selector.select(wait):
                return
        piece = os.read(self.stream.fileno(), _PIECE)
        if piece:
            self._take(piece)
        else:
            self.close()

    def close(self) -> None:
        """Read no more."""
        self.is_open = False
        self.stream.close()

    def text(self) -> str:
        """Give what was kept."""
        gap = f"\n… ({self._left_out} bytes left out)\n".encode() if self._left_out else b""
        return (bytes(self._head) + gap + bytes(self._tail)).decode(errors="replace")

    def _take(self, piece: bytes) -> None:
        room = _HEAD - len(self._head)
        self._head += piece[:room] if room > 0 else b""
        self._tail += piece[max(room, 0) :]
        if len(self._tail) > 2 * _TAIL:
            self._left_out += len(self._tail) - _TAIL
            del self._tail[:-_TAIL]
