"""A job: a run, its verdict, and the runs that the verdict leads to."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeAlias

from logverdict.verdict import Verdict

from codexjob.action import CONTINUE, Again, Later, Step, Stop
from codexjob.deciding import deadline_of, decided, policy_of
from codexjob.exit_status import status_of
from codexjob.files import RunFiles
from codexjob.launch import Surroundings, launch
from codexjob.next_run import first_request, known_session, next_request, request_of
from codexjob.request import JobRequest, RunRequest
from codexjob.rollout import keep_rollout
from codexjob.spending import spent_by
from codexjob.summary import JudgedRun, write_summaries, write_verdict
from codexjob.waiting import Gate, OpenGate, Waiting
from codexjob.weak_label import note_weak_label

Judge: TypeAlias = Callable[[RunFiles], Verdict]
Tell: TypeAlias = Callable[[str], None]
_SIGNAL_BASE: Final = 128


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """A finished job: its runs in order, what a person should do now, and the signal that stopped it."""

    runs: tuple[JudgedRun, ...]
    advice: str
    stop_signal: int | None = None

    @property
    def last(self) -> JudgedRun:
        """Give the run whose verdict is the job's."""
        return self.runs[-1]

    @property
    def exit_status(self) -> int:
        """Give the status of the job's last verdict, or 128 + n when signal n stopped the job."""
        if self.stop_signal is not None:
            return _SIGNAL_BASE + self.stop_signal
        return status_of([self.last.verdict])


@dataclass(frozen=True, slots=True)
class JobSetting:
    """What a job needs besides its request: who judges, where progress is told, and how it waits.

    `judge` gets the files of a finished run; `tell` gets one line for people; `pause`, in seconds, is waited
    before retries instead of what the policy says. `gate` knows whether the account is paused. While the job
    rests, it is inside of `resting`, which gets a sentence on what it waits for.
    """

    around: Surroundings
    judge: Judge
    tell: Tell = lambda _: None
    pause: float | None = None
    jitter: Callable[[], float] = field(default=random.random)
    gate: Gate = field(default_factory=OpenGate)
    resting: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()


def run_job(job: JobRequest, setting: JobSetting, runs: tuple[JudgedRun, ...] = ()) -> JobOutcome:
    """Run Codex, judge the run, and do what the verdict asks for, until it is done or the maxima are reached.

    Each run's verdict and summary are written when it is judged; at the end all summaries are written
    again, so that each of them tells of all runs. A job that was lost goes on after the `runs` it had.

    Raises:
        LogFolderError: a file cannot be written.
        LogverdictError: a run cannot be judged.
    """
    request = request_of(job, runs[-1]) if runs else first_request(job)
    step: Step | None = _taken_up(job, runs, setting) if runs else None
    while True:
        if step is not None:
            if isinstance(step, Stop) or _wait(step, setting):
                return _finish(runs, step, setting)
            request = next_request(step.then if isinstance(step, Later) else step, request, runs[-1])
        _wait_for_account(job, runs, setting)
        spent = spent_by(runs)
        request = replace(request, spent_tokens=spent.tokens, spent_cost=spent.cost)
        runs += (_one_run(request, setting),)
        step = _next_step(job, runs, setting)
        runs = (*runs[:-1], _acted_on(runs[-1], step))
        _tell_all(job, runs, step, setting)


def _one_run(request: RunRequest, setting: JobSetting) -> JudgedRun:
    outcome = launch(request, setting.around)
    verdict = _judged(request.job, outcome.files, setting)
    if not verdict.finished and keep_rollout(outcome.files, outcome.meta.session_id):
        verdict = setting.judge(outcome.files)
    setting.gate.note(verdict, policy_of(request.job), setting.around.now())
    return JudgedRun(outcome.files, outcome.meta, verdict)


def _acted_on(run: JudgedRun, step: Step) -> JudgedRun:
    match step:
        case Again():
            taken: str = step.kind
        case Later():
            taken = "retry_later"
        case Stop():
            taken = step.action_taken
    return replace(run, verdict=replace(run.verdict, action_taken=taken))


