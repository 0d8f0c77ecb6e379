"""How a turn ended, in the formats that have no word for it: what the model was last asked and answered."""

from typing import Final

from logverdict.events import Error, Event, Turn
from logverdict.record import field, record

_STARTUP: Final = "MCP client for "


@record(slots=True)
class Rounds:
    """The model's responses of a turn, told apart by the token counts between them.

    A count closes a response. Where the response asked for no tool, the turn is over; but a later request
    opens it again. `is_summed` is true where counts are of the whole thread: there, a count that repeats the
    one before it only says that a new request began. `is_closed` tells that the last response came to its
    end and asked for nothing. Where calls are written down late, `needs_words`: the turn is over by that only
    if the agent has spoken since.
    """

    is_summed: bool = True
    needs_words: bool = False
    is_closed: bool = False
    _asked: bool = False
    _is_silent: bool = False
    _last: int | None = None
    _position: int | None = None
    _error: int | None = None
    _turns: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._is_silent = self.needs_words

    def work(self) -> None:
        """Note that the model asked for a tool."""
        self.goes_on()
        self._asked = True

    def goes_on(self) -> None:
        """Note that the turn is not over: the model works, or a request began."""
        self.is_closed = False
        self._error = None

    def hear(self) -> None:
        """Note that the record holds what the agent said to the user."""
        self._is_silent = False

    def answer(self) -> None:
        """Note that a tool answered, where the record keeps the calls and the counts in no fixed order."""
        self.goes_on()
        self._asked = False
        self._is_silent = self.needs_words

    def count(self, total: int, position: int) -> None:
        """Note a token count; `position` is the index of its event. A count of none closes nothing."""
        is_new = total > 0 and (not self.is_summed or total != self._last)
        self._last = total
        self.is_closed = is_new and not self._asked and self._error is None
        if is_new:
            self._asked = False
        self._position = position

    def fail(self, position: int) -> None:
        """Note an error that Codex did not try to repair; `position` is the index of its event."""
        self.is_closed = False
        self._error = position

    def end(self) -> None:
        """Note that the record itself said how the turn ended, or that a new turn began."""
        self.goes_on()
        self._asked = False
        self._is_silent = self.needs_words
        self._last = None

    def close(self) -> None:
        """Note how the turn ended, from what is known so far."""
        if self._error is not None:
            self._turns.append((self._error, "failed"))
        elif self.is_closed and not self._is_silent and self._position is not None:
            self._turns.append((self._position, "completed"))
        self.end()

    def add_turns(self, events: list[Event]) -> None:
        """Put the ends that were found into the events, each after the event that shows it."""
        ends = dict(self._turns)
        added: list[Event] = []
        for position, event in enumerate(events):
            added.append(event)
            if position in ends:
                is_failed = ends[position] == "failed"
                text = event.text if isinstance(event, Error) else None
                added.append(Turn(event.at, "failed" if is_failed else "completed", text))
        events[:] = added


def is_startup_error(message: str) -> bool:
    """Tell whether an error of the old versions is only about a server of tools, which ends nothing."""
    return message.startswith(_STARTUP)


def is_retry(message: str) -> bool:
    """Tell whether Codex says that it tries again by itself, in the words of any version."""
    return message.startswith(("Reconnecting...", "Re-connecting...")) or (
        message.startswith("stream error: ") and "; retrying " in message
    )
