"""Watch over a running Codex: until it ends by itself, or has to be ended."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from logverdict.meta import EndedBy

from codexjob.capture import Capture
from codexjob.duration import show_duration
from codexjob.family import Family
from codexjob.interrupt import Interrupts
from codexjob.process import Escalation, Graces
from codexjob.readable import remark
from codexjob.recorder import Recorder

_TICK: Final = 0.05
_LOOK: Final = 2.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why codexjob ended Codex, and a sentence for people."""

    ended_by: EndedBy
    note: str


def write_failure(recorder: Recorder) -> Reason | None:
    """Tell that the record is incomplete, if it is: a full disk, a quota, a limit on the size of files."""
    if recorder.write_error is None:
        return None
    return Reason("disk_full", f"the record could not be written: {recorder.write_error.strerror}")


@dataclass(slots=True)
class Watch:
    """One running Codex and what decides about its end. Times are in seconds of one clock, `now`."""

    process: subprocess.Popen[bytes]
    capture: Capture
    recorder: Recorder
    family: Family
    interrupts: Interrupts
    timeout: float
    graces: Graces
    beat: Callable[[], None] = lambda: None
    over: Callable[[], str | None] = lambda: None
    now: Callable[[], float] = monotonic
    _started: float = 0.0
    _looked: float = 0.0
    _ending: Escalation | None = None
    _heard: int = 0

    def until_end(self) -> Reason | None:
        """Read what Codex prints until it has gone; return why codexjob ended it, or nothing."""
        self._started = self._looked = self.now()
        reason = None
        while self.process.poll() is None:
            self.capture.pump(_TICK)
            now = self.now()
            self._look(now)
            reason = reason or self._reason_to_end(now)
            if reason is not None and not self._keep_ending(reason, now):
                break
        return reason

    def _look(self, now: float) -> None:
        if now - self._looked >= _LOOK:
            self.family.look()
            self._looked = now
            self.beat()

    def _keep_ending(self, reason: Reason, now: float) -> bool:
        """Go on with ending Codex; tell whether there is still something to try."""
        if self._ending is None:
            self.recorder.tell(remark(f"{reason.note}; ending Codex"))
            self.family.look()
            self._ending, self._heard = Escalation(self.process, self.graces, due=now), self.interrupts.count
        elif self.interrupts.count > self._heard:
            self._heard = self.interrupts.count
            self._ending.hurry(now)
        self._ending.advance(now)
        return not self._ending.is_exhausted(now)

    def _reason_to_end(self, now: float) -> Reason | None:
        if self.interrupts.signal is not None:
            return Reason("cancelled", f"codexjob received signal {self.interrupts.signal}")
        if (failure := write_failure(self.recorder)) is not None:
            return failure
        if now - self._started > self.timeout:
            return Reason("timeout", f"the time limit of {show_duration(self.timeout)} was reached")
        if (passed := self.over()) is not None:
            return Reason("budget", passed)
        if self.recorder.clock.is_stalled(now):
            return Reason("no_progress", self._stall_note())
        return None

    def _stall_note(self) -> str:
        limit = show_duration(self.recorder.clock.limit)
        if self.recorder.clock.has_ended_turn:
            return f"Codex had ended its turn but did not exit for {limit}"
        return f"no session, turn or item event came for {limit}"
