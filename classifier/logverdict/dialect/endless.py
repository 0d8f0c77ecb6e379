"""Repetitions over which an engine that tries one way after another may take for ever.

`(a+)+` can share out twenty letters in half a million ways. A loop has one way only where, at each of its
turns, the next character tells which one to take: the same as in a grammar that needs no looking ahead.
"""

from collections.abc import Iterator
from typing import Final

from logverdict.dialect.charset import Ranges, united
from logverdict.dialect.firsts import firsts
from logverdict.dialect.tree import At, Chars, Choice, Group, Node, Repeat, Row, may_be_empty, walk

_FEW_ROUNDS: Final = 3


def ambiguous_loop(tree: Node) -> Repeat | None:
    """Find a loop inside which the same text can be read in several ways; null where there is none."""
    for node in walk(tree):
        if isinstance(node, Repeat) and _is_long(node) and any(_turns_meet(node.part, firsts(node.part))):
            return node
    return None


def _is_long(node: Repeat) -> bool:
    is_long = node.most is None or node.most > _FEW_ROUNDS
    return is_long and not isinstance(node.part, Chars)


def _turns_meet(node: Node, after: Ranges) -> Iterator[bool]:
    """Yield, of each turn, whether its two ways begin alike; `after` is what may follow the node."""
    match node:
        case Row(parts=parts):
            for number, part in enumerate(parts):
                yield from _turns_meet(part, _following(parts[number + 1 :], after))
        case Choice(parts=parts):
            begins = [_begin(part, after) for part in parts]
            yield any(_meet(one, other) for at, one in enumerate(begins) for other in begins[:at])
            for part in parts:
                yield from _turns_meet(part, after)
        case Repeat(part=part):
            if node.most != node.least:
                yield _meet(firsts(part), after)
            again = united((*firsts(part), *after)) if node.most != 1 else after
            yield from _turns_meet(part, again) if not isinstance(part, Chars) else ()
        case Group(part=part):
            yield from _turns_meet(part, after)


def _following(parts: tuple[Node, ...], after: Ranges) -> Ranges:
    return _begin(Row(parts), after)


def _begin(node: Node, after: Ranges) -> Ranges:
    found = firsts(node)
    return united((*found, *after)) if may_be_empty(node) and not isinstance(node, At) else found


def _meet(one: Ranges, other: Ranges) -> bool:
    return any(low <= end and begin <= high for low, high in one for begin, end in other)
