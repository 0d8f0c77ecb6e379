"""A job: a run, its verdict, and the runs that the verdict leads to."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from logverdict.facts import Tokens
from logverdict.verdict import Verdict

from codexjob.action import Again, Budget, Stop, decide, pause_before
from codexjob.command import keeps_sessions
from codexjob.duration import show_duration
from codexjob.exit_status import status_of
from codexjob.files import RunFiles
from codexjob.launch import RunOutcome, Surroundings, launch
from codexjob.prompts import fresh_prompt, resume_prompt, review_prompt
from codexjob.request import JobRequest, RunRequest
from codexjob.runmeta import RunMeta
from codexjob.summary import JudgedRun, write_summaries, write_verdict

Judge: TypeAlias = Callable[[RunFiles], Verdict]
Tell: TypeAlias = Callable[[str], None]
_PAUSE: Final = 5.0
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
    """What a job needs besides its request: who judges, where progress is told, and the base of its pauses.

    `judge` gets the files of a finished run; `tell` gets one line for people; `pause` is in seconds.
    """

    around: Surroundings
    judge: Judge
    tell: Tell = lambda _: None
    pause: float = _PAUSE
    jitter: Callable[[], float] = field(default=random.random)


def run_job(job: JobRequest, setting: JobSetting) -> JobOutcome:
    """Run Codex, judge the run, and do what the verdict asks for, until it is done or the maxima are reached.

    Each run's verdict and summary are written when it is judged; at the end all summaries are written
    again, so that each of them tells of all runs.

    Raises:
        LogFolderError: a file cannot be written.
        LogverdictError: a run cannot be judged.
    """
    request = RunRequest(job, "first", job.task, session_asked=job.resume)
    budget = Budget(job.max_reviews, job.max_retries)
    runs: tuple[JudgedRun, ...] = ()
    while True:
        outcome = launch(request, setting.around)
        verdict = setting.judge(outcome.files)
        step = _next_step(verdict, budget, outcome.meta, setting)
        verdict = replace(verdict, action_taken=step.kind if isinstance(step, Again) else step.action_taken)
        runs += (JudgedRun(outcome.files, outcome.meta, verdict),)
        write_verdict(runs[-1])
        write_summaries(runs[-1:], runs, is_done=False)
        setting.tell(_told(verdict))
        if isinstance(step, Again) and not _wait(step, job.max_retries - budget.retries, setting):
            budget = budget.after(step.kind)
            request = _next_request(step, request, outcome, verdict)
            continue
        return _finish(runs, step, setting)


def _next_step(verdict: Verdict, budget: Budget, meta: RunMeta, setting: JobSetting) -> Stop | Again:
    if setting.around.interrupts.signal is not None:
        return Stop("stop", f"The job was interrupted. {_CONTINUE}")
    return decide(verdict, budget, _known_session(meta))


def _known_session(meta: RunMeta) -> str | None:
    """Give the session that may be resumed: never one that merely answered in place of the one asked for."""
    is_asked = meta.session_asked in (None, meta.session_id)
    return meta.session_id if is_asked and keeps_sessions(meta.argv) else None


def _wait(step: Again, retries_made: int, setting: JobSetting) -> bool:
    """Pause before the next run; tell whether a signal came."""
    pause = pause_before(step.kind, retries_made + 1, setting.pause, setting.jitter())
    if pause:
        setting.tell(f"next: {step.kind} in {show_duration(round(pause, 1))}")
    return setting.around.interrupts.wait(pause)


def _next_request(step: Again, before: RunRequest, outcome: RunOutcome, verdict: Verdict) -> RunRequest:
    same = replace(
        before, job_id=outcome.meta.job_id, codex_version=outcome.meta.codex_version, kind=step.kind
    )
    match step.kind:
        case "resume_review":
            same = replace(same, prompt=review_prompt(verdict), session_asked=step.session_id)
        case "resume":
            same = replace(same, prompt=resume_prompt(verdict), session_asked=step.session_id)
        case "fresh_session":
            return replace(same, prompt=fresh_prompt(before.job.task, verdict), session_asked=None)
        case _:
            return same
    return replace(same, thread_tokens=_used(before.thread_tokens, verdict.tokens))


def _used(before: Tokens | None, own: Tokens) -> Tokens | None:
    """Add up what a session has used; unknown where one of its runs does not say."""
    if own.input is None or own.output is None:
        return before if own == Tokens() else None
    had = before or Tokens(0, 0, 0, 0)
    return Tokens(
        input=(had.input or 0) + own.input,
        cached_input=(had.cached_input or 0) + (own.cached_input or 0),
        output=(had.output or 0) + own.output,
    )


def _finish(runs: tuple[JudgedRun, ...], step: Stop | Again, setting: JobSetting) -> JobOutcome:
    if isinstance(step, Again):
        # The signal came during the pause, after the verdict was written.
        stopped = replace(runs[-1], verdict=replace(runs[-1].verdict, action_taken="stop"))
        runs = (*runs[:-1], stopped)
        write_verdict(stopped)
        step = Stop("stop", f"The job was interrupted. {_CONTINUE}")
    write_summaries(runs, runs, is_done=True)
    return JobOutcome(runs, step.advice, setting.around.interrupts.signal)


_CONTINUE: Final = "Start it again with --resume to keep the work so far."


def _told(verdict: Verdict) -> str:
    return f"run {verdict.run_id}: {verdict.verdict} ({verdict.cause}), action {verdict.action_taken}"
