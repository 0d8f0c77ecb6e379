"""Waiting between runs: for a pause, for a time of the day, for an account."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from logverdict.verdict import Verdict

from codexjob.action import Again
from codexjob.duration import show_duration
from codexjob.interrupt import Interrupts
from codexjob.policy.table import Policy, pause_before

# A machine that sleeps does not count the time: so the clock is looked at again and again.
_LOOK: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Why the account of a job is paused, and until when; `until` is null where only a new login ends it."""

    until: datetime | None
    why: str


class Gate(Protocol):
    """Knows of the pauses of the account that a job runs on."""

    def pause(self, now: datetime) -> Pause | None:
        """Tell of a pause of the account; null where there is none."""

    def note(self, verdict: Verdict, policy: Policy, now: datetime) -> None:
        """Take a verdict: it may pause the account, or end a pause."""


class OpenGate:
    """The gate of a job that knows nothing of other jobs."""

    def pause(self, now: datetime) -> Pause | None:  # noqa: ARG002  the protocol's
        """Tell of no pause."""
        return None

    def note(self, verdict: Verdict, policy: Policy, now: datetime) -> None:
        """Take a verdict."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a job waits. `now` is the time of day; `resting` gives back what others need in the meantime."""

    interrupts: Interrupts
    now: Callable[[], datetime]
    beat: Callable[[], None]
    tell: Callable[[str], None]
    jitter: Callable[[], float]
    resting: Callable[[str], AbstractContextManager[None]]

    def for_pause(self, step: Again, base: float | None) -> bool:
        """Wait as the step's row says, or `base` seconds; tell whether a signal came."""
        if step.row is None:
            return self.interrupts.signal is not None
        pause = pause_before(step.row, step.nth, self.jitter()) if base is None else base
        if pause:
            self.tell(f"next: {step.kind} in {show_duration(round(pause, 1))} ({step.why})")
        return self.interrupts.wait(pause, self.beat)

    def until(self, moment: datetime, row_jitter: float, why: str) -> bool:
        """Wait until a time of the day, and a little more; tell whether a signal came."""
        until = moment + timedelta(seconds=row_jitter * self.jitter())
        shown = until.isoformat(timespec="seconds").replace("+00:00", "Z")
        note = f"waits until {shown}: {why}"
        self.tell(note)
        with self.resting(note):
            return self._sleep(partial(self._seconds_to, until))

    def for_account(self, gate: Gate, deadline: datetime) -> bool:
        """Wait while the account is paused, but not beyond the deadline; tell whether a signal came."""
        pause = gate.pause(self.now())
        if pause is None:
            return False
        note = f"waits for its account: {pause.why}"
        self.tell(note)
        with self.resting(note):
            return self._sleep(lambda: self._left(gate, deadline))

    def _seconds_to(self, moment: datetime) -> float:
        return (moment - self.now()).total_seconds()

    def _left(self, gate: Gate, deadline: datetime) -> float:
        pause = gate.pause(self.now())
        if pause is None:
            return 0.0
        return self._seconds_to(min(pause.until or deadline, deadline))

    def _sleep(self, left: Callable[[], float]) -> bool:
        while (seconds := left()) > 0:
            if self.interrupts.wait(min(seconds, _LOOK), self.beat):
                return True
        return self.interrupts.signal is not None
