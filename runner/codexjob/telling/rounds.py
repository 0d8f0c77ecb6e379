"""One receiver and the letters on their way to it: each in its turn, tried again, and never lost."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from codexjob.telling.letter import Letter
from codexjob.telling.undelivered import NotDeliveredError

_MOST_PASSING: Final = 100


class Receiver(Protocol):
    """Whoever can be told: a program, a web address, a chat."""

    def deliver(self, letter: Letter) -> None:
        """Hand a letter over once; raises NotDeliveredError."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a letter is tried and how long it waits between, in seconds; stamina adds the jitter."""

    attempts: int = 6
    first_wait: float = 0.5
    longest_wait: float = 20.0
    jitter: float = 1.0


Lost: TypeAlias = Callable[[Letter, str], None]


@dataclass(slots=True)
class Round:
    """Delivers to one receiver in a thread of its own. `lost` is told of each letter that did not arrive."""

    receiver: Receiver
    lost: Lost
    patience: Patience
    _letters: deque[Letter] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _is_closing: bool = False
    _current: Letter | None = None
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start the thread; it does not hold the process up at its end."""
        self._thread = threading.Thread(target=self._deliver_all, daemon=True)
        self._thread.start()

    def put(self, letter: Letter) -> None:
        """Take a letter; signs of life are dropped while many letters wait."""
        with self._changed:
            if not (letter.is_passing and len(self._letters) > _MOST_PASSING):
                self._letters.append(letter)
            self._changed.notify()

    def close(self) -> None:
        """Let the thread end when all letters are delivered."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()

    def join(self, seconds: float) -> None:
        """Wait for the thread; whatever has not arrived by then is lost."""
        if self._thread is None:
            return
        self._thread.join(max(seconds, 0.0))
        with self._changed:
            late = [*([self._current] if self._current else []), *self._letters]
            self._letters.clear()
        for letter in late:
            self._give_up(letter, "there was no more time when the job had ended")

    def _deliver_all(self) -> None:
        while (letter := self._next()) is not None:
            try:
                self._deliver(letter)
            except NotDeliveredError as err:
                self._give_up(letter, str(err))
            with self._changed:
                self._current = None

    def _next(self) -> Letter | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._letters) or self._is_closing)
            self._current = self._letters.popleft() if self._letters else None
            return self._current

    def _deliver(self, letter: Letter) -> None:
        import stamina

        for attempt in stamina.retry_context(
            on=_wait_or_end,
            attempts=1 if letter.is_passing else self.patience.attempts,
            timeout=None,
            wait_initial=self.patience.first_wait,
            wait_max=self.patience.longest_wait,
            wait_jitter=self.patience.jitter,
        ):
            with attempt:
                self.receiver.deliver(letter)

    def _give_up(self, letter: Letter, reason: str) -> None:
        if not letter.is_passing:
            self.lost(letter, reason)


def _wait_or_end(err: Exception) -> bool | float:
    """Tell stamina whether to try again, and after how long where the receiver says it."""
    if not isinstance(err, NotDeliveredError) or err.is_final:
        return False
    return True if err.wait is None else err.wait
