"""A walk over the marks of a human log: which blocks there are, and which of them are plain."""

from collections.abc import Callable, Sequence
from typing import Final

from logverdict.condense.blocks import Blocks, ReadWholeError
from logverdict.condense.deeds import is_looking
from logverdict.condense.marks import (
    ANSWERED,
    EXEC,
    OTHER,
    PATCHED,
    RESULT,
    SOFT,
    SURE,
    UNCLEAR,
    CutOffError,
    UncleanError,
    command_after,
    diff_after,
    line_at,
)
from logverdict.condense.sorting import FIRST_PATTERN
from logverdict.engine.database import NUMBER_BITS, NUMBER_MASK
from logverdict.expression import expression
from logverdict.transcript.markers import LOOKS
from logverdict.transcript.stretch import cleaned

_NEAR: Final = 128
"""An error may be said again, word for word, within half as many lines."""
_CALL: Final = expression(rb"tool |(mcp: \S+) started[^\n]*\n(\1 \((?:completed|failed)\))?")
_CALLS: Final = 100
"""The reader looks for the beginning of a call among so many events."""
_LONGEST_RESULT: Final = 128
_DIFF: Final = b"diff --git "
_RETRY: Final = b"Reconnecting..."
_SURE: Final = [RESULT, SURE]
_PATCHED: Final = [SOFT, PATCHED]
_EXEC: Final = len(b"exec")
_APPLY_PATCH: Final = len(b"apply patch")
_CODEX: Final = len(b"codex")
_SUCCEEDED: Final = len(b"\n succeeded")


class UnsureError(Exception):
    """From here on nobody can know what the reader would make of the marks."""


