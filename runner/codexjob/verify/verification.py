"""What was found out about a run by oneself: a record of changes, syntax and tests."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from codexjob.verify.outcome import Result
from codexjob.verify.snapshot import Change, ChangeKind
from codexjob.verify.syntax import SyntaxReport

Tests: TypeAlias = Literal["passed", "failed", "failed_before", "not_run", "none"]
Outcome: TypeAlias = Literal["passed", "failed", "open"]
Since: TypeAlias = Literal["run", "commit"]
_TEST_MARKS: Final = ("test_", "_test.", ".test.", ".spec.", "_spec.", "Test.")


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What one test command said. `before` is the same command's result on the state before the run.

    `before_note` says why that is not known, where it was asked for. `output` is the end of what was printed.
    """

    command: str
    found_in: str
    result: Result
    exit_code: int | None
    duration: float
    trouble: str | None
    output: str
    before: Result | None = None
    before_note: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found out about a run, independent of what its agent said.

    `since` tells what the changes are counted from: the start of the run, or the last commit where the state
    at the start is not known; null where neither is. `gap` says what could not be looked at. `syntax` and
    `suites` are null where they were not asked for.
    """

    repo: str
    since: Since | None
    changes: tuple[Change, ...]
    gap: str | None
    syntax: SyntaxReport | None
    suites: tuple[SuiteResult, ...] | None

    @property
    def tests(self) -> Tests | None:
        """Sum the test commands up; null where none was asked for."""
        if self.suites is None:
            return None
        red = [suite for suite in self.suites if suite.result == "failed"]
        if red:
            return "failed_before" if all(suite.before == "failed" for suite in red) else "failed"
        if any(suite.result in ("not_run", "timeout") for suite in self.suites):
            return "not_run"
        if any(suite.result == "passed" for suite in self.suites):
            return "passed"
        return "not_run" if self.tests_removed else "none"

    @property
    def tests_removed(self) -> tuple[str, ...]:
        """Name the test files that the run deleted: a suite without them is green for the wrong reason."""
        return self._tests_that_were("deleted")

    @property
    def tests_changed(self) -> tuple[str, ...]:
        """Name the test files that the run changed: worth a look before their word is taken."""
        return self._tests_that_were("modified")

    @property
    def outcome(self) -> Outcome:
        """Say in a word what this speaks for; `open` where a check gave no answer."""
        if self.tests == "failed" or (self.syntax is not None and self.syntax.broken):
            return "failed"
        if self.since is None and self.tests != "passed":
            return "open"
        return "open" if self.tests in ("failed_before", "not_run") else "passed"

    def _tests_that_were(self, kind: ChangeKind) -> tuple[str, ...]:
        return tuple(one.path for one in self.changes if one.kind == kind and is_test(one.path))


def is_test(path: str) -> bool:
    """Tell whether a file holds tests, by its name."""
    return any(mark in PurePosixPath(path).name for mark in _TEST_MARKS)
