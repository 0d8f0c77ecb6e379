"""What was found out about a run, for people."""

from collections.abc import Iterator
from typing import Final

from codexjob.verify.checking import Checked
from codexjob.verify.document import reason, shown_break
from codexjob.verify.syntax import SyntaxReport
from codexjob.verify.verification import SuiteResult, Verification
from codexjob.visible import shortened, visible

_MOST: Final = 20
_WIDTH: Final = 160
_OUTPUT_LINES: Final = 12
_MARKS: Final = {"added": "A", "modified": "M", "deleted": "D"}
_SINCE: Final = {
    "run": "since before the run",
    "commit": "since the last commit: the state before is not known",
}
_OUTCOMES: Final = {
    "passed": "nothing speaks against the work",
    "failed": "the work is not done",
    "open": "a check gave no answer: look yourself",
}


def verification_text(checked: Checked) -> str:
    """Show changes, syntax, tests, the outcome, and the verdict that follows."""
    return "".join(f"{line}\n" for line in _lines(checked))


def _lines(checked: Checked) -> Iterator[str]:
    found, verdict = checked.found, checked.verdict
    yield f"changes   {_counted(found)}"
    for change in found.changes[:_MOST]:
        yield f"          {_MARKS[change.kind]} {_short(change.path)}"
    if len(found.changes) > _MOST:
        yield f"          … and {len(found.changes) - _MOST} more"
    if found.gap:
        yield f"          not looked at: {_short(found.gap)}"
    if found.syntax is not None:
        yield from _syntax(found.syntax)
    yield from _tests(checked)
    yield f"outcome   {_OUTCOMES[found.outcome]}"
    if found.outcome != "passed":
        yield f"          {_short(reason(found))}"
    yield f"verdict   {verdict.verdict} ({verdict.cause}), action {verdict.action}"


def _counted(found: Verification) -> str:
    if found.since is None:
        return "not known"
    count = len(found.changes)
    return f"{count} file{'' if count == 1 else 's'} ({_SINCE[found.since]})"


def _syntax(report: SyntaxReport) -> Iterator[str]:
    broken = len({one.path for one in report.broken})
    yield f"syntax    {report.checked} read, {broken or 'none'} broken"
    for one in report.breaks[:_MOST]:
        earlier = "  (broken before the run as well)" if one.was_broken else ""
        yield f"          {_short(shown_break(one))}{earlier}"
    for path, why in report.unread[:_MOST]:
        yield f"          {_short(path)}: not read, {why}"


def _tests(checked: Checked) -> Iterator[str]:
    found = checked.found
    if found.suites is None:
        names = ", ".join(_short(suite.shown) for suite in checked.offered)
        yield (
            f"tests     not run; --run-tests runs {names}" if names else "tests     not run; none were found"
        )
        return
    if not found.suites:
        yield "tests     none were found; name a command after --run-tests"
    for suite in found.suites:
        yield from _suite(suite)
    for path in found.tests_removed[:_MOST]:
        yield f"          the run deleted the test file {_short(path)}"
    for path in found.tests_changed[:_MOST]:
        yield f"          the run changed the test file {_short(path)}"


def _suite(suite: SuiteResult) -> Iterator[str]:
    status = "" if suite.exit_code is None else f", exit status {suite.exit_code}"
    took = f"{suite.result}{status}, {suite.duration:.1f} s"
    yield f"tests     {_short(suite.command)} (by {_short(suite.found_in)}): {took}"
    if suite.trouble:
        yield f"          {_short(suite.trouble)}"
    if suite.result != "passed":
        for line in suite.output.splitlines()[-_OUTPUT_LINES:]:
            yield f"          | {_short(line)}"
    if suite.before:
        yield f"          on the state before the run: {suite.before}"
    if suite.before_note:
        yield f"          on the state before the run: {_short(suite.before_note)}"


def _short(text: str) -> str:
    return shortened(visible(text), _WIDTH)
