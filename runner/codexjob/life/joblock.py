"""The lock of a job: whoever holds it is the only writer of the job's files.

It is a lock of the kernel on an open file, so it ends with the last process that has the file open, however
that process ends, and it can be handed to a child. Whoever waits for it sleeps in the kernel.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from codexjob.errors import LogFolderError


@dataclass(slots=True)
class JobLock:
    """A lock that is held, through this open file."""

    path: Path
    handle: int
    _is_held: bool = True

    def release(self) -> None:
        """Give the lock back, unless that was done before; the file stays."""
        if self._is_held:
            self._is_held = False
            os.close(self.handle)

    def finish(self) -> None:
        """Remove the file and give the lock back: the job is over, and nobody need ask again."""
        with suppress(OSError):
            self.path.unlink()
        self.release()


def make_lock(path: Path) -> JobLock | None:
    """Make and take the lock of a new job; null where there is one already.

    Raises:
        LogFolderError: it cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return None
    except OSError as err:
        raise LogFolderError(f"cannot write to the log folder {path.parent}: {err.strerror}") from err
    return _locked(path, handle)


def take_lock(path: Path, *, is_made: bool = False) -> JobLock | None:
    """Take the lock of a job that nobody lives; null where somebody does, or there is none.

    With `is_made` a lock that is gone is made again, for a job that is taken up.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if is_made else 0)
    try:
        handle = os.open(path, flags, 0o600)
    except FileNotFoundError:
        return None
    return _locked(path, handle)


def await_release(path: Path) -> None:
    """Sleep until nobody holds the lock, or there is none."""
    import fcntl

    with _opened(path) as handle:
        if handle is not None:
            fcntl.flock(handle, fcntl.LOCK_SH)


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _locked(path: Path, handle: int) -> JobLock | None:
    """Lock an open file, and be sure that it is still the one that the path names."""
    # Here, so that the commands that need no lock work where there are none of this kind.
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), path.stat()):
            return JobLock(path, handle)
    except OSError:
        # Somebody else holds it, or has removed it.
        pass
    os.close(handle)
    return None
