"""Judge many logs in several processes, in the order in which they were named."""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from multiprocessing import get_context
from typing import Any, Final

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


def judged_apart(names: Sequence[str], request: Request, ruleset: Ruleset) -> Iterator[Told]:
    """Judge logs in several processes; only few results wait for their turn, however many logs there are.

    Where a process dies, what it had not judged yet is judged here.
    """
    if _workers() == 1:
        yield from told_of(find_logs(names, BytesIO()), request, ruleset)
        return
    pool = ProcessPoolExecutor(
        _workers(),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(request, plain_ruleset(ruleset)),
    )
    waiting: deque[tuple[Sequence[str], Future[list[Told]]]] = deque()
    batches = (names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE))
    try:
        for batch in batches:
            waiting.append((batch, _submitted(pool, batch)))
            if len(waiting) > _AHEAD * _workers():
                yield from _result(*waiting.popleft(), request, ruleset)
        while waiting:
            yield from _result(*waiting.popleft(), request, ruleset)
    finally:
        pool.shutdown(cancel_futures=True)


def _workers() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, _MOST_WORKERS)


def _submitted(pool: ProcessPoolExecutor, batch: Sequence[str]) -> Future[list[Told]]:
    try:
        return pool.submit(_judge, batch)
    except BrokenProcessPool as err:
        broken: Future[list[Told]] = Future()
        broken.set_exception(err)
        return broken


def _result(
    batch: Sequence[str], future: Future[list[Told]], request: Request, ruleset: Ruleset
) -> Iterator[Told]:
    try:
        yield from future.result()
    except BrokenProcessPool:
        yield from told_of(find_logs(batch, BytesIO()), request, ruleset)


def _begin(request: Request, plain: dict[str, Any]) -> None:
    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin = None
    _Worker.request = request
    _Worker.ruleset = ruleset_of(plain)


def _judge(batch: Sequence[str]) -> list[Told]:
    return list(told_of(find_logs(batch, BytesIO()), _Worker.request, _Worker.ruleset))