def _tell_all(job: JobRequest, runs: tuple[JudgedRun, ...], step: Step, setting: JobSetting) -> None:
    write_verdict(runs[-1])
    write_summaries(runs[-1:], runs, is_done=False)
    setting.tell(_told(runs[-1].verdict))
    if job.max_cost is not None and spent_by(runs).cost is None:
        setting.tell("--max-cost does not hold for this job: the price of the model it used is not known")
    setting.around.reporter.judged(runs[-1])
    _report_step(runs[-1], step, setting)
    if note_weak_label(runs, job.repo):
        setting.tell("the review found nothing to do: noted as a weak label for the verdict before it")


def _judged(job: JobRequest, files: RunFiles, setting: JobSetting) -> Verdict:
    verdict = setting.judge(files)
    if not job.verify:
        return verdict
    from codexjob.verify.after_run import is_worth_a_look, look_after_run

    if not is_worth_a_look(verdict):
        return verdict
    setting.tell(f"run {files.run_id}: the agent says that it is done; now codexjob looks for itself")
    look_after_run(files, job.test_command, partial(_goes_on, setting.around))
    return setting.judge(files)


def _goes_on(around: Surroundings) -> bool:
    around.beat(None)
    return around.interrupts.signal is None


def _taken_up(job: JobRequest, runs: tuple[JudgedRun, ...], setting: JobSetting) -> Step:
    """Go on after a run that nobody was left to act on: this is asked for, so it is done once in any case."""
    step = decided(job, runs, setting.around.now())
    if not isinstance(step, Stop):
        return step
    session, why = known_session(runs[-1].meta)
    return Again("resume", session) if session else Again("retry", None, why)


def _next_step(job: JobRequest, runs: tuple[JudgedRun, ...], setting: JobSetting) -> Step:
    if setting.around.interrupts.signal is not None:
        return Stop("stop", f"The job was interrupted. {CONTINUE}")
    return decided(job, runs, setting.around.now())


def _wait(step: Again | Later, setting: JobSetting) -> bool:
    """Wait before the next run; tell whether a signal came."""
    waiting = _waiting(setting)
    if isinstance(step, Again):
        return waiting.for_pause(step, setting.pause)
    jitter = step.then.row.wait_jitter if step.then.row else 0.0
    return waiting.until(step.until, jitter, step.then.why)


def _wait_for_account(job: JobRequest, runs: tuple[JudgedRun, ...], setting: JobSetting) -> None:
    """Wait while another job has found the account spent; a job that may not wait finds out for itself."""
    if job.unattended:
        deadline = deadline_of(job, runs) or setting.around.now() + timedelta(seconds=job.unattended)
        _waiting(setting).for_account(setting.gate, deadline)


def _waiting(setting: JobSetting) -> Waiting:
    around = setting.around
    return Waiting(
        interrupts=around.interrupts,
        now=around.now,
        beat=lambda: around.beat(None),
        tell=setting.tell,
        jitter=setting.jitter,
        resting=setting.resting,
    )


def _finish(runs: tuple[JudgedRun, ...], step: Step, setting: JobSetting) -> JobOutcome:
    if not isinstance(step, Stop):
        # The signal came during the pause, after the verdict was written.
        step = Stop("stop", f"The job was interrupted. {CONTINUE}")
        runs = (*runs[:-1], _acted_on(runs[-1], step))
        write_verdict(runs[-1])
        _report_step(runs[-1], step, setting)
    write_summaries(runs, runs, is_done=True)
    outcome = JobOutcome(runs, step.advice, setting.around.interrupts.signal)
    setting.around.reporter.job_finished(runs, step.advice, outcome.exit_status)
    return outcome


def _report_step(run: JudgedRun, step: Step, setting: JobSetting) -> None:
    match step:
        case Stop():
            setting.around.reporter.acted(run, None, step.advice)
        case Again():
            setting.around.reporter.acted(run, step.kind, step.why)
        case Later():
            setting.around.reporter.acted(
                run, step.then.kind, f"at {step.until.isoformat()}: {step.then.why}"
            )


def _told(verdict: Verdict) -> str:
    return f"run {verdict.run_id}: {verdict.verdict} ({verdict.cause}), action {verdict.action_taken}"
