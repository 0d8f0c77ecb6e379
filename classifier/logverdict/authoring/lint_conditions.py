"""Lint what conditions say: rules that cannot fire or never win, sentences that say what was not meant."""

from collections.abc import Iterator
from typing import Final

from logverdict.authoring.written import Remark, Written, WrittenRule, each_pair
from logverdict.choice import RANK
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
from logverdict.rulebook.rule import Rule
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
    for key, condition in (("when", one.rule.when), ("unless", one.rule.unless)):
        for joined in _groups(condition.syntax) if condition else ():
            yield from _beside_events(one, key, joined)


def _beside_events(one: WrittenRule, key: str, joined: Conjunction | Disjunction) -> Iterator[Remark]:
    before: EventTest | None = None
    for part in joined.parts:
        test = part.part if isinstance(part, Negation) else part
        if isinstance(test, EventTest):
            before = test
        elif before and isinstance(test, Claim | Comparison | Match):
            yield from _taken_for_fact(one, key, before, test)


def _taken_for_fact(
    one: WrittenRule, key: str, before: EventTest, after: Claim | Comparison | Match
) -> Iterator[Remark]:
    fields = before.has or before.selection.where
    is_open = not isinstance(fields, Conjunction | Disjunction)
    if is_open and after.name in FACTS and after.name in KINDS[before.selection.kind].fields:
        message = f"`{after.name}` is a fact of the run here, not a field of the {before.selection.kind}"
        hint = f"for the field write `where (… and {after.name} …)`, for the fact put it first"
        yield one.remark("joined-fact", message, hint, key=key, at=after.at)


def _groups(condition: Condition) -> Iterator[Conjunction | Disjunction]:
    if isinstance(condition, Negation):
        yield from _groups(condition.part)
    elif isinstance(condition, Conjunction | Disjunction):
        yield condition
        for part in condition.parts:
            yield from _groups(part)


def _covered(found: Written) -> Iterator[Remark]:
    said = {one.rule.id: _said(one) for one in found.rules}
    # Of two that say the same, the one that is read later is told: it may be somebody's own.
    places = {name: place for place, name in enumerate(said)}
    for one, other in each_pair(found):
        mine, theirs = said[one.rule.id], said[other.rule.id]
        if mine == theirs and places[one.rule.id] > places[other.rule.id]:
            yield one.remark(
                "duplicate", f"`{other.rule.id}` has the same condition", "join the two", key="when"
            )
        elif theirs <= mine and one.rule.id in other.rule.overrides:
            message = f"`{other.rule.id}` fires wherever this rule fires, and overrides it"
            yield one.remark("shadowed", message, "turn `overrides` around, or drop one of them", key="when")
        elif theirs < mine and _outranks(other.rule, one.rule):
            message = f"`{other.rule.id}` fires wherever this rule fires, and outranks it"
            yield one.remark("shadowed", message, "see `overrides`: a rule may win by it", key="when")


def _outranks(one: Rule, other: Rule) -> bool:
    """Tell whether a rule wins against another by its graver verdict or its deeper cause."""
    if one.question == "noise" or one.id in other.overrides:
        return False
    return (RANK[one.verdict], -one.cause.count(".")) < (RANK[other.verdict], -other.cause.count("."))


def _said(one: WrittenRule) -> frozenset[str]:
    rule = one.rule
    extra = [f"unless {printed(rule.unless.syntax)}"] if rule.unless else []
    extra += [f"codex {rule.codex.written}"] if rule.codex else []
    return frozenset((*(printed(part) for part in conjuncts(rule.when.syntax)), *extra))
