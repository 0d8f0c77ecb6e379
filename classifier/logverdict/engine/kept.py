"""Files of the user's cache folder that only this user can have written, and wholly."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_LARGEST: Final = 256 << 20
_MOST: Final = 64


def kept(file: Path) -> bytes | None:
    """Read what was kept; null where there is none, or it is torn, foreign, or writable by others."""
    try:
        with file.open("rb") as stream:
            if not _is_own(stream.fileno()):
                return None
            raw = stream.read(_LARGEST + 1)
    except (OSError, ValueError):
        return None
    digest, _, content = raw.partition(b"\n")
    return content if _digest(content) == digest else None


def keep(file: Path, content: bytes) -> None:
    """Keep content, wholly or not at all; where that cannot be, the next run makes it anew."""
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(file, _digest(content) + b"\n" + content)
        _leave_few(file)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _is_own(descriptor: int) -> bool:
    found = os.fstat(descriptor)
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return is_mine and (os.name == "nt" or not found.st_mode & 0o022)


def _write(file: Path, content: bytes) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _leave_few(file: Path) -> None:
    """Remove the oldest files of the same kind: each change of a rule makes a new one."""
    kind = file.name.partition("-")[0]
    found = sorted(file.parent.glob(f"{kind}-*{file.suffix}"), key=_age, reverse=True)
    for old in found[_MOST:]:
        old.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
