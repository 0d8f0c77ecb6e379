"""What a pattern's tree may begin with, and the sets that it is made of."""

from collections.abc import Iterator

from logverdict.dialect.charset import Ranges, united
from logverdict.dialect.tree import Chars, Choice, Group, Node, Repeat, Row, may_be_empty, walk


def firsts(node: Node) -> Ranges:
    """Give the characters with which a match may begin."""
    match node:
        case Chars(ranges=ranges):
            return ranges
        case Row(parts=parts):
            return firsts_of(parts)
        case Choice(parts=parts):
            return united(one for part in parts for one in firsts(part))
        case Repeat(part=part) | Group(part=part):
            return firsts(part)
    return ()


def firsts_of(parts: tuple[Node, ...]) -> Ranges:
    """Give the characters with which parts that follow each other may begin."""
    found: list[tuple[int, int]] = []
    for part in parts:
        found.extend(firsts(part))
        if not may_be_empty(part):
            break
    return united(found)


def sets(node: Node) -> Iterator[Ranges]:
    """Yield every set of characters."""
    for one in walk(node):
        if isinstance(one, Chars):
            yield one.ranges


def size(ranges: Ranges) -> int:
    """Count the characters of a set."""
    return sum(high - low + 1 for low, high in ranges)
