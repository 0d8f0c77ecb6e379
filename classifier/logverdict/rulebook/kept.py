"""Find a ruleset that an earlier run of the program has kept, without reading a pack.

What is kept is found by where the rule files stand and when they were last changed, as Python finds compiled
modules. So nothing but the kept file is read, and the library that takes digests, 3 ms, is not loaded.
"""

import json
import os
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from logverdict import __version__
from logverdict.cache_files import code_stamps, is_own
from logverdict.engines import exact
from logverdict.rulebook.compiled import ruleset_of
from logverdict.rulebook.rule import Ruleset

Place: TypeAlias = tuple[str, str, tuple[str, ...]]
"""A folder of packs, or one file; whom its rules are from, in words; what folders in it are left out."""

LARGEST: Final = 16 << 20
_FORM: Final = 6
_MOST_FILES: Final = 500
_SETTLED: Final = 2_000_000_000
"""Nanoseconds. A file system may tell two changes apart only when so much lies between them."""


def key_of(places: Sequence[Place]) -> bytes | None:
    """Write down all that the rules follow from; null where that cannot be told quickly."""
    said = [f"{_FORM} {__version__} {sys.version} {sys.platform} {exact()}"]
    try:
        said += code_stamps(os.path.dirname(__file__))
        for place in places:
            said.append(repr(place))
            said += _files(*place)
            if len(said) > _MOST_FILES:
                return None
    except OSError:
        return None
    return "\n".join(said).encode(errors="surrogateescape")


def kept_file(cache: str, key: bytes) -> str:
    """Name the file that a ruleset is kept in."""
    return os.path.join(cache, f"ruleset-{zlib.crc32(key):08x}.json")


def kept_ruleset(cache: str, key: bytes) -> Ruleset | None:
    """Read a kept ruleset; null where there is none, or it is torn, foreign or not of this program."""
    try:
        with open(kept_file(cache, key), "rb") as stream:
            content = _opened(stream.read(LARGEST + 1), key) if is_own(stream.fileno()) else None
        return None if content is None else ruleset_of(json.loads(content))
    except (OSError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def sealed(key: bytes, content: bytes) -> bytes:
    """Put a ruleset and its key together, so that another key or a torn file is noticed.

    The sum is no secret: what keeps strangers out is that only the user can write the file, and that it is
    data, of which nothing but rules can come.
    """
    return _head(key, content) + key + content


def _opened(raw: bytes, key: bytes) -> bytes | None:
    start = raw.find(b"\n") + 1
    content = raw[start + len(key) :]
    is_right = raw.startswith(key, start) and raw[:start] == _head(key, content)
    return content if is_right else None


def _head(key: bytes, content: bytes) -> bytes:
    return b"%08x %d\n" % (zlib.crc32(content), len(key))


def _files(path: str, _origin: str, without: Sequence[str]) -> Iterator[str]:
    if os.path.isfile(path):
        yield _stamp(path)
        return
    for folder, below, names in os.walk(path, onerror=_raised, followlinks=True):
        below[:] = sorted(name for name in below if folder != path or name not in without)
        for name in sorted(names):
            if name.endswith(".yaml"):
                file = os.path.join(folder, name)
                yield f"{file!r} {_stamp(file)}"


def _raised(err: OSError) -> None:
    raise err


def _stamp(file: str) -> str:
    """Say what changes with a file: the file system's word where it can be believed, else a digest.

    The time of a change cannot be set back by hand, but one that is quite young may be that of two changes.
    On Windows it is another time.
    """
    found = os.stat(file)
    if os.name == "posix" and found.st_ctime_ns + _SETTLED < time.time_ns():
        return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
    if found.st_size > LARGEST:
        raise OSError(f"{file} is too large to be kept")
    import hashlib

    with open(file, "rb") as stream:
        return hashlib.sha256(stream.read(LARGEST)).hexdigest()
