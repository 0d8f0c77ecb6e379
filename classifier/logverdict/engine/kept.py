"""Files of the user's cache folder that only this user can have written, and wholly."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from logverdict.cache_files import is_own, put

_LARGEST: Final = 256 << 20
_MOST: Final = 64


def kept(file: Path) -> bytes | None:
    """Read what was kept; null where there is none, or it is torn, foreign, or writable by others."""
    try:
        with file.open("rb") as stream:
            if not is_own(stream.fileno()):
                return None
            raw = stream.read(_LARGEST + 1)
    except (OSError, ValueError):
        return None
    digest, _, content = raw.partition(b"\n")
    return content if _digest(content) == digest else None


def keep(file: Path, content: bytes) -> None:
    """Keep content, wholly or not at all; where that cannot be, the next run makes it anew."""
    with suppress(OSError):
        put(str(file), _digest(content) + b"\n" + content, _MOST)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
