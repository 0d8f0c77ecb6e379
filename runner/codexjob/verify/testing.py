"""Run the project's tests on what the run left, and where they fail, on the state before it."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from logverdict.pattern import Pattern

from codexjob.secrecy.values import is_secret_name
from codexjob.verify.baseline import NoBaselineError, lay_out
from codexjob.verify.before import Before
from codexjob.verify.execute import Command, Ended, execute
from codexjob.verify.git import own_environment
from codexjob.verify.outcome import Result, result_of
from codexjob.verify.suites import Suite
from codexjob.verify.verification import SuiteResult

Compare: TypeAlias = Literal["never", "cheap", "always"]
_CHEAP: Final = 60.0
_SHOWN: Final = 4_000
_UNATTENDED: Final = {
    "CI": "true",
    "PYTHONDONTWRITEBYTECODE": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "NO_COLOR": "1",
}


@dataclass(frozen=True, slots=True)
class TestPlan:
    """How tests are run: for at most `limit` seconds each; `words` are the shared patterns of the rules.

    `compare` tells when a red test command is run on the state before as well: `cheap` where it took less
    than a minute. `mark` is the run id that all its processes carry. Once `goes_on` says no, what runs is
    ended.
    """

    __test__ = False

    words: Mapping[str, Pattern]
    limit: float = 600.0
    compare: Compare = "cheap"
    mark: str = "verify"
    goes_on: Callable[[], bool] = lambda: True


def run_suites(
    repo: Path, suites: Sequence[Suite], before: Before | None, plan: TestPlan
) -> tuple[SuiteResult, ...]:
    """Run each test command in the repository, and a red one on the state before as the plan says."""
    results = []
    for suite in suites:
        ended = _run(suite.argv, repo, _environment(), plan)
        result = _result(suite, ended, result_of(ended, plan.words))
        is_wanted = plan.compare == "always" or (plan.compare == "cheap" and ended.duration < _CHEAP)
        if result.result == "failed" and is_wanted:
            result = _compared(result, suite, before, plan)
        results.append(result)
    return tuple(results)


def _run(argv: Sequence[str], folder: Path, environment: Mapping[str, str], plan: TestPlan) -> Ended:
    return execute(Command(argv, folder, environment, plan.limit, plan.mark), plan.goes_on)


def _result(suite: Suite, ended: Ended, result: Result) -> SuiteResult:
    shown = ended.output[-_SHOWN:].strip()
    return SuiteResult(
        suite.shown, suite.found_in, result, ended.exit_code, ended.duration, ended.trouble, shown
    )


def _compared(result: SuiteResult, suite: Suite, before: Before | None, plan: TestPlan) -> SuiteResult:
    if before is None:
        return replace(result, before_note="the state before the run is not known")
    with tempfile.TemporaryDirectory(prefix="codexjob-", ignore_cleanup_errors=True) as top:
        try:
            place = lay_out(before, Path(top) / "before")
        except NoBaselineError as err:
            return replace(result, before_note=str(err))
        ended = _run(_elsewhere(suite, before.repo), place, _environment(place), plan)
        return replace(result, before=result_of(ended, plan.words), before_note=ended.trouble)


def _elsewhere(suite: Suite, repo: Path) -> tuple[str, ...]:
    """Name the project's own interpreter by its place: it is ignored by git, so no copy of it is there."""
    program, *arguments = suite.argv
    is_own = "/" in program and (repo / program).exists()
    return (str(repo / program) if is_own else program, *arguments)


def _environment(place: Path | None = None) -> dict[str, str]:
    # The agent may have written these tests: what the user keeps secret is nothing for them.
    own = own_environment().items()
    environment = {name: value for name, value in own if not is_secret_name(name)} | _UNATTENDED
    if place is not None:
        # A package installed from the user's tree must not stand in for the one laid out here.
        environment["PYTHONPATH"] = f"{place / 'src'}:{place}"
    return environment
