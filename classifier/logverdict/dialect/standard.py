"""Write a pattern's tree as an expression of Python's own `re`, for the flags MULTILINE and ASCII.

What the two mean by a class, a case or a flag is settled in the tree, so little is left: `re` writes the
end of a text in another way, and until 3.14 finds no place inside of no word in an empty text.
"""

from typing import Final

from logverdict.dialect import charset
from logverdict.dialect.charset import Ranges
from logverdict.dialect.tree import At, Chars, Choice, Group, Node, Repeat, Row

_PLACES: Final = {
    "line_start": "^",
    "line_end": "$",
    "text_start": r"\A",
    "text_end": r"\Z",
    "border": r"\b",
    "no_border": r"(?!\b)",
}
_LAST_BYTE: Final = 0xFF


def standard(node: Node, *, of_bytes: bool = False) -> str:
    """Write a tree; `of_bytes` for an expression over bytes, where a character is one of them."""
    match node:
        case Chars(ranges=ranges):
            return _one_of(charset.cut(ranges, 0, _LAST_BYTE), _LAST_BYTE) if of_bytes else _one_of(ranges)
        case At(place=place):
            return _PLACES[place]
        case Row(parts=parts):
            return "".join(standard(part, of_bytes=of_bytes) for part in parts)
        case Choice(parts=parts):
            return f"(?:{'|'.join(standard(part, of_bytes=of_bytes) for part in parts)})"
        case Group(part=part, name=name):
            opening = f"?P<{name}>" if name else "?:"
            return f"({opening}{standard(part, of_bytes=of_bytes)})"
        case Repeat(part=part, least=least, most=most):
            times = f"{{{least},{'' if most is None else most}}}"
            return f"(?:{standard(part, of_bytes=of_bytes)}){times}{'' if node.is_greedy else '?'}"


def _one_of(ranges: Ranges, last: int = charset.LAST) -> str:
    """Write one character out of a set, by what is in it or by what is not, whichever is shorter."""
    if not ranges:
        return "(?!)"
    if ranges[0] == (0, last):
        return r"[\s\S]"
    others = charset.cut(charset.without(ranges), 0, last)
    if len(others) < len(ranges):
        return f"[^{_written(others)}]"
    is_single = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return _sign(ranges[0][0]) if is_single else f"[{_written(ranges)}]"


def _written(ranges: Ranges) -> str:
    return "".join(_sign(low) + (f"-{_sign(high)}" if high > low else "") for low, high in ranges)


def _sign(code: int) -> str:
    if code <= _LAST_BYTE:
        return chr(code) if chr(code).isascii() and chr(code).isalnum() else f"\\x{code:02x}"
    return f"\\U{code:08x}"
