"""One file of a work tree as a mode and a digest, read within limits and without following anything."""

import hashlib
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

SUBMODULE: Final = "160000"
"""The mode of a repository that lies in another one."""
LINK: Final = "120000"
"""The mode of a symbolic link."""
_HASH_LIMIT: Final = 32 << 20
_KEEP_LIMIT: Final = 1 << 20
_BLOCK: Final = 1 << 18
# Copies of such files would outlive the secret in the original.
_SECRETS: Final = re.compile(
    r"\.env\b.*|.*\.(?:env|pem|key|p12|pfx|jks)|id_(?:rsa|ecdsa|ed25519)|\.(?:netrc|npmrc|pypirc)|credentials.*"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its mode as git writes it (`100644`, `100755`, `120000` for a link) and its id.

    The id is git's for its content; `stat:SIZE:MTIME` for a file too big to be read.
    """

    mode: str
    id: str


@dataclass(slots=True)
class Limits:
    """What one look at a work tree may cost. `until` is a time of the monotonic clock.

    `keep` is a folder that gets a copy of each small file that is read, named by its id; null keeps none.
    """

    algorithm: str = "sha1"
    files: int = 20_000
    hashed: int = 512 << 20
    kept: int = 16 << 20
    until: float = field(default_factory=lambda: monotonic() + 20.0)
    keep: Path | None = None

    def is_over(self) -> bool:
        """Tell whether no further file may be looked at."""
        return self.files <= 0 or monotonic() > self.until


def read_entry(path: Path, limits: Limits) -> Entry | None:
    """Read one file as it stands there; null where there is none, or nothing that git would keep."""
    limits.files -= 1
    with suppress(OSError, ValueError):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            return Entry(LINK, _id(os.fsencode(path.readlink()), limits.algorithm))
        if stat.S_ISREG(found.st_mode):
            return _regular(path, limits)
    return None


def _regular(path: Path, limits: Limits) -> Entry | None:
    # Whatever took the file's place since the look at it: no link is followed and no pipe waited for.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return None
        mode = "100755" if found.st_mode & stat.S_IXUSR else "100644"
        if found.st_size > min(_HASH_LIMIT, limits.hashed):
            return Entry(mode, f"stat:{found.st_size}:{found.st_mtime_ns}")
        limits.hashed -= found.st_size
        return Entry(mode, _hashed(handle, found.st_size, path.name, limits))
    finally:
        os.close(handle)


def _hashed(handle: int, size: int, name: str, limits: Limits) -> str:
    if size > _KEEP_LIMIT:
        return _id_of_pieces(lambda: os.read(handle, _BLOCK), size, limits.algorithm)
    content = os.read(handle, _KEEP_LIMIT)
    known = _id(content, limits.algorithm)
    if limits.keep is not None and len(content) <= limits.kept and not _SECRETS.fullmatch(name):
        limits.kept -= len(content)
        _keep(limits.keep / known, content)
    return known


def _keep(path: Path, content: bytes) -> None:
    with suppress(OSError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)


def _id(content: bytes, algorithm: str) -> str:
    pieces = iter((content,))
    return _id_of_pieces(lambda: next(pieces, b""), len(content), algorithm)


def _id_of_pieces(read: Callable[[], bytes], size: int, algorithm: str) -> str:
    digest = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    while piece := read():
        digest.update(piece)
    return digest.hexdigest()
