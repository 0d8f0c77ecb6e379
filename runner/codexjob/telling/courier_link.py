"""The runner's end of the courier: letters are handed over without ever waiting for anybody."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from codexjob.telling.letter import Letter, written

_SPARE: Final = 20.0
_MOST_BYTES: Final = 8 << 20


@dataclass(slots=True)
class CourierLink:
    """A running courier. What its pipe does not take at once waits here; far too much of it is dropped."""

    process: subprocess.Popen[bytes]
    grace: float
    _waiting: bytearray = field(default_factory=bytearray)

    def send(self, letter: Letter) -> None:
        """Hand a letter over."""
        if len(self._waiting) < _MOST_BYTES:
            self._waiting += written(letter)
        self._push()

    def close(self) -> None:
        """Hand over what waits, let the courier finish, and end it when it takes too long."""
        until = monotonic() + self.grace + _SPARE
        while self._waiting and self._push() and (left := until - monotonic()) > 0:
            select.select((), (self._pipe,), (), left)
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(max(until - monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            self._end()

    @property
    def _pipe(self) -> int:
        if self.process.stdin is None:
            raise ValueError("a courier must be started with a pipe")
        return self.process.stdin.fileno()

    def _push(self) -> bool:
        """Write what the pipe takes now; tell whether somebody is still at its other end."""
        try:
            while self._waiting:
                del self._waiting[: os.write(self._pipe, self._waiting[: 1 << 16])]
        except BlockingIOError:
            return True
        except OSError:
            self._waiting.clear()
            return False
        return True

    def _end(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start_courier(errand: bytes, grace: float) -> CourierLink:
    """Start a courier with its errand.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(
        # -P: the folder that the job is started in may hold anything, a `codexjob` too.
        (sys.executable, "-P", "-m", "codexjob.telling.courier"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )
    link = CourierLink(process, grace)
    os.set_blocking(link._pipe, False)  # noqa: SLF001  its maker
    link._waiting += errand + b"\n"  # noqa: SLF001
    return link
