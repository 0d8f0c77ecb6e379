"""Rules ready to judge with, kept from one run of the program to the next in the user's cache folder.

Reading packs takes the libraries for YAML, for grammars and for schemas; judging a log takes none of them.
The cache is data, never code, and only a help: whatever is wrong with it, the packs are read.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from logverdict import __version__
from logverdict.rulebook.compiled import plain_ruleset, ruleset_of
from logverdict.rulebook.pack_folder import PackFolder
from logverdict.rulebook.rule import Ruleset

_FORM: Final = 1
_LARGEST: Final = 16 << 20
_MOST_FILES: Final = 500
_MOST_KEPT: Final = 8
_KEY: Final = 24


def prepared_ruleset(folders: Sequence[PackFolder], cache: Path) -> Ruleset:
    """Load all packs, or what the folder `cache` keeps of the very same ones, without what only people read.

    Raises:
        RuleError: with all the mistakes of all the files.
    """
    key = _key(folders)
    kept = _kept(cache / f"ruleset-{key}.json") if key else None
    if kept is not None:
        return kept
    from logverdict.rulebook.loading import load_ruleset

    ruleset = load_ruleset(folders)
    if key:
        with suppress(OSError):
            _keep(cache, key, json.dumps(plain_ruleset(ruleset), separators=(",", ":")).encode())
    return ruleset


def _key(folders: Sequence[PackFolder]) -> str | None:
    """Make a key of everything that the rules follow from; null where that cannot be told quickly."""
    digest = hashlib.sha256(f"{_FORM} {__version__} {sys.version} {sys.platform}".encode())
    try:
        for part in _code():
            digest.update(part.encode())
        count = 0
        for folder in folders:
            digest.update(repr((str(folder.path), folder.origin, folder.without)).encode())
            for name, content in _sources(Path(str(folder.path))):
                digest.update(f"\n{len(name)} {len(content)} {name}\n".encode(errors="surrogateescape"))
                digest.update(content)
                count += 1
                if count > _MOST_FILES:
                    return None
    except OSError:
        return None
    return digest.hexdigest()[:_KEY]


def _code() -> Iterator[str]:
    """Yield what changes with the code that makes rules, for those who work on it."""
    with os.scandir(Path(__file__).parent) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.endswith(".py"):
                yield f"{entry.name} {entry.stat().st_mtime_ns}\n"


def _sources(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_file():
        yield "", _content(path)
        return
    for folder, below, names in os.walk(path, onerror=_raised, followlinks=True):
        below.sort()
        for name in sorted(names):
            if name.endswith(".yaml"):
                yield str(Path(folder, name).relative_to(path)), _content(Path(folder, name))


def _raised(err: OSError) -> None:
    raise err


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError(f"{path} is too large to be kept")
    return content


def _kept(file: Path) -> Ruleset | None:
    """Read a kept ruleset; null where there is none, or it is torn, foreign or not of this program."""
    try:
        with file.open("rb") as stream:
            if not _is_own(stream.fileno()):
                return None
            raw = stream.read(_LARGEST + 1)
        digest, _, content = raw.partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        return ruleset_of(json.loads(content))
    except (OSError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _is_own(descriptor: int) -> bool:
    """Tell whether a file is the user's own, and nobody else can write to it."""
    found = os.fstat(descriptor)
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return is_mine and (os.name == "nt" or not found.st_mode & 0o022)


def _keep(cache: Path, key: str, content: bytes) -> None:
    import tempfile

    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".ruleset-", dir=cache)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        Path(temporary).replace(cache / f"ruleset-{key}.json")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    kept = sorted(cache.glob("ruleset-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in kept[_MOST_KEPT:]:
        old.unlink(missing_ok=True)
