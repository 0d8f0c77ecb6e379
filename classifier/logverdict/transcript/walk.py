"""Where a walk over a human log stands, and what it has read so far."""

from typing import Final

from logverdict.events import Event, Place, Session
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import LOOKS, NUMBER, WORK, directory_at, is_old, old_result
from logverdict.transcript.pairing import Pairing

_NEAR: Final = 60
_LONGEST_COMMAND: Final = 4000


class Walk:
    """The state of one walk from line `body` on.

    `tokens` is the line of the only `tokens used` that can be Codex's own, the last; `last_work` is the last
    line before it that can begin a piece of work, `last_message` the last `codex`; -1 where there is none.
    `is_repeated` tells whether standard output said the last message again, `patch` is the event of an open
    patch.
    """

    def __init__(self, lines: Lines, body: int, session: Session) -> None:
        self.lines = lines
        self.texts = lines.texts
        self.count = len(lines)
        self.is_old = is_old(session.version)
        self.workdir = session.workdir or ""
        self.is_repeated = False
        self.patch: int | None = None
        self.events: list[Event] = [session]
        self.commands = Pairing()
        self.spoofable: list[Place] = []
        self.tokens = self._last_tokens(body)
        self.last_work = self._last(body, WORK)
        self.last_message = self._last(body, frozenset({"codex"}))

    def _last_tokens(self, body: int) -> int:
        for index in range(self.count - 2, body - 1, -1):
            if self.texts[index] == "tokens used" and NUMBER.match(self.texts[index + 1]):
                return -1 if self._works_after(index + 2) else index
        return -1

    def _works_after(self, first: int) -> bool:
        for index in range(first, self.count):
            text = self.texts[index]
            if text == "exec" and self.command_end(index) is not None:
                return True
            if text == "apply patch" and self.peek(index + 1).startswith("patch: "):
                return True
        return False

    def _last(self, body: int, words: frozenset[str]) -> int:
        until = self.tokens if self.tokens >= 0 else self.count
        return next((index for index in range(until - 1, body - 1, -1) if self.texts[index] in words), -1)

    def peek(self, index: int) -> str:
        """Give line `index`, or nothing after the last."""
        return self.texts[index] if index < self.count else ""

    def has_marker_at(self, index: int) -> bool:
        """Tell whether line `index` looks like a marker; the end of the log does."""
        return index >= self.count or LOOKS.match(self.texts[index]) is not None

    def flag(self, index: int) -> None:
        """Note that line `index` can be read two ways."""
        self.spoofable.append(self.lines.place(index, index + 1))

    def command_end(self, marker: int) -> tuple[int, int] | None:
        """Find where the command after the `exec` in line `marker` ends: its last line, and how far in it."""
        opening = self.peek(marker + 1)
        for index in range(marker + 1, min(self.count, marker + _LONGEST_COMMAND)):
            line = self.texts[index]
            if line == "exec" and index > marker + 1:
                return None
            result = old_result(line) if self.is_old else None
            cut = directory_at(line[: result.start()] if result else line, opening)
            if cut is not None:
                return index, cut
        return None

    def doubled_error(self, first: int) -> int:
        """Find the line where the error in line `first` is said again, word for word; 0 where it is not."""
        opening = self.texts[first]
        for again in range(first + 1, min(self.count, first + _NEAR)):
            if self.texts[again] == opening:
                length = again - first
                is_same = self.texts[first:again] == self.texts[again : again + length]
                return again if is_same else 0
        return 0
