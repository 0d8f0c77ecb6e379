"""What each part of a condition says of a run or of an event, for a person who asks why."""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from logverdict.events import Event, Text
from logverdict.record import record
from logverdict.rulebook.bound import (
    Bound,
    BoundAll,
    BoundAny,
    BoundClaim,
    BoundComparison,
    BoundMatch,
    BoundNegation,
)
from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.judging import Truth, judge
from logverdict.rulebook.printing import printed
from logverdict.rulebook.quantified import Witness
from logverdict.verdict import Evidence

Joined: TypeAlias = Literal["and", "or", "not"]
_LONGEST: Final = 200


@record(frozen=True, slots=True)
class Look:
    """An event that a sentence looked at: what each of its tests said of it.

    `decides` tells whether it decides the sentence: the first or last one that is selected, or one that
    `every` forbids.
    """

    event: Evidence
    parts: tuple["Reading", ...]
    decides: bool = False

    @property
    def matched(self) -> int:
        """Count the tests that are true of it."""
        return sum(part.value is True for part in self.parts)


@record(frozen=True, slots=True)
class Reading:
    """One part of a condition, as it is written, and what it said: true, false or null for unknown.

    `joined` tells how it is made of its `parts`, `actual` is the field or fact that was tested. A sentence
    about events looked at `looked_at` events and shows the nearest ones in `looks`.
    """

    text: str
    value: Truth
    joined: Joined | None = None
    actual: str | None = None
    evidence: tuple[Evidence, ...] = ()
    parts: tuple["Reading", ...] = ()
    looks: tuple[Look, ...] = ()
    looked_at: int | None = None


def read_event(event: Event, test: Bound | None) -> Iterator[Reading]:
    """Read the tests of an event, those joined by `and` apart; the values are those of `judge`."""
    if isinstance(test, BoundAll):
        for part in test.parts:
            yield from read_event(event, part)
    elif test is not None:
        yield _event_reading(event, test)


def _event_reading(event: Event, test: Bound) -> Reading:
    judged = judge(event, test)
    evidence = evidence_of([Witness(event, spoken) for spoken in judged.spoken])
    parts = tuple(part for inner in _inner(test) for part in read_event(event, inner))
    return Reading(written(test), judged.value, joined(test), actual(test, event), evidence, parts)


def _inner(test: Bound) -> tuple[Bound, ...]:
    match test:
        case BoundAll() | BoundAny():
            return test.parts
        case BoundNegation():
            return (test.part,)
    return ()


def joined(test: Bound) -> Joined | None:
    """Tell how a test is made of others; null where it is not."""
    match test:
        case BoundAll():
            return "and"
        case BoundAny():
            return "or"
        case BoundNegation():
            return "not"
    return None


def written(test: Bound) -> str:
    """Write a test as its author would."""
    if test.syntax is None:
        return " and ".join(map(written, _inner(test)))
    return printed(test.syntax)


def actual(test: Bound, subject: object) -> str | None:
    """Show the field of an event, or the fact of a run, that is tested; null for a test made of others."""
    if isinstance(test, BoundClaim | BoundComparison | BoundMatch):
        return _shown(test.read(subject))
    return None


def _shown(value: object) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return "true" if value else "false"
        case Text():
            return _cut(value.opening)
        case ((*numbers,), bool(), str(name)):
            return ".".join(map(str, numbers[:3])) + (f"-{name}" if name else "")
        case tuple():
            return _cut(", ".join(map(str, value))) or "none"
        case _:
            return _cut(str(value))


def _cut(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
