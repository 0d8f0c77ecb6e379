"""Many expressions looked for at once by hyperscan, in raw bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from logverdict.engine.kept import keep, kept
from logverdict.engine.tables import is_there, key_of, loaded
from logverdict.engine.trial import UnfitError, tried
from logverdict.errors import EngineError

Bytes: TypeAlias = bytes | bytearray | memoryview

NUMBER_BITS: Final = 16
NUMBER_MASK: Final = (1 << NUMBER_BITS) - 1
PADDING: Final = 64
"""So many bytes stand behind what is scanned: the engine may read past its end."""
_BEHIND: Final = b"\n" * PADDING
_LARGEST: Final = 1 << 31
"""Of a longer text hyperscan takes the length to be less, and says nothing."""
_FIT, _UNFIT = b"fit", b"unfit"


class Database:
    """Expressions as `superset` makes them, looked for all at once. Not for several threads at a time.

    Tables are kept in the folder `cache`, if one is given. New ones are first tried in another process.

    Raises:
        TablesError: expressions are refused; its `refused` tells which, by number.
        EngineError: hyperscan is not installed, or not to be trusted with these.
    """

    __slots__ = ("_all", "_cache", "_expressions", "_found", "_once")

    def __init__(self, expressions: Sequence[bytes], cache: Path | None = None) -> None:
        if len(expressions) > NUMBER_MASK:
            raise EngineError(f"{len(expressions):,} expressions are too many for one database")
        self._expressions = tuple(expressions)
        self._cache = cache
        self._found: list[int] = []
        self._all = _tables(self._expressions, cache, once=False)
        self._once: Any = None

    def hits(self, data: Bytes, size: int) -> list[int]:
        """Give all hits in the first `size` bytes, rising, each as `end << NUMBER_BITS | number`.

        A hit is an end that a match can have, so one match may be several. Behind what is scanned `data`
        goes on for at least `PADDING` bytes, whatever they are: a line ends where the scanned bytes do.
        """
        view = memoryview(data)
        if not 0 <= size < _LARGEST or len(view) < size + PADDING:
            raise ValueError(
                f"{size} bytes of {len(view)} cannot be scanned: {PADDING} must stand behind them"
            )
        found: list[int] = []
        put = found.append

        def take(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            put(end << NUMBER_BITS | number)

        # A copy, since wheels differ in what they read from, costs a thirtieth of the scan.
        self._all.scan(b"".join((view[:size], _BEHIND)), take)
        found.sort()
        while found and found[-1] >> NUMBER_BITS > size:
            found.pop()
        return found

    def numbers(self, data: bytes) -> tuple[int, ...]:
        """Tell which expressions match in a text, rising; quick where none does."""
        once = self._once or self._ready()
        found = self._found
        once.scan(data + _BEHIND, self._take)
        if not found:
            return ()
        numbers = tuple(sorted(set(found)))
        found.clear()
        return numbers

    def _take(self, number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        self._found.append(number)

    def _ready(self) -> Any:
        try:
            self._once = _tables(self._expressions, self._cache, once=True)
        except EngineError:
            # These tell of every match, and so of the first.
            self._once = self._all
        return self._once


def _tables(expressions: Sequence[bytes], cache: Path | None, *, once: bool) -> Any:
    if not is_there():
        raise EngineError("hyperscan is not installed: pip install 'codexjob[fast]'")
    file = cache / f"hyperscan-{key_of(expressions, once=once)}.tables" if cache else None
    found = _kept_tables(file) if file else None
    if found is not None:
        return found
    try:
        content = tried(expressions, once=once)
    except UnfitError as err:
        if file:
            keep(file, b"%s %s" % (_UNFIT, str(err).encode()))
        raise
    if file:
        keep(file, b"%s %s" % (_FIT, content))
    tables = loaded(content)
    if tables is None:
        raise EngineError("hyperscan cannot load what it has written just now")
    return tables


def _kept_tables(file: Path) -> Any | None:
    state, _, content = (kept(file) or b"").partition(b" ")
    if state == _UNFIT:
        raise UnfitError(content.decode(errors="replace"))
    return loaded(content) if state == _FIT else None
