"""Judge many logs in several processes, in the order in which they were named."""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from multiprocessing import get_context
from typing import Any, Final

from logverdict.engines import choose, fallback
from logverdict.record import replace
from logverdict.rulebook import Ruleset
from logverdict.rulebook.compiled import plain_ruleset, ruleset_of
from logverdict.source import find_logs

from codexjob.told import Request, Told, told_of

_AT_ONCE: Final = 32
_AHEAD: Final = 4
_MOST_WORKERS: Final = 16


class _Worker:
    """What a process was given when it began."""

    request: Request
    ruleset: Ruleset


class _Pool:
    """Processes that judge, and what was handed to them and not yet asked back."""

    def __init__(self, request: Request, ruleset: Ruleset) -> None:
        self.request = request
        self.ruleset = ruleset
        self.waiting: deque[tuple[Sequence[str], Future[list[Told]]]] = deque()
        self._is_second = False
        self._pool = self._begun()

    def _begun(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            _workers(),
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(self.request, plain_ruleset(self.ruleset)),
        )

    def submit(self, batch: Sequence[str]) -> None:
        """Hand over some logs."""
        self.waiting.append((batch, self._submitted(batch)))

    def _submitted(self, batch: Sequence[str]) -> Future[list[Told]]:
        try:
            return self._pool.submit(_judge, batch)
        except BrokenProcessPool as err:
            broken: Future[list[Told]] = Future()
            broken.set_exception(err)
            return broken

    def taken(self) -> list[Told]:
        """Take what was handed over first; if a process died over it, begin again with another engine.

        What dies with that engine, too, is judged in this process.
        """
        batch, future = self.waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            said = self._begin_again()
        if said is None:
            return list(told_of(find_logs(batch, BytesIO()), self.request, self.ruleset))
        self.waiting.appendleft((batch, self._submitted(batch)))
        first, *others = self.taken()
        return [replace(first, trouble=said + first.trouble), *others]

    def _begin_again(self) -> str | None:
        """Start other processes for all that is not judged, and say so; null where that was done before."""
        engine = fallback()
        if self._is_second or engine is None:
            return None
        self._is_second = True
        self.close()
        self.request = replace(self.request, engine=engine)
        self._pool = self._begun()
        left = [*self.waiting]
        self.waiting.clear()
        for batch, future in left:
            is_judged = future.done() and not future.cancelled() and future.exception() is None
            self.waiting.append((batch, future if is_judged else self._submitted(batch)))
        return f"codexjob: a process that judged logs died; what it had not judged is left to {engine}\n"

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)


def judged_apart(names: Sequence[str], request: Request, ruleset: Ruleset) -> Iterator[Told]:
    """Judge logs in several processes; only few results wait for their turn, however many logs there are."""
    if _workers() == 1:
        yield from told_of(find_logs(names, BytesIO()), request, ruleset)
        return
    pool = _Pool(request, ruleset)
    try:
        for first in range(0, len(names), _AT_ONCE):
            pool.submit(names[first : first + _AT_ONCE])
            if len(pool.waiting) > _AHEAD * _workers():
                yield from pool.taken()
        while pool.waiting:
            yield from pool.taken()
    finally:
        pool.close()


def _workers() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, _MOST_WORKERS)


def _begin(request: Request, plain: Mapping[str, Any]) -> None:
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin = None
    if request.engine is not None:
        choose(request.engine)
    _Worker.request = request
    _Worker.ruleset = ruleset_of(plain)


def _judge(batch: Sequence[str]) -> list[Told]:
    return list(told_of(find_logs(batch, BytesIO()), _Worker.request, _Worker.ruleset))
