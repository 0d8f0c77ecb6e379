"""Which rules the plain facts of a run and its kinds of events rule out, before one is asked."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from logverdict.facts import Facts
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
from logverdict.rulebook.judging import Truth, judge
from logverdict.rulebook.vocabulary import FACTS

Outline: TypeAlias = tuple[object, ...]
"""The facts of a run that take few values, and the kinds of its events: many runs are alike in these."""

_TRUE: Final = 1
_FALSE: Final = 2
_UNKNOWN: Final = 4
_ANYTHING: Final = _TRUE | _FALSE | _UNKNOWN
_BITS: Final[Mapping[Truth, int]] = {True: _TRUE, False: _FALSE, None: _UNKNOWN}
_OF_NO_EVENT: Final = {"any": _FALSE, "first": _FALSE, "last": _FALSE, "no": _TRUE, "every": _UNKNOWN}
_PLAIN: Final = (
    "finished", "spoofable", "cut", "turn", "exit_code", "signal", "ended_by", "last_test", "last_build",
    "tested_before_patch", "built_before_patch", "names_session",
)  # fmt: skip
_COUNTS: Final = (
    "files_changed", "patches_failed", "commands", "commands_failed", "commands_lost", "reconnects",
)  # fmt: skip
_TEXTS: Final = ("last_message", "terminal_error", "error_code", "session_asked")
_OUTLINED: Final = frozenset((*_PLAIN, *_COUNTS, *_TEXTS))
_READ_PLAIN: Final = tuple(FACTS[name].read for name in _PLAIN)
_READ_COUNTS: Final = tuple(FACTS[name].read for name in _COUNTS)
_READ_TEXTS: Final = tuple(FACTS[name].read for name in _TEXTS)
_MOST: Final = 1024


class RuledOut:
    """The conditions of some rules, and the numbers of those that cannot be true under an outline."""

    __slots__ = ("_conditions", "_known")

    def __init__(self, conditions: Sequence[Bound]) -> None:
        self._conditions = conditions
        self._known: dict[Outline, frozenset[int]] = {}

    def numbers(self, run: Indexed) -> frozenset[int]:
        """Give the numbers of the conditions that cannot be true of a run, whatever its texts say."""
        outline = _outline(run)
        found = self._known.get(outline)
        if found is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            conditions = enumerate(self._conditions)
            found = frozenset(number for number, node in conditions if not _may_be(node, run) & _TRUE)
            self._known[outline] = found
        return found


def _outline(run: Indexed) -> Outline:
    facts = run.facts
    return (
        frozenset(run.positions),
        *[read(facts) for read in _READ_PLAIN],
        *[read(facts) == 0 for read in _READ_COUNTS],
        *[read(facts) is None for read in _READ_TEXTS],
    )


def _may_be(node: Bound, run: Indexed) -> int:
    """Give the values that a condition may take, as bits: at least those that it takes in any such run."""
    match node:
        case BoundAll(parts=parts):
            return _joined([_may_be(part, run) for part in parts], of_all=_TRUE, of_one=_FALSE)
        case BoundAny(parts=parts):
            return _joined([_may_be(part, run) for part in parts], of_all=_FALSE, of_one=_TRUE)
        case BoundNegation(part=part):
            inner = _may_be(part, run)
            return inner & _UNKNOWN | (inner & _TRUE and _FALSE) | (inner & _FALSE and _TRUE)
        case BoundEventTest():
            return _of_events(node, run)
        case BoundCount():
            return _ANYTHING
    return _of_facts(node, run.facts)


def _joined(parts: Sequence[int], of_all: int, of_one: int) -> int:
    """Join the bits of parts: `of_all` needs it to be possible in all of them, `of_one` in any."""
    found = 0
    for part in parts:
        found |= part & (_UNKNOWN | of_one)
    return found | of_all if all(part & of_all for part in parts) else found


def _of_events(node: BoundEventTest, run: Indexed) -> int:
    is_bounded = node.scope is not None and bool(node.scope.after or node.scope.before)
    if is_bounded or node.selection.kind in run.positions:
        return _ANYTHING
    return _OF_NO_EVENT[node.quantifier]


def _of_facts(node: BoundClaim | BoundComparison | BoundMatch, facts: Facts) -> int:
    name = node.syntax.name
    is_compared = isinstance(node, BoundComparison) and node.other is not None
    if name not in _OUTLINED or is_compared or not _is_told(name, node.read(facts)):
        return _ANYTHING
    return _BITS[judge(facts, node).value]


def _is_told(name: str, value: object) -> bool:
    """Tell whether the outline holds the value itself."""
    if name in _COUNTS:
        return value == 0
    return value is None if name in _TEXTS else True
