"""Signals to codexjob itself: noted, so that Codex can be ended in order and the files be finished."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from types import FrameType
from typing import Final, TypeAlias

_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_LOOK: Final = 0.05
_Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None


@dataclass(slots=True)
class Interrupts:
    """The first signal that asked codexjob to stop, and how many came."""

    signal: int | None = None
    count: int = 0

    def note(self, number: int, _frame: FrameType | None = None) -> None:
        """Take a signal; safe as a signal handler."""
        self.count += 1
        if self.signal is None:
            self.signal = number

    def wait(self, seconds: float, beat: Callable[[], None] = lambda: None) -> bool:
        """Wait, but not beyond a signal; tell whether there was one. `beat` is called again and again."""
        until = monotonic() + seconds
        while self.signal is None and (left := until - monotonic()) > 0:
            beat()
            sleep(min(_LOOK, left))
        return self.signal is not None


@contextmanager
def noting_signals() -> Iterator[Interrupts]:
    """Note INT, TERM and HUP for a while instead of dying of them.

    A signal that was already ignored stays ignored: `nohup` and a shell's background jobs ask for that.
    Outside the main thread nothing can be installed, and the signals stay with whoever has them.
    """
    interrupts = Interrupts()
    earlier: dict[int, _Handler] = {}
    if threading.current_thread() is threading.main_thread():
        heard = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        earlier = {number: signal.signal(number, interrupts.note) for number in heard}
    try:
        yield interrupts
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
