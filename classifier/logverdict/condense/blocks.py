"""The block of a human log that is open, and what is made of it when it ends."""

from collections.abc import Hashable
from typing import Final, Literal, TypeAlias

from logverdict.condense.deeds import BROKE, Patterns
from logverdict.condense.keeping import Keeper
from logverdict.condense.sorting import Sorter
from logverdict.events import LONGEST_TEXT
from logverdict.expression import expression

Context: TypeAlias = Literal["free", "output", "unknown"]
"""What the reader takes a line for: text of an output, or not; or nobody knows."""
Batches: TypeAlias = "tuple[int, int, Batches] | None"
"""The newest first: how many commands wait, what the keeper had taken when they began, and older batches."""
_TAIL: Final = 1 << 18
"""The reader looks back so far from the end for the last message: the end stays as it is."""
_OPENING: Final = 80
_MESSAGE: Final = "message"
_NOTHING: Final[Patterns] = frozenset()
_SPACE: Final = ord(" ")
_DELETE: Final = 0x7F
_VISIBLE: Final = expression(rb"[!-~]")


class ReadWholeError(Exception):
    """What was left out would have made a difference, or a text is so long that it is read in windows."""


class Blocks:
    """The blocks of a log up to the one that is open, which began at byte `begun` of the log.

    `context` is what the reader takes the lines for. `stays` blocks stay whatever they are, and those before
    line `near`. `batches` are the commands that wait for a result, as `transcript.pairing` has them.
    """

    def __init__(self, size: int, sorter: Sorter) -> None:
        self.keeper = Keeper(sorter.deeds.most)
        self.begun = 0
        self._line = 0
        self._tail = size - _TAIL
        self._size = size
        self._sorter = sorter
        self._none = sorter.deeds.script("").sort
        self._usual = (self._none, _NOTHING, 0, False, False, False, False)
        self._data = bytearray()
        self._base = self._limit = 0
        self._batches: Batches = None
        self._is_sealed = True
        self._stays = self._near = 0
        self._before: tuple[Batches, bool, Context] = (None, True, "free")
        self._open("free", is_plain=False)

    def _open(self, context: Context, *, is_plain: bool) -> None:
        self._context: Context = context
        self._is_plain = is_plain
        self._is_usual = False
        self._code = 0
        self._is_look = False
        self._looks_on = False
        self._has_diff = False
        self._is_message = False
        self._script = self._none
        self._found = 0
        self._is_broken = self._has_passed = False
        self._has_thought = False
        self._output = self._output_end = self._read_until = self._diff_end = -1

    def _begin(self, start: int, context: Context, *, is_plain: bool) -> None:
        """Close the block that is open, and open one at byte `start` of the data."""
        # Behind a diff stands what the reader takes for a thought, if anything does.
        self._is_plain = self._is_plain and self._diff_end in (-1, start)
        self._close(start)
        self._before = (self._batches, self._is_sealed, self._context)
        self._open(context, is_plain=is_plain)

    def _close(self, end: int) -> None:
        start, after = self.begun, self._base + end
        if start == after:
            return
        if after - start > LONGEST_TEXT:
            raise ReadWholeError
        if self._is_plain and not self._must_stay(after):
            self._keep(self._sort(end), after)
        else:
            self.keeper.always(start, after, self._line)
        self._stays = max(self._stays - 1, self._looks_on)
        self._line += self._data.count(b"\n", start - self._base, end)
        self.begun = self._base + end

    def _keep(self, sort: Hashable, after: int) -> None:
        if self._is_broken:
            self.keeper.broken(sort, (self.begun, after), line=self._line)
            return
        is_command, is_failed = not self._is_message, self._code != 0
        self.keeper.block(
            sort, self.begun, after, is_command=is_command, is_failed=is_failed, line=self._line
        )
        if self._has_passed:
            self.keeper.passed()

    def _must_stay(self, after: int) -> bool:
        """Tell whether the block that is open stays for what is before it, or as one of the last."""
        return self._stays > 0 or self._line < self._near or after > self._tail

    def _seems_blank(self, end: int) -> bool:
        """Tell whether the output begins with nothing that can be seen."""
        first = self._output
        # Most outputs do.
        if first < end and _SPACE < self._data[first] < _DELETE:
            return False
        return _VISIBLE.search(self._data, first, min(first + _OPENING, end)) is None

    def _sort(self, end: int) -> Hashable:
        """Give the sort of the block that is open, and note whether it is a command that broke or passed."""
        if self._is_message:
            return _MESSAGE
        after = end if self._output_end < 0 else self._output_end
        found: Patterns = _NOTHING
        is_blank = False
        if self._found or self._seems_blank(after):
            output = _paragraph(self._data[self._output : after].decode("utf-8", "replace"))
            is_blank = not output
            found = self._sorter.occurring(self._found, output)
        self._has_passed = not self._code and self._sorter.deeds.has_passed(found)
        self._is_broken = self._code != 0 and (
            self._sorter.deeds.may_have_broken(found) or self._shows(after)
        )
        is_kind = (is_blank, self._has_thought, self._is_look, self._is_broken)
        return self._script, found, self._code, *is_kind

    def _shows(self, end: int) -> bool:
        """Tell whether words stand in the output that may mean that the command broke."""
        return any(self._data.find(word.encode(), self._output, end) >= 0 for word in BROKE)

    def _is_tight(self, start: int) -> bool:
        """Tell whether a mark stands where an output may go on, so that it may be a part of it."""
        if self._context == "free" or start == self._output:
            return False
        is_again = self._base + start == self.begun > 0
        return not is_again and self._data[max(0, start - 2) : start] != b"\n\n"

    def _goes_on_usually(self, start: int) -> bool:
        """Close a command like nearly all where another begins, as `_begin` does, but quicker."""
        data, output, after = self._data, self._output, self._base + start
        if after - self.begun > LONGEST_TEXT:
            raise ReadWholeError
        is_apart = start == output or data[start - 2 : start] == b"\n\n"
        if self._found or self._must_stay(after) or not is_apart or self._seems_blank(start):
            return False
        self.keeper.block(self._usual, self.begun, after, is_command=True, line=self._line)
        self._line += data.count(b"\n", self.begun - self._base, start)
        self.begun = after
        self._before = (self._batches, True, "output")
        return True


def _paragraph(text: str) -> str:
    """Give a text as the reader does, without the empty lines around it."""
    stop = len(text.rstrip())
    end = text.find("\n", stop)
    begin = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    return text[begin : len(text) if end < 0 else end] if stop else ""
