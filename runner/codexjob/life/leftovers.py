"""Processes that a dead supervisor left: found by the mark of their run and by who they were, and ended."""

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final

import psutil

from codexjob.family import MARK, Swept, end_all
from codexjob.life.identity import ProcessIdentity, is_alive

_ROUNDS: Final = 6
_GRACE: Final = 3.0


def end_leftovers(
    run_ids: Collection[str], known: Iterable[ProcessIdentity] = (), grace: float = _GRACE
) -> Swept:
    """End every process of these runs: TERM, then KILL after `grace` seconds, until none is left.

    A process belongs to a run by the run's mark in its environment, by being one of the `known` ones (the
    same id and the same start), or by coming from such a one. No other is touched, and never this one.
    """
    known, ended = tuple(known), set[psutil.Process]()
    for _ in range(_ROUNDS):
        found = _members(run_ids, known)
        if not found:
            return Swept(len(ended), ())
        ended |= found
        end_all(found, grace)
    return Swept(len(ended), tuple(sorted(process.pid for process in _members(run_ids, known))))


def marked(run_ids: Collection[str]) -> set[psutil.Process]:
    """Find the living processes that carry the mark of one of these runs."""
    return {process for process in psutil.process_iter() if _is_marked(process, run_ids)}


def _members(run_ids: Collection[str], known: Iterable[ProcessIdentity]) -> set[psutil.Process]:
    found = marked(run_ids) | set(filter(None, map(_process_of, known)))
    for process in tuple(found):
        with suppress(psutil.Error):
            found.update(process.children(recursive=True))
    return {process for process in found if process.pid != os.getpid() and _lives(process)}


def _process_of(identity: ProcessIdentity) -> psutil.Process | None:
    with suppress(psutil.Error):
        return psutil.Process(identity.pid) if is_alive(identity) else None
    return None


def _is_marked(process: psutil.Process, run_ids: Collection[str]) -> bool:
    with suppress(psutil.Error):
        return process.environ().get(MARK) in run_ids
    return False


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
