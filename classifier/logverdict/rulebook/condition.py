"""What a condition says, as records: the syntax tree of `rules/condition.lark`.

`at` is the character of the condition at which a part begins; it never takes part in a comparison.
"""

from typing import Literal, TypeAlias

from logverdict.record import field, record

Quantifier: TypeAlias = Literal["first", "last", "any", "no", "every"]
ValueForm: TypeAlias = Literal["word", "quantity", "quoted"]


@record(frozen=True, slots=True)
class PatternUse:
    """A pattern as written: between slashes, or the name of a shared one."""

    source: str
    flags: str = ""
    is_named: bool = False
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Value:
    """A value as written, without the quotes; its type follows from what it is compared with."""

    written: str
    form: ValueForm
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Claim:
    """A flag that is true."""

    name: str
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Comparison:
    """A name compared with one value, or looked for in several (`in`, `not in`)."""

    name: str
    operator: str
    values: tuple[Value, ...]
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Match:
    """A text that a pattern occurs in."""

    name: str
    pattern: PatternUse
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Negation:
    """`not` before a condition."""

    part: "Condition"
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Conjunction:
    """Conditions joined by `and`."""

    parts: tuple["Condition", ...]
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Disjunction:
    """Conditions joined by `or`."""

    parts: tuple["Condition", ...]
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class Selection:
    """Which events are meant: a kind, a state, a pattern for the kind's main text, and tests of fields."""

    kind: str
    state: Value | None = None
    pattern: PatternUse | None = None
    where: "Condition | None" = None
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class AfterLast:
    """What comes after the last of the selected events."""

    selection: Selection


@record(frozen=True, slots=True)
class BeforeFirst:
    """What comes before the first of the selected events."""

    selection: Selection


@record(frozen=True, slots=True)
class LastTurn:
    """What the last turn holds."""


@record(frozen=True, slots=True)
class LastEvents:
    """The last `count` events of the log."""

    count: Value


Scope: TypeAlias = AfterLast | BeforeFirst | LastTurn | LastEvents


@record(frozen=True, slots=True)
class Order:
    """That a selected event comes later in the log, or that none does."""

    selection: Selection
    is_negated: bool = False


@record(frozen=True, slots=True)
class EventTest:
    """A sentence about events: how many of which, where, and what follows them."""

    quantifier: Quantifier
    selection: Selection
    has: "Condition | None" = None
    scope: Scope | None = None
    order: Order | None = None
    at: int = field(default=0, compare=False)


@record(frozen=True, slots=True)
class CountTest:
    """How many events are selected, compared with a number."""

    selection: Selection
    operator: str
    number: Value
    scope: Scope | None = None
    at: int = field(default=0, compare=False)


Condition: TypeAlias = (
    Claim | Comparison | Match | Negation | Conjunction | Disjunction | EventTest | CountTest
)  # fmt: skip


@record(frozen=True, slots=True)
class Flaw:
    """A mistake in a condition: the character it stands at, what is wrong, and what was probably meant."""

    at: int
    message: str
    hint: str = ""
