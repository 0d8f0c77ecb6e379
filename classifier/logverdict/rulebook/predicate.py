"""Conditions compiled to plain functions of a run: only what they are worth, without why.

Every rule is asked of every log, and nearly all say no. These functions give the same value as `evaluate`
(the tests hold them to it); the few rules that are true are then evaluated with their witnesses.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, TypeAlias

from logverdict.events import Text
from logverdict.pattern import Pattern
from logverdict.rulebook.bound import (
    Bound,
    BoundAll,
    BoundAny,
    BoundClaim,
    BoundComparison,
    BoundCount,
    BoundEventTest,
    BoundMatch,
    BoundNegation,
    BoundOrder,
    BoundScope,
)
from logverdict.rulebook.judging import Truth, all_of, any_of, negated
from logverdict.rulebook.quantified import counted, followed, quantified
from logverdict.rulebook.sighting import Sighting
from logverdict.rulebook.version import OPERATORS

Test: TypeAlias = Callable[[Any, Sighting], Truth]
"""What a test says of a subject, an event or the facts of a run, within a run."""
Said: TypeAlias = Callable[[int, Sighting], Truth]
"""What a sentence says of the event at a position."""
Predicate: TypeAlias = Callable[[Sighting], Truth]


def predicate(node: Bound) -> Predicate:
    """Compile a condition on a run."""
    told = _test(node)
    return lambda seen: told(seen.run.facts, seen)


def _test(node: Bound | None) -> Test:
    match node:
        case BoundAll(parts=parts):
            return _all_of([_test(part) for part in sorted(parts, key=cost)])
        case BoundAny(parts=parts):
            return _any_of([_test(part) for part in sorted(parts, key=cost)])
        case BoundNegation(part=part):
            inner = _test(part)
            return lambda subject, seen: negated(inner(subject, seen))
        case BoundEventTest():
            holds = _event_test(node)
            return lambda _subject, seen: holds(seen)
        case BoundCount():
            return lambda _subject, seen: counted(node, seen.run)[0]
    return _plain_test(node)


def _plain_test(node: BoundClaim | BoundComparison | BoundMatch | None) -> Test:
    match node:
        case None:
            return lambda _subject, _seen: True
        case BoundClaim(read=read):
            return lambda subject, _seen: None if (value := read(subject)) is None else bool(value)
        case BoundComparison():
            return _comparison(node)
        case BoundMatch(read=read, pattern=pattern):
            return lambda subject, seen: _matched(read(subject), pattern, seen)


def _all_of(parts: list[Test]) -> Test:
    def joined(subject: object, seen: Sighting) -> Truth:
        value: Truth = True
        for part in parts:
            said = part(subject, seen)
            if said is False:
                return False
            if said is None:
                value = None
        return value

    return joined


def _any_of(parts: list[Test]) -> Test:
    def joined(subject: object, seen: Sighting) -> Truth:
        value: Truth = False
        for part in parts:
            said = part(subject, seen)
            if said:
                return True
            if said is None:
                value = None
        return value

    return joined


def _comparison(node: BoundComparison) -> Test:
    read, other, wanted = node.read, node.other, node.wanted
    is_unknown = other is None and None in wanted
    compare = _member(node.operator) if node.operator in {"in", "not in"} else OPERATORS[node.operator]
    is_listed = node.operator in {"in", "not in"}

    def compared(subject: object, _seen: Sighting) -> Truth:
        value = _plain(read(subject))
        if value is None or is_unknown:
            return None
        against = wanted if other is None else (_plain(other(subject)),)
        if other is not None and against[0] is None:
            return None
        return compare(value, against if is_listed else against[0])

    return compared


def _member(operator: str) -> Callable[[object, Any], bool]:
    return (
        (lambda value, known: value in known)
        if operator == "in"
        else (lambda value, known: value not in known)
    )


def _plain(value: object) -> object:
    return value.opening if isinstance(value, Text) else value


def _matched(value: object, pattern: Pattern, seen: Sighting) -> Truth:
    if value is None:
        return None
    if not seen.may_hold(pattern):
        return False
    if isinstance(value, str):
        return pattern.matches(value)
    if isinstance(value, Text):
        return seen.holds(value, pattern)
    return isinstance(value, tuple) and any(map(pattern.matches, value))


def _event_test(node: BoundEventTest) -> Predicate:
    kind, scope = node.selection.kind, node.scope
    if scope is not None and (scope.after or scope.before):
        # Its bound may be unknown, and then several stretches of the log have to agree.
        return lambda seen: quantified(node, seen.run)[0]
    where, said = _test(node.selection.where), _said(node.has, node.order)
    match node.quantifier:
        case "any":
            return lambda seen: _some(_positions(kind, scope, seen), where, said, seen)
        case "no":
            return lambda seen: negated(_some(_positions(kind, scope, seen), where, said, seen))
        case "every":
            return lambda seen: _every(_positions(kind, scope, seen), where, said, seen)
        case "first":
            return lambda seen: _foremost(_positions(kind, scope, seen), where, said, seen)
        case "last":
            return lambda seen: _foremost(_positions(kind, scope, seen)[::-1], where, said, seen)


def _positions(kind: str, scope: BoundScope | None, seen: Sighting) -> tuple[int, ...]:
    """Find the events of a kind in the whole log, in its last events, or in its last turn."""
    positions = seen.positions(kind)
    if scope is None:
        return positions
    first = seen.run.last_turn if scope.count is None else max(0, len(seen.run.events) - scope.count)
    return positions[bisect_left(positions, first) :]


def _said(has: Bound | None, order: BoundOrder | None) -> Said:
    told = _test(has)
    if order is None:
        return lambda position, seen: told(seen.run.events[position], seen)

    def said(position: int, seen: Sighting) -> Truth:
        value = told(seen.run.events[position], seen)
        if value is False:
            return False
        return all_of((value, followed(order, seen.run, position)[0]))

    return said


def _some(positions: tuple[int, ...], where: Test, said: Said, seen: Sighting) -> Truth:
    events = seen.run.events
    value: Truth = False
    for position in positions:
        selected = where(events[position], seen)
        if selected is False:
            continue
        spoken = said(position, seen)
        if selected and spoken:
            return True
        if spoken is not False:
            value = None
    return value


def _every(positions: tuple[int, ...], where: Test, said: Said, seen: Sighting) -> Truth:
    """See `_every` of logverdict.rulebook.quantified: of no events that are surely selected it is unknown."""
    events = seen.run.events
    value: Truth = True
    is_any = False
    for position in positions:
        selected = where(events[position], seen)
        if selected is False:
            continue
        is_any = is_any or selected is True
        spoken = said(position, seen)
        value = all_of((value, any_of((negated(selected), spoken))))
    return value if is_any else None


def _foremost(positions: tuple[int, ...], where: Test, said: Said, seen: Sighting) -> Truth:
    """See `_foremost` of logverdict.rulebook.quantified: all events that it may be must agree."""
    events = seen.run.events
    values: set[Truth] = set()
    for position in positions:
        selected = where(events[position], seen)
        if selected is False:
            continue
        values.add(said(position, seen))
        if selected:
            break
    else:
        values.add(False)
    return values.pop() if len(values) == 1 else None


def cost(node: Bound) -> int:
    """Guess what a part of a condition costs: cheap parts are asked first, for the order decides nothing."""
    match node:
        case BoundClaim() | BoundComparison():
            return 1
        case BoundMatch():
            return 4
        case BoundNegation(part=part):
            return cost(part)
        case BoundAll(parts=parts) | BoundAny(parts=parts):
            return sum(map(cost, parts))
        case BoundEventTest():
            inner = sum(cost(part) for part in (node.selection.where, node.has) if part) + 2
            is_one = node.quantifier in {"first", "last"} and node.selection.where is None
            return inner + (2 if is_one else 20 * inner)
    return 40
