"""Take apart what a rule said of a run: every part of its conditions, and the events that came nearest.

Nothing is judged here: the values are those that the rule itself was judged by.
"""

from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import Final

from logverdict.record import record
from logverdict.rulebook.bound import (
    BoundAll,
    BoundAny,
    BoundCount,
    BoundEventTest,
    BoundNegation,
)
from logverdict.rulebook.evaluation import Outcome, fact_event
from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.firing import Trial
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.printing import printed_order
from logverdict.rulebook.quantified import Witness, followed, stretches
from logverdict.rulebook.reading import Look, Reading, actual, joined, read_event, written
from logverdict.rulebook.rule import Rule
from logverdict.verdict import Finding

_MOST_LOOKS: Final = 5
_FOREMOST: Final = ("first", "last")


@record(frozen=True, slots=True)
class Dissection:
    """A rule on a run, part by part. `failed` is what kept it from firing, null where it fired.

    `codex` is the test of the version, null for a rule that is for all versions.
    """

    rule: Rule
    codex: Reading | None
    when: Reading
    unless: Reading | None
    finding: Finding | None
    failed: Reading | None


def dissect(trial: Trial, run: Indexed) -> Dissection:
    """Take a trial apart that was made with `complete`."""
    rule, facts = trial.rule, run.facts
    version = facts.version or facts.meta.codex_version or "unknown"
    codex = Reading(f"codex {rule.codex.written}", trial.is_meant, actual=version) if rule.codex else None
    when = _reading(trial.when, run) if trial.when else Reading(rule.when.written, None)
    unless = _reading(trial.unless, run) if trial.unless else None
    failed = None if trial.finding else _failed(codex, when, unless)
    return Dissection(rule, codex, when, unless, trial.finding, failed)


def _failed(codex: Reading | None, when: Reading, unless: Reading | None) -> Reading | None:
    if codex and not codex.value:
        return codex
    return first_failed(when) if when.value is not True else unless


def first_failed(reading: Reading) -> Reading:
    """Find the first part that keeps `reading` from being true; of alternatives, the nearest."""
    failed = [part for part in reading.parts if part.value is not True]
    match reading.joined:
        case "and" if failed:
            return first_failed(failed[0])
        case "or" if failed:
            return first_failed(max(failed, key=_nearness))
    return reading


def _nearness(reading: Reading) -> float:
    if reading.value is True:
        return 1.0
    if reading.parts:
        return sum(map(_nearness, reading.parts)) / len(reading.parts)
    nearest = reading.looks[0] if reading.looks else None
    return nearest.matched / len(nearest.parts) if nearest and nearest.parts else 0.0


def _reading(outcome: Outcome, run: Indexed) -> Reading:
    node, evidence = outcome.node, evidence_of(outcome.witnesses)
    match node:
        case BoundEventTest() | BoundCount():
            positions = _positions(node, run)
            nearest = tuple(nlargest(_MOST_LOOKS, _looks(node, run, positions), key=_closeness))
            return Reading(
                written(node), outcome.value, evidence=evidence, looks=nearest, looked_at=len(positions)
            )
        case BoundAll() | BoundAny() | BoundNegation():
            parts = tuple(_reading(part, run) for part in outcome.parts)
            return Reading(written(node), outcome.value, joined(node), evidence=evidence, parts=parts)
    event = fact_event(node.syntax.name, run)
    place = evidence or (evidence_of([Witness(event)]) if event else ())
    return Reading(written(node), outcome.value, actual=actual(node, run.facts), evidence=place)


def _positions(test: BoundEventTest | BoundCount, run: Indexed) -> list[int]:
    """Find the events that a sentence is about, in the order in which it looks at them.

    Where the bound of its scope is unknown there are several stretches; the first speaks for all.
    """
    stretch = next(iter(stretches(test.scope, run)))
    found = [at for at in run.positions.get(test.selection.kind, ()) if at in stretch]
    is_last = isinstance(test, BoundEventTest) and test.quantifier == "last"
    return found[::-1] if is_last else found


def _looks(test: BoundEventTest | BoundCount, run: Indexed, positions: Iterable[int]) -> Iterator[Look]:
    quantifier = test.quantifier if isinstance(test, BoundEventTest) else "any"
    is_open = True
    for position in positions:
        event = run.events[position]
        chosen, said = tuple(read_event(event, test.selection.where)), tuple(_said(test, run, position))
        counts = is_open and _decides(quantifier, chosen, said)
        is_open = is_open and not (counts and quantifier in _FOREMOST)
        yield Look(evidence_of([Witness(event)])[0], chosen + said, counts)


def _decides(quantifier: str, chosen: Iterable[Reading], said: Iterable[Reading]) -> bool:
    if quantifier in _FOREMOST:
        return all(part.value is True for part in chosen)
    breaks = any(part.value is not True for part in said)
    return quantifier == "every" and breaks and all(part.value is not False for part in chosen)


def _said(test: BoundEventTest | BoundCount, run: Indexed, position: int) -> Iterator[Reading]:
    if isinstance(test, BoundCount):
        return
    yield from read_event(run.events[position], test.has)
    if test.order and test.syntax.order:
        value, witnesses = followed(test.order, run, position)
        yield Reading(printed_order(test.syntax.order), value, evidence=evidence_of(witnesses))


def _closeness(look: Look) -> tuple[bool, float]:
    return look.decides, look.matched / len(look.parts) if look.parts else 1.0
