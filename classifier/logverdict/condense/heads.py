"""A pattern that rules look for in scripts, as an expression for the line that a human log gives a command.

There the script stands in quotes: what is an end of the text in the script is a quote in the line. This holds
of the lines of a command that `logverdict.condense.marks` is sure of, and only there it is asked.
"""

from typing import Final

from logverdict.dialect.escapes import DialectError
from logverdict.dialect.reading import tree_of
from logverdict.dialect.tree import At, Chars, Choice, Group, Node, Repeat, Row, may_be_empty
from logverdict.engine.shortened import shortened
from logverdict.engine.wide import expression_of
from logverdict.pattern import Pattern

_QUOTES: Final = Chars(((ord('"'), ord('"')), (ord("'"), ord("'"))))
NESTED: Final = rb"['\"][^\n]*(?:[sS][hH][^\n]*['\"][^\n]*|['\"][^\n]*[sS][hH][^\n]*)['\"]"
"""Hits where a script may hold another shell with a script of its own."""
_BORDERS: Final = ("border", "no_border")


def head_expression(pattern: Pattern) -> bytes | None:
    """Give an expression that hits in the line of a command wherever the pattern matches its script.

    Null where it cannot be said, or would hit in every line.
    """
    try:
        tree = tree_of(pattern.source, ignore_case=pattern.ignores_case)
    except (DialectError, RecursionError):
        return None
    short = shortened(tree)
    # Two ends that may be the same one are one quote in the line, so then neither is asked for.
    quote = _QUOTES if _ends(short) == 1 else Repeat(_QUOTES, 0, 1, is_greedy=True)
    return None if may_be_empty(short) else expression_of(_quoted(short, quote))


def _quoted(tree: Node, quote: Node) -> Node:
    match tree:
        case At(place=place):
            return tree if place in _BORDERS else quote
        case Row(parts=parts):
            return Row(tuple(_quoted(part, quote) for part in parts))
        case Choice(parts=parts):
            return Choice(tuple(_quoted(part, quote) for part in parts))
        case Repeat(part=part):
            return Repeat(_quoted(part, quote), tree.least, tree.most, tree.is_greedy)
        case Group(part=part):
            return _quoted(part, quote)
    return tree


def _ends(tree: Node) -> int:
    """Count the ends of lines and texts that a match can ask for at most; two stand for many."""
    match tree:
        case At(place=place):
            return int(place not in _BORDERS)
        case Row(parts=parts):
            return min(2, sum(map(_ends, parts)))
        case Choice(parts=parts):
            return max(map(_ends, parts), default=0)
        case Repeat(part=part):
            return _ends(part) if tree.most == 1 else min(2, 2 * _ends(part))
        case Group(part=part):
            return _ends(part)
    return 0
