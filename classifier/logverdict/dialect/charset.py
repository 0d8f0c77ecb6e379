"""Sets of characters as ranges of code points, and what they are without regard to case."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Rising, apart from each other, both ends included."""

LAST: Final = 0x10FFFF
_FIRST_WIDE: Final = 0x80
_LONG_S, _KELVIN = 0x17F, 0x212A
# Where Unicode has letters with cases; looking everywhere takes a third of a second.
_CASED: Final = (
    (0x41, 0x587), (0x10A0, 0x1FFF), (0x2100, 0x2188), (0x24B6, 0x24E9), (0x2C00, 0x2D2D), (0xA640, 0xA7FF),
    (0xAB53, 0xABBF), (0xFF21, 0xFF5A), (0x10400, 0x105FF), (0x10C80, 0x10CF2), (0x10D50, 0x10D8F),
    (0x118A0, 0x118DF), (0x16E40, 0x16E7F), (0x16EA0, 0x16EDF), (0x1E900, 0x1E943),
)  # fmt: skip
_TURKISH: Final = frozenset({0x130, 0x131})
"""The letters i with and without a dot, which only Turkish takes for cases of each other."""


_ALIKE: Final = ((0x390, 0x1FD3), (0x3B0, 0x1FE3))
"""Letters written alike, which Unicode 15.1 made cases of each other, and Python's tables do not."""


def united(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sort ranges, and join those that meet."""
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


def without(ranges: Ranges) -> Ranges:
    """Give all characters that are not in a set."""
    made = []
    begin = 0
    for low, high in ranges:
        if begin < low:
            made.append((begin, low - 1))
        begin = high + 1
    if begin <= LAST:
        made.append((begin, LAST))
    return tuple(made)


def holds(ranges: Ranges, code: int) -> bool:
    """Tell whether a character is in a set."""
    return any(low <= code <= high for low, high in ranges)


def cut(ranges: Ranges, first: int, last: int) -> Ranges:
    """Give the part of a set between two characters, both included."""
    return tuple((max(low, first), min(high, last)) for low, high in ranges if low <= last and high >= first)


def folded(ranges: Ranges) -> Ranges:
    """Add the other cases of each character, as Unicode's simple folding has them."""
    if not ranges or ranges[-1][1] < _FIRST_WIDE:
        return united((*ranges, *_ascii_cases(ranges)))
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        code = ranges[0][0]
        return united((other, other) for other in _cases().get(code, {code}))
    cases = ((other, other) for code, others in _cases().items() if holds(ranges, code) for other in others)
    return united((*ranges, *cases))


def _ascii_cases(ranges: Ranges) -> Iterator[tuple[int, int]]:
    for first, last, step in ((0x41, 0x5A, 0x20), (0x61, 0x7A, -0x20)):
        for low, high in cut(ranges, first, last):
            yield low + step, high + step
    for code, others in ((ord("s"), _LONG_S), (ord("k"), _KELVIN)):
        if holds(ranges, code) or holds(ranges, code - 0x20):
            yield others, others


@cache
def _cases() -> dict[int, frozenset[int]]:
    """Give, of each character with cases, all of them."""
    known: dict[int, set[int]] = {}
    for low, high in _CASED:
        for code in range(low, high + 1):
            if code in _TURKISH:
                continue
            together = {code}
            for other in _variants(chr(code)):
                together |= known.get(other, {other})
            for one in together if len(together) > 1 else ():
                known[one] = together
    for one, other in _ALIKE:
        known[one] = known[other] = {one, other}
    return {code: frozenset(together) for code, together in known.items()}


def _variants(one: str) -> Iterator[int]:
    for other in (one.lower(), one.upper(), one.title(), one.casefold()):
        if len(other) == 1 and ord(other) not in _TURKISH:
            yield ord(other)
