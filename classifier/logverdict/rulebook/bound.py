"""A condition made ready to run: names looked up, values typed, patterns compiled.

`syntax` is the part of the condition that a node was made from, for those who explain a verdict.
"""

from typing import TYPE_CHECKING, TypeAlias

from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.rulebook.vocabulary import Reader

if TYPE_CHECKING:
    # Rules that were kept between runs come without what their author wrote.
    from logverdict.rulebook.condition import (
        Claim,
        Comparison,
        Condition,
        CountTest,
        EventTest,
        Match,
        Negation,
        Quantifier,
    )


@record(frozen=True, slots=True)
class Named:
    """What is kept of a part as it was written: the name that it tests."""

    name: str


@record(frozen=True, slots=True)
class BoundClaim:
    """A flag of the subject."""

    syntax: "Claim"
    read: Reader


@record(frozen=True, slots=True)
class BoundComparison:
    """A value of the subject, compared with constants, or with another value of the subject (`other`)."""

    syntax: "Comparison"
    read: Reader
    operator: str
    wanted: tuple[object, ...]
    other: Reader | None = None


@record(frozen=True, slots=True)
class BoundMatch:
    """A text of the subject that a pattern is looked for in."""

    syntax: "Match"
    read: Reader
    pattern: Pattern


@record(frozen=True, slots=True)
class BoundNegation:
    """`not`."""

    syntax: "Negation"
    part: "Bound"


@record(frozen=True, slots=True)
class BoundAll:
    """`and`, written or implied."""

    syntax: "Condition | None"
    parts: tuple["Bound", ...]


@record(frozen=True, slots=True)
class BoundAny:
    """`or`."""

    syntax: "Condition"
    parts: tuple["Bound", ...]


@record(frozen=True, slots=True)
class BoundSelection:
    """Events of a kind for which `where` is true."""

    kind: str
    where: "Bound | None"


@record(frozen=True, slots=True)
class BoundScope:
    """A stretch of the log: after the last or before the first of some events, or its end.

    Without a selection it is the last turn, or the last `count` events.
    """

    after: BoundSelection | None = None
    before: BoundSelection | None = None
    count: int | None = None


@record(frozen=True, slots=True)
class BoundOrder:
    """That a selected event comes later, or none."""

    selection: BoundSelection
    is_negated: bool


@record(frozen=True, slots=True)
class BoundEventTest:
    """A sentence about events: `has` is what must be true of those selected."""

    syntax: "EventTest"
    quantifier: "Quantifier"
    selection: BoundSelection
    has: "Bound | None"
    scope: BoundScope | None
    order: BoundOrder | None


@record(frozen=True, slots=True)
class BoundCount:
    """A number of events."""

    syntax: "CountTest"
    selection: BoundSelection
    operator: str
    number: int
    scope: BoundScope | None


Bound: TypeAlias = (
    BoundClaim | BoundComparison | BoundMatch | BoundNegation | BoundAll | BoundAny
    | BoundEventTest | BoundCount
)  # fmt: skip
