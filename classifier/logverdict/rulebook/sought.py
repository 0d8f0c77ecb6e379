"""The patterns that a condition looks for, and where."""

from collections.abc import Iterator
from typing import TypeAlias

from logverdict.rulebook.bound import (
    Bound,
    BoundAll,
    BoundAny,
    BoundCount,
    BoundEventTest,
    BoundMatch,
    BoundNegation,
    BoundOrder,
    BoundSelection,
)

Sought: TypeAlias = tuple[str | None, BoundMatch]
"""A test that looks for a pattern, and the kind of event that it reads: null for the facts."""


def matches_of(node: Bound | None, kind: str | None = None) -> Iterator[Sought]:
    """Yield every test that looks for a pattern."""
    match node:
        case BoundMatch():
            yield kind, node
        case BoundNegation(part=part):
            yield from matches_of(part, kind)
        case BoundAll(parts=parts) | BoundAny(parts=parts):
            for part in parts:
                yield from matches_of(part, kind)
        case BoundEventTest() | BoundCount():
            for selection in _selections(node):
                yield from matches_of(selection.where, selection.kind)
            yield from matches_of(node.has if isinstance(node, BoundEventTest) else None, node.selection.kind)


def _selections(node: BoundEventTest | BoundCount) -> Iterator[BoundSelection]:
    yield node.selection
    order: BoundOrder | None = node.order if isinstance(node, BoundEventTest) else None
    scope = node.scope
    for selection in (scope and scope.after, scope and scope.before, order and order.selection):
        if selection:
            yield selection
