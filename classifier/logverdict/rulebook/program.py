"""A ruleset made ready for many logs: a pass over a run's texts tells which rules need to be asked at all."""

from collections.abc import Iterator, Sequence
from typing import Final
from weakref import WeakKeyDictionary

from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.needs import needs
from logverdict.rulebook.passes import Pass
from logverdict.rulebook.predicate import Predicate, predicate
from logverdict.rulebook.rule import Rule, Ruleset
from logverdict.rulebook.sighting import Sighting
from logverdict.rulebook.sought import Sought, matches_of

_LOGS_BEFORE: Final = 64
"""Making a pass ready costs as much as judging this many logs without it."""
_LONGEST_PASS: Final = 1 << 20
_MANY: Final = 30
_LONG_TEXTS: Final = frozenset(
    {("command", "output"), ("patch", "output"), ("tool", "text"), ("other", "text")}
)
"""Texts that make up nearly all of a log: a few rules look into them sooner than a pass over all could."""


@record(frozen=True, slots=True)
class _Asked:
    """A rule as it is asked: its number among the rules, and what its condition is worth."""

    number: int
    rule: Rule
    holds: Predicate


class _Index:
    """Rules by the patterns that they need, and the passes that tell which patterns a run may hold."""

    __slots__ = ("_always", "_by_pattern", "_long", "_short")

    def __init__(self, rules: Sequence[_Asked]) -> None:
        self._always: list[_Asked] = []
        self._by_pattern: dict[Pattern, list[_Asked]] = {}
        for asked in rules:
            needed = needs(asked.rule.when.bound)
            for pattern in needed or ():
                self._by_pattern.setdefault(pattern, []).append(asked)
            if needed is None:
                self._always.append(asked)
        matches = [found for asked in rules for found in matches_of(asked.rule.when.bound)]
        self._short = Pass(one for one in matches if not _is_long(one))
        self._long = Pass(one for one in matches if _is_long(one))

    def possible(self, run: Indexed) -> frozenset[Pattern]:
        """Give the patterns that may occur in a run."""
        long = self._long.patterns
        if len(long) >= _MANY:
            long = self._long.possible(run)
        return self._short.possible(run) | long

    def worth_asking(self, possible: frozenset[Pattern]) -> list[_Asked]:
        """Give the rules that need no pattern, or one of these, in their order."""
        found = {asked.number: asked for asked in self._always}
        for pattern in possible:
            for asked in self._by_pattern.get(pattern, ()):
                found[asked.number] = asked
        return [found[number] for number in sorted(found)]


class Program:
    """The rules of a ruleset, found by the patterns that they need."""

    __slots__ = ("_asked", "_index", "_runs")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._asked = [_Asked(number, rule, predicate(rule.when.bound)) for number, rule in enumerate(rules)]
        self._index: _Index | None = None
        self._runs = 0

    def candidates(self, run: Indexed) -> Iterator[Rule]:
        """Yield the rules that are meant for a run's version and whose `when` is true of it."""
        seen = Sighting(run, self._possible(run))
        for asked in self._worth_asking(seen):
            codex = asked.rule.codex
            is_meant = codex is None or codex.holds(run.facts.version or run.facts.meta.codex_version)
            if is_meant and asked.holds(seen):
                yield asked.rule

    def _worth_asking(self, seen: Sighting) -> Sequence[_Asked]:
        if self._index is None or seen.possible is None:
            return self._asked
        return self._index.worth_asking(seen.possible)

    def _possible(self, run: Indexed) -> frozenset[Pattern] | None:
        self._runs += 1
        if self._runs <= _LOGS_BEFORE:
            return None
        if self._index is None:
            self._index = _Index(self._asked)
        return self._index.possible(run)


def _is_long(sought: Sought) -> bool:
    kind, test = sought
    return (kind, test.syntax.name) in _LONG_TEXTS


_PROGRAMS: Final[WeakKeyDictionary[Ruleset, Program]] = WeakKeyDictionary()


def program_of(ruleset: Ruleset) -> Program:
    """Give the program of a ruleset, made once."""
    program = _PROGRAMS.get(ruleset)
    if program is None:
        program = _PROGRAMS[ruleset] = Program(ruleset.rules)
    return program
