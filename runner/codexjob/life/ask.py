"""What others may ask of a job: to wait for its end, and to end it."""

import os
import signal
from contextlib import suppress
from time import monotonic, sleep
from typing import Final

from codexjob.errors import JobFileError
from codexjob.life.identity import ProcessIdentity, is_alive
from codexjob.life.jobfiles import JobFiles
from codexjob.life.joblock import await_release
from codexjob.life.lookup import state_of
from codexjob.life.recover import MakeJudge, recover_job
from codexjob.life.state import JobState
from codexjob.life.store import read_heartbeat

_BEGINS_IN: Final = 10.0
_LOOK: Final = 0.05


def await_rest(files: JobFiles, judge: MakeJudge) -> JobState:
    """Sleep in the kernel until the job is at rest, and give its state; a dead supervisor's job is recovered.

    Raises:
        JobFileError: a file of the job cannot be read.
    """
    while not (state := state_of(files)).is_at_rest:
        await_release(files.lock)
        if state_of(files).is_at_rest:
            continue
        recovered = recover_job(files, judge)
        if recovered is not None and recovered.trouble is not None:
            raise JobFileError(recovered.trouble)
    return state


def ask_to_end(files: JobFiles) -> bool:
    """Send TERM to the job's supervisor, which ends Codex in order; tell whether there was one."""
    until = monotonic() + _BEGINS_IN
    # One that has just begun shows itself in a moment.
    while (heartbeat := read_heartbeat(files)) is None and files.lock.exists() and monotonic() < until:
        sleep(_LOOK)
    return heartbeat is not None and _terminate(heartbeat.supervisor)


def _terminate(who: ProcessIdentity) -> bool:
    """Send TERM to this very process: where the system can, it is held fast before it is looked at."""
    if not hasattr(os, "pidfd_open"):
        if is_alive(who):
            with suppress(ProcessLookupError):
                os.kill(who.pid, signal.SIGTERM)
                return True
        return False
    try:
        held = os.pidfd_open(who.pid)
    except OSError:
        return False
    try:
        if not is_alive(who):
            return False
        signal.pidfd_send_signal(held, signal.SIGTERM)
    except ProcessLookupError:
        return False
    finally:
        os.close(held)
    return True
