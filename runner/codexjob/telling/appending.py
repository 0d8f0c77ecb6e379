"""Adding whole lines to a file that others add lines to as well."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from codexjob.files import replace_file

_LOCK_WAIT: Final = 5.0
_LOOK: Final = 0.01
_MODE: Final = 0o600


def append_line(path: Path, line: str) -> None:
    """Add one line: whole, whoever else adds lines, and whatever became of an earlier writer.

    It is one write at the end of the file, under a lock for the case that the system takes only a part of
    it. What cannot be written whole is taken back.

    Raises:
        OSError: the file cannot be opened or written, or is not a file.
    """
    while not _try_to_append(path, line.encode() + b"\n"):
        pass


def keep_lines(path: Path, is_kept: Callable[[bytes], bool]) -> None:
    """Drop lines from the file; lines that others add meanwhile are not lost.

    Raises:
        OSError: the file cannot be read or written.
    """
    with _opened(path) as handle, _locked(handle):
        kept = [line for line in path.read_bytes().splitlines() if is_kept(line)]
        replace_file(path, b"".join(line + b"\n" for line in kept), is_forced=False)


def _try_to_append(path: Path, content: bytes) -> bool:
    with _opened(path) as handle, _locked(handle):
        if not _is_still(path, handle):
            return False
        _append(handle, content)
        return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # Without waiting: a pipe that nobody reads would hold the job up before it is refused.
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    handle = os.open(path, flags, _MODE)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a regular file", str(path))
        yield handle
    finally:
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    """Tell whether the file was replaced while its lock was waited for."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _append(handle: int, content: bytes) -> None:
    size = os.fstat(handle).st_size
    # A writer that was killed half-way has left a part: it stays apart, as a line that is no JSON.
    is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
    left = memoryview(b"\n" + content if is_cut else content)
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Hold the file's lock; one that is never let go is not waited for: one write is whole all the same."""
    import fcntl

    until = monotonic() + _LOCK_WAIT
    while monotonic() < until:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        sleep(_LOOK)
    yield
