"""Give each result line of a human log to the command it belongs to, or to none where that cannot be known.

A result line carries no name. Commands that ran at the same time may end in any order, and versions 0.125
to 0.145 lose many ends: a result is then only believed where every way of giving it out says the same.
"""

from collections import deque


class _Batch:
    """Commands that began with nothing of the model's between them: any of them may end first."""

    __slots__ = ("began_at", "given", "waiting")

    def __init__(self, began_at: int) -> None:
        self.began_at = began_at
        self.waiting: deque[int] = deque()
        self.given: list[tuple[int, int | None]] = []


class Pairing:
    """The commands that wait for their result, by the index of their event."""

    __slots__ = (
        "_batches",
        "_doubtful",
        "_last_given",
        "_last_not",
        "_last_ok",
        "_results",
        "_sealed",
        "_shared",
    )

    def __init__(self) -> None:
        self._batches: list[_Batch] = []
        self._shared: list[_Batch] = []
        self._doubtful: set[int] = set()
        self._sealed = True
        self._results = 0
        self._last_ok = self._last_not = -1
        self._last_given = -1

    def __bool__(self) -> bool:
        return bool(self._batches)

    def begin(self, event: int) -> None:
        """Note that the command of event `event` began."""
        if self._sealed:
            self._batches.append(_Batch(self._results))
            self._sealed = False
        self._batches[-1].waiting.append(event)

    def seal(self) -> None:
        """Note that the model spoke: what begins from now on is of another batch."""
        self._sealed = True

    def give(self, exit_code: int | None) -> int:
        """Choose the command that a result belongs to, and give its event."""
        self._sealed = True
        batch = self._batches[-1]
        if len(batch.waiting) > 1 and not (self._shared and self._shared[-1] is batch):
            self._shared.append(batch)
        event = batch.waiting.popleft()
        batch.given.append((event, exit_code))
        self._compare(batch, event, exit_code)
        if not batch.waiting:
            self._batches.pop()
        self._last_given = event
        return event

    def _compare(self, batch: _Batch, event: int, exit_code: int | None) -> None:
        other = self._last_not if exit_code == 0 else self._last_ok
        if other >= batch.began_at:
            self._doubtful |= {event, self._last_given}
        if exit_code == 0:
            self._last_ok = self._results
        else:
            self._last_not = self._results
        self._results += 1

    def doubt_last(self, *, is_output: bool) -> None:
        """Note a result that no command waits for: in the output of one of several, it may be a real one."""
        if is_output and self._shared:
            self._doubtful.update(event for event, _ in self._shared[-1].given)

    def doubtful(self) -> set[int]:
        """Give the events whose result may be another command's."""
        for batch in self._shared:
            if batch.waiting or len({code for _, code in batch.given}) > 1:
                self._doubtful.update(event for event, _ in batch.given)
        return self._doubtful
