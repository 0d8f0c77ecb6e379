"""Evaluate a condition on a run, in three values, and keep what each of its parts said and why."""

from typing import Final

from logverdict.events import Event
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
)
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.judging import Judged, Spoken, Truth, all_of, any_of, judge, negated
from logverdict.rulebook.quantified import Witness, counted, quantified

_TURN_FACTS: Final = frozenset({"turn", "finished"})


@record(frozen=True, slots=True)
class Outcome:
    """What one part of a condition evaluated to, the events that speak for it, and its own parts."""

    node: Bound
    value: Truth
    witnesses: tuple[Witness, ...] = ()
    parts: tuple["Outcome", ...] = ()


def evaluate(node: Bound, run: Indexed, *, complete: bool = False) -> Outcome:
    """Evaluate `node` on a run.

    `complete` evaluates every part, also where the first ones decide; only an explanation needs that.
    """
    match node:
        case BoundAll() | BoundAny():
            return _joined(node, run, complete=complete)
        case BoundNegation():
            part = evaluate(node.part, run, complete=complete)
            return Outcome(node, negated(part.value), (), (part,))
        case BoundEventTest():
            return Outcome(node, *quantified(node, run))
        case BoundCount():
            return Outcome(node, *counted(node, run))
        case BoundClaim() | BoundComparison() | BoundMatch():
            return _fact(node, run)


def _joined(node: BoundAll | BoundAny, run: Indexed, *, complete: bool) -> Outcome:
    is_all = isinstance(node, BoundAll)
    parts = []
    for part in node.parts:
        parts.append(evaluate(part, run, complete=complete))
        if not complete and parts[-1].value is (not is_all):
            break
    value = (all_of if is_all else any_of)([part.value for part in parts])
    witnesses = tuple(witness for part in parts if part.value for witness in part.witnesses) if value else ()
    return Outcome(node, value, witnesses, tuple(parts))


def _fact(node: BoundClaim | BoundComparison | BoundMatch, run: Indexed) -> Outcome:
    judged = judge(run.facts, node)
    return Outcome(node, judged.value, _fact_witnesses(node, run, judged) if judged.value else ())


def _fact_witnesses(
    node: BoundClaim | BoundComparison | BoundMatch, run: Indexed, judged: Judged
) -> tuple[Witness, ...]:
    event = fact_event(node.syntax.name, run)
    if judged.spoken:
        return tuple(Witness(event, spoken) for spoken in judged.spoken)
    return (Witness(event),) if event else ()


def fact_event(name: str, run: Indexed) -> Event | None:
    """Find the event that a fact was read from; null for one that stands in no single event."""
    facts = run.facts
    if name in _TURN_FACTS:
        turns = run.positions.get("turn")
        return run.events[turns[-1]] if turns else None
    if name in {"last_test", "tested_before_patch"}:
        return facts.last_test.command if facts.last_test else None
    if name in {"last_build", "built_before_patch"}:
        return facts.last_build.command if facts.last_build else None
    if name == "last_message":
        return facts.last_message
    return facts.terminal_error if name == "terminal_error" else None


__all__ = ["Outcome", "Spoken", "Witness", "evaluate", "fact_event"]