class HumanWalk(Blocks):
    """A walk over the marks of a log, which makes its blocks."""

    def take(self, data: bytearray, base: int, limit: int, hits: Sequence[int]) -> int:
        """Walk over the hits in the first `limit` bytes, which begin at byte `base` of the log.

        Give how many bytes are done with: the block that is open is walked over again, with more of it.

        Raises:
            UnsureError: the marks can be read in two ways.
            ReadWholeError: too much was left out already.
        """
        self._data, self._base, self._limit = data, base, limit
        self._batches, self._is_sealed, context = self._before
        self._open(context, is_plain=False)
        is_end = base + limit == self._size
        try:
            self._walk(hits)
        except UncleanError:
            raise UnsureError from None
        except CutOffError:
            if is_end:
                raise UnsureError from None
        if is_end:
            self._close(limit)
        return limit if is_end else self.begun - base

    def _walk(self, hits: Sequence[int]) -> None:
        marks: tuple[Callable[[int], None], ...] = (
            self._exec, self._codex, self._result, self._bold, self._error, self._soft, self._other,
            self._unclear, self._pass, self._pass,
        )  # fmt: skip
        numbers = [hit & NUMBER_MASK for hit in hits]
        suspects = self._suspects(hits, numbers)
        at, count = 0, len(numbers)
        while at < count:
            number = numbers[at]
            if number >= FIRST_PATTERN:
                self._found |= 1 << number
            elif number == EXEC and numbers[at + 1 : at + 3] == _SURE:
                self._sure(hits[at] >> NUMBER_BITS, hits[at + 2] >> NUMBER_BITS)
                if at in suspects:
                    self._suspect(hits[at] >> NUMBER_BITS, hits[at + 1] >> NUMBER_BITS)
                at += 2
            elif number == UNCLEAR or hits[at] >> NUMBER_BITS > self._read_until:
                self._is_usual = False
                if number == OTHER and numbers[at + 1 : at + 3] == _PATCHED:
                    self._patch(hits[at] >> NUMBER_BITS)
                    at += 2
                else:
                    marks[number](hits[at] >> NUMBER_BITS)
            at += 1

    def _suspects(self, hits: Sequence[int], numbers: Sequence[int]) -> frozenset[int]:
        """Find the commands, by their hit, in whose script a pattern may occur, if it surely ran well."""
        sure = [at - 2 for at, number in enumerate(numbers) if number == SURE and numbers[at - 2] == EXEC]
        places = ((hits[at] >> NUMBER_BITS, hits[at + 1] >> NUMBER_BITS) for at in sure)
        lines = [self._data[end + 1 : succeeded - _SUCCEEDED] for end, succeeded in places]
        return frozenset(sure[number] for number in self._sorter.suspects(lines))

    def _sure(self, end: int, answered: int) -> None:
        """Take a command that surely succeeded, with its result."""
        start = end - _EXEC
        if self._is_usual and self._goes_on_usually(start):
            self._output = answered + 1
            return
        if self._is_tight(start):
            self._is_plain = False
            self._looks_on = True
        self._begin(start, "output", is_plain=self._is_sealed)
        self._is_usual = self._is_sealed
        self._is_sealed = True
        self._output = answered + 1

    def _suspect(self, end: int, succeeded: int) -> None:
        """Look at the script of the command that is open."""
        self._script = self._sorter.in_line(bytes(self._data[end + 1 : succeeded - _SUCCEEDED]))
        self._is_usual = self._is_usual and self._script == self._none

    def _exec(self, end: int) -> None:
        start = end - _EXEC
        found = command_after(self._data, end + 1, self._limit)
        if found is None:
            self._is_plain = False
            self._looks_on = True
            return
        after, script = found
        if after + _LONGEST_RESULT > self._limit and self._base + self._limit < self._size:
            raise CutOffError
        # A diff of the turn can stand before the result, as Codex happens to write it.
        behind = diff_after(self._data, after, self._limit)
        answer = ANSWERED.match(self._data, behind, self._limit)
        if self._is_tight(start):
            self._is_plain = False
            self._looks_on = True
            if answer is None and not self._is_mark(after):
                return
        self._begin(start, "output" if answer else "free", is_plain=answer is not None and self._is_sealed)
        self._read_until = after - 1
        if answer is None:
            self._wait()
            return
        self._is_sealed = True
        self._output = self._read_until = answer.end()
        self._code = int(answer["code"] or 0)
        if self._is_plain:
            self._script = self._sorter.deeds.script(script).sort
            self._is_look = self._code != 0 and is_looking(script)

    def _codex(self, end: int) -> None:
        start = end - _CODEX
        if self._is_tight(start):
            # Whichever it is, text or a message: what is open stays, and goes on up to a mark that is sure.
            self._other(end)
            return
        self._begin(start, "free", is_plain=self._is_sealed and self._sorter.are_messages_alike)
        self._is_message = self._is_sealed = True

    def _result(self, end: int) -> None:
        start = line_at(self._data, end)
        is_tight = self._is_tight(start)
        if self._batches is None or (is_tight and self._context == "output"):
            return
        self._is_plain = False
        answer = ANSWERED.match(self._data, start, self._limit)
        # The lines of a diff go on as far as they look like it, and a result does.
        is_in_diff = self._has_diff and self._data[start - 2 : start] != b"\n\n"
        if answer is None or is_tight or is_in_diff:
            raise UnsureError
        waiting, taken, older = self._batches
        if taken != self.keeper.taken:
            raise ReadWholeError
        self._batches = (waiting - 1, taken, older) if waiting > 1 else older
        self._is_sealed = True
        self._context, self._output = "output", answer.end()

    def _wait(self) -> None:
        """Note that the command that was begun has no result yet."""
        if self._is_sealed or self._batches is None:
            self._batches = (1, self.keeper.taken, self._batches)
        else:
            waiting, taken, older = self._batches
            self._batches = (waiting + 1, taken, older)
        self._is_sealed = False

    def _is_mark(self, start: int) -> bool:
        """Tell whether a mark stands at byte `start` of the data, without which an `exec` above is a text."""
        line = bytes(self._data[start : self._data.find(b"\n", start, self._limit)])
        is_mark = LOOKS.match(cleaned(line)) is not None
        if not is_mark and self._context == "unknown":
            raise UnsureError
        return is_mark

    def _bold(self, end: int) -> None:
        if self._context == "free" and (self._is_message or self._has_thought):
            return
        if self._is_text(end):
            return
        if self._context == "output" and self._data[end : end + 2] == b"\n\n":
            self._output_end, self._context = line_at(self._data, end), "free"
            self._has_thought = True
            self._is_plain = self._is_plain and self._sorter.are_thoughts_alike
            return
        self._is_plain = False

    def _is_text(self, end: int) -> bool:
        """Tell whether the mark that ends here stands within an output, of which it can only be a part."""
        return self._context == "output" and self._is_tight(line_at(self._data, end))

    def _soft(self, end: int) -> None:
        if self._is_text(end):
            return
        if self._data.endswith(_DIFF, 0, end):
            self._diff(end)
            return
        self._tool(line_at(self._data, end))
        self._other(end)

    def _diff(self, end: int) -> None:
        """Pass over a diff of the turn, which no event is made of."""
        start = line_at(self._data, end)
        after = diff_after(self._data, start, self._limit)
        is_fenced = self._data.startswith(b"```", line_at(self._data, start - 1))
        if after == start or is_fenced or self._context == "unknown":
            self._has_diff = True
            self._other(end)
            return
        self._output_end = start if self._output_end < 0 else self._output_end
        self._diff_end, self._read_until = after, after - 1
        self._context = "free"

    def _tool(self, start: int) -> None:
        """Let what follows stay where a call is open: the reader looks for it in so many events."""
        call = _CALL.match(self._data, start, self._limit)
        if call is not None and call[2] is None:
            self._stays = _CALLS

    def _error(self, end: int) -> None:
        # In an output that something follows, it is text where the line above is not empty.
        if self._is_text(end):
            return
        if not self._data.startswith(_RETRY, end):
            lines = self._data.count(b"\n", self.begun - self._base, end)
            self._near = self._line + lines + _NEAR
        self._other(end)

    def _patch(self, end: int) -> None:
        start = end - _APPLY_PATCH
        if self._is_tight(start):
            self._other(end)
            return
        self._begin(start, "free", is_plain=False)
        self._is_sealed = True

    def _other(self, _end: int) -> None:
        self._is_plain = False
        if self._context == "output":
            self._context = "unknown"

    def _unclear(self, end: int) -> None:
        line = self._data[line_at(self._data, end) : end + 1]
        if LOOKS.match(cleaned(bytes(line)).removesuffix("\n")):
            raise UnsureError
        self._other(end)
        self._looks_on = True

    def _pass(self, _end: int) -> None:
        """Pass over a mark that was understood with the one before it."""
