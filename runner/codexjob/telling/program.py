"""Delivery to a program of the user: the event on its standard input."""

import os
import shlex
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

from codexjob.telling.letter import Letter
from codexjob.telling.undelivered import NotDeliveredError

_GONE_WITHIN: Final = 5.0


@dataclass(frozen=True, slots=True)
class Program:
    """One command. It runs for at most `timeout` seconds, and through a shell only if asked."""

    command: str
    timeout: float
    is_shell: bool = False

    def deliver(self, letter: Letter) -> None:
        """Run the command once; a failure is told and not repeated, since half of its work may be done.

        Raises:
            NotDeliveredError: it could not be started, took too long or failed.
        """
        argv = ["/bin/sh", "-c", self.command] if self.is_shell else shlex.split(self.command)
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as err:
            raise NotDeliveredError(f"cannot be started: {err.strerror}", is_final=True) from err
        self._finish(process, letter)

    def _finish(self, process: subprocess.Popen[bytes], letter: Letter) -> None:
        try:
            process.communicate(letter.body.encode() + b"\n", timeout=self.timeout)
        except subprocess.TimeoutExpired as err:
            raise NotDeliveredError(
                f"took longer than {self.timeout:g}s and was ended", is_final=True
            ) from err
        finally:
            _end(process)
        if process.returncode:
            raise NotDeliveredError(f"ended with status {process.returncode}", is_final=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that did not end by itself, with all it started: what one that ended left may go on."""
    if process.returncode is None:
        below = _below(process.pid)
        # Its leader is not reaped yet: so the group is surely the command's own.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for one in below:
            with suppress(psutil.Error):
                one.kill()
        process.wait()
        psutil.wait_procs(below, timeout=_GONE_WITHIN)
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _below(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []
