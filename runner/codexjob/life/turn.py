"""The queue: a job's turn comes when its repository and one of the places are free, the oldest job first."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from codexjob.files import read_json, write_json
from codexjob.interrupt import Interrupts
from codexjob.life.identity import ProcessIdentity, is_alive
from codexjob.life.repolock import Owner, RepositoryLock
from codexjob.places import made, short_name

Waits: TypeAlias = Literal["place", "repository"]
_LOOK: Final = 0.25


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job in the queue: what it wants to write to, if anything, and what it waits for."""

    run_id: str
    supervisor: ProcessIdentity
    repository: str | None
    waits_for: Waits = "place"


_TICKET: Final = TypeAdapter(Ticket)


@dataclass(slots=True)
class Turn:
    """One job's place in the queue of its log folder, and what it holds when its turn has come.

    Jobs before it that wait for their repository only do not hold it up.
    """

    shared: Path
    owner: Owner
    lock: RepositoryLock | None
    limit: int
    _place: FileLock | None = None
    _ticket: Path | None = None
    _mine: Ticket = field(init=False)

    def __post_init__(self) -> None:
        repository = None if self.lock is None else str(self.lock.repository)
        self._mine = Ticket(self.owner.run_id, self.owner.supervisor, repository)

    def wait(self, interrupts: Interrupts, *, beat: Callable[[], None], tell: Callable[[str], None]) -> bool:
        """Wait for the turn; tell whether it has come, or a signal came before it."""
        told = ""
        while (why := self.try_now()) is not None:
            if why != told:
                tell(why)
                told = why
            if interrupts.wait(_LOOK, beat):
                self.leave()
                return False
        return True

    def try_now(self) -> str | None:
        """Take the turn if it has come; else say what the job waits for, in a sentence."""
        self._queue_up()
        if (before := self._before_me()) is not None:
            return f"waits behind run {before.run_id}"
        if self.lock is not None and not self.lock.take(self.owner):
            self._now_waits("repository")
            return _busy(self.lock)
        self._place = self._free_place()
        if self._place is None:
            self._release_lock()
            self._now_waits("place")
            return f"waits for one of {self.limit} places (--max-parallel)"
        self._drop_ticket()
        return None

    def leave(self) -> None:
        """Give everything back."""
        self._drop_ticket()
        self._release_lock()
        if self._place is not None:
            self._place.release()
            self._place = None

    @property
    def _folder(self) -> Path:
        return made(self.shared / "queues" / short_name(Path(self.owner.folder)))

    def _queue_up(self) -> None:
        if self._ticket is None:
            self._ticket = self._folder / f"{time.time_ns():020d}-{self.owner.run_id}.json"
            self._write_ticket()

    def _now_waits(self, what: Waits) -> None:
        if self._mine.waits_for != what:
            self._mine = replace(self._mine, waits_for=what)
            self._write_ticket()

    def _write_ticket(self) -> None:
        if self._ticket is not None:
            write_json(self._ticket, asdict(self._mine), is_forced=False, is_redacted=False)

    def _drop_ticket(self) -> None:
        if self._ticket is not None:
            self._ticket.unlink(missing_ok=True)
            self._ticket = None

    def _before_me(self) -> Ticket | None:
        for path, ticket in _tickets(self._folder):
            if self._ticket is not None and path.name >= self._ticket.name:
                return None
            is_rival = ticket.repository is not None and ticket.repository == self._mine.repository
            if is_rival or ticket.waits_for == "place":
                return ticket
        return None

    def _free_place(self) -> FileLock | None:
        for number in range(self.limit):
            place = FileLock(self._folder / f"place-{number}.lock", timeout=0, mode=0o600)
            with suppress(Timeout):
                place.acquire()
                return place
        return None

    def _release_lock(self) -> None:
        if self.lock is not None:
            self.lock.release()


def _tickets(folder: Path) -> Iterator[tuple[Path, Ticket]]:
    """List the tickets of living jobs, oldest first; those of dead ones are thrown away."""
    for path in sorted(folder.glob("[0-9]*.json")):
        ticket = read_json(path, _TICKET)
        if ticket is not None and is_alive(ticket.supervisor):
            yield path, ticket
        elif ticket is not None:
            path.unlink(missing_ok=True)


def _busy(lock: RepositoryLock) -> str:
    owner = lock.holder()
    if owner is None:
        return f"waits for another job to be done with {lock.repository}"
    return (
        f"waits for run {owner.run_id} to be done with {lock.repository} "
        f"(process {owner.supervisor.pid}, logs in {owner.folder})"
    )
