"""What `run --verify` does after each run whose agent claims to be done."""

from collections.abc import Callable

from logverdict.rulebook import built_in_ruleset
from logverdict.verdict import Verdict

from codexjob.files import RunFiles
from codexjob.secrecy.chokepoint import own_redactor
from codexjob.verify.document import write_verification
from codexjob.verify.errors import VerifyError
from codexjob.verify.suites import given_suite
from codexjob.verify.syntax import require_grammars
from codexjob.verify.testing import TestPlan
from codexjob.verify.verification import SuiteResult, Verification
from codexjob.verify.verify import Wanted, subject_of, verify


def is_worth_a_look(verdict: Verdict) -> bool:
    """Tell whether a verdict can change by it: the work is called done, or a check gave no answer."""
    return verdict.success or (verdict.finished and verdict.action == "verify")


def promise_a_look(files: RunFiles) -> None:
    """Note at the start of a run that it is to be looked at, so that nothing is called done before that.

    Whoever judges the run, after a cancelled look or for a supervisor that died, finds it open.

    Raises:
        LogFolderError: it cannot be written.
    """
    write_verification(files, _nothing_seen("codexjob has not looked yet"), own_redactor().text)


def look_after_run(files: RunFiles, command: str | None, goes_on: Callable[[], bool]) -> None:
    """Verify a run that has ended and write the result beside it, where the classifier reads it.

    `command` is the user's own test command. `goes_on` is asked again and again; once it says no, what runs
    is ended and nothing is written.

    Raises:
        LogFolderError: the result cannot be written.
    """
    plan = TestPlan(built_in_ruleset().patterns, mark=files.run_id, goes_on=goes_on)
    try:
        found = verify(subject_of(files.meta), Wanted(plan=plan, command=command))
    except VerifyError as err:
        found = _nothing_seen(str(err))
    if goes_on():
        write_verification(files, found, own_redactor().text)


def make_ready(command: str | None) -> None:
    """Refuse before a run what could not be done after it.

    Raises:
        VerifyError: the grammars are not installed, or the test command cannot be split.
    """
    require_grammars()
    if command is not None:
        given_suite(command)


def _nothing_seen(why: str) -> Verification:
    suite = SuiteResult("the tests", "nowhere", "not_run", None, 0.0, why, "")
    return Verification("", None, (), why, None, (suite,))
