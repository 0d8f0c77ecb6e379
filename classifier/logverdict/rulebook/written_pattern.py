"""Compile the patterns that authors write, and say how to write those that the engine refuses."""

import re
from typing import Final

from logverdict.engines import INSTALL_RE2, exact
from logverdict.pattern import Pattern, PatternError, compile_pattern
from logverdict.rulebook.condition import Flaw

LONGEST_PATTERN: Final = 10_000
# Linear is not quick enough by itself: RE2 may take as many steps for every character of a log.
MOST_STEPS: Final = 8_000
MOST_GROUPS: Final = 20
MOST_REPETITIONS: Final = 2_000
_REPETITION: Final = re.compile(r"\{(\d{1,4})(?:,(\d{0,4}))?\}")
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


def compiled_pattern(
    source: str, *, at: int = 0, flags: str = "", is_trusted: bool = False
) -> Pattern | Flaw:
    """Compile `source`; a flaw at `at` where it is refused.

    One that `is_trusted` may hold loops over which Python's own engine could take for ever.
    """
    wrong = _wrong_source(source, flags)
    if wrong:
        return Flaw(at, *wrong)
    try:
        pattern = compile_pattern(source, ignore_case="i" in flags)
    except PatternError as err:
        reason = str(err).replace("(?m)", "")
        return Flaw(at, f"the pattern is refused: {reason}", _hint(source, reason))
    wrong = _wrong_pattern(pattern) or (None if is_trusted else _wrong_loop(pattern))
    return Flaw(at, *wrong) if wrong else pattern


def _wrong_source(source: str, flags: str) -> tuple[str, str] | None:
    if set(flags) - {"i"}:
        return f"a pattern has no flag `{flags}`", "the only flag is `i`: ignore case"
    if len(source) > LONGEST_PATTERN:
        return f"a pattern has at most {LONGEST_PATTERN:,} characters, this has {len(source):,}", ""
    repeated = sum(int(most or least) for least, most in _REPETITION.findall(source))
    if repeated > MOST_REPETITIONS:
        message = f"the repetitions of a pattern count to {MOST_REPETITIONS:,} at most, these to {repeated:,}"
        return message, "write `*` or `+`"
    return None


def _wrong_pattern(pattern: Pattern) -> tuple[str, str] | None:
    if pattern.group_count > MOST_GROUPS:
        message = f"a pattern has at most {MOST_GROUPS} groups, this has {pattern.group_count}"
        return message, "write (?:…) for a group that captures nothing"
    if pattern.steps > MOST_STEPS:
        message = f"a pattern takes at most {MOST_STEPS:,} steps, this takes {pattern.steps:,}"
        return message, "write shorter repetitions, or fewer of them"
    if pattern.matches("") and pattern.matches("\0"):
        return "the pattern matches any text", "say what must occur"
    return None


def _wrong_loop(pattern: Pattern) -> tuple[str, str] | None:
    """Say what is wrong for an engine that is not linear; RE2 takes it as it is."""
    if exact() == "re2":
        return None
    from logverdict.dialect.endless import ambiguous_loop
    from logverdict.dialect.reading import tree_of

    if ambiguous_loop(tree_of(pattern.source, ignore_case=pattern.ignores_case)) is None:
        return None
    message = "Python's own engine may take for ever over a repetition that can be read in several ways"
    return message, f"{INSTALL_RE2}; or let no two ways of going on begin with the same character"


def _hint(source: str, reason: str) -> str:
    spoken = f"{source}\n{reason}"
    return next((hint for construct, hint in _HINTS if construct.search(spoken)), "")
