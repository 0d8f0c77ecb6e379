"""Start Codex, end it where the scenario says so, and read everything that it writes until it is gone."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from logverdict.meta import EndedBy

from codexjob.capture import Capture
from codexjob.family import MARK, Family, adopt_orphans
from codexjob.process import Escalation, Graces, signal_group
from codexjob.record.scenario import End

_TICK: Final = 0.05
# Looking at all processes costs more than Codex itself does; orphans come to this process anyway (Linux).
_LOOK_EVERY: Final = 1.0
# After a signal Codex gets this long; then it is ended like one that reached its limit.
_AFTER_SIGNAL: Final = 15.0
_GRACES: Final = Graces(interrupt=5, terminate=3, kill=3, sweep=1, drain=1)
_ESC: Final = rb"(?:\x1b\[[0-9;]*m)*"
_COMMAND_BEGAN: Final = re.compile(
    rb'"command_execution"|"exec_command_begin"|^(?:\[[^\]\n]*\] )?' + _ESC + rb"exec\b", re.MULTILINE
)
_SESSION_BEGAN: Final = re.compile(rb'"thread\.started"|"prompt":|"task_started"|OpenAI Codex')


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process ended (negative: by that signal), what it wrote, who ended it (null: a scenario)."""

    code: int
    stdout: bytes
    stderr: bytes
    by: EndedBy | None


def watch(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], prompt: str, end: End | None, limit: float
) -> Ended:
    """Run Codex to its end; nothing that it started is left. It is ended itself after `limit` seconds."""
    adopt_orphans()
    family = Family(env[MARK])
    process = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=dict(env),
        start_new_session=True,
    )
    family.leader = process.pid
    try:
        return _Watch(process, family, end, limit).until_end(prompt)
    finally:
        signal_group(process, signal.SIGKILL)
        process.wait()
        family.sweep(_GRACES.sweep)


@dataclass(slots=True)
class _Watch:
    process: subprocess.Popen[bytes]
    family: Family
    end: End | None
    limit: float
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    began: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    trigger: float | None = None
    signalled: float | None = None
    ending: Escalation | None = None

    def until_end(self, prompt: str) -> Ended:
        with Capture(self.process, prompt.encode(), self.stdout.extend, self.stderr.extend) as capture:
            while self.process.poll() is None:
                self._act(time.monotonic())
                if not capture.pump(_TICK) and not capture.is_open:
                    time.sleep(_TICK)
            capture.drain(_GRACES.drain)
            self.family.sweep(_GRACES.sweep)
            capture.drain(_GRACES.drain)
        code = self.process.returncode
        return Ended(code, bytes(self.stdout), bytes(self.stderr), self._ended_by())

    def _ended_by(self) -> EndedBy | None:
        if self.ending is not None:
            return "timeout"
        return "codex" if self.signalled is None else None

    def _act(self, now: float) -> None:
        if self.ending is not None:
            self.ending.advance(now)
            return
        if now >= self.looked + _LOOK_EVERY:
            self.looked = now
            self.family.look()
        last = self.signalled + _AFTER_SIGNAL if self.signalled is not None else self.began + self.limit
        if now >= last:
            self.ending = Escalation(self.process, _GRACES, now)
        elif self.end is not None and self.signalled is None:
            self._end_when_due(self.end, now)

    def _end_when_due(self, end: End, now: float) -> None:
        if self.trigger is None and self._has_begun(end):
            self.trigger = now
        if self.trigger is not None and now >= self.trigger + end.seconds:
            self.signalled = now
            _send(self.process, signal.Signals[f"SIG{end.signal}"], end.to)

    def _has_begun(self, end: End) -> bool:
        match end.after:
            case "seconds":
                return True
            case "start":
                return self._shows(_SESSION_BEGAN)
            case "command":
                return self._shows(_COMMAND_BEGAN)

    def _shows(self, pattern: re.Pattern[bytes]) -> bool:
        return any(pattern.search(stream) for stream in (self.stdout, self.stderr))


def _send(process: subprocess.Popen[bytes], number: int, to: str) -> None:
    sends: Mapping[str, Callable[[], None]] = {
        "group": lambda: signal_group(process, number),
        "shim": lambda: process.send_signal(number),
        "native": lambda: _signal_native(process, number),
    }
    sends[to]()


def _signal_native(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the native program: the child of the npm shim, or the process itself where it has none."""
    with suppress(psutil.Error):
        below = psutil.Process(process.pid).children()
        native = below[0] if below else psutil.Process(process.pid)
        native.send_signal(number)
