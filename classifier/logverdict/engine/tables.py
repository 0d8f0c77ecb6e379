"""The tables that hyperscan makes of expressions: compiled, written down, and loaded again."""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from logverdict.errors import EngineError

_FORM: Final = 1
_CPU: Final = Path("/proc/cpuinfo")
_CPU_LINES: Final = ("model name", "flags", "Features", "CPU part")
_CPU_BYTES: Final = 8192


KNOWN_TO_MISS: Final = b"Version: 5.4.12 "
"""Vectorscan of the wheels from 0.7.23 on: it overlooks matches behind a stretch of any characters.

https://github.com/VectorCamp/vectorscan/pull/368 mends it, and is in no wheel yet.
"""


class TablesError(EngineError):
    """Hyperscan refuses some expressions: `refused` tells which, by number, and why."""

    def __init__(self, refused: dict[int, str]) -> None:
        said = "; ".join(f"expression {number}: {reason}" for number, reason in refused.items())
        super().__init__(f"hyperscan refuses {said}")
        self.refused = refused


def is_there() -> bool:
    """Tell whether hyperscan is installed, without loading it."""
    from importlib.util import find_spec

    return find_spec("hyperscan") is not None


def compiled(expressions: Sequence[bytes], *, once: bool = False) -> Any:
    """Make tables; with `once` each expression is told of at its first match only.

    The flag that gives the start of a match is never set: one ordinary expression with it corrupts memory.

    Raises:
        TablesError: some are refused; it names them.
    """
    import hyperscan

    flags = hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    numbers = list(range(len(expressions)))
    try:
        database.compile(expressions=list(expressions), ids=numbers, flags=[flags] * len(numbers))
    except hyperscan.error as err:
        raise TablesError(_refused(expressions, flags) or {-1: str(err)}) from err
    return database


def _refused(expressions: Sequence[bytes], flags: int) -> dict[int, str]:
    import hyperscan

    found = {}
    for number, expression in enumerate(expressions):
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(expressions=[expression], ids=[0], flags=[flags])
        except hyperscan.error as err:
            found[number] = str(err)
    return found


def serialised(tables: Any) -> bytes:
    """Write tables down."""
    import hyperscan

    content: bytes = hyperscan.dumpb(tables)
    return content


def loaded(content: bytes) -> Any | None:
    """Load tables; null where they are of another version or machine.

    They are to the engine what code is to a processor: load none that this user has not made here.
    """
    import hyperscan

    try:
        tables = hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
        tables.scratch = hyperscan.Scratch(tables)
    except (hyperscan.error, ValueError, MemoryError):
        return None
    return None if misses(tables) else tables


def misses(tables: Any) -> bool:
    """Tell whether the engine that made tables is known to overlook matches."""
    info: bytes = tables.info()
    return info.startswith(KNOWN_TO_MISS)


def key_of(expressions: Sequence[bytes], *, once: bool) -> str:
    """Make a key of all that tables follow from: expressions, flags, versions and machine."""
    import hyperscan

    version = hyperscan.__version__  # type: ignore[attr-defined]  # it is there, and not in the package's stubs
    digest = hashlib.sha256(f"{_FORM} {once} {version} {sys.platform} {_machine()}".encode())
    for expression in expressions:
        digest.update(b"\n%d " % len(expression) + expression)
    return digest.hexdigest()[:32]


def _machine() -> str:
    """Tell the processor and what it can do: tables are made for it."""
    name = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_IDENTIFIER", "")
    try:
        with _CPU.open("rb") as stream:
            text = stream.read(_CPU_BYTES).decode(errors="replace")
    except OSError:
        return name
    return "\n".join(
        [name, *dict.fromkeys(line for line in text.splitlines() if line.startswith(_CPU_LINES))]
    )
