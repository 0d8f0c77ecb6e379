"""Which blocks of a log stay: of each sort that nothing could tell apart, the first and the last ones."""

from collections import deque
from collections.abc import Hashable
from typing import Final, TypeAlias

from logverdict.record import record
from logverdict.transcript.rows import Span

_TAIL: Final = 64
"""The last blocks stay as they are: a rule may look at the last events, whatever they are."""


@record(frozen=True, slots=True)
class LeftOut:
    """How many events are left out, for the facts that count them."""

    commands: int = 0
    failed: int = 0


@record(frozen=True, slots=True)
class Survey:
    """What of a log is read: `spans` are raw bytes, half open, whole lines; they rise and do not touch.

    `lines` counts for each span the line ends before it, -1 where that is not known.
    """

    spans: tuple[Span, ...]
    left_out: LeftOut
    lines: tuple[int, ...]


_Lines: TypeAlias = tuple[int, int, int]
"""A span, and how many line ends stand before it."""
_Block: TypeAlias = tuple[int, tuple[_Lines, ...], bool, bool]
"""The number of a block, its lines, and whether it is a command, and one that failed."""


class Keeper:
    """Takes the blocks of a log as they end, and keeps of each sort the first `most` and the last `most`.

    Memory grows with what stays and with the sorts, not with what is left out. `taken` counts the blocks.
    """

    __slots__ = (
        "_broken",
        "_kept",
        "_last",
        "_most",
        "_recent",
        "_seen",
        "_staying",
        "commands",
        "failed",
        "taken",
    )

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[_Lines] = []
        self.taken = 0
        self._seen: dict[Hashable, int] = {}
        self._last: dict[Hashable, deque[_Block]] = {}
        self._recent: deque[_Block] = deque(maxlen=_TAIL)
        self._broken: list[tuple[Hashable, _Block]] = []
        self._staying = [0, 0]
        self.commands = self.failed = 0

    def always(self, start: int, end: int, line: int = -1) -> None:
        """Keep the lines from byte `start` to `end`; `line` counts the line ends before them."""
        kept = self._kept
        if kept and kept[-1][1] == start:
            kept[-1] = (kept[-1][0], end, kept[-1][2])
        elif end > start:
            kept.append((start, end, line))

    def block(
        self,
        sort: Hashable,
        start: int,
        end: int,
        *,
        is_command: bool,
        is_failed: bool = False,
        line: int = -1,
    ) -> None:
        """Take a block of a sort; it stays where it is among the first or the last of them."""
        self._take(sort, ((start, end, line),), is_command=is_command, is_failed=is_failed)

    def pair(
        self, sort: Hashable, first: Span, second: Span, *, is_command: bool, is_failed: bool = False
    ) -> None:
        """Take a block whose lines stand in two places."""
        spans = ((*first, -1), (*second, -1))
        self._take(sort, spans, is_command=is_command, is_failed=is_failed)

    def broken(self, sort: Hashable, *spans: Span, line: int = -1) -> None:
        """Take a command that broke: it stays whatever its sort, unless tests pass later (`passed`)."""
        self.commands += 1
        self.failed += 1
        self.taken += 1
        block = (self.taken, tuple((*span, line) for span in spans), True, True)
        self._broken.append((sort, block))

    def passed(self) -> None:
        """Note that tests passed: of what broke before, nobody asks any more whether it was mended."""
        placed = [block for sort, block in self._broken if self._place(sort, block)]
        self._broken.clear()
        if placed:
            self._recent = deque(sorted((*self._recent, *placed)), maxlen=_TAIL)

    def barrier(self) -> None:
        """Note that a turn begins or ends: what stays is counted anew from here on."""
        self._settle()
        self._seen.clear()

    def survey(self) -> Survey:
        """Give what stays, in the order of the log."""
        self._settle()
        merged: list[_Lines] = []
        for start, end, line in sorted(self._kept):
            if merged and merged[-1][1] >= start:
                first, known, before = merged[-1]
                merged[-1] = (first, max(end, known), before)
            else:
                merged.append((start, end, line))
        spans = tuple((start, end) for start, end, _ in merged)
        commands, failed = self._staying
        left_out = LeftOut(self.commands - commands, self.failed - failed)
        return Survey(spans, left_out, tuple(line for _, _, line in merged))

    def _take(self, sort: Hashable, spans: tuple[_Lines, ...], *, is_command: bool, is_failed: bool) -> None:
        self.commands += is_command
        self.failed += is_failed
        self.taken += 1
        block = (self.taken, spans, is_command, is_failed)
        if self._place(sort, block):
            self._recent.append(block)

    def _place(self, sort: Hashable, block: _Block) -> bool:
        """Let a block stay as one of the first, or put it among the last; tell whether it is there."""
        seen = self._seen.get(sort, 0)
        if seen < self._most:
            self._seen[sort] = seen + 1
            self._keep(block[1], is_command=block[2], is_failed=block[3])
            return False
        last = self._last.get(sort)
        if last is None:
            last = self._last[sort] = deque(maxlen=self._most)
        last.append(block)
        return True

    def _keep(self, spans: tuple[_Lines, ...], *, is_command: bool, is_failed: bool) -> None:
        self._staying[0] += is_command
        self._staying[1] += is_failed
        for start, end, line in spans:
            self.always(start, end, line)

    def _settle(self) -> None:
        """Let the last blocks of each sort stay for good."""
        staying = {block[0]: block for block in self._recent}
        for last in self._last.values():
            staying |= {block[0]: block for block in last}
        staying |= {block[0]: block for _, block in self._broken}
        for _, spans, is_command, is_failed in staying.values():
            self._keep(spans, is_command=is_command, is_failed=is_failed)
        self._last.clear()
        self._recent.clear()
        self._broken.clear()
