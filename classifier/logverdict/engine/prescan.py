"""Which of many patterns may occur in a text, by one pass over it: what is absent need not be looked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from logverdict.engines import exact
from logverdict.pattern import Pattern, options

if TYPE_CHECKING:
    import re2

# A pass that runs out of memory finds nothing at all. So each text ends with a mark that must be found.
_MARK: Final = "\n\U0010fffe mark of the pass \U0010fffd"


class Prescan:
    """Patterns that are looked for all at once, by the words that each cannot do without.

    What it says of texts that are joined is sound for each of them: a word that one holds, all hold together.
    A pattern without such words is always possible. Without RE2, whose filter this is, all of them are.
    """

    __slots__ = ("_all", "_filter", "_patterns")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))
        self._all = frozenset(self._patterns)
        self._filter = _filter(self._patterns) if exact() == "re2" else None

    def possible(self, text: str) -> frozenset[Pattern]:
        """Give the patterns that may occur in a text; the others surely do not."""
        if self._filter is None:
            return self._all
        numbers = self._filter.Match(f"{text}{_MARK}".encode(errors="replace"), potential=True) or ()
        mark = len(self._patterns)
        if mark not in numbers:
            return self._all
        return frozenset([self._patterns[number] for number in numbers if number != mark])


def _filter(patterns: Iterable[Pattern]) -> "re2.Filter":
    import re2

    made = re2.Filter()
    for pattern in patterns:
        made.Add(f"(?m){pattern.source}", options(ignores_case=pattern.ignores_case))
    made.Add(_MARK)
    made.Compile()
    return made
