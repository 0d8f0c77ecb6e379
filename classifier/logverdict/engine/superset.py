"""A pattern as an expression that hyperscan finds in raw bytes: wherever RE2 matches, and perhaps elsewhere.

RE2 matches text: bytes that were decoded, what is no UTF-8 being U+FFFD. Hyperscan looks at the bytes, knows
no groups that capture, and tells only where a match ends, of every match that there is. So here, and nowhere
else, stands what a match of the one has to do with a match of the other.
"""

from typing import Final

from logverdict.dialect.charset import holds
from logverdict.dialect.escapes import DialectError
from logverdict.dialect.firsts import sets, size
from logverdict.dialect.reading import tree_of
from logverdict.dialect.tree import At, Chars, Node, may_be_empty, walk
from logverdict.engine.eased import eased
from logverdict.engine.shortened import shortened, unanchored
from logverdict.engine.wide import expression_of
from logverdict.pattern import Pattern
from logverdict.record import record

_LINE_END: Final = ord("\n")
_MANY: Final = 64


@record(frozen=True, slots=True)
class Superset:
    """What hyperscan is given, with its flag MULTILINE and no other, and without the start of a match ever.

    In the bytes of a text that RE2 matches in, it hits with an end that lies inside a match: behind its first
    character at the earliest, behind its last at the latest. `crosses_lines`: a match may hold a line end, so
    the end of the hit may stand in any line of the match. `anchored`: it looks at the borders of words, lines
    or texts, so it is to be asked only where those of the text are those of the bytes.
    """

    expression: bytes
    crosses_lines: bool
    anchored: bool


def superset(pattern: Pattern, *, anchored: bool = True) -> Superset | None:
    """Translate a pattern; null where it cannot be said so, or would hit at every byte.

    Without `anchored` it also hits in texts that begin or end in the middle of a line or word of the bytes.
    """
    try:
        tree = tree_of(pattern.source, ignore_case=pattern.ignores_case)
    except (DialectError, RecursionError):
        return None
    short = shortened(eased(shortened(tree if anchored else unanchored(tree))))
    if may_be_empty(short) or _is_anything(short):
        return None
    return Superset(
        expression_of(short), crosses_lines(tree), any(isinstance(node, At) for node in walk(short))
    )


def _is_anything(tree: Node) -> bool:
    return isinstance(tree, Chars) and size(tree.ranges) > _MANY


def crosses_lines(tree: Node) -> bool:
    """Tell whether a match may hold a line end."""
    return any(holds(one, _LINE_END) for one in sets(tree))
