"""What the end of a test command means, by the words that the classifier knows tests by."""

import re
from collections.abc import Mapping
from signal import SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV
from typing import Final, Literal, TypeAlias

from logverdict import check_words
from logverdict.pattern import Pattern

from codexjob.verify.execute import Ended

Result: TypeAlias = Literal["passed", "failed", "not_run", "timeout", "none"]
_CRASHES: Final = (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL)
_NOT_STARTED: Final = (126, 127)
_NOTHING_COLLECTED: Final = 5  # pytest's status, and unittest's from Python 3.12 on
_NO_TEST: Final = re.compile(
    r"\bno tests ran\b|^Ran 0 tests\b|^collected 0 items|^\s*0 passing", re.MULTILINE
)


def result_of(ended: Ended, words: Mapping[str, Pattern]) -> Result:
    """Say what a test command found; `words` are the patterns that the built-in rules share.

    `none` means that no test ran, though the command did; `not_run` that it could not.
    """
    if ended.is_timeout:
        return "timeout"
    if ended.exit_code is None:
        return "failed" if ended.signal in _CRASHES else "not_run"
    if words["tests_failed"].matches(ended.output):
        return "failed"
    has_run_none = _has_run_none(ended.output)
    if ended.exit_code == 0 or (ended.exit_code == _NOTHING_COLLECTED and has_run_none):
        return "none" if has_run_none else "passed"
    cannot_run = ended.exit_code in _NOT_STARTED or words["check_not_run"].matches(ended.output)
    return "not_run" if cannot_run else "failed"


def _has_run_none(output: str) -> bool:
    says_none = check_words.NOTHING_RUN.search(output) or _NO_TEST.search(output)
    return says_none is not None and not check_words.RAN.search(output)
