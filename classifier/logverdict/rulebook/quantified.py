"""Evaluate sentences about events: first, last, any, no, every and count, with their scope and order."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from logverdict.events import Event
from logverdict.record import record
from logverdict.rulebook.bound import BoundCount, BoundEventTest, BoundOrder, BoundScope, BoundSelection
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.judging import Judged, Spoken, Truth, all_of, any_of, judge, negated
from logverdict.rulebook.version import OPERATORS

_MOST_STRETCHES: Final = 16
_MOST_WITNESSES: Final = 5


@record(frozen=True, slots=True)
class Witness:
    """An event that speaks for a condition, and the text of it that a pattern matched.

    No event where the text is a fact of the run that stands in no single event.
    """

    event: Event | None
    spoken: Spoken | None = None


Said: TypeAlias = tuple[Truth, tuple[Witness, ...]]


@record(frozen=True, slots=True)
class _Candidate:
    """An event that is selected, or may be (`is_selected` null), and what is said of it."""

    is_selected: Truth
    said: Truth
    witnesses: tuple[Witness, ...]


def quantified(test: BoundEventTest, run: Indexed) -> Said:
    """Evaluate one sentence about events; the witnesses are the events that make it true."""
    return _agreed(_in_stretch(test, run, stretch) for stretch in stretches(test.scope, run))


def counted(test: BoundCount, run: Indexed) -> Said:
    """Compare the number of selected events; unknown where events that may be selected would decide it."""
    return _agreed(_count(test, run, stretch) for stretch in stretches(test.scope, run))


def _agreed(said: Iterable[Said]) -> Said:
    first = list(islice(said, _MOST_STRETCHES + 1))
    values = {value for value, _ in first}
    return first[0] if len(values) == 1 and len(first) <= _MOST_STRETCHES else (None, ())


def stretches(scope: BoundScope | None, run: Indexed) -> Iterable[range]:
    """Give the stretches of the log that the scope may mean: more than one where its bound is unknown."""
    whole = range(len(run.events))
    if scope is None:
        return [whole]
    if scope.count is not None:
        return [whole[-scope.count :] if scope.count else whole[:0]]
    if scope.after:
        return (range(at + 1, len(whole)) for at in _bounds(scope.after, run, whole[::-1], -1))
    if scope.before:
        return (range(at) for at in _bounds(scope.before, run, whole, len(whole)))
    return [whole[run.last_turn :]]


def _bounds(selection: BoundSelection, run: Indexed, stretch: range, absent: int) -> Iterator[int]:
    for position, judged in _selected(selection, run, stretch):
        yield position
        if judged.value:
            return
    yield absent


def _selected(selection: BoundSelection, run: Indexed, stretch: range) -> Iterator[tuple[int, Judged]]:
    """Yield the events of a stretch that are or may be selected, in the order of the stretch."""
    positions: Iterable[int] = run.positions.get(selection.kind, ())
    if stretch.step < 0:
        positions = reversed(tuple(positions))
    for position in positions:
        if position not in stretch:
            continue
        judged = judge(run.events[position], selection.where)
        if judged.value is not False:
            yield position, judged


def _in_stretch(test: BoundEventTest, run: Indexed, stretch: range) -> Said:
    ordered = stretch[::-1] if test.quantifier == "last" else stretch
    candidates = (
        _candidate(test, run, position, judged)
        for position, judged in _selected(test.selection, run, ordered)
    )
    match test.quantifier:
        case "any":
            return _any(candidates)
        case "no":
            return negated(_any(candidates)[0]), ()
        case "every":
            return _every(tuple(candidates))
        case "first" | "last":
            return _foremost(candidates)


def _candidate(test: BoundEventTest, run: Indexed, position: int, selected: Judged) -> _Candidate:
    event = run.events[position]
    has = judge(event, test.has)
    if has.value is False:
        return _Candidate(selected.value, said=False, witnesses=())
    follows, later = followed(test.order, run, position)
    said = all_of((has.value, follows))
    spoken = selected.spoken + has.spoken
    own = tuple(Witness(event, text) for text in spoken) or (Witness(event),)
    return _Candidate(selected.value, said, own + later)


def followed(order: BoundOrder | None, run: Indexed, position: int) -> Said:
    """Tell whether the event at `position` is followed as `order` says; no order is always kept."""
    if order is None:
        return True, ()
    unknown = False
    for later, judged in _selected(order.selection, run, range(position + 1, len(run.events))):
        if judged.value:
            event = run.events[later]
            spoken = tuple(Witness(event, text) for text in judged.spoken) or (Witness(event),)
            return not order.is_negated, () if order.is_negated else spoken
        unknown = True
    return (None if unknown else order.is_negated), ()


def _any(candidates: Iterable[_Candidate]) -> Said:
    unknown = False
    for candidate in candidates:
        value = all_of((candidate.is_selected, candidate.said))
        if value:
            return True, candidate.witnesses
        unknown = unknown or value is None
    return (None if unknown else False), ()


def _every(candidates: Sequence[_Candidate]) -> Said:
    if not any(candidate.is_selected for candidate in candidates):
        return None, ()
    value = all_of([any_of((negated(found.is_selected), found.said)) for found in candidates])
    witnesses = tuple(witness for found in candidates for witness in found.witnesses)
    return value, witnesses[:_MOST_WITNESSES] if value else ()


def _foremost(candidates: Iterable[_Candidate]) -> Said:
    """Judge the first candidate; where it is unknown which one that is, all that it may be must agree."""
    possible: list[_Candidate] = []
    for candidate in candidates:
        possible.append(candidate)
        if candidate.is_selected:
            break
    else:
        possible.append(_Candidate(is_selected=True, said=False, witnesses=()))
    values = {candidate.said for candidate in possible}
    value = values.pop() if len(values) == 1 else None
    return value, possible[-1].witnesses if value else ()


def _count(test: BoundCount, run: Indexed, stretch: range) -> Said:
    found = list(_selected(test.selection, run, stretch))
    sure = [position for position, judged in found if judged.value]
    compare = OPERATORS[test.operator]
    possible = {compare(number, test.number) for number in range(len(sure), len(found) + 1)}
    if len(possible) > 1:
        return None, ()
    value = possible.pop()
    return value, tuple(Witness(run.events[at]) for at in sure[:_MOST_WITNESSES]) if value else ()
