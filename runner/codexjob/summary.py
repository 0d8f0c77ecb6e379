"""The verdict and summary files of a job's runs.

Each run has its own summary, written when it is judged. When the job is done all of them are written again
with `job_done: true`, so the summary that was announced first tells the whole story too: its own run at the
top, all runs of the job in `runs`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeVar

from logverdict.verdict import Verdict

from codexjob.files import RunFiles, write_json
from codexjob.formats.verdict_json import verdict_record
from codexjob.prices import cost_of
from codexjob.runmeta import RunMeta

SUMMARY_SCHEMA: Final = "codexjob.summary/1"
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A finished run with its verdict."""

    files: RunFiles
    meta: RunMeta
    verdict: Verdict


def write_verdict(run: JudgedRun) -> None:
    """Write the verdict file of a run.

    Raises:
        LogFolderError: it cannot be written.
    """
    write_json(run.files.verdict, verdict_record(run.verdict))


def write_summaries(some: Sequence[JudgedRun], runs: Sequence[JudgedRun], *, is_done: bool) -> None:
    """Write the summary files of `some` runs of a job that had `runs` so far.

    Raises:
        LogFolderError: one cannot be written.
    """
    for run in some:
        write_json(run.files.summary, summary(run, runs, is_done=is_done))


def summary(run: JudgedRun, runs: Sequence[JudgedRun], *, is_done: bool) -> dict[str, object]:
    """Tell of one run and of its job in short, as the document of schema `codexjob.summary/1`.

    `job_success` is null until the job is done. Costs are in US dollars, null where a price or a count is
    unknown; `job_cost` is that of all runs.
    """
    verdict = run.verdict
    return {
        "schema": SUMMARY_SCHEMA,
        **_line(run),
        "job_id": run.meta.job_id,
        "session_asked": run.meta.session_asked,
        "signal": run.meta.signal,
        "ended_by": run.meta.ended_by,
        "duration": run.meta.duration,
        "token_usage": asdict(verdict.tokens),
        "cost": cost_of(run.meta.model, verdict.tokens),
        "job_cost": job_cost(runs),
        "reason": verdict.reason,
        "retry_at": verdict.retry_at,
        "review_runs": [other.meta.run_id for other in runs if other.meta.kind == "resume_review"],
        "job_done": is_done,
        "job_success": runs[-1].verdict.success if is_done else None,
        "runs": [_line(other) for other in runs],
        "files": [str(path) for path in files_of(run)],
    }


def job_cost(runs: Sequence[JudgedRun]) -> float | None:
    """Add up what the runs of a job cost, in US dollars; null where one is unknown."""
    costs = [cost_of(run.meta.model, run.verdict.tokens) for run in runs]
    total = known_sum(costs)
    return None if total is None else round(total, 6)


def known_sum(values: Sequence[_Number | None]) -> _Number | Literal[0] | None:
    """Add up; null where one is unknown."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def files_of(run: JudgedRun) -> tuple[str, ...]:
    """List the files of a run."""
    files = run.files
    paths = (files.log, files.jsonl, files.stderr, files.meta, files.verdict, files.summary)
    return tuple(str(path) for path in paths)


def _line(run: JudgedRun) -> dict[str, object]:
    verdict = run.verdict
    return {
        "run_id": run.meta.run_id,
        "kind": run.meta.kind,
        "session_id": run.meta.session_id,
        "exit_code": run.meta.exit_code,
        "success": verdict.success,
        "verdict": verdict.verdict,
        "cause": verdict.cause,
        "action": verdict.action,
        "action_taken": verdict.action_taken,
    }
