"""Runs of a job that were made before: their meta files and verdicts, taken up again."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from logverdict.verdict import Verdict
from pydantic import TypeAdapter

from codexjob.errors import CodexjobError
from codexjob.files import RunFiles, read_json
from codexjob.job import Judge
from codexjob.life.jobfiles import JobFiles
from codexjob.life.state import JobState
from codexjob.life.store import Asked, read_asked
from codexjob.life.worktree import counted
from codexjob.runmeta import RunMeta
from codexjob.summary import JudgedRun

_META: Final = TypeAdapter(RunMeta)


def read_meta(files: RunFiles) -> RunMeta | None:
    """Read a run's meta file; null where there is none, or it is not what codexjob writes."""
    return read_json(files.meta, _META)


def asked_of(files: JobFiles) -> Asked | None:
    """Read what was asked; null where it cannot be any more, for example because the repository is gone."""
    with suppress(CodexjobError):
        return read_asked(files)
    return None


def runs_so_far(folder: Path, run_ids: Iterable[str], judge: Judge) -> tuple[JudgedRun, ...]:
    """Give the runs that came to a verdict, judged again by the present rules.

    What was done about a verdict is taken from its file.
    """
    runs = []
    for files in (RunFiles(folder, run_id) for run_id in run_ids):
        meta = read_meta(files)
        if meta is not None and files.verdict.exists():
            runs.append(JudgedRun(files, meta, _judged(judge, files)))
    return tuple(runs)


def action_taken(files: RunFiles) -> str | None:
    """Read what was done about a run's verdict; null where there is no verdict."""
    try:
        content = json.loads(files.verdict.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    action = content.get("action_taken") if isinstance(content, dict) else None
    return action if isinstance(action, str) else None


def with_verdict(state: JobState, verdict: Verdict, exit_status: int) -> JobState:
    """Give a job's state with the verdict on its last run, and with what was done in its worktree."""
    return replace(
        state,
        exit_status=exit_status,
        verdict=verdict.verdict,
        cause=verdict.cause,
        action=verdict.action_taken,
        worktree=counted(state.worktree) if state.worktree else None,
    )


def _judged(judge: Judge, files: RunFiles) -> Verdict:
    return replace(judge(files), action_taken=action_taken(files))
