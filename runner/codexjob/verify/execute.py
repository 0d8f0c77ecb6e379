"""Run one command of a project within limits: no shell, no input, an end in time, and nothing left behind.

Without a thread, since a job's supervisor runs this too and forks.
"""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from signal import SIGKILL, SIGTERM
from time import monotonic
from typing import IO, Final, cast

from codexjob.family import MARK, Family, adopt_orphans
from codexjob.process import signal_group
from codexjob.verify.printed import Printed

_LOOK: Final = 0.2
_GRACE: Final = 3.0
_DRAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be run in a folder for at most `limit` seconds.

    `mark` stands in the environment of all its processes: whoever clears up after this one finds them by it.
    """

    argv: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    limit: float
    mark: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `exit_code` is null where it could not start or a signal ended it.

    `signal` is the number of the signal that it died of by itself. `trouble` says why there is no regular
    end. `output` is standard output and error as they came, the middle left out where it is long.
    `leftovers` counts processes that outlived the command and were ended.
    """

    exit_code: int | None
    output: str
    duration: float
    trouble: str | None = None
    is_timeout: bool = False
    signal: int | None = None
    leftovers: int = 0


class _End(Enum):
    OWN = auto()
    LATE = auto()
    CANCELLED = auto()


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    printed: Printed
    family: Family


def execute(command: Command, goes_on: Callable[[], bool] = lambda: True) -> Ended:
    """Run a command; whatever it started is gone afterwards. Once `goes_on` says no, it is ended."""
    adopt_orphans()
    family = Family(command.mark)
    began = monotonic()
    try:
        process = _started(command)
    except (OSError, ValueError) as err:
        why = getattr(err, "strerror", None) or str(err)
        return Ended(None, "", 0.0, f"{command.argv[0]!r} cannot be started: {why}")
    family.leader = process.pid
    printed = Printed(cast("IO[bytes]", process.stdout))
    try:
        end = _wait(_Running(process, printed, family), began + command.limit, goes_on)
    finally:
        signal_group(process, SIGKILL)
        process.wait()
        swept = family.sweep(_GRACE)
        _drain(printed)
    took = round(monotonic() - began, 3)
    told = _told(end, process.returncode, command.limit)
    return replace(told, output=printed.text(), duration=took, leftovers=swept.ended)


def _started(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command.argv,
        cwd=command.folder,
        env={**command.environment, MARK: command.mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _told(end: _End, code: int, limit: float) -> Ended:
    match end:
        case _End.LATE:
            return Ended(None, "", 0.0, f"it did not end within {limit:g} s", is_timeout=True)
        case _End.CANCELLED:
            return Ended(None, "", 0.0, "it was cancelled")
    return (
        Ended(code, "", 0.0) if code >= 0 else Ended(None, "", 0.0, f"signal {-code} ended it", signal=-code)
    )


def _wait(running: _Running, until: float, goes_on: Callable[[], bool]) -> _End:
    """Wait for the end. Who does not end by himself is asked first; `execute` makes him."""
    process, look_at, end = running.process, 0.0, _End.LATE
    while (now := monotonic()) < until:
        if now >= look_at:
            look_at = now + _LOOK
            running.family.look()
            if not goes_on():
                end = _End.CANCELLED
                break
        if _has_ended(running, min(_LOOK, until - now)):
            return _End.OWN
    signal_group(process, SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    return end


def _has_ended(running: _Running, wait: float) -> bool:
    if running.printed.is_open:
        running.printed.read(wait)
        return running.process.poll() is not None
    with suppress(subprocess.TimeoutExpired):
        running.process.wait(wait)
        return True
    return False


def _drain(printed: Printed) -> None:
    """Read what is left in the pipe; whoever still holds it is not waited for."""
    until = monotonic() + _DRAIN
    while printed.is_open and (left := until - monotonic()) > 0:
        printed.read(left)
    printed.close()
