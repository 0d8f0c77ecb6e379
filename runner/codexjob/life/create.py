"""Write down a job before anything starts: from then on it cannot be lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from codexjob.files import make_empty
from codexjob.ids import job_id_of, new_run_id
from codexjob.life.jobfiles import JobFiles
from codexjob.life.joblock import JobLock, make_lock, take_lock
from codexjob.life.state import Change, JobState, moved
from codexjob.life.store import Asked, read_state, write_asked, write_state
from codexjob.runmeta import stamp

WallClock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job whose only writer is whoever has this."""

    files: JobFiles
    lock: JobLock


def wall_clock() -> datetime:
    """Tell the time of day, in UTC."""
    return datetime.now(UTC)


def create(folder: Path, asked: Asked, now: WallClock = wall_clock) -> HeldJob:
    """Write down a new job in the log folder, with the id of its first run, and hold it.

    The order matters: the lock first, so that nobody takes the job for a dead one; the state last, so that
    whatever has a state has all the rest.

    Raises:
        LogFolderError: a file cannot be written.
    """
    while True:
        files = JobFiles(folder, new_run_id(now()))
        lock = make_lock(files.lock)
        if lock is None:
            continue
        if not make_empty(files.first):
            lock.finish()
            continue
        write_asked(files, asked)
        write_state(files, first_state(files.run_id, now()))
        return HeldJob(files, lock)


def first_state(run_id: str, now: datetime) -> JobState:
    """Give the state in which a job begins."""
    return JobState(run_id, job_id_of(run_id), (Change("queued", stamp(now)),), (run_id,))


def take_up(files: JobFiles, now: WallClock = wall_clock) -> HeldJob | None:
    """Hold a lost job again, to go on with it; null where it is not lost, or somebody else has taken it up.

    Raises:
        LogFolderError: a file cannot be written.
        JobFileError: its state cannot be read.
    """
    lock = take_lock(files.lock, is_made=True)
    if lock is None:
        return None
    state = read_state(files)
    if state is None or state.state != "lost":
        lock.finish()
        return None
    write_state(files, moved(state, "queued", stamp(now()), "taken up again"))
    return HeldJob(files, lock)
