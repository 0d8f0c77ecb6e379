"""Files of the user's cache folder: written wholly or not at all, few of a kind, and nobody else's.

Names are strings: on the way to one verdict there is no time for pathlib.
"""

import os
from collections.abc import Iterator


def is_own(descriptor: int) -> bool:
    """Tell whether a file is the user's own, and nobody else can write to it."""
    found = os.fstat(descriptor)
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return is_mine and (os.name == "nt" or not found.st_mode & 0o022)


def put(file: str, content: bytes, most: int) -> None:
    """Write a file so that readers see the old one or the new one, and leave the newest `most` of its kind.

    Of a kind are files with the same beginning, up to a hyphen, and the same suffix.

    Raises:
        OSError: it cannot be written.
    """
    from pathlib import Path
    from tempfile import mkstemp

    path = Path(file)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    kind = path.name.partition("-")[0]
    found = sorted(path.parent.glob(f"{kind}-*{path.suffix}"), key=lambda one: _age(str(one)), reverse=True)
    for old in found[most:]:
        old.unlink(missing_ok=True)


def code_stamps(folder: str) -> Iterator[str]:
    """Yield what changes with the code in a folder, for those who work on it.

    Raises:
        OSError: the folder cannot be read.
    """
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.endswith(".py"):
                yield f"{entry.name} {entry.stat().st_mtime_ns}\n"


def _age(file: str) -> float:
    try:
        return os.stat(file).st_mtime
    except OSError:
        return 0.0
