"""A pattern's tree without what would keep the engine busy at every byte: it matches wherever the tree does.

A part of a match is found wherever the match is. So what stands before the first word, if it may go on for
ever, is left out, and so is what follows a stretch of any words at all.
"""

from collections.abc import Sequence
from operator import and_
from typing import Final

from logverdict.dialect import charset
from logverdict.dialect.firsts import firsts, sets, size
from logverdict.dialect.tree import Chars, Choice, Group, Node, Repeat, Row, may_be_empty

_MANY: Final = 64
_CASES: Final = 3
_LINE_END: Final = ord("\n")


def eased(tree: Node) -> Node:
    """Leave out endless stretches at both sides, as long as something that must occur is left."""
    match tree:
        case Group(part=part):
            return eased(part)
        case Choice(parts=parts):
            return Choice(tuple(eased(part) for part in parts))
        case Row(parts=parts):
            return _eased_row(parts)
    return tree


def _eased_row(parts: Sequence[Node]) -> Node:
    loops = [number for number, part in enumerate(parts) if _is_endless(part)]
    for loop in loops:
        before, after = Row(tuple(parts[:loop])), Row(tuple(parts[loop + 1 :]))
        if _says_something(before):
            return eased(before) if _takes_any_words(parts[loop]) else _last_eased(parts)
        if _says_something(after):
            return eased(after)
    return _last_eased(parts)


def _last_eased(parts: Sequence[Node]) -> Node:
    """Ease the last part, since alternatives mostly stand there."""
    last = eased(parts[-1]) if parts else None
    return Row((*parts[:-1], last)) if last and not may_be_empty(last) else Row(tuple(parts))


def _is_endless(node: Node) -> bool:
    return isinstance(node, Repeat) and node.most is None and not isinstance(node.part, Chars)


def _takes_any_words(node: Node) -> bool:
    """Tell whether a stretch goes on over lines, whatever stands there."""
    return any(charset.holds(one, _LINE_END) for one in sets(node)) and size(firsts(node)) > _MANY


def _says_something(node: Node) -> bool:
    """Tell whether every match holds a few characters in a row that are nearly given."""
    match node:
        case Row(parts=parts):
            return any(map(_says_something, parts)) or _has_given_pair(parts)
        case Choice(parts=parts):
            return all(map(_says_something, parts))
        case Repeat(part=part, least=least):
            return least > 0 and _says_something(part)
        case Group(part=part):
            return _says_something(part)
    return False


def _has_given_pair(parts: Sequence[Node]) -> bool:
    given = [isinstance(part, Chars) and size(part.ranges) <= _CASES for part in parts]
    return any(map(and_, given, given[1:]))
