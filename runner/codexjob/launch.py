"""One run of Codex, from its command line to its finished files."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

from codexjob.capture import Capture
from codexjob.command import codex_argv
from codexjob.family import MARK, Family, Swept, adopt_orphans
from codexjob.files import RunFiles, claim, free_space, hold_space
from codexjob.ids import job_id_of
from codexjob.interrupt import Interrupts
from codexjob.process import Graces, codex_version, signal_group, start
from codexjob.progress import ProgressClock, loses_ends
from codexjob.readable import opening, remark
from codexjob.recorder import Recorder
from codexjob.request import RunRequest
from codexjob.runmeta import RunMeta, local_offset, shown_task, stamp, write_meta
from codexjob.supervise import Reason, Watch, write_failure

Announce: TypeAlias = Callable[[RunFiles], None]
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
    """

    folder: Path
    interrupts: Interrupts
    announce: Announce = lambda _: None
    graces: Graces = field(default_factory=Graces)


@dataclass(frozen=True, slots=True)
class _Started:
    request: RunRequest
    process: subprocess.Popen[bytes]
    recorder: Recorder
    family: Family
    around: Surroundings


def launch(request: RunRequest, around: Surroundings) -> RunOutcome:
    """Run Codex once and return when it and everything it started is gone.

    A Codex that cannot be started, that is ended or that dies is an outcome, told in the meta file, never an
    exception.

    Raises:
        LogFolderError: the files of the run cannot be made or finished.
    """
    files = claim(around.folder, datetime.now(UTC))
    meta = _meta_at_start(request, files)
    write_meta(files, meta)
    hold_space(files)
    around.announce(files)
    version = request.codex_version or codex_version(request.job.codex)
    meta = replace(meta, codex_version=version)
    began = monotonic()
    try:
        meta = _run(request, files, meta, around)
    finally:
        free_space(files)
    ended = replace(meta, ended_at=stamp(datetime.now(UTC)), duration=round(monotonic() - began, 3))
    write_meta(files, ended)
    return RunOutcome(files, ended)


def _meta_at_start(request: RunRequest, files: RunFiles) -> RunMeta:
    now = datetime.now(UTC)
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
    with Recorder(files, ProgressClock(limit, monotonic(), lossy), monotonic) as recorder:
        recorder.tell(opening(files.run_id, request.prompt))
        if (stop := around.interrupts.signal) is not None:
            return replace(meta, ended_by="cancelled", stop_signal=stop, note="cancelled before the start")
        adopt_orphans()
        family = Family(files.run_id)
        try:
            process = start(meta.argv, {**os.environ, MARK: files.run_id})
        except OSError as err:
            note = f"cannot start Codex as {request.job.codex!r}: {err.strerror}; {_START_HINT}"
            recorder.tell(remark(note))
            return replace(meta, ended_by="start_failed", note=note)
        family.leader = process.pid
        try:
            return _watch(_Started(request, process, recorder, family, around), meta)
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
        )
        reason = watch.until_end()
        capture.drain(around.graces.drain)
        swept = run.family.sweep(around.graces.sweep)
        capture.drain(around.graces.drain)
    recorder.finish()
    # The disk may have become full only while the last output was drained.
    return _meta_at_end(run, meta, reason or write_failure(recorder), swept)


def _meta_at_end(run: _Started, meta: RunMeta, reason: Reason | None, swept: Swept) -> RunMeta:
    code, session = run.process.returncode, run.recorder.session_id
    is_other = None not in (meta.session_asked, session) and meta.session_asked != session
    notes = (reason.note if reason else "", _OTHER_SESSION if is_other else "")
    return replace(
        meta,
        session_id=session,
        exit_code=code if code is not None and code >= 0 else None,
        signal=-code if code is not None and code < 0 else None,
        ended_by=reason.ended_by if reason else "codex",
        stop_signal=run.around.interrupts.signal,
        note="; ".join(filter(None, notes)) or None,
        leftovers_ended=swept.ended,
        leftovers=swept.left if code is not None else (run.process.pid, *swept.left),
    )
