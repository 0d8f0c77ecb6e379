"""Which process is meant: an id alone is used again, an id with its start time is not."""

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import psutil

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_START_FIELD: Final = 19
_STATE_FIELD: Final = 0


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process of one boot of this machine.

    `started` is in seconds: since the boot on Linux, where setting the clock cannot change it, elsewhere
    since the epoch.
    """

    pid: int
    started: float
    boot_id: str


@cache
def boot_id() -> str:
    """Name this boot of the machine; its time stands in where the system gives it no name."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"booted-{psutil.boot_time():.0f}"


def identity_of(pid: int) -> ProcessIdentity | None:
    """Identify the process that has this id now; null where there is none, or only a zombie."""
    started = _started(pid)
    return None if started is None else ProcessIdentity(pid, started, boot_id())


def own_identity() -> ProcessIdentity:
    """Identify this process."""
    return ProcessIdentity(os.getpid(), _started(os.getpid()) or 0.0, boot_id())


def is_alive(identity: ProcessIdentity) -> bool:
    """Tell whether the very process that is meant still lives."""
    return identity_of(identity.pid) == identity


def _started(pid: int) -> float | None:
    if sys.platform.startswith("linux"):
        return _started_linux(pid)
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def _started_linux(pid: int) -> float | None:
    """Read the start time itself: psutil adds the time of the boot, which changes when the clock is set."""
    try:
        # The name of the program stands in parentheses and may hold anything, parentheses too.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    if fields[_STATE_FIELD] in ("Z", "X"):
        return None
    return int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
