"""Find a job by what people call it."""

from contextlib import suppress
from pathlib import Path

from codexjob.errors import CodexjobError, UsageError
from codexjob.ids import is_run_id
from codexjob.life.jobfiles import JobFiles, jobs_in
from codexjob.life.state import JobState
from codexjob.life.store import read_state

_SHORTEST = 4


def find_job(folder: Path, name: str) -> JobFiles:
    """Find a job by the id of one of its runs, by its job id, or by a part of its id that no other has.

    Raises:
        UsageError: there is none, or there are several.
        JobFileError: the state of a job cannot be read.
    """
    wanted = name.removeprefix("job-")
    if is_run_id(wanted) and JobFiles(folder, wanted).state.exists():
        return JobFiles(folder, wanted)
    found = _found(folder, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"no job {name!r} in {folder}: codexjob list shows those there are")
    some = ", ".join(files.run_id for files in found[:5])
    raise UsageError(f"{name!r} fits {len(found)} jobs in {folder} ({some}): give more of the id")


def state_of(files: JobFiles) -> JobState:
    """Read a job's state.

    Raises:
        UsageError: the job has none: it is being written just now.
        JobFileError: it cannot be read.
    """
    state = read_state(files)
    if state is None:
        raise UsageError(f"job {files.run_id} has no state yet: try again in a moment")
    return state


def _found(folder: Path, wanted: str) -> list[JobFiles]:
    if is_run_id(wanted):
        return [files for files in jobs_in(folder) if wanted in state_of(files).runs]
    if len(wanted) < _SHORTEST:
        return []
    return [files for files in jobs_in(folder) if wanted in files.run_id]


def runs_of(files: JobFiles) -> tuple[str, ...]:
    """Give the ids of a job's runs; none where its state cannot be read."""
    with suppress(CodexjobError):
        return state_of(files).runs
    return ()
