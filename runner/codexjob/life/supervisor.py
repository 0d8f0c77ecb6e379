"""The life of one job in this process: its turn, its runs, its end, each written down when it happens."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from codexjob.accounts import AccountGate
from codexjob.errors import BusyError, CodexjobError
from codexjob.interrupt import Interrupts
from codexjob.job import JobOutcome, JobSetting, Judge, Tell, run_job
from codexjob.launch import Announce, Surroundings
from codexjob.life.create import HeldJob, WallClock, wall_clock
from codexjob.life.judged import runs_so_far, with_verdict
from codexjob.life.nested import refuse_to_wait_for_itself
from codexjob.life.repolock import Owner, lock_of, writes
from codexjob.life.state import State
from codexjob.life.store import Asked
from codexjob.life.turn import Turn
from codexjob.life.worktree import in_worktree, make_worktree, plan_worktree
from codexjob.life.writer import JobWriter
from codexjob.places import state_folder
from codexjob.process import Graces
from codexjob.request import JobRequest
from codexjob.telling.reporter import Reporter
from codexjob.telling.teller import telling


@dataclass(frozen=True, slots=True)
class LifeSetting:
    """What a supervisor needs beside the job: who judges, who is told what, the signals and the clock.

    `judge` makes the judge when it is first needed, so that a job that only waits stays small. `confirm` is
    called once the job is surely lived by this process: as soon as it queues, or has its turn if it may not
    wait.
    """

    judge: Callable[[], Judge]
    interrupts: Interrupts
    announce: Announce = lambda _: None
    tell: Tell = lambda _: None
    confirm: Callable[[], None] = lambda: None
    graces: Graces = field(default_factory=Graces)
    now: WallClock = wall_clock
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class _Helpers:
    """Who is told of the job's events, and its turn, which it gives back while it rests."""

    reporter: Reporter
    turn: Turn


def supervise(held: HeldJob, asked: Asked, setting: LifeSetting) -> JobOutcome:
    """Live a job to its end, in this process.

    Raises:
        BusyError: it may not wait, and its turn has not come; nothing is left of the job then.
        CodexjobError, LogverdictError: it could not be carried out; the job is then `failed`.
    """
    with telling(asked.telling, held.files.folder, setting.tell) as tell:
        return _supervise(held, asked, setting, Reporter(tell, asked.telling.progress))


def _supervise(held: HeldJob, asked: Asked, setting: LifeSetting, reporter: Reporter) -> JobOutcome:
    writer = JobWriter(held, setting.now)
    try:
        with _failures_written(writer), _turn(writer, asked, setting) as turn:
            outcome = _live(writer, asked, setting, _Helpers(reporter, turn))
        writer.change(lambda state: with_verdict(state, outcome.last.verdict, outcome.exit_status))
        writer.move(_end_of(outcome), outcome.advice)
    finally:
        writer.close()
    return outcome


@contextmanager
def _failures_written(writer: JobWriter) -> Iterator[None]:
    """Write down why a job could not be carried out, and pass the error on."""
    try:
        yield
    except BusyError:
        writer.discard()
        raise
    except Exception as err:
        status = err.exit_status if isinstance(err, CodexjobError) else 1
        _write_end(writer, "failed", str(err) or type(err).__name__, status)
        raise


def _write_end(writer: JobWriter, end: State, note: str, status: int) -> None:
    writer.change(lambda state: replace(state, exit_status=status))
    writer.move(end, note)


@contextmanager
def _turn(writer: JobWriter, asked: Asked, setting: LifeSetting) -> Iterator[Turn]:
    """Wait for the job's turn and hold it; a signal ends the waiting, and the job with it."""
    turn = _turn_of(writer, asked)
    try:
        if not asked.wait and (why := turn.try_now()) is not None:
            raise BusyError(f"the job {why}; leave --no-wait out to wait for it")
        setting.confirm()
        if asked.wait:
            refuse_to_wait_for_itself(turn.lock, os.environ)
            _wait_for(turn, writer, setting)
        yield turn
    finally:
        turn.leave()


def _turn_of(writer: JobWriter, asked: Asked) -> Turn:
    shared, files = state_folder(), writer.held.files
    own_tree = asked.worktree or not writes(asked.job.codex_args)
    lock = None if own_tree else lock_of(shared, asked.job.repo)
    repository = str(asked.job.repo if lock is None else lock.repository)
    owner = Owner(files.run_id, str(files.folder), repository, writer.identity)
    return Turn(shared, owner, lock, asked.max_parallel)


@contextmanager
def _resting(why: str, writer: JobWriter, turn: Turn, setting: LifeSetting) -> Iterator[None]:
    """Give the turn back while the job waits for a time; afterwards it queues up again."""
    turn.leave()
    writer.move("queued", why)
    yield
    _wait_for(turn, writer, setting)
    writer.move("running")


def _wait_for(turn: Turn, writer: JobWriter, setting: LifeSetting) -> None:
    turn.wait(
        setting.interrupts,
        beat=lambda: writer.beat(None),
        tell=lambda why: _say_waiting(why, writer, setting),
    )


def _say_waiting(why: str, writer: JobWriter, setting: LifeSetting) -> None:
    writer.note(why)
    setting.tell(f"run {writer.held.files.run_id} {why}")


def _live(writer: JobWriter, asked: Asked, setting: LifeSetting, helpers: _Helpers) -> JobOutcome:
    judge = setting.judge()
    job = _job_in_its_tree(writer, asked) if setting.interrupts.signal is None else asked.job
    writer.move("running")
    around = Surroundings(
        folder=writer.held.files.folder,
        interrupts=setting.interrupts,
        announce=setting.announce,
        graces=setting.graces,
        claim=writer.claim,
        beat=writer.beat,
        reporter=helpers.reporter,
        now=setting.now,
    )
    job_setting = JobSetting(
        around,
        judge,
        tell=setting.tell,
        pause=setting.pause,
        gate=AccountGate(os.environ),
        resting=lambda why: _resting(why, writer, helpers.turn, setting),
    )
    return run_job(job, job_setting, runs_so_far(writer.held.files.folder, writer.state.runs, judge))


def _job_in_its_tree(writer: JobWriter, asked: Asked) -> JobRequest:
    if not asked.worktree:
        return asked.job
    tree = writer.state.worktree or plan_worktree(asked.job.repo, writer.held.files.run_id, state_folder())
    writer.change(lambda state: replace(state, worktree=tree))
    make_worktree(tree)
    return in_worktree(asked.job, tree)


def _end_of(outcome: JobOutcome) -> State:
    if outcome.stop_signal is not None:
        return "cancelled"
    return "finished" if outcome.last.verdict.success else "failed"
