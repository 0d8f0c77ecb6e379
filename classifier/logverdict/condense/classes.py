"""What a ruleset can tell apart of the events that a big log is made of (docs/design.md, condensing).

Of commands, messages and reasoning, rules see the state and where patterns occur. A sentence of the rule
language asks whether there is such an event, the first, the last, every one, or how many: in the whole log,
its last turn, its last events, or on one side of the first or the last of others. Of events that no pattern
and no state tells apart, it says the same of the first and the last few as of all of them. Conditions that do
not fit this argument are found here; with one of them a log is read whole.
"""

from collections.abc import Iterator
from typing import Final

from logverdict.pattern import Pattern
from logverdict.record import record
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
    BoundScope,
    BoundSelection,
)
from logverdict.rulebook.rule import Rule, Ruleset

_TEXTS: Final = {("command", "command"), ("command", "output"), ("message", "text"), ("reasoning", "text")}
_STATES: Final = {("command", "status"), ("command", "exit_code")}
_KINDS: Final = frozenset(kind for kind, _ in _TEXTS)
_FEWEST: Final = 6
"""More than the witnesses that a condition names, so that evidence is the same as well."""
_MOST: Final = 64
_LAST_EVENTS: Final = 64
_BOUNDS: Final = 20
"""More than the stretches that a rule looks at where the bound of its scope is unknown."""

Field = tuple[str, str]


@record(frozen=True, slots=True)
class Signs:
    """The patterns that tell events apart, by kind and field, and how many of a sort must stay.

    `checks` are the patterns of tests and builds in a command: what may be one always stays, since it is
    looked at more closely than patterns can.
    """

    most: int
    patterns: dict[Field, tuple[Pattern, ...]]
    checks: tuple[Pattern, ...]
    tests_failed: Pattern
    tests_passed: Pattern


def speaks_of_the_middle(rule: Rule) -> bool:
    """Tell whether the events that speak for a rule may be others than the first or the last of a sort."""
    return any(map(_is_of_the_middle, _inside(rule.when.bound)))


class _UnfitError(Exception):
    """A condition sees more than sorts of events."""


def signs_of(ruleset: Ruleset) -> Signs | None:
    """Find out what the rules can tell apart; null where a rule sees more than that."""
    found: dict[Field, dict[Pattern, None]] = {field: {} for field in sorted(_TEXTS)}
    numbers = [_FEWEST]
    try:
        for test in _sentences(ruleset):
            _note(test, found)
            if isinstance(test, BoundCount):
                numbers.append(test.number + 2)
            if _has_bound(test):
                numbers.append(_BOUNDS)
    except _UnfitError:
        return None
    if max(numbers) > _MOST:
        return None
    shared = ruleset.patterns
    found["command", "output"][shared["tests_passed"]] = None
    found["command", "output"][shared["tests_failed"]] = None
    checks = (shared["test_runner"], shared["build_tool"])
    patterns = {field: tuple(known) for field, known in found.items()}
    return Signs(max(numbers), patterns, checks, shared["tests_failed"], shared["tests_passed"])


def _sentences(ruleset: Ruleset) -> Iterator[BoundEventTest | BoundCount]:
    for rule in ruleset.rules:
        yield from _inside(rule.when.bound)
        if rule.unless:
            yield from _inside(rule.unless.bound)


def _inside(node: Bound) -> Iterator[BoundEventTest | BoundCount]:
    match node:
        case BoundEventTest() | BoundCount():
            yield node
        case BoundNegation(part=part):
            yield from _inside(part)
        case BoundAll(parts=parts) | BoundAny(parts=parts):
            for part in parts:
                yield from _inside(part)


def _note(test: BoundEventTest | BoundCount, found: dict[Field, dict[Pattern, None]]) -> None:
    """Note the patterns of a sentence.

    Raises:
        _UnfitError: it says something else of some events than of all.
    """
    kind = test.selection.kind
    for selection in _selections(test):
        if selection.kind in _KINDS:
            _read(selection.where, selection.kind, found)
    if isinstance(test, BoundCount) or kind not in _KINDS:
        return
    _check_fit(test)
    # The first and the last of all are there themselves, so all can be asked of them.
    if test.quantifier not in {"first", "last"} or test.selection.where is not None or test.scope is not None:
        _read(test.has, kind, found)


def _is_of_the_middle(test: BoundEventTest | BoundCount) -> bool:
    is_alike = test.selection.kind in _KINDS
    order = test.order if isinstance(test, BoundEventTest) else None
    is_last = isinstance(test, BoundEventTest) and test.quantifier == "last"
    is_after = test.scope is not None and test.scope.after is not None and not is_last
    return (is_after and is_alike) or (order is not None and (is_alike or order.selection.kind in _KINDS))


def _has_bound(test: BoundEventTest | BoundCount) -> bool:
    bounds = (test.scope.after, test.scope.before) if test.scope else ()
    return any(bound is not None and bound.kind in _KINDS for bound in bounds)


def _check_fit(test: BoundEventTest) -> None:
    scope = test.scope or BoundScope()
    is_unfit = (
        (test.quantifier == "first" and scope.after)
        or (test.quantifier == "last" and scope.before)
        # Which of those on one side of something another follows, or none, hangs on one in the middle.
        or (test.order and (scope.after or scope.before))
        or (scope.count or 0) > _LAST_EVENTS
    )
    if is_unfit:
        raise _UnfitError


def _selections(test: BoundEventTest | BoundCount) -> Iterator[BoundSelection]:
    yield test.selection
    scope = test.scope
    order = test.order.selection if isinstance(test, BoundEventTest) and test.order else None
    yield from (one for one in (scope and scope.after, scope and scope.before, order) if one)


def _read(node: Bound | None, kind: str, found: dict[Field, dict[Pattern, None]]) -> None:
    match node:
        case None:
            return
        case BoundNegation(part=part):
            _read(part, kind, found)
        case BoundAll(parts=parts) | BoundAny(parts=parts):
            for part in parts:
                _read(part, kind, found)
        case BoundMatch() if (kind, node.syntax.name) in _TEXTS:
            found[kind, node.syntax.name][node.pattern] = None
        case BoundComparison() if (kind, node.syntax.name) in _STATES and node.other is None:
            return
        case BoundClaim() | BoundComparison() | BoundMatch() | BoundEventTest() | BoundCount():
            raise _UnfitError
