"""UTF-16, as PowerShell writes it: read as UTF-8, with places told in the raw bytes."""

from bisect import bisect_right
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from itertools import accumulate
from typing import Final

from logverdict.events import Place

_UNIT: Final = 2


class Recoded:
    """A log of UTF-16 as UTF-8 in `data`. Lines are the same, since a line end is one character in both."""

    __slots__ = ("_made", "_raw", "_raw_size", "data")

    def __init__(self, raw: bytes, encoding: str) -> None:
        # Few logs are written so.
        from array import array

        text = raw[_UNIT:].decode(encoding, "replace")
        lines = [line.encode() for line in text.split("\n")]
        self.data: Final = b"\n".join(lines)
        self._made = array("q", [0, *accumulate(len(line) + 1 for line in lines)])
        self._raw = array("q", accumulate((_units(line) + _UNIT for line in lines), initial=_UNIT))
        self._raw_size = len(raw)

    def back(self, place: Place) -> Place:
        """Give the raw bytes of a place."""
        start = self._offset(place.start)
        return Place(place.part, place.line, start, max(start, self._offset(place.end)))

    def _offset(self, made: int) -> int:
        line = min(bisect_right(self._made, made), len(self._made) - 1) - 1
        return min(self._raw[line] + _units(self.data[self._made[line] : made]), self._raw_size)


def recoded(raw: bytes) -> Recoded | None:
    """Read UTF-16 with a byte order mark; null for anything else."""
    if raw.startswith(BOM_UTF16_LE):
        return Recoded(raw, "utf-16-le")
    return Recoded(raw, "utf-16-be") if raw.startswith(BOM_UTF16_BE) else None


def _units(utf8: bytes) -> int:
    if utf8.isascii():
        return _UNIT * len(utf8)
    return len(utf8.decode("utf-8", "replace").encode("utf-16-le"))
