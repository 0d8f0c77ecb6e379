"""Start a supervisor that outlives its caller, and hear from it that it lives the job."""

import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from codexjob.errors import BusyError, SupervisorError
from codexjob.family import MARK
from codexjob.life.create import HeldJob
from codexjob.life.jobfiles import JobFiles

READY: Final = b"ready"
BUSY: Final = b"busy "
FAILED: Final = b"failed "
PROGRAM: Final = (sys.executable, "-m", "codexjob.life.detached")
_PATIENCE: Final = 60.0
_LONGEST: Final = 1 << 16


def start_supervisor(
    held: HeldJob, cwd: Path, program: Sequence[str] = PROGRAM, patience: float = _PATIENCE
) -> None:
    """Start a supervisor for a job, in a session of its own, and return once it has confirmed.

    The job's lock is handed to it: there is no moment in which nobody holds it. Its command line names the
    job's files only, so the task is never seen in the process list. `program` is what it is started with.

    Raises:
        BusyError: the job may not wait, and its turn has not come.
        SupervisorError: it cannot be started, ended at once, or said nothing for `patience` seconds.
    """
    hearing, saying = os.pipe()
    try:
        _start(held, cwd, program, saying)
    except OSError as err:
        os.close(hearing)
        raise SupervisorError(f"cannot start a supervisor: {err.strerror}") from err
    finally:
        os.close(saying)
        held.lock.release()
    try:
        answer = _hear(hearing, patience)
    finally:
        os.close(hearing)
    _check(answer, held.files)


def _start(held: HeldJob, cwd: Path, program: Sequence[str], saying: int) -> None:
    files, lock = held.files, held.lock.handle
    words = (str(files.folder), files.run_id, str(lock), str(saying))
    told = os.open(files.told, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        started = subprocess.Popen(
            (*program, *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            cwd=cwd if cwd.is_dir() else None,
            env=_environment(os.environ),
            start_new_session=True,
            pass_fds=(lock, saying),
        )
    finally:
        os.close(told)
    # What was started only forks: the supervisor itself is nobody's child.
    started.wait()


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """Leave the mark of a run out: a job started from within a run is not a part of it."""
    return {name: value for name, value in own.items() if name != MARK}


def _hear(handle: int, patience: float) -> bytes | None:
    """Read what the supervisor says until it has said all; null when it takes too long."""
    answer, until = b"", monotonic() + patience
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while selector.select(max(0.0, until - monotonic())):
            chunk = os.read(handle, _LONGEST)
            if not chunk:
                return answer
            answer += chunk
    return None


def _check(answer: bytes | None, files: JobFiles) -> None:
    if answer is None:
        raise SupervisorError(
            f"the supervisor of run {files.run_id} has not answered yet; "
            f"look with: codexjob show {files.run_id} --log-dir {files.folder}"
        )
    if answer.startswith(BUSY):
        raise BusyError(answer.removeprefix(BUSY).decode(errors="replace"))
    if not answer.startswith(READY):
        said = answer.removeprefix(FAILED).decode(errors="replace") or "it ended without a word"
        raise SupervisorError(
            f"the supervisor of run {files.run_id} could not begin: {said}; see {files.told}"
        )
