"""A walk over the items of a stream: each is sorted in its turn or stays (`logverdict.condense.stream`)."""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from logverdict.condense.deeds import Deeds, Patterns, is_looking
from logverdict.condense.keeping import Keeper, Survey
from logverdict.condense.stream_lines import (
    Begun,
    Ended,
    Line,
    Ran,
    Said,
    Thought,
)
from logverdict.record import record
from logverdict.transcript.rows import Span

_MOST_WAITING: Final = 16
_LARGEST_CODE: Final = 1 << 32
_NOTHING: Final = "nothing"
"""The sort of an output that is empty: there is none for the reader."""


class UnsureError(Exception):
    """The order of the events depends on lines that are not looked into."""


@record(frozen=True, slots=True)
class _Broken:
    """The sort of a command that may have broken."""

    sort: Hashable


@record(slots=True)
class _Waiting:
    """An item that waits for those that began before it: its lines, and a command once it has ended."""

    first: Span
    command: str = ""
    second: Span | None = None
    output: Hashable = None
    is_command: bool = False
    is_failed: bool = False
    sort: Hashable = None
    stays: bool = False
    is_done: bool = False


class Walk:
    """A walk over a stream.

    `open` are the commands that have not ended, by name, `held` the names that other lines hold, perhaps for
    good, and `order` the items that wait. `is_parted` tells that an event stands between the next line and
    those before that are none. `begun` is a command of which only the line before was read.
    """

    def __init__(self, deeds: Deeds) -> None:
        self._keeper = Keeper(deeds.most)
        self._deeds = deeds
        self._failed: set[int] = set()
        self._open: dict[str, _Waiting] = {}
        self._held: set[str] = set()
        self._order: deque[_Waiting] = deque()
        self._is_parted = False
        self._begun: Ran | None = None
        self._found: Iterator[Patterns] = iter(())
        self._begun_at = self._read = self._count = 0

    def take(self, start: int, ends: Sequence[int], lines: Sequence[Line]) -> None:
        """Take the next lines, of which the first begins at byte `start`.

        Raises:
            UnsureError: from here on nobody can know the order of the events.
        """
        self._found = iter(self._deeds.outputs(_ended(lines)))
        begun, at, number = self._begun, self._begun_at, self._count
        for number, (line, end) in enumerate(zip(lines, ends, strict=True), self._count):
            item = line.item if type(line) is Ended or type(line) is Begun else None
            if begun is not None:
                # Nearly every command ends before anything else happens: a short way for those.
                if type(item) is Ran and type(line) is Ended and _is_end_of(begun, item):
                    self._run(item, at, end, number - 1)
                    begun, start = None, end
                    continue
                self._begin(begun, at, start)
                begun = None
            if type(item) is Ran and type(line) is Begun and self._is_plain(item):
                begun, at = item, start
            else:
                self._take(line, start, end)
            start = end
        self._begun, self._begun_at, self._read = begun, at, start
        self._count = number + 1

    def survey(self) -> Survey:
        """Give what stays."""
        if self._begun is not None:
            self._begin(self._begun, self._begun_at, self._read)
        self._stop()
        return self._keeper.survey()

    def _take(self, line: Line, start: int, end: int) -> None:
        match line:
            case Ended(item=Ran() as item):
                self._end(item, start, end)
            case Begun(item=Ran() as item):
                self._begin(item, start, end)
            case Ended(item=(Said() | Thought()) as item):
                self._say(item, start, end)
            case _:
                self._keep(line, start, end)

    def _is_plain(self, item: Ran) -> bool:
        """Tell whether a command begins as it should, and nothing else has a part in it."""
        return (
            self._is_parted
            and not self._order
            and item.status == "in_progress"
            and item.exit_code is None
            and not item.aggregated_output
            and item.id not in self._open
            and item.id not in self._held
        )

    def _run(self, ran: Ran, start: int, end: int, line: int) -> None:
        """Take a command whose lines stand together."""
        output = self._output(ran)
        sort = self._sorted(ran.command, output)
        if sort is None:
            self._keeper.always(start, end, line)
        elif isinstance(sort, _Broken):
            self._keeper.broken(sort, (start, end), line=line)
        else:
            is_failed = ran.exit_code != 0
            self._keeper.block(sort, start, end, is_command=True, is_failed=is_failed, line=line)
            self._pass(output)

    def _begin(self, item: Ran, start: int, end: int) -> None:
        name = item.id
        waiting = _Waiting((start, end), item.command)
        waiting.stays = not self._is_parted or not _is_beginning(item) or name in self._held
        if name in self._open:
            # The reader makes another event of it, and the one before never ends.
            waiting.stays = True
            self._give_up(self._open[name])
        self._held.discard(name)
        self._is_parted = _is_beginning(item)
        self._open[name] = waiting
        self._order.append(waiting)
        if len(self._order) > _MOST_WAITING:
            self._give_up(self._order[0])

    def _end(self, item: Ran, start: int, end: int) -> None:
        if item.exit_code is not None and not _has_status(item):
            raise UnsureError
        is_parted, self._is_parted = self._is_parted, True
        output = self._output(item)
        waiting = self._open.pop(item.id, None)
        if waiting is None:
            if item.id in self._held:
                raise UnsureError
            waiting = _Waiting((start, end), item.command)
            self._order.append(waiting)
        elif waiting.is_done:
            if item.exit_code not in (0, None):
                # A command that made it good may be left out by now.
                raise UnsureError
            self._keeper.always(start, end)
            return
        else:
            waiting.second = (start, end)
        waiting.stays |= not is_parted or waiting.command != item.command
        waiting.is_command = waiting.is_done = True
        waiting.is_failed = item.exit_code != 0
        waiting.output = output
        self._settle()

    def _say(self, item: Said | Thought, start: int, end: int) -> None:
        if item.id in self._open or item.id in self._held:
            raise UnsureError
        deeds = self._deeds
        sort = deeds.message(item.text) if type(item) is Said else deeds.thought(item.text)
        self._order.append(_Waiting((start, end), sort=sort, stays=not self._is_parted, is_done=True))
        self._is_parted = True
        self._settle()

    def _keep(self, line: Line, start: int, end: int) -> None:
        """Keep a line of another kind, and the names that it may hold."""
        self._keeper.always(start, end)
        self._is_parted = False
        match line:
            case "unread":
                raise UnsureError
            case Begun(item=item) | Ended(item=item):
                self._is_parted = True
                self._hold(item.id)
            case {"type": str(kind), **others}:
                self._is_parted = True
                self._keep_other(kind, others.get("item"))

    def _keep_other(self, kind: str, item: object) -> None:
        if isinstance(item, dict):
            if item.get("type") == "command_execution":
                raise UnsureError
            if isinstance(name := item.get("id"), str):
                self._hold(name)
        if kind.startswith(("turn.", "thread.")):
            self._stop()
            self._keeper.barrier()
        if kind == "turn.started":
            self._failed.clear()

    def _hold(self, name: str) -> None:
        if name in self._open:
            raise UnsureError
        self._held.add(name)

    def _give_up(self, waiting: _Waiting) -> None:
        """Let no other item wait for one that began before it."""
        waiting.stays |= not waiting.is_done
        waiting.is_done = True
        self._settle()

    def _stop(self) -> None:
        for waiting in tuple(self._order):
            self._give_up(waiting)

    def _settle(self) -> None:
        """Sort the items that have none before them that has not ended."""
        while self._order and self._order[0].is_done:
            waiting = self._order.popleft()
            first, second = waiting.first, waiting.second or (waiting.first[1],) * 2
            if waiting.is_command:
                waiting.sort = self._sorted(waiting.command, waiting.output)
            if waiting.stays or waiting.sort is None:
                self._keeper.always(*first)
                self._keeper.always(*second)
            elif isinstance(waiting.sort, _Broken):
                self._keeper.broken(waiting.sort, first, second)
            else:
                self._keeper.pair(
                    waiting.sort, first, second, is_command=waiting.is_command, is_failed=waiting.is_failed
                )
                if waiting.is_command:
                    self._pass(waiting.output)

    def _pass(self, output: Hashable) -> None:
        if output and isinstance(output, frozenset) and self._deeds.has_passed(output):
            self._keeper.passed()

    def _output(self, ran: Ran) -> Hashable:
        """Sort the next output of these lines, that of a command; null where the command stays."""
        if ran.exit_code is None:
            return None
        found = next(self._found)
        what = found if ran.aggregated_output else _NOTHING
        if ran.exit_code == 0:
            return what if ran.status == "completed" else None
        if ran.status != "failed":
            return None
        sort = (ran.exit_code, what, is_looking(ran.command))
        return _Broken(sort) if self._deeds.may_have_broken(found, ran.aggregated_output) else sort

    def _sorted(self, command: str, output: Hashable) -> Hashable:
        """Sort a command that began after all those that were sorted before; null where it stays."""
        script = self._deeds.script(command)
        if output is None:
            self._failed.add(script.name)
            return None
        if isinstance(output, _Broken):
            self._failed.add(script.name)
            return _Broken((script.sort, output))
        return script.sort, output, script.name if script.name in self._failed else None


def _ended(lines: Iterable[Line]) -> list[str]:
    return [
        line.item.aggregated_output
        for line in lines
        if type(line) is Ended and type(line.item) is Ran and line.item.exit_code is not None
    ]


def _is_beginning(item: Ran) -> bool:
    return item.status == "in_progress" and item.exit_code is None and not item.aggregated_output


def _is_end_of(begun: Ran, item: Ran) -> bool:
    is_same = item.id == begun.id and item.command == begun.command
    return is_same and (item.exit_code == 0 or _has_status(item))


def _has_status(item: Ran) -> bool:
    """Tell whether the reader can read the exit status: of a number without end it cannot."""
    return item.exit_code is not None and -_LARGEST_CODE < item.exit_code < _LARGEST_CODE
