"""A finished job as plain text for people."""

from collections.abc import Iterator
from typing import Final

from logverdict.verdict import Evidence, Finding

from codexjob.formats.file_set import file_set
from codexjob.job import JobOutcome
from codexjob.summary import JudgedRun
from codexjob.visible import visible

_WIDTH: Final = 160
_EVIDENCE: Final = 5


def job_text(outcome: JobOutcome) -> str:
    """Show the verdict, its evidence, all runs and their files; ends with a line end."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: JobOutcome) -> Iterator[str]:
    verdict = outcome.last.verdict
    success = "yes" if verdict.success else "no"
    yield f"verdict   {verdict.verdict} (success: {success})"
    yield f"cause     {verdict.cause}"
    yield f"reason    {_short(verdict.reason)}"
    yield f"action    {verdict.action}; taken: {verdict.action_taken}"
    yield f"next      {outcome.advice}"
    yield from _evidence(verdict.findings, "evidence")
    yield from _evidence(verdict.noise, "noise")
    for run in outcome.runs:
        yield from _run(run)


def _evidence(findings: tuple[Finding, ...], label: str) -> Iterator[str]:
    for finding in findings:
        for evidence in finding.evidence[:_EVIDENCE]:
            yield f"{label:<9} {finding.rule}: {_quote(evidence)}"


def _quote(evidence: Evidence) -> str:
    return f"{evidence.part} line {evidence.line}, {evidence.event}: {_short(evidence.text)}"


def _run(run: JudgedRun) -> Iterator[str]:
    verdict = run.verdict
    yield f"run       {run.meta.run_id} {run.meta.kind}: {verdict.verdict} ({verdict.cause}), {_ended(run)}"
    if run.meta.note:
        yield f"  note    {_short(run.meta.note)}"
    yield f"files     {file_set(run.files)}"


def _ended(run: JudgedRun) -> str:
    by = "" if run.meta.ended_by == "codex" else f", ended by {run.meta.ended_by}"
    if run.meta.signal is not None:
        return f"signal {run.meta.signal}{by}"
    return f"exit status {run.meta.exit_code}{by}"


def _short(text: str) -> str:
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= _WIDTH else f"{flat[: _WIDTH - 1]}…"
