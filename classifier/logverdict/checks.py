"""The last test and the last build of a run, and what each said."""

from functools import lru_cache
from typing import Final, TypeAlias

from logverdict import check_words
from logverdict.events import Command, Event, Patch
from logverdict.facts import Check, CheckResult
from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.script import Step, steps_of

_NOT_STARTED: Final = (126, 127)
_SUMMARY: Final = 16_384
_REMEMBERED: Final = 400


@record(frozen=True, slots=True)
class CheckPatterns:
    """What makes a command a check, and the words in which a check sums itself up.

    `test_command` and `build_command` are matched at the start of each simple command of a script, the
    others in the output.
    """

    test_command: Pattern
    build_command: Pattern
    tests_passed: Pattern
    tests_failed: Pattern
    not_run: Pattern


_Checking: TypeAlias = tuple[tuple[Step, ...], tuple[Step, ...]]
"""The steps of a script that are tests, and those that are builds."""


@record(frozen=True, slots=True)
class _Found:
    command: Command
    steps: tuple[Step, ...]
    is_test: bool


def last_checks(events: tuple[Event, ...], patterns: CheckPatterns) -> tuple[Check | None, Check | None]:
    """Find the last test-like and the last build-like command, each by itself."""
    test = build = None
    patched = False
    for position in range(len(events) - 1, -1, -1):
        event = events[position]
        if isinstance(event, Command):
            tests, builds = _checking(event.command.value, patterns.test_command, patterns.build_command)
            if tests and not test:
                result = _result(_Found(event, tests, is_test=True), patterns)
                test = Check(result, event, position, patched)
            if builds and not build:
                result = _result(_Found(event, builds, is_test=False), patterns)
                build = Check(result, event, position, patched)
        patched = patched or (isinstance(event, Patch) and event.status == "completed")
        if test and build:
            break
    return test, build


def _checking(script: str, test: Pattern, build: Pattern) -> _Checking:
    """Find the steps of a script that test, and those that build."""
    # The same commands stand in many logs.
    return (_short_checking if len(script) <= _REMEMBERED else _checking_steps)(script, test, build)


def _checking_steps(script: str, test: Pattern, build: Pattern) -> _Checking:
    steps = steps_of(script)
    tests = (step for step in _matching(steps, test) if not check_words.ASKS.search(step.text))
    return tuple(tests), _matching(steps, build)


_short_checking: Final = lru_cache(maxsize=2048)(_checking_steps)


def _matching(steps: tuple[Step, ...], pattern: Pattern) -> tuple[Step, ...]:
    return tuple(step for step in steps if _begins(step.text, pattern))


def _begins(text: str, pattern: Pattern) -> bool:
    found = pattern.search(text)
    return found is not None and found.start == 0


def _result(found: _Found, patterns: CheckPatterns) -> CheckResult:
    code = found.command.exit_code
    if found.command.status == "declined":
        return "not_run"
    if code is None or found.command.status == "in_progress":
        return "unknown"
    output = found.command.output.closing[-_SUMMARY:] if found.command.output else ""
    return (_zero if code == 0 else _not_zero)(found, output, patterns)


def _zero(found: _Found, output: str, patterns: CheckPatterns) -> CheckResult:
    is_decisive = all(step.is_decisive for step in found.steps)
    has_passed = is_decisive and found.is_test and patterns.tests_passed.matches(output)
    if patterns.tests_failed.matches(check_words.BARE.sub("", output) if has_passed else output):
        return "failed"
    if found.is_test and check_words.ran_nothing(output) and not check_words.RAN.search(output):
        return "not_run"
    if found.is_test and patterns.tests_passed.matches(output):
        return "passed" if is_decisive or _is_clean(found, output) else "unknown"
    if patterns.not_run.matches(output) and (found.is_test or not is_decisive):
        return "not_run"
    return "passed" if is_decisive else "unknown"


def _is_clean(found: _Found, output: str) -> bool:
    """Tell whether words of success stand alone: the output is whole, and no word of trouble is in it."""
    is_whole = not check_words.PARTIAL.search(found.command.command.value) and len(output) < _SUMMARY
    return is_whole and not check_words.TROUBLE.search(check_words.HARMLESS.sub("", output))


def _not_zero(found: _Found, output: str, patterns: CheckPatterns) -> CheckResult:
    if patterns.tests_failed.matches(output):
        return "failed"
    if found.command.exit_code in _NOT_STARTED or patterns.not_run.matches(output):
        return "not_run"
    is_clear = found.is_test and patterns.tests_passed.matches(output)
    is_own = found.steps[-1].is_decisive
    return "unknown" if is_clear and not is_own else "failed"
