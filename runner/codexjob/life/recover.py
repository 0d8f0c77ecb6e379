"""Take up what dead supervisors left: end their processes, judge their runs, and bring their jobs to rest."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final, TypeAlias

from logverdict.errors import LogverdictError

from codexjob.errors import JobFileError
from codexjob.exit_status import FAILURE, SUCCESS, status_of
from codexjob.family import Swept
from codexjob.files import RunFiles, free_space
from codexjob.job import Judge
from codexjob.life.create import HeldJob, WallClock, first_state, wall_clock
from codexjob.life.identity import is_alive
from codexjob.life.jobfiles import JobFiles, unfinished_in
from codexjob.life.joblock import JobLock, take_lock
from codexjob.life.judged import action_taken, asked_of, runs_so_far, with_verdict
from codexjob.life.leftovers import end_leftovers
from codexjob.life.remains import bring_to_verdict, drop_what_never_began, remove_parts, remove_unborn
from codexjob.life.state import JobState, State, moved
from codexjob.life.store import Asked, read_heartbeat, read_state, write_state
from codexjob.runmeta import stamp
from codexjob.summary import JudgedRun, write_summaries

MakeJudge: TypeAlias = Callable[[tuple[str, ...]], Judge]
"""Makes a judge that uses these rules beside the usual ones."""
_GOES_ON: Final = ("retry", "resume", "resume_review", "fresh_session")
_SETTLE: Final = 2.0
_LOOK: Final = 0.02


@dataclass(frozen=True, slots=True)
class Recovered:
    """A job whose supervisor was found dead: what became of it. `trouble` says why nothing could be done."""

    files: JobFiles
    state: JobState | None
    processes_ended: int = 0
    trouble: str | None = None


def recover(folder: Path, judge: MakeJudge, now: WallClock = wall_clock) -> tuple[Recovered, ...]:
    """Bring every job of a log folder to rest whose supervisor died; those that live are not touched.

    It may itself be ended at any instant and begun again; several at once do not disturb each other.

    Raises:
        LogFolderError: a file cannot be written.
    """
    found = (recover_job(files, judge, now) for files in unfinished_in(folder))
    return tuple(recovered for recovered in found if recovered is not None)


def recover_job(files: JobFiles, judge: MakeJudge, now: WallClock = wall_clock) -> Recovered | None:
    """Bring one job to rest if its supervisor died; null where that was not needed.

    Raises:
        LogFolderError: a file cannot be written.
    """
    lock = _lock_of_dead(files)
    if lock is None:
        return None
    try:
        return _bring_to_rest(HeldJob(files, lock), judge, now)
    except (JobFileError, LogverdictError) as err:
        return Recovered(files, None, trouble=str(err))
    finally:
        lock.release()


def _lock_of_dead(files: JobFiles) -> JobLock | None:
    """Take the lock of a job whose supervisor died; null where the supervisor lives, or somebody is quicker.

    Those who wait for the job hold its lock for a moment when the supervisor dies: a second look tells. A
    lock that somebody removed is made again.
    """
    until = monotonic() + _SETTLE
    while (lock := take_lock(files.lock, is_made=files.state.exists())) is None:
        heartbeat = read_heartbeat(files)
        if heartbeat is None or is_alive(heartbeat.supervisor) or monotonic() > until:
            return None
        sleep(_LOOK)
    return lock


def _bring_to_rest(held: HeldJob, judge: MakeJudge, now: WallClock) -> Recovered | None:
    files = held.files
    state = read_state(files)
    if state is None and not files.asked.exists():
        remove_unborn(files)
        held.lock.finish()
        return None
    state = state or first_state(files.run_id, now())
    ended = 0
    if not (was_at_rest := state.is_at_rest):
        swept = _end_processes(files, state)
        state = _judged_and_moved(files, drop_what_never_began(files, state), swept, judge, now)
        ended = swept.ended
        write_state(files, state)
    _tidy(held, state)
    return None if was_at_rest else Recovered(files, state, ended)


def _end_processes(files: JobFiles, state: JobState) -> Swept:
    heartbeat = read_heartbeat(files)
    if heartbeat is None:
        return end_leftovers(state.runs)
    return end_leftovers(state.runs, (*filter(None, (heartbeat.codex,)), *heartbeat.members))


def _judged_and_moved(
    files: JobFiles, state: JobState, swept: Swept, make_judge: MakeJudge, now: WallClock
) -> JobState:
    last = RunFiles(files.folder, state.runs[-1])
    taken, asked = action_taken(last), asked_of(files)
    judge = make_judge(() if asked is None else asked.rules)
    if taken is None:
        bring_to_verdict(files, state, swept, judge, now())
    runs = runs_so_far(files.folder, state.runs, judge)
    write_summaries(runs, runs, is_done=True)
    verdict = runs[-1].verdict
    is_checked = taken is not None or asked is None or not asked.job.verify
    was_over = taken is not None and not _goes_on(taken, asked)
    end, note = _end_of(state, runs[-1], is_checked=is_checked, was_over=was_over)
    status = SUCCESS if end == "finished" else status_of([verdict]) or FAILURE
    return moved(with_verdict(state, verdict, status), end, stamp(now()), note)


def _goes_on(taken: str, asked: Asked | None) -> bool:
    """Tell whether more was to come after a verdict about which this was done."""
    return taken in _GOES_ON or (taken == "retry_later" and asked is not None and asked.job.unattended > 0)


def _end_of(state: JobState, last: JudgedRun, *, is_checked: bool, was_over: bool) -> tuple[State, str]:
    """Tell what a job came to: its record may show that it was over when its supervisor died."""
    if state.state == "queued":
        return "lost", "The supervisor died while the job waited. codexjob recover --resume starts it."
    if last.verdict.success and is_checked:
        return "finished", "The supervisor died after the work was done."
    if not was_over:
        return "lost", "The supervisor died. codexjob recover --resume goes on with the job."
    if last.meta.stop_signal is not None:
        return "cancelled", "The supervisor died after the last run was cancelled and judged."
    return "failed", "The supervisor died after the last run was judged."


def _tidy(held: HeldJob, state: JobState) -> None:
    for run_id in state.runs:
        free_space(RunFiles(held.files.folder, run_id))
        remove_parts(held.files.folder, run_id)
    with suppress(OSError):
        held.files.heartbeat.unlink()
    held.lock.finish()
