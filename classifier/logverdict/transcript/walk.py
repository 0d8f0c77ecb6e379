"""Where a walk over a human log stands, and what it has read so far."""

from typing import Final

from logverdict.events import Event, Place, Session
from logverdict.transcript.closing import closing_of
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import WORK, directory_at, is_old, old_result
from logverdict.transcript.pairing import Pairing

_NEAR: Final = 60
_LONGEST_COMMAND: Final = 4000
_NO_END: Final = (-1, None)


class Walk:
    """The state of one walk from line `body` on.

    `tokens` is the line of the only `tokens used` that can be Codex's own, the last; `last_work` is the last
    line before it that can begin a piece of work, `last_message` the last `codex`; -1 where there is none.
    `said_from` is the first line of the last message where standard output says all of it again, else -1:
    then no line of it is anything else. `is_repeated` tells whether the walk has come upon such a repetition,
    `patch` is the event of an open patch, `errors` are the lines of Codex's own errors, `own_command` is the
    last `exec` that was found to end a block: it is Codex's own wherever it stands.
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
        self.own_command = -1
        self._found_end: tuple[int, tuple[int, int] | None] = _NO_END
        self.errors: set[str] = set()
        self.spoofable: list[Place] = []
        self.closing = closing_of(self.texts, body, self.count, self._works_after)
        self.tokens, self.said_from = self.closing.tokens, self.closing.said_from
        self.last_work = self._last(body, WORK)
        self.last_message = self._last(body, frozenset({"codex"}))
        if self.said_from >= 0:
            self.last_message = self.said_from - 1
            self.last_work = min(self.last_work, self.last_message)

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
        return index >= self.count or self.lines.looks(index) is not None

    def flag(self, index: int) -> None:
        """Note that line `index` can be read two ways."""
        self.spoofable.append(self.lines.place(index, index + 1))

    def command_end(self, marker: int) -> tuple[int, int] | None:
        """Find where the command after the `exec` in line `marker` ends: its last line, and how far in it."""
        # Asked of each marker when it ends a block, when it begins one, and when that is read.
        if self._found_end[0] != marker:
            self._found_end = (marker, self._command_end(marker))
        return self._found_end[1]

    def split_line(self, index: int, characters: int) -> None:
        """Let line `index` begin `characters` later; see `Lines.split_line`."""
        self._found_end = _NO_END
        self.own_command = -1
        self.lines.split_line(index, characters)

    def _command_end(self, marker: int) -> tuple[int, int] | None:
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
