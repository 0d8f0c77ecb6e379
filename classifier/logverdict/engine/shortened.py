"""A pattern's tree without what only moves the ends of a match: it matches in the same texts.

Hyperscan tells of every end that a match can have: `error.*` hits at each byte to the end of the line, and
`error` once. What stands at an end of a pattern and may be absent says nothing about whether it occurs.
"""

from collections.abc import Callable, Iterable

from logverdict.dialect.tree import EMPTY, At, Choice, Group, Node, Repeat, Row, may_be_empty


def shortened(tree: Node) -> Node:
    """Leave out what may be absent at the end and at the beginning of the whole."""
    return _head(_tail(tree))


def unanchored(tree: Node) -> Node:
    """Leave out all borders of words, lines and texts: it matches wherever the tree does, and elsewhere."""
    match tree:
        case At():
            return EMPTY
        case Row(parts=parts):
            return _row(unanchored(part) for part in parts)
        case Choice(parts=parts):
            return Choice(tuple(unanchored(part) for part in parts))
        case Repeat(part=part):
            return Repeat(unanchored(part), tree.least, tree.most, tree.is_greedy)
        case Group(part=part):
            return unanchored(part)
    return tree


def _tail(node: Node) -> Node:
    match node:
        case Row(parts=parts):
            return _row(reversed(_cut(reversed(parts), _tail)))
        case At(place="line_start" | "text_start"):
            # Hyperscan finds no line that begins at the end of all bytes.
            return EMPTY
    return _inner(node, _tail)


def _head(node: Node) -> Node:
    if isinstance(node, Row):
        return _row(_cut(node.parts, _head))
    return _inner(node, _head)


def _inner(node: Node, cut: Callable[[Node], Node]) -> Node:
    match node:
        case Group(part=part):
            return cut(part)
        case Choice(parts=parts):
            cuts = tuple(cut(part) for part in parts)
            return EMPTY if EMPTY in cuts else Choice(cuts)
        case Repeat(part=part, least=least):
            if least == 0 or may_be_empty(part):
                # An empty match needs none of its borders either to be no miss.
                return EMPTY
            return cut(part) if least == 1 else Repeat(part, least, least, node.is_greedy)
    return node


def _cut(parts: Iterable[Node], cut: Callable[[Node], Node]) -> list[Node]:
    """Cut the first part; where nothing is left of it, the next."""
    left = list(parts)
    while left:
        first = cut(left[0])
        if first != EMPTY:
            return [first, *left[1:]]
        left = left[1:]
    return []


def _row(parts: Iterable[Node]) -> Node:
    made = tuple(part for part in parts if part != EMPTY)
    return made[0] if len(made) == 1 else Row(made)
