"""One writer per repository: a lock that names the run that holds it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from codexjob.files import read_json, write_json
from codexjob.life.identity import ProcessIdentity
from codexjob.places import made, repository_of, short_name

_SANDBOX: Final = ("-s", "--sandbox")


@dataclass(frozen=True, slots=True)
class Owner:
    """The run that writes to a repository, its log folder, and its supervisor."""

    run_id: str
    folder: str
    repository: str
    supervisor: ProcessIdentity


_OWNER: Final = TypeAdapter(Owner)


class RepositoryLock:
    """The right to change one repository, for the jobs of one user."""

    def __init__(self, shared: Path, repository: Path) -> None:
        folder, name = made(shared / "repositories"), short_name(repository)
        self.repository = repository
        self._lock = FileLock(folder / f"{name}.lock", timeout=0, mode=0o600)
        self._owner = folder / f"{name}.owner.json"

    def take(self, owner: Owner) -> bool:
        """Take the lock if it is free; tell whether it was."""
        try:
            self._lock.acquire()
        except Timeout:
            return False
        write_json(self._owner, asdict(owner), is_forced=False, is_redacted=False)
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._owner.unlink()
            self._lock.release()

    def holder(self) -> Owner | None:
        """Read who holds the lock; null where that is not written, or no longer."""
        return read_json(self._owner, _OWNER)


def lock_of(shared: Path, folder: Path) -> RepositoryLock:
    """Give the lock of the repository that `folder` is in."""
    return RepositoryLock(shared, repository_of(folder))


def writes(codex_args: Sequence[str]) -> bool:
    """Tell whether Codex may change files with these options: unless they say `read-only` plainly."""
    if any(arg in ("--sandbox=read-only", "-sread-only") for arg in codex_args):
        return False
    return not any(flag in _SANDBOX and value == "read-only" for flag, value in pairwise(codex_args))
