"""One run of Codex, from its command line to its finished files."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

from codexjob.capture import Capture
from codexjob.command import codex_argv
from codexjob.family import MARK, Family, Swept, adopt_orphans
from codexjob.files import RunFiles, claim, free_space, hold_space
from codexjob.ids import job_id_of
from codexjob.interrupt import Interrupts
from codexjob.meter import Meter
from codexjob.process import Graces, codex_version, signal_group, start
from codexjob.progress import ProgressClock, loses_ends
from codexjob.readable import opening, remark
from codexjob.recorder import Recorder
from codexjob.request import JobRequest, RunRequest
from codexjob.runmeta import RunMeta, local_offset, shown_task, stamp, write_meta
from codexjob.secrecy.environment import codex_environment
from codexjob.spending import Limits, Spent
from codexjob.supervise import Reason, Watch, write_failure
from codexjob.telling.reporter import Reporter
from codexjob.verify.before import note_before

Announce: TypeAlias = Callable[[RunFiles], None]
Claim: TypeAlias = Callable[[Path, datetime], RunFiles]
Beat: TypeAlias = Callable[[Family | None], None]
_START_HINT: Final = "install it with npm install -g @openai/codex, or give its path with --codex"
_OTHER_SESSION: Final = "Codex opened another session than the one asked for"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A finished run: its files and what was written to its meta file."""

    files: RunFiles
    meta: RunMeta


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run needs from the job around it.

    `folder` is the log folder, which must exist. `announce` is called with the files before Codex starts.
    `claim` makes the files of each run. `beat` is called again and again while codexjob lives, with the
    processes of a run that goes on. `reporter` is told what happens. `now` is the time of day; durations are
    measured by another clock.
    """

    folder: Path
    interrupts: Interrupts
    announce: Announce = lambda _: None
    graces: Graces = field(default_factory=Graces)
    claim: Claim = claim
    beat: Beat = lambda _: None
    reporter: Reporter = field(default_factory=Reporter)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Started:
    request: RunRequest
    process: subprocess.Popen[bytes]
    recorder: Recorder
    family: Family
    around: Surroundings
    meter: Meter


def launch(request: RunRequest, around: Surroundings) -> RunOutcome:
    """Run Codex once and return when it and everything it started is gone.

    A Codex that cannot be started, that is ended or that dies is an outcome, told in the meta file, never an
    exception.

    Raises:
        LogFolderError: the files of the run cannot be made or finished.
    """
    files = around.claim(around.folder, around.now())
    meta = _meta_at_start(request, files, around.now())
    write_meta(files, meta)
    hold_space(files)
    around.announce(files)
    around.reporter.run_started(files, meta)
    note_before(files, request.job.repo)
    if request.job.verify:
        from codexjob.verify.after_run import promise_a_look

        promise_a_look(files)
    version = request.codex_version or codex_version(request.job.codex, env=_environment(request.job, files))
    meta = replace(meta, codex_version=version)
    began = monotonic()
    try:
        meta = _run(request, files, meta, around)
    finally:
        free_space(files)
    ended = replace(meta, ended_at=stamp(around.now()), duration=round(monotonic() - began, 3))
    write_meta(files, ended)
    around.reporter.run_finished(files, ended)
    return RunOutcome(files, ended)


def _environment(job: JobRequest, files: RunFiles) -> dict[str, str]:
    return {**codex_environment(os.environ, job.env, job.codex_args), MARK: files.run_id}


def _meta_at_start(request: RunRequest, files: RunFiles, now: datetime) -> RunMeta:
    job = request.job
    repo = job.repo.absolute()
    session, used = request.session_asked, request.thread_tokens
    return RunMeta(
        run_id=files.run_id,
        job_id=request.job_id or job_id_of(files.run_id),
        kind=request.kind,
        repo=str(repo),
        task=shown_task(request.prompt),
        argv=codex_argv(job.codex, repo, job.codex_args, model=job.model, session_id=session),
        started_at=stamp(now),
        utc_offset=local_offset(now),
        session_asked=session,
        codex_version=request.codex_version,
        model=job.model,
        input_tokens_before=used.input if used else None,
        cached_input_tokens_before=used.cached_input if used else None,
        output_tokens_before=used.output if used else None,
    )


def _run(request: RunRequest, files: RunFiles, meta: RunMeta, around: Surroundings) -> RunMeta:
    limit, lossy = request.job.no_progress, loses_ends(meta.codex_version)
    clock = ProgressClock(limit, monotonic(), lossy)
    with Recorder(files, clock, monotonic, watcher=around.reporter.saw) as recorder:
        recorder.tell(opening(files.run_id, request.prompt))
        if (stop := around.interrupts.signal) is not None:
            return replace(meta, ended_by="cancelled", stop_signal=stop, note="cancelled before the start")
        adopt_orphans()
        env = _environment(request.job, files)
        meter = Meter(env)
        meter.begin(request.session_asked)
        family = Family(files.run_id)
        try:
            process = start(meta.argv, env)
        except OSError as err:
            note = f"cannot start Codex as {request.job.codex!r}: {err.strerror}; {_START_HINT}"
            recorder.tell(remark(note))
            return replace(meta, ended_by="start_failed", note=note)
        family.leader = process.pid
        around.beat(family)
        try:
            return _watch(_Started(request, process, recorder, family, around, meter), meta)
        finally:
            # Only an error of codexjob itself, or a process that nothing can end, finds Codex still here.
            signal_group(process, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(around.graces.kill)
            family.sweep(around.graces.sweep)


def _watch(run: _Started, meta: RunMeta) -> RunMeta:
    meta = replace(meta, pid=run.process.pid)
    write_meta(run.recorder.files, meta)
    around, recorder, prompt = run.around, run.recorder, run.request.prompt.encode()
    with Capture(run.process, prompt, recorder.take_stdout, recorder.take_stderr) as capture:
        watch = Watch(
            process=run.process,
            capture=capture,
            recorder=recorder,
            family=run.family,
            interrupts=around.interrupts,
            timeout=run.request.job.timeout,
            graces=around.graces,
            beat=partial(_beat, run),
            over=partial(_over, run),
        )
        reason = watch.until_end()
        capture.drain(around.graces.drain)
        swept = run.family.sweep(around.graces.sweep)
        capture.drain(around.graces.drain)
    recorder.finish()
    # The disk may have become full only while the last output was drained.
    return _meta_at_end(run, meta, reason or write_failure(recorder), swept)


def _over(run: _Started) -> str | None:
    """Say which limit on tokens or money was passed, as far as the session's rollout tells by now."""
    asked = run.request
    limits = Limits(asked.job.max_tokens, asked.job.max_cost)
    if limits == Limits():
        return None
    run.meter.look_sometimes(run.recorder.session_id)
    spent = Spent(asked.spent_tokens, asked.spent_cost)
    if run.meter.used is not None:
        spent = spent.and_now(run.meter.model or asked.job.model, run.meter.used)
    return limits.passed(spent.tokens, spent.cost)


def _beat(run: _Started) -> None:
    run.around.beat(run.family)
    run.around.reporter.beat()


def _meta_at_end(run: _Started, meta: RunMeta, reason: Reason | None, swept: Swept) -> RunMeta:
    code, session = run.process.returncode, run.recorder.session_id
    run.meter.look(session)
    is_other = None not in (meta.session_asked, session) and meta.session_asked != session
    notes = (reason.note if reason else "", _OTHER_SESSION if is_other else "")
    return replace(
        meta,
        session_id=session,
        model=run.meter.model or meta.model,
        exit_code=code if code is not None and code >= 0 else None,
        signal=-code if code is not None and code < 0 else None,
        ended_by=reason.ended_by if reason else "codex",
        stop_signal=run.around.interrupts.signal,
        note="; ".join(filter(None, notes)) or None,
        leftovers_ended=swept.ended,
        leftovers=swept.left if code is not None else (run.process.pid, *swept.left),
    )
