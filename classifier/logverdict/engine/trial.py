"""Try new tables in a process of their own, whose death is no harm, before they are used in this one."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from logverdict.engine.canary import canary, sure_matches
from logverdict.engine.tables import TablesError, compiled, misses, serialised
from logverdict.engines import INSTALL_HYPERSCAN
from logverdict.errors import EngineError

_SECONDS: Final = 120
_REFUSED: Final = 3
_OVERLOOKED: Final = 4
_FROM_OUTSIDE: Final = frozenset({-signal.SIGTERM, -signal.SIGINT, -getattr(signal, "SIGKILL", 9)})
_LARGEST_STATUS: Final = 255
"""Windows gives the number of a crash beyond it."""
_ALIGNMENTS: Final = 64
_PROGRAM: Final = """
import json, sys
order = json.loads(sys.stdin.buffer.read())
sys.path[:] = order["path"]
from logverdict.engine.trial import attend
sys.exit(attend(order))
"""


class UnfitError(EngineError):
    """The trial did not end well, and would not another time."""


def tried(expressions: Sequence[bytes], *, once: bool) -> bytes:
    """Compile and try tables in another process, and give them written down.

    Raises:
        TablesError: hyperscan refuses some expressions.
        UnfitError: it crashed over them, or took too long.
        EngineError: they could not be tried now.
    """
    order = {"path": sys.path, "once": once, "expressions": [one.hex() for one in expressions]}
    done = _run(json.dumps(order).encode())
    if done.returncode == 0 and done.stdout:
        return done.stdout
    if done.returncode == _REFUSED:
        raise TablesError({int(number): said for number, said in json.loads(done.stdout).items()})
    if done.returncode == _OVERLOOKED:
        raise UnfitError(f"this hyperscan overlooks matches: {INSTALL_HYPERSCAN}")
    said = f"hyperscan's trial of these patterns ended with {done.returncode}"
    is_crash = done.returncode < 0 or done.returncode > _LARGEST_STATUS
    if is_crash and done.returncode not in _FROM_OUTSIDE:
        raise UnfitError(said)
    raise EngineError(f"{said}: {done.stderr.decode(errors='replace')[-500:].strip()}")


def _run(order: bytes) -> subprocess.CompletedProcess[bytes]:
    if not sys.executable:
        raise EngineError("hyperscan's patterns cannot be tried: it is not known where Python is")
    try:
        return subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM],
            input=order, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as err:
        raise UnfitError(f"hyperscan's trial of these patterns took more than {_SECONDS} s") from err
    except OSError as err:
        raise EngineError(f"hyperscan's patterns cannot be tried: {err}") from err


def attend(order: dict[str, object]) -> int:
    """Be the process that tries: scan the canary, write the tables to stdout, give the exit status."""
    given = order["expressions"]
    expressions = [bytes.fromhex(one) for one in given] if isinstance(given, list) else []
    try:
        tables = compiled(expressions, once=bool(order["once"]))
    except TablesError as err:
        sys.stdout.write(json.dumps(err.refused))
        return _REFUSED
    if misses(tables):
        return _OVERLOOKED
    text = canary(expressions)
    found: set[int] = set()

    def take(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        found.add(number)

    tables.scan(text, take)
    for shift in range(_ALIGNMENTS):
        tables.scan(text[shift : shift + 4096 - 3 * shift], take)
    for number, line in sure_matches(expressions):
        found.clear()
        tables.scan(line, take)
        if number not in found:
            return _OVERLOOKED
    sys.stdout.buffer.write(serialised(tables))
    return 0
