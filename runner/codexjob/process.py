"""Codex as a process: started in a session of its own, asked to end, then made to end."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_VERSION_WAIT: Final = 10.0
_VERSION_LIMIT: Final = 4096
_TETHER: Final = Path(__file__).with_name("tether.py")


@dataclass(frozen=True, slots=True)
class Graces:
    """How long Codex is given, in seconds, after INT and after TERM, and its leftovers after TERM.

    `drain` is how long its pipes are read after it has gone, while a leftover may still hold them.
    """

    interrupt: float = 10.0
    terminate: float = 5.0
    kill: float = 5.0
    sweep: float = 3.0
    drain: float = 1.0


def start(argv: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start Codex with pipes on all three streams, in a session and process group of its own.

    On Linux it is terminated when the thread that called this dies, however that happens.

    Raises:
        OSError: it cannot be started.
    """
    if not sys.platform.startswith("linux"):
        return _popen(argv, env)
    reading, writing = os.pipe()
    try:
        tether = (sys.executable, "-IS", str(_TETHER), str(os.getpid()), str(writing))
        process = _popen((*tether, *argv), env, (writing,))
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        failure = answer.read()
    if failure:
        _discard(process)
        raise OSError(int(failure), os.strerror(int(failure)), argv[0])
    return process


def _popen(
    argv: Sequence[str], env: Mapping[str, str], handles: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=dict(env),
        start_new_session=True,
        pass_fds=handles,
    )


def _discard(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to the whole process group of Codex, which is surely its own until it is reaped."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


@dataclass(slots=True)
class Escalation:
    """Codex being ended: INT, TERM, KILL to its whole group, each after the grace of the one before."""

    process: subprocess.Popen[bytes]
    graces: Graces
    due: float
    step: int = 0

    def advance(self, now: float) -> None:
        """Send the next signal when its time has come."""
        steps = self._steps()
        if self.step < len(steps) and now >= self.due:
            number, grace = steps[self.step]
            signal_group(self.process, number)
            self.step += 1
            self.due = now + grace

    def hurry(self, now: float) -> None:
        """Let the next signal be due at once: somebody asked again."""
        self.due = min(self.due, now)

    def is_exhausted(self, now: float) -> bool:
        """Tell whether all signals were sent and the last grace is over: the process cannot be ended."""
        return self.step == len(self._steps()) and now >= self.due

    def _steps(self) -> tuple[tuple[int, float], ...]:
        return (
            (signal.SIGINT, self.graces.interrupt),
            (signal.SIGTERM, self.graces.terminate),
            (signal.SIGKILL, self.graces.kill),
        )


def codex_version(
    codex: str, wait: float = _VERSION_WAIT, env: Mapping[str, str] | None = None
) -> str | None:
    """Ask Codex for its version, such as `0.169.0`; null when it does not answer within `wait` seconds."""
    try:
        asked = subprocess.Popen(
            (codex, "--version"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        answer, _ = asked.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        return None
    finally:
        signal_group(asked, signal.SIGKILL)
        asked.wait()
        if asked.stdout is not None:
            asked.stdout.close()
    words = answer[:_VERSION_LIMIT].decode(errors="replace").split()
    return next((word for word in reversed(words) if word[:1].isdigit()), None)
