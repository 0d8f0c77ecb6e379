"""Judge one event, or the facts of a run, by the tests of its fields: true, false or unknown."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from logverdict.events import Text
from logverdict.pattern import Found
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
from logverdict.rulebook.version import OPERATORS

Truth: TypeAlias = bool | None


@record(frozen=True, slots=True)
class Spoken:
    """A text of the subject and where in it a pattern matched."""

    text: Text | str
    found: Found


@record(frozen=True, slots=True)
class Judged:
    """What a test says of a subject, and the texts that made it true."""

    value: Truth
    spoken: tuple[Spoken, ...] = ()


UNKNOWN: Final = Judged(None)
_PLAIN: Final[Mapping[Truth, Judged]] = {True: Judged(value=True), False: Judged(value=False), None: UNKNOWN}


def all_of(values: Sequence[Truth]) -> Truth:
    """Join truths by `and`: false beats unknown beats true."""
    return False if False in values else None if None in values else True


def any_of(values: Sequence[Truth]) -> Truth:
    """Join truths by `or`: true beats unknown beats false."""
    return True if True in values else None if None in values else False


def negated(value: Truth) -> Truth:
    """Turn true and false around; what is unknown stays unknown."""
    return None if value is None else not value


def judge(subject: object, test: Bound | None) -> Judged:
    """Judge `subject` (an event or the facts) by `test`; no test is true of everything."""
    match test:
        case None:
            return _PLAIN[True]
        case BoundClaim():
            return _PLAIN[_truth(test.read(subject))]
        case BoundComparison():
            return _PLAIN[_compared(subject, test)]
        case BoundMatch():
            return _matched(test.read(subject), test)
        case BoundNegation():
            return _PLAIN[negated(judge(subject, test.part).value)]
        case BoundAll() | BoundAny():
            return _joined(subject, test)
        case _:
            raise AssertionError(test)


def _joined(subject: object, test: BoundAll | BoundAny) -> Judged:
    is_all = isinstance(test, BoundAll)
    parts = []
    for part in test.parts:
        judged = judge(subject, part)
        parts.append(judged)
        if judged.value is not None and judged.value != is_all:
            break
    value = (all_of if is_all else any_of)([part.value for part in parts])
    spoken = tuple(spoken for part in parts if part.value for spoken in part.spoken)
    return Judged(value, spoken) if value and spoken else _PLAIN[value]


def _truth(value: object) -> Truth:
    return None if value is None else bool(value)


def _compared(subject: object, test: BoundComparison) -> Truth:
    value = _plain(test.read(subject))
    wanted = test.wanted if test.other is None else (_plain(test.other(subject)),)
    if value is None or None in wanted:
        return None
    if test.operator in {"in", "not in"}:
        return (value in wanted) == (test.operator == "in")
    return OPERATORS[test.operator](value, wanted[0])


def _plain(value: object) -> object:
    return value.opening if isinstance(value, Text) else value


def _matched(value: object, test: BoundMatch) -> Judged:
    if value is None:
        return UNKNOWN
    texts = value if isinstance(value, tuple) else (value,)
    for text in texts:
        for window in text.windows() if isinstance(text, Text) else (text,):
            found = test.pattern.search(window.value if isinstance(window, Text) else window)
            if found:
                return Judged(value=True, spoken=(Spoken(window, found),))
    return _PLAIN[False]
