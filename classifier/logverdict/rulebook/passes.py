"""One pass over some texts of a run, for all the patterns that are looked for in them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from logverdict.events import Text
from logverdict.pattern import Pattern
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.sought import Sought
from logverdict.rulebook.vocabulary import Reader

if TYPE_CHECKING:
    from logverdict.engine.prescan import Prescan

_LONGEST: Final = 1 << 20
"""Longer texts are not put together: they are looked into one by one, where a rule comes to that."""


class Pass:
    """The patterns that are looked for in some fields and facts, and the readers of those."""

    __slots__ = ("_facts", "_fields", "_prescan", "patterns")

    def __init__(self, tests: Iterable[Sought]) -> None:
        fields: dict[str, dict[str, Reader]] = {}
        facts: dict[str, Reader] = {}
        patterns = []
        for kind, test in tests:
            named = facts if kind is None else fields.setdefault(kind, {})
            named[test.syntax.name] = test.read
            patterns.append(test.pattern)
        self.patterns = frozenset(patterns)
        self._fields = {kind: tuple(named.values()) for kind, named in fields.items()}
        self._facts = tuple(facts.values())
        self._prescan: Prescan | None = None

    def possible(self, run: Indexed) -> frozenset[Pattern]:
        """Give the patterns that may occur in the texts of a run; the others surely do not."""
        joined = self._joined(run)
        if joined is None:
            return self.patterns
        if self._prescan is None:
            from logverdict.engine.prescan import Prescan

            self._prescan = Prescan(self.patterns)
        return self._prescan.possible(joined)

    def _joined(self, run: Indexed) -> str | None:
        texts: list[str] = []
        size = 0
        for value in self._values(run):
            if isinstance(value, Text):
                size += value.place.end - value.place.start
                if size > _LONGEST:
                    return None
                texts.append(value.value)
            elif isinstance(value, str):
                texts.append(value)
            elif isinstance(value, tuple):
                texts.extend(value)
        return "\n".join(texts)

    def _values(self, run: Indexed) -> Iterator[object]:
        for read in self._facts:
            yield read(run.facts)
        for kind, readers in self._fields.items():
            for position in run.positions.get(kind, ()):
                for read in readers:
                    yield read(run.events[position])
