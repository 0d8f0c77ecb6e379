"""A run as predicates look at it, and which patterns can occur in it at all."""

from collections.abc import Mapping
from typing import Final

from logverdict.events import Text
from logverdict.pattern import Pattern
from logverdict.rulebook.indexed import Indexed

_NONE: Final[tuple[int, ...]] = ()


class Sighting:
    """A run, and the patterns that may occur in it: null where nobody has looked."""

    __slots__ = ("_known", "_positions", "possible", "run")

    def __init__(self, run: Indexed, possible: frozenset[Pattern] | None = None) -> None:
        self.run = run
        self.possible = possible
        self._known: dict[tuple[int, Pattern], bool] = {}
        self._positions: Mapping[str, tuple[int, ...]] = run.positions

    def positions(self, kind: str) -> tuple[int, ...]:
        """Give the indices of the events of a kind."""
        return self._positions.get(kind, _NONE)

    def may_hold(self, pattern: Pattern) -> bool:
        """Tell whether a pattern may occur in any text of the run."""
        return self.possible is None or pattern in self.possible

    def holds(self, text: Text, pattern: Pattern) -> bool:
        """Tell whether a pattern occurs in a text of the run."""
        key = (id(text), pattern)
        known = self._known.get(key)
        if known is None:
            # An event keeps its texts, so no other text can come to stand under the same id meanwhile.
            known = self._known[key] = any(pattern.matches(window.value) for window in text.windows())
        return known
