"""A ruleset made ready for many logs: a pass over a run's texts tells which rules need to be asked at all."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from logverdict.pattern import Pattern
from logverdict.rulebook.hints import Hints
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.predicate import Predicate, predicate
from logverdict.rulebook.rule import Rule, Ruleset
from logverdict.rulebook.sighting import Sighting

if TYPE_CHECKING:
    from logverdict.rulebook.sought import Sought

_LOGS_BEFORE: Final = 64
"""Making a pass ready costs as much as judging this many logs without it."""
_LONG_TEXTS: Final = frozenset(
    {("command", "output"), ("patch", "output"), ("tool", "text"), ("other", "text")}
)
"""Texts that make up nearly all of a log: a few rules look into them sooner than a pass over all could."""


class _Asked:
    """A rule as it is asked: its number, and what its condition is worth, made when it is first asked."""

    __slots__ = ("holds", "number", "rule")
    holds: Predicate

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule

    def __getattr__(self, name: str) -> Any:
        # Asked for only while the place of `holds` is empty.
        if name != "holds":
            raise AttributeError(name)
        self.holds = predicate(self.rule.when.bound)
        return self.holds


class _Index:
    """Rules by the patterns that they need, and the passes that tell which patterns a run may hold."""

    __slots__ = ("_always", "_by_pattern", "_long", "_ruled_out", "_short")

    def __init__(self, rules: Sequence[_Asked]) -> None:
        # Only a process that judges many logs comes here.
        from logverdict.rulebook.needs import needs
        from logverdict.rulebook.passes import Pass
        from logverdict.rulebook.ruled_out import RuledOut
        from logverdict.rulebook.sought import matches_of

        self._always: list[_Asked] = []
        self._by_pattern: dict[Pattern, list[_Asked]] = {}
        for asked in rules:
            needed = needs(asked.rule.when.bound)
            for pattern in needed or ():
                self._by_pattern.setdefault(pattern, []).append(asked)
            if needed is None:
                self._always.append(asked)
        self._ruled_out = RuledOut([asked.rule.when.bound for asked in rules])
        matches = [found for asked in rules for found in matches_of(asked.rule.when.bound)]
        self._short = Pass(one for one in matches if not _is_long(one))
        self._long = Pass(one for one in matches if _is_long(one))

    def possible(self, run: Indexed) -> frozenset[Pattern]:
        """Give the patterns that may occur in a run."""
        return self._short.possible(run) | self._long.possible(run)

    def worth_asking(self, run: Indexed, possible: frozenset[Pattern]) -> list[_Asked]:
        """Give the rules that a run does not rule out and that need no pattern, or one of these, in order."""
        ruled_out = self._ruled_out.numbers(run)
        found = {asked.number: asked for asked in self._always}
        for pattern in possible:
            for asked in self._by_pattern.get(pattern, ()):
                found[asked.number] = asked
        return [found[number] for number in sorted(found.keys() - ruled_out)]


class Program:
    """The rules of a ruleset, found by the patterns that they need."""

    __slots__ = ("_asked", "_hints", "_index", "_runs")

    def __init__(self, rules: Sequence[Rule], hints: Hints | None = None) -> None:
        self._asked = [_Asked(number, rule) for number, rule in enumerate(rules)]
        self._hints = hints
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
        if seen.possible is not None and self._index is not None:
            return self._index.worth_asking(seen.run, seen.possible)
        if seen.possible is not None and self._hints is not None:
            return [self._asked[number] for number in self._hints.worth_asking(seen.possible)]
        return self._asked

    def _possible(self, run: Indexed) -> frozenset[Pattern] | None:
        self._runs += 1
        if self._runs <= _LOGS_BEFORE:
            return self._hints.possible(run) if self._hints else None
        if self._index is None:
            self._index = _Index(self._asked)
        return self._index.possible(run)


def _is_long(sought: "Sought") -> bool:
    kind, test = sought
    return (kind, test.syntax.name) in _LONG_TEXTS


@lru_cache(maxsize=8)
def program_of(ruleset: Ruleset) -> Program:
    """Give the program of a ruleset, made once."""
    return Program(ruleset.rules, ruleset.hints)
