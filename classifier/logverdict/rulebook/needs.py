"""Which patterns a condition cannot be true without: a rule whose patterns are absent need not be asked."""

from collections.abc import Iterable
from typing import TypeAlias

from logverdict.pattern import Pattern
from logverdict.rulebook.bound import Bound, BoundAll, BoundAny, BoundEventTest, BoundMatch

Needs: TypeAlias = frozenset[Pattern] | None
"""Patterns of which at least one occurs wherever the condition is true; null where it needs none."""


def needs(node: Bound | None) -> Needs:
    """Find the fewest patterns of which one must occur for the condition to be true."""
    match node:
        case BoundMatch(pattern=pattern):
            return frozenset({pattern})
        case BoundAll(parts=parts):
            return _fewest(needs(part) for part in parts)
        case BoundAny(parts=parts):
            return _either([needs(part) for part in parts])
        case BoundEventTest() if node.quantifier != "no":
            # True only where an event is surely selected, `has` is true of it, and it is followed as said.
            order = node.order if node.order and not node.order.is_negated else None
            return _fewest((
                needs(node.selection.where), needs(node.has), needs(order.selection.where if order else None)
            ))  # fmt: skip
    return None


def _fewest(found: Iterable[Needs]) -> Needs:
    return min((one for one in found if one is not None), key=len, default=None)


def _either(found: list[Needs]) -> Needs:
    if not found or None in found:
        return None
    return frozenset().union(*(one for one in found if one is not None))
