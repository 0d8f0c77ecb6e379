"""Lint what conditions say: rules that cannot fire or never win, sentences that say what was not meant."""

from collections.abc import Iterator
from typing import Final

from logverdict.authoring.written import Remark, Written, WrittenRule, each_pair
from logverdict.rulebook.condition import (
    Claim,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    EventTest,
    Match,
    Negation,
)
from logverdict.rulebook.printing import printed
from logverdict.rulebook.vocabulary import FACTS, KINDS

_NEVER: Final = {
    "ending": (
        frozenset({"finished", "turn completed"}),
        "only where the run did not finish",
    ),
    "work": (
        frozenset({"not finished", *(f"turn {end}" for end in ("failed", "open", "interrupted", "none"))}),
        "only where the run finished",
    ),
}


def lint_conditions(found: Written) -> Iterator[Remark]:
    """Yield the warnings on conditions and on which rule wins."""
    for rule in found.rules:
        yield from _unreachable(rule)
        yield from _joined(rule)
    yield from _covered(found)
    yield from _cycles(found)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """Split a condition into the parts that must all be true."""
    return condition.parts if isinstance(condition, Conjunction) else (condition,)


def _unreachable(one: WrittenRule) -> Iterator[Remark]:
    rule = one.rule
    parts = conjuncts(rule.when.syntax)
    said = {printed(part) for part in parts}
    excluded, when = _NEVER.get(rule.question, (frozenset(), ""))
    for text in sorted(said & excluded):
        message = f"this rule never decides: it wants `{text}`, and rules of its question count {when}"
        yield one.remark("unreachable", message, key="when")
    for part in parts:
        if isinstance(part, Negation) and printed(part.part) in said:
            yield one.remark(
                "unreachable", f"`{printed(part.part)}` is wanted and excluded", key="when", at=part.at
            )
    yield from _contradictions(one, parts)


def _contradictions(one: WrittenRule, parts: tuple[Condition, ...]) -> Iterator[Remark]:
    wanted: dict[str, Comparison] = {}
    for part in parts:
        if isinstance(part, Comparison) and part.operator == "=":
            earlier = wanted.setdefault(part.name, part)
            if earlier.values != part.values:
                message = f"`{part.name}` cannot be two things at once"
                yield one.remark(
                    "unreachable", message, "join them with `or`, or use `in`", key="when", at=part.at
                )


def _joined(one: WrittenRule) -> Iterator[Remark]:
    """Warn of `where a and b` without parentheses, where `b` reads as a field and is taken as a fact."""
    for conjunction in _conjunctions(one.rule.when.syntax):
        for before, after in zip(conjunction.parts, conjunction.parts[1:], strict=False):
            if isinstance(before, EventTest) and isinstance(after, Claim | Comparison | Match):
                yield from _taken_for_fact(one, before, after)


def _taken_for_fact(
    one: WrittenRule, before: EventTest, after: Claim | Comparison | Match
) -> Iterator[Remark]:
    fields = before.has or before.selection.where
    is_open = fields is not None and not isinstance(fields, Conjunction | Disjunction)
    if is_open and after.name in FACTS and after.name in KINDS[before.selection.kind].fields:
        message = f"`{after.name}` is a fact of the run here, not a field of the {before.selection.kind}"
        hint = f"for the field write `where (… and {after.name} …)`, for the fact put it first"
        yield one.remark("joined-fact", message, hint, key="when", at=after.at)


def _conjunctions(condition: Condition) -> Iterator[Conjunction]:
    if isinstance(condition, Conjunction):
        yield condition
    parts = condition.parts if isinstance(condition, Conjunction | Disjunction) else ()
    for part in (*parts, *((condition.part,) if isinstance(condition, Negation) else ())):
        yield from _conjunctions(part)


def _covered(found: Written) -> Iterator[Remark]:
    for one, other in each_pair(found):
        mine, theirs = _said(one), _said(other)
        if mine == theirs and one.rule.id > other.rule.id:
            yield one.remark(
                "duplicate", f"`{other.rule.id}` has the same condition", "join the two", key="when"
            )
        elif theirs <= mine and one.rule.id in other.rule.overrides:
            message = f"`{other.rule.id}` fires wherever this rule fires, and overrides it"
            yield one.remark("shadowed", message, "turn `overrides` around, or drop one of them", key="when")


def _said(one: WrittenRule) -> frozenset[str]:
    rule = one.rule
    extra = [f"unless {printed(rule.unless.syntax)}"] if rule.unless else []
    extra += [f"codex {rule.codex.written}"] if rule.codex else []
    return frozenset((*(printed(part) for part in conjuncts(rule.when.syntax)), *extra))


def _cycles(found: Written) -> Iterator[Remark]:
    overrides = {one.rule.id: one.rule.overrides for one in found.rules}
    for one in found.rules:
        if one.rule.id in _reached(one.rule.id, overrides):
            message = "these overrides lead back to the rule itself: where all fire, none is left"
            yield one.remark("override-cycle", message, "let one of the rules win", key="overrides")


def _reached(start: str, overrides: dict[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(overrides.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += overrides.get(name, ())
    return seen
