"""Compile the patterns that authors write, and say how to write those that the engine refuses."""

import re
from typing import Final

from logverdict.pattern import Pattern, PatternError, compile_pattern
from logverdict.rulebook.condition import Flaw

LONGEST_PATTERN: Final = 10_000
_LOOK_AROUND: Final = (
    "look-around is outside the RE2 dialect: match the text itself, what must not occur goes into `unless:`"
)
_HINTS: Final = (
    (re.compile(r"\(\?<?[=!]"), _LOOK_AROUND),
    (re.compile(r"\\[1-9]|\(\?P=|\\k<"), "back-references are outside the RE2 dialect: write the text out"),
    (re.compile(r"\(\?>|[*+?}]\+"), "RE2 never backtracks: write the plain `*`, `+` or group"),
    (re.compile(r"\(\?#"), "write the comment into `why:`"),
    (re.compile(r"\\Z"), r"the end of the text is \z"),
    (re.compile(r"\{\d{4,}|\{\d*,\d{4,}"), "a repetition counts to 1000 at most"),
    (re.compile(r"repetition"), "write fewer repetitions inside each other"),
)


def compiled_pattern(source: str, *, at: int = 0, flags: str = "") -> Pattern | Flaw:
    """Compile `source`; a flaw at `at` where it is refused."""
    if set(flags) - {"i"}:
        return Flaw(at, f"a pattern has no flag `{flags}`", "the only flag is `i`: ignore case")
    if len(source) > LONGEST_PATTERN:
        return Flaw(at, f"a pattern has at most {LONGEST_PATTERN:,} characters, this has {len(source):,}")
    try:
        pattern = compile_pattern(source, ignore_case="i" in flags)
    except PatternError as err:
        reason = str(err).replace("(?m)", "")
        return Flaw(at, f"the pattern is refused: {reason}", _hint(source, reason))
    if pattern.matches("") and pattern.matches("\0"):
        return Flaw(at, "the pattern matches any text", "say what must occur")
    return pattern


def _hint(source: str, reason: str) -> str:
    spoken = f"{source}\n{reason}"
    return next((hint for construct, hint in _HINTS if construct.search(spoken)), "")
