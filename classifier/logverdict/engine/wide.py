"""Write a pattern's tree as an expression over bytes, widened where a character may be several of them."""

from collections.abc import Iterable
from typing import Final

from logverdict.dialect import charset
from logverdict.dialect.charset import Ranges
from logverdict.dialect.firsts import size
from logverdict.dialect.tree import At, Chars, Choice, Group, Node, Place, Repeat, Row, may_be_empty

_UNREADABLE: Final = 0xFFFD
"""What stands in a text for bytes that are no UTF-8: one to three of them, or its own three."""
_FEW: Final = 32
_LONGEST_CODE: Final = 4
_MOST_COUNTED: Final = 16
"""Counting further takes hyperscan seconds to compile, and tells little more."""
_ANY_WIDE: Final = rb"\x80-\xff"


def expression_of(tree: Node) -> bytes:
    """Write a tree; a text begins and ends where a line of the bytes does."""
    return _written(tree, is_first=True, is_last=True)


def _written(node: Node, *, is_first: bool, is_last: bool) -> bytes:
    """Write a node; `is_first` where only what may be empty stands before it, `is_last` behind it."""
    match node:
        case Chars(ranges=ranges):
            return _one_of(ranges)
        case At(place=place):
            return _place(place, is_first=is_first, is_last=is_last)
        case Row(parts=parts):
            return b"".join(_in_row(parts, is_first=is_first, is_last=is_last))
        case Choice(parts=parts):
            ways = [_written(part, is_first=is_first, is_last=is_last) for part in parts]
            return b"(?:" + b"|".join(ways) + b")"
        case Group(part=part):
            return _written(part, is_first=is_first, is_last=is_last)
        case Repeat():
            return _repeated(node, is_first=is_first, is_last=is_last)


def _place(place: Place, *, is_first: bool, is_last: bool) -> bytes:
    """Write a place, if hyperscan knows it here.

    It refuses lines that begin or end in the middle of an expression, and finds none that begins where all
    bytes end.
    """
    if place in {"line_start", "text_start"}:
        return b"^" if is_first and not is_last else b""
    if place in {"line_end", "text_end"}:
        return b"$" if is_last else b""
    return rb"\b" if place == "border" else rb"\B"


def _in_row(parts: tuple[Node, ...], *, is_first: bool, is_last: bool) -> list[bytes]:
    empty = [may_be_empty(part) for part in parts]
    return [
        _written(
            part, is_first=is_first and all(empty[:number]), is_last=is_last and all(empty[number + 1 :])
        )
        for number, part in enumerate(parts)
    ]


def _repeated(node: Repeat, *, is_first: bool, is_last: bool) -> bytes:
    if isinstance(node.part, Chars):
        return _repeated_chars(node, node.part.ranges)
    inner = b"(?:" + _written(node.part, is_first=is_first, is_last=is_last) + b")"
    is_counted = node.most is not None and (node.most < 2 or node.most == node.least)  # noqa: PLR2004  two copies
    return inner + _times(node.least, node.most if is_counted else None)


def _repeated_chars(node: Repeat, ranges: Ranges) -> bytes:
    most = node.most
    inner = _one_of(ranges)
    wide = _wide(ranges)
    if wide and not _is_few(wide):
        # Any row of characters out of the set is a row of bytes out of this one.
        most = None if most is None else most * _LONGEST_CODE
        inner = b"[" + _ascii(ranges) + _ANY_WIDE + b"]"
    elif not inner.startswith(b"["):
        inner = b"(?:" + inner + b")"
    return inner + _times(node.least, most)


def _times(least: int, most: int | None) -> bytes:
    if most is not None and most > _MOST_COUNTED:
        most = None
    if most is None and least < 2:  # noqa: PLR2004  these two have signs
        return b"+" if least else b"*"
    if (least, most) == (0, 1):
        return b"?"
    return b"{%d,%s}" % (min(least, _MOST_COUNTED), b"" if most is None else b"%d" % most)


def _one_of(ranges: Ranges) -> bytes:
    """Write one character out of a set."""
    ascii_part = _ascii(ranges)
    wide = _wide(ranges)
    ways = [_bracketed(ranges, ascii_part)] if ascii_part else []
    if charset.holds(wide, _UNREADABLE):
        ways.append(b"[" + _ANY_WIDE + b"]{1,4}")
    elif wide and _is_few(wide):
        ways.extend(_hex(chr(code).encode(errors="surrogatepass")) for code in _codes(wide))
    elif wide:
        ways.append(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
    if not ways:
        return rb"[^\x00-\xff]"
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"


def _bracketed(ranges: Ranges, ascii_part: bytes) -> bytes:
    low, high = ranges[0]
    is_single = low == high and (len(ranges) == 1 or ranges[1][0] > 0x7F)  # noqa: PLR2004  the last of ASCII
    return ascii_part if is_single else b"[" + ascii_part + b"]"


def _ascii(ranges: Ranges) -> bytes:
    parts = charset.cut(ranges, 0, 0x7F)
    return b"".join(
        _hex(bytes([low])) + (b"-" + _hex(bytes([high])) if high > low else b"") for low, high in parts
    )


def _hex(data: bytes) -> bytes:
    return b"".join(bytes([code]) if bytes([code]).isalnum() else b"\\x%02x" % code for code in data)


def _wide(ranges: Ranges) -> Ranges:
    return charset.cut(ranges, 0x80, charset.LAST)


def _is_few(wide: Ranges) -> bool:
    is_known = not charset.holds(wide, _UNREADABLE)
    return is_known and size(wide) <= _FEW


def _codes(wide: Ranges) -> Iterable[int]:
    for low, high in wide:
        yield from range(low, high + 1)
