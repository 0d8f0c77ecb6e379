"""The inside of a private key: everything up to its end line."""

from dataclasses import dataclass
from typing import Final

from logverdict.pattern import compile_bytes

_MARK: Final = 80
_MOST_LINES: Final = 160
# An escape of JSON is one thing, whatever it stands for: its second byte must never be read alone.
_INSIDE: Final = rb"(?:[^\"\\\n]|\\[^\"\n])*"
_PIECE: Final = compile_bytes(_INSIDE)
_STOP: Final = compile_bytes(
    _INSIDE + rb"?(?:(?P<end>-----END [A-Z0-9 ]{0,40}KEY(?: BLOCK)?-----)|(?P<quote>\\?\")|(?P<line>\\?\n))"
)


@dataclass(slots=True)
class KeyBlock:
    """A key being passed over: up to its end line, the quote that ends its string, or many lines.

    So a text that only speaks of such keys loses a little, and no JSON string loses its end.
    """

    lines: int = 0
    is_closed: bool = False

    def swallow(self, data: bytes, at: int, *, is_last: bool) -> int:
        """Tell up to where `data` belongs to the key, as far as this is certain by now."""
        while (stop := _STOP.search(data, at)) is not None:
            if "quote" in stop.groups:
                self.is_closed = True
                return stop.end - len(stop.groups["quote"])
            at = stop.end
            self.lines += "line" in stop.groups
            self.is_closed = "end" in stop.groups or self.lines >= _MOST_LINES
            if self.is_closed:
                return at
        return len(data) if is_last else self._sure(data, at)

    def _sure(self, data: bytes, at: int) -> int:
        """Hold back what may be the first part of the end line."""
        piece = _PIECE.search(data[at : max(at, len(data) - _MARK)])
        return at if piece is None else at + piece.end
