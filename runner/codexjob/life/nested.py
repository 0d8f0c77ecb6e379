"""A job that Codex itself starts, from within a run."""

from collections.abc import Mapping
from pathlib import Path

from codexjob.errors import BusyError
from codexjob.family import MARK
from codexjob.life.identity import is_alive
from codexjob.life.jobfiles import JobFiles
from codexjob.life.lookup import runs_of
from codexjob.life.repolock import RepositoryLock


def refuse_to_wait_for_itself(lock: RepositoryLock | None, environ: Mapping[str, str]) -> None:
    """Refuse a job that was started from within the very job that holds its repository.

    Raises:
        BusyError: it would wait for the end of a run that waits for it.
    """
    within = environ.get(MARK)
    holder = None if lock is None or within is None else lock.holder()
    if holder is None or not is_alive(holder.supervisor):
        return
    if within in runs_of(JobFiles(Path(holder.folder), holder.run_id)):
        raise BusyError(
            f"this job was started from within run {within}, which works on {holder.repository}: "
            "it would wait for itself; leave the work to that run, or use --worktree"
        )
