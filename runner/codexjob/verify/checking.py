"""What `codexjob verify` does: look, write down beside the run what was found, and judge the run again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from logverdict.classify import classify_run
from logverdict.pattern import Pattern
from logverdict.verdict import Verdict

from codexjob.files import RunFiles
from codexjob.rule_sources import chosen_ruleset
from codexjob.secrecy.chokepoint import own_redactor
from codexjob.verify.document import record_of, write_verification
from codexjob.verify.suites import Suite, found_suites
from codexjob.verify.syntax import require_grammars
from codexjob.verify.testing import Compare, TestPlan
from codexjob.verify.verification import Verification
from codexjob.verify.verify import Wanted, subject_of, verify


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a run, and the verdict on it now.

    `offered` are the test commands that were found where none was asked for.
    """

    files: RunFiles
    found: Verification
    verdict: Verdict
    offered: tuple[Suite, ...]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to check, as the user asked for it. `limit` is in seconds, null where no test is to be run.

    `command` is the user's own test command. `rules` name rules to judge by beside the others.
    """

    syntax: bool
    limit: float | None
    command: str | None
    compare: Compare
    rules: Sequence[str] | None


def check(meta: Path, options: CheckOptions) -> Checked:
    """Verify the run of a meta file, write the result beside it, and judge the run with it.

    Raises:
        VerifyError: it cannot be verified.
        LogFolderError: the result cannot be written beside the run.
    """
    if options.syntax:
        require_grammars()
    subject = subject_of(meta)
    ruleset = chosen_ruleset(options.rules)
    plan = _plan(options, ruleset.patterns, subject.files.run_id)
    found = verify(subject, Wanted(options.syntax, plan, options.command))
    write_verification(subject.files, found, own_redactor().text)
    verdict = classify_run(record_of(subject.files), ruleset)
    return Checked(subject.files, found, verdict, () if plan else found_suites(subject.repo))


def _plan(options: CheckOptions, words: Mapping[str, Pattern], run_id: str) -> TestPlan | None:
    return None if options.limit is None else TestPlan(words, options.limit, options.compare, run_id)
