"""What of a command, a message or a thought can be told apart: exactly which patterns occur in it.

The engine says which patterns may occur, and RE2 which of these do: eight commands in which only the engine
finds something would else stand for one in which there is something.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeAlias

from logverdict.checks import CheckPatterns, last_checks
from logverdict.condense.classes import Signs
from logverdict.engine.database import NUMBER_BITS, NUMBER_MASK, PADDING, Database
from logverdict.engine.expressions import superset_all
from logverdict.events import Command, Place, Text
from logverdict.expression import expression
from logverdict.looks import is_look
from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.transcript.shell import unwrapped

Patterns: TypeAlias = frozenset[Pattern]
_NONE: Final[Patterns] = frozenset()
_NOWHERE: Final = Place("jsonl", 1, 0, 0)
_REMEMBERED: Final = 8192
_SHORT: Final = 2048
BROKE: Final = ("Traceback (", "AssertionError")
"""In the output of a failed command, one of these may mean that it broke."""
_QUOTE: Final = expression(r"['\"\\]")


class Occurring:
    """Tells exactly which of some patterns occur in a text.

    With `anchored` false, the texts that are asked for may be parts of those in which RE2 looks.
    """

    __slots__ = ("_database", "_found", "_unseen")

    def __init__(self, patterns: Sequence[Pattern], cache: Path | None, *, anchored: bool = True) -> None:
        expressions = superset_all(patterns, cache, anchored=anchored)
        seen = [(pattern, one) for pattern, one in zip(patterns, expressions, strict=True) if one is not None]
        self._unseen = tuple(
            pattern for pattern, one in zip(patterns, expressions, strict=True) if one is None
        )
        self._found = tuple(pattern for pattern, _ in seen)
        self._database = Database([one.expression for _, one in seen], cache) if seen else None

    def possible(self, text: str) -> tuple[Pattern, ...]:
        """Give the patterns that may occur in a text."""
        numbers = self._database.numbers(text.encode(errors="replace")) if self._database else ()
        return (*map(self._found.__getitem__, numbers), *self._unseen) if numbers else self._unseen

    def surely(self, text: str) -> Patterns:
        """Give the patterns that occur in a text."""
        return _matching(self.possible(text), text)

    def surely_all(self, texts: Sequence[str]) -> list[Patterns]:
        """Give the patterns that occur in each of some texts, by one pass over all of them."""
        if self._database is None or self._unseen:
            return [self.surely(text) for text in texts]
        encoded = [text.encode(errors="replace") for text in texts]
        joined = b"\n".join((*encoded, bytes(PADDING)))
        hits = self._database.hits(joined, len(joined) - PADDING)
        found = [_NONE] * len(texts)
        if hits:
            ends = list(accumulate([len(text) + 1 for text in encoded]))
            # A hit ends within the match, and so behind the first byte of its text.
            places = {(bisect_left(ends, hit >> NUMBER_BITS), hit & NUMBER_MASK) for hit in hits}
            for at, group in groupby(sorted(places), itemgetter(0)):
                found[at] = _matching([self._found[number] for _, number in group], texts[at])
        return found


def _matching(patterns: Sequence[Pattern], text: str) -> Patterns:
    return frozenset([pattern for pattern in patterns if pattern.matches(text)]) if patterns else _NONE


@record(frozen=True, slots=True)
class Script:
    """A script, without the shell around it: its hash, and the number of its sort."""

    name: int
    sort: int


class Deeds:
    """Sorts what an agent did and said, by all that rules and facts can tell apart of it.

    `most` is how many of a sort must stay.
    """

    __slots__ = (
        "_check_patterns",
        "_checks",
        "_known",
        "_outputs",
        "_said",
        "_scripts",
        "_sorts",
        "_tests_failed",
        "_tests_passed",
        "most",
    )

    def __init__(self, signs: Signs, cache: Path | None) -> None:
        """Make the databases, or load them from the folder `cache`.

        Raises:
            EngineError: hyperscan is not installed, or not to be trusted with a pattern.
        """
        self.most = signs.most
        self._outputs = Occurring(signs.patterns["command", "output"], cache)
        self._scripts = Occurring(signs.patterns["command", "command"], cache)
        self._checks = Occurring(signs.checks, cache, anchored=False)
        self._said = {
            kind: Occurring(signs.patterns[kind, "text"], cache) for kind in ("message", "reasoning")
        }
        self._tests_failed, self._tests_passed = signs.tests_failed, signs.tests_passed
        test, build = signs.checks
        # A command without an exit status has no result, so no other pattern is looked for.
        self._check_patterns = CheckPatterns(test, build, test, test, test)
        self._known: dict[str, Script] = {}
        self._sorts: dict[Hashable, int] = {}

    def script(self, command: str) -> Script:
        """Sort a command by its script: which patterns occur, and whether it is a test or a build."""
        known = self._known.get(command)
        if known is None:
            text = unwrapped(command)
            sort = (self._scripts.surely(text), *self._is_check(text))
            known = Script(hash(text), self._sorts.setdefault(sort, len(self._sorts)))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            if len(command) < _SHORT:
                self._known[command] = known
        return known

    def outputs(self, texts: Sequence[str]) -> list[Patterns]:
        """Sort some outputs."""
        return self._outputs.surely_all(texts)

    def may_have_broken(self, found: Patterns, output: str = "") -> bool:
        """Tell whether a failed command may be one that the facts want mended (`doubts._broke`)."""
        return self._tests_failed in found or any(word in output for word in BROKE)

    def has_passed(self, found: Patterns) -> bool:
        """Tell whether tests have passed by an output, so that nothing before it is asked for (`doubts`)."""
        return self._tests_passed in found

    def message(self, text: str) -> Hashable:
        """Sort a message."""
        return "message", self._said["message"].surely(text)

    def thought(self, text: str) -> Hashable:
        """Sort a summary of what the model thought."""
        return "reasoning", self._said["reasoning"].surely(text)

    def _is_check(self, script: str) -> tuple[bool, bool]:
        # A shell within the script is taken off as well, and with it quotes that may part a word.
        is_nested = "sh" in script.lower() and _QUOTE.search(script) is not None
        if not is_nested and not self._checks.possible(script):
            return False, False
        test, build = last_checks((_command(script),), self._check_patterns)
        return test is not None, build is not None


@lru_cache(maxsize=4096)
def is_looking(command: str) -> bool:
    """Tell whether a command that failed only looked at something, as the facts see it."""
    return is_look(_command(unwrapped(command)))


def _command(script: str) -> Command:
    return Command(_NOWHERE, Text(script, _NOWHERE), "completed")
