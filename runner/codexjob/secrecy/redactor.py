"""Taking secrets out of bytes, whole or as they come in pieces, always with the same result."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from logverdict.pattern import BytesPattern, compile_bytes

from codexjob.secrecy.key_block import KeyBlock
from codexjob.secrecy.shapes import LONGEST_HEAD, SHAPES, Shape
from codexjob.secrecy.values import literals

_PIECE: Final = 1 << 16
_BY_NAME: Final = {shape.name.replace("-", "_"): shape for shape in SHAPES}


@dataclass(frozen=True, slots=True)
class Redactor:
    """What is to be taken away: exact values, and known shapes of keys.

    `instead` holds what replaces each form of an exact value. `beyond` finds, by the name of a shape, where
    a key of it ends. `reach` is how many bytes from its begin on must be seen to know a secret as one.
    """

    pattern: BytesPattern
    instead: Mapping[bytes, bytes]
    beyond: Mapping[str, BytesPattern]
    reach: int

    def redact(self, data: bytes) -> bytes:
        """Give `data` without secrets."""
        stream = Redaction(self)
        pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
        return b"".join([*map(stream.feed, pieces), stream.finish()])

    def text(self, text: str) -> str:
        """Give `text` without secrets."""
        data = text.encode(errors="surrogatepass")
        return self.redact(data).decode(errors="surrogatepass")


@lru_cache(maxsize=8)
def redactor_for(values: tuple[tuple[str, str], ...]) -> Redactor:
    """Make the redactor for these names and values of secret variables, and for all known shapes."""
    found = {one.found: one.instead for name, value in values for one in literals(name, value)}
    # Of two that begin alike the longer one is tried first.
    exact = [re.escape(form) for form in sorted(found, key=len, reverse=True)]
    shapes = [_named(name, shape) for name, shape in _BY_NAME.items()]
    return Redactor(
        compile_bytes(b"|".join([*exact, *shapes])),
        found,
        {shape.name: compile_bytes(rb"[^" + shape.more + rb"]") for shape in SHAPES if shape.more},
        max([LONGEST_HEAD, *map(len, found)]) + 1,
    )


def _named(name: str, shape: Shape) -> bytes:
    return f"(?P<{name}>(?P<keep_{name}>".encode() + shape.before + b")" + shape.first + b")"


@dataclass(slots=True)
class Redaction:
    """A stream being redacted. Whole lines are never held back; of a line without end the last bytes are.

    What is held back is at most `redactor.reach` bytes; `finish` gives it.
    """

    redactor: Redactor
    _before: bytes = b""
    _pending: bytes = b""
    _beyond: BytesPattern | None = None
    _block: KeyBlock | None = None
    _out: list[bytes] = field(default_factory=list)

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece, and give what can be said by now."""
        return self._advance(chunk, is_last=False)

    def finish(self) -> bytes:
        """Give what was held back; the stream has ended."""
        return self._advance(b"", is_last=True)

    def _advance(self, chunk: bytes, *, is_last: bool) -> bytes:
        data = b"".join((self._before, self._pending, chunk))
        at = len(self._before)
        # No head goes beyond a line end, so what stands before the last one can be decided now.
        decided = len(data) if is_last else max(data.rfind(b"\n") + 1, len(data) - self.redactor.reach)
        while at < len(data) and (further := self._pass(data, at, decided, is_last=is_last)) is not None:
            at = further
        self._before, self._pending = data[max(at - 1, 0) : at], data[at:]
        out = b"".join(self._out)
        self._out.clear()
        return out

    def _pass(self, data: bytes, at: int, decided: int, *, is_last: bool) -> int | None:
        """Deal with the next stretch of `data`; give its end, or nothing when more must be seen first."""
        if self._beyond is not None:
            return self._pass_key(self._beyond, data, at)
        if self._block is not None:
            after = self._pass_block(self._block, data, at, is_last=is_last)
            return after if after > at or self._block is None else None
        return self._pass_plain(data, at, decided) if at < decided else None

    def _pass_key(self, beyond: BytesPattern, data: bytes, at: int) -> int:
        found = beyond.search(data, at)
        if found is None:
            return len(data)
        self._beyond = None
        return found.start

    def _pass_block(self, block: KeyBlock, data: bytes, at: int, *, is_last: bool) -> int:
        after = block.swallow(data, at, is_last=is_last)
        # The lines stay lines, so that their numbers in the record stay right.
        self._out.append(b"\n" * data.count(b"\n", at, after))
        self._block = None if block.is_closed else block
        return after

    def _pass_plain(self, data: bytes, at: int, decided: int) -> int:
        found = self.redactor.pattern.search(data, at)
        if found is None or found.start >= decided:
            self._out.append(data[at:decided])
            return decided
        self._out += (data[at : found.start], self._instead(data[found.start : found.end], found.groups))
        return found.end

    def _instead(self, found: bytes, groups: Mapping[str, bytes]) -> bytes:
        name = next((name for name in groups if name in _BY_NAME), None)
        if name is None:
            return self.redactor.instead[found]
        shape = _BY_NAME[name]
        self._beyond = self.redactor.beyond.get(shape.name)
        self._block = KeyBlock() if shape.is_block else None
        return groups[f"keep_{name}"] + f"[redacted:{shape.name}]".encode() + shape.after
