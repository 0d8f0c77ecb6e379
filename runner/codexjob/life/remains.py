"""What the runs of a dead supervisor left on disk, completed or cleared away."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from codexjob.family import Swept
from codexjob.files import RunFiles, remove_if_empty
from codexjob.job import Judge
from codexjob.life.jobfiles import JobFiles
from codexjob.life.judged import asked_of, read_meta
from codexjob.life.state import JobState
from codexjob.runmeta import RunMeta, local_offset, shown_task, stamp, write_meta
from codexjob.summary import JudgedRun, write_verdict

_DIED: Final = "the supervisor of this run died; what it left was taken up later"
_NEVER_BEGAN: Final = "the supervisor of this job died before Codex was started"


def drop_what_never_began(files: JobFiles, state: JobState) -> JobState:
    """Forget a later run that was only intended: it has an id, but nothing was written of it."""
    last = RunFiles(files.folder, state.runs[-1])
    if last.run_id == files.run_id or last.meta.exists():
        return state
    _remove_empty(last)
    remove_parts(files.folder, last.run_id)
    return replace(state, runs=state.runs[:-1])


def remove_unborn(files: JobFiles) -> None:
    """Clear away the empty files of a job of which not even the request was written."""
    _remove_empty(files.first)
    remove_parts(files.folder, files.run_id)


def remove_parts(folder: Path, run_id: str) -> None:
    """Remove the halves of files whose writing was cut short; the whole ones have other names."""
    for part in folder.glob(f".codex-run-{run_id}.*"):
        part.unlink(missing_ok=True)


def bring_to_verdict(files: JobFiles, state: JobState, swept: Swept, judge: Judge, now: datetime) -> None:
    """Complete the meta file of the last run, judge its record and write the verdict.

    Raises:
        LogFolderError: a file cannot be written.
        LogverdictError: it cannot be judged.
    """
    last = RunFiles(files.folder, state.runs[-1])
    meta = read_meta(last)
    if meta is None:
        meta = _meta_of_unbegun(files, state, now)
    if meta.ended_at is None:
        meta = _ended(meta, swept, now)
    write_meta(last, meta)
    verdict = judge(last)
    if meta.session_id is None and verdict.session_id is not None:
        meta = replace(meta, session_id=verdict.session_id)
        write_meta(last, meta)
    # Nobody has acted on any other verdict, and that is what it says.
    taken = verdict.action if verdict.action == "accept" else None
    write_verdict(JudgedRun(last, meta, replace(verdict, action_taken=taken)))


def _ended(meta: RunMeta, swept: Swept, now: datetime) -> RunMeta:
    return replace(
        meta,
        ended_at=stamp(now),
        note=meta.note or _DIED,
        leftovers_ended=swept.ended,
        leftovers=swept.left,
    )


def _meta_of_unbegun(files: JobFiles, state: JobState, now: datetime) -> RunMeta:
    asked = asked_of(files)
    job = None if asked is None else asked.job
    return RunMeta(
        run_id=files.run_id,
        job_id=state.job_id,
        kind="first",
        repo="" if job is None else str(job.repo),
        task="" if job is None else shown_task(job.task),
        argv=(),
        started_at=state.history[0].at,
        utc_offset=local_offset(now),
        session_asked=None if job is None else job.resume,
        model=None if job is None else job.model,
        note=_NEVER_BEGAN,
    )


def _remove_empty(files: RunFiles) -> None:
    for path in (files.jsonl, files.stderr, files.log):
        remove_if_empty(path)
