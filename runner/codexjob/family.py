"""The processes that a run of Codex left behind: found by kinship, ended, and proved gone."""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import psutil

MARK: Final = "CODEXJOB_RUN_ID"
_PR_SET_CHILD_SUBREAPER: Final = 36
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep ended, and the ids of processes that it could not end."""

    ended: int
    left: tuple[int, ...]


def adopt_orphans(*, is_wanted: bool = True) -> bool:
    """Make this process the parent of orphans below it (Linux), so that none leaves the family unseen.

    It holds for all of the process's life, or until it is no longer wanted.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_CHILD_SUBREAPER, int(is_wanted), 0, 0, 0) == 0)


@dataclass(slots=True)
class Family:
    """All processes below one run of Codex, also those that left its process group and session.

    Codex starts each command in a session of its own, so a signal to the group does not reach them.
    Processes are known by id and start time: an id used again is another process. `strangers` are the
    children that this process had before the run; nothing below them is touched. `leader` is the process
    that was started as Codex.
    """

    run_id: str
    leader: int | None = None
    strangers: frozenset[psutil.Process] = field(default_factory=lambda: frozenset(_children()))
    known: set[psutil.Process] = field(default_factory=set)

    def look(self) -> None:
        """Remember who is there now, so that they are found again after their parent is gone."""
        for child in _children():
            if child not in self.strangers and self._is_ours(child):
                self.known.update((child, *_descendants(child)))
        for member in tuple(self.known):
            self.known.update(_descendants(member))
        # The leader is left to whoever started it: its exit status can be taken only once.
        others = (member for member in self.known if member.pid != self.leader)
        self.known = {member for member in others if member.is_running() and not _reap(member)}

    def sweep(self, grace: float) -> Swept:
        """End everyone still there: TERM, then KILL after `grace` seconds, until none is left."""
        ended: set[psutil.Process] = set()
        for _ in range(_ROUNDS):
            self.look()
            if not self.known:
                break
            ended |= self.known
            end_all(self.known, grace)
        self.look()
        return Swept(len(ended), tuple(sorted(member.pid for member in self.known)))

    def _is_ours(self, child: psutil.Process) -> bool:
        if not self.strangers or child in self.known or child.pid == self.leader:
            return True
        # An orphan may come from below a stranger: only the mark of this run in its environment tells.
        with suppress(psutil.Error):
            return child.environ().get(MARK) == self.run_id
        return False


def _children() -> list[psutil.Process]:
    return psutil.Process().children()


def _descendants(member: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return member.children(recursive=True)
    return []


def _reap(member: psutil.Process) -> bool:
    """Take the exit status of a dead member, so that no zombie stays; tell whether it was dead."""
    try:
        if member.status() != psutil.STATUS_ZOMBIE:
            return False
        if member.ppid() == os.getpid():
            os.waitpid(member.pid, os.WNOHANG)
    except (psutil.Error, ChildProcessError):
        return True
    return True


def end_all(members: Iterable[psutil.Process], grace: float) -> None:
    """End processes: TERM, then KILL after `grace` seconds."""
    _, alive = psutil.wait_procs(_signalled(members, psutil.Process.terminate), timeout=grace)
    psutil.wait_procs(_signalled(alive, psutil.Process.kill), timeout=grace)


def _signalled(
    members: Iterable[psutil.Process], send: Callable[[psutil.Process], None]
) -> list[psutil.Process]:
    reached = []
    for member in members:
        with suppress(psutil.Error):
            send(member)
            reached.append(member)
    return reached
