"""Which patterns a condition uses, and on what: the places in its syntax tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from logverdict.rulebook.condition import (
    AfterLast,
    BeforeFirst,
    Claim,
    Comparison,
    Condition,
    Conjunction,
    CountTest,
    Disjunction,
    EventTest,
    Match,
    Negation,
    PatternUse,
    Scope,
    Selection,
)
from logverdict.rulebook.vocabulary import KINDS

_FACT_KINDS = {"last_message": "message", "terminal_error": "error"}


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern, and the kind of event and the field that it is looked for in; no kind: a fact of the run."""

    pattern: PatternUse
    kind: str | None
    field: str


def uses(condition: Condition, kind: str | None = None) -> Iterator[Use]:
    """Yield every pattern of a condition."""
    match condition:
        case Match():
            yield Use(condition.pattern, kind or _FACT_KINDS.get(condition.name), condition.name)
        case Negation():
            yield from uses(condition.part, kind)
        case Conjunction() | Disjunction():
            for part in condition.parts:
                yield from uses(part, kind)
        case EventTest() | CountTest():
            for selection in selections(condition):
                yield from _selected(selection)
            if isinstance(condition, EventTest) and condition.has:
                yield from uses(condition.has, condition.selection.kind)
        case Claim() | Comparison():
            return


def kinds(condition: Condition) -> frozenset[str]:
    """Name the kinds of events that a condition looks at."""
    match condition:
        case Negation():
            return kinds(condition.part)
        case Conjunction() | Disjunction():
            return frozenset().union(*(kinds(part) for part in condition.parts))
        case EventTest() | CountTest():
            return frozenset(selection.kind for selection in selections(condition))
        case _:
            return frozenset()


def selections(test: EventTest | CountTest) -> Iterator[Selection]:
    """Yield the selections of a sentence: its own, and those of its stretch and its order."""
    yield test.selection
    yield from _scoped(test.scope)
    if isinstance(test, EventTest) and test.order:
        yield test.order.selection


def _scoped(scope: Scope | None) -> Iterator[Selection]:
    if isinstance(scope, AfterLast | BeforeFirst):
        yield scope.selection


def _selected(selection: Selection) -> Iterator[Use]:
    main = KINDS[selection.kind].main
    if selection.pattern and main:
        yield Use(selection.pattern, selection.kind, main)
    if selection.where:
        yield from uses(selection.where, selection.kind)
