"""Read a pattern of the RE2 dialect into a tree: https://github.com/google/re2/wiki/Syntax."""

import re
from typing import Final

from logverdict.dialect import charset, classes
from logverdict.dialect.charset import Ranges
from logverdict.dialect.escapes import DialectError, Escapes
from logverdict.dialect.tree import At, Chars, Choice, Group, Node, Place, Repeat, Row
from logverdict.record import record

_MOST_REPEATED: Final = 1000
_DEEPEST: Final = 200
_TIMES: Final = re.compile(r"\{(0|[1-9]\d*)(,)?(0|[1-9]\d*)?\}")
_FLAGS: Final = re.compile(r"\?([imsU]*)(-[imsU]+)?([:)])")
_NAME: Final = re.compile(r"\?P?<(\w+)>")
_ENDS: Final[dict[str, tuple[Place, Place]]] = {
    "^": ("text_start", "line_start"),
    "$": ("text_end", "line_end"),
}
"""What they stand for, of the whole text and of lines."""
_PLACES: Final[dict[str, Place]] = {"A": "text_start", "z": "text_end", "b": "border", "B": "no_border"}


@record(frozen=True, slots=True)
class _Flags:
    """What holds from here on: cases alike, `^` and `$` at lines, `.` for any line end, few repeats first."""

    cases: bool
    lines: bool
    dot_all: bool
    few: bool


def tree_of(source: str, *, ignore_case: bool = False, lines: bool = True) -> Node:
    """Read a pattern; with `lines`, `^` and `$` stand for the ends of lines, and else of the whole text.

    Raises:
        DialectError: it is not of the dialect, or of a part of it that only RE2 knows.
    """
    return _Reader(source).whole(_Flags(ignore_case, lines=lines, dot_all=False, few=False))


class _Reader(Escapes):
    """A pattern and how far it is read."""

    def whole(self, flags: _Flags) -> Node:
        found = self._choice(flags, 0)
        if self.left:
            raise DialectError("unexpected )")
        _count_repeats(found)
        return found

    def _choice(self, flags: _Flags, depth: int) -> Node:
        if depth > _DEEPEST:
            raise DialectError("groups are nested too deeply")
        parts: list[list[Node]] = [[]]
        while self.left and not self.is_at(")"):
            if self.take("|"):
                parts.append([])
                continue
            changed = self._changed_flags(flags)
            if changed is not None:
                flags = changed
                continue
            parts[-1].extend(self._repeated(flags, depth))
        rows: list[Node] = [Row(tuple(row)) if len(row) != 1 else row[0] for row in parts]
        return rows[0] if len(rows) == 1 else Choice(tuple(rows))

    def _changed_flags(self, flags: _Flags) -> _Flags | None:
        """Read `(?i)`, which holds for the rest of its group; null where none stands here."""
        found = _FLAGS.match(self.source, self.at + 1) if self.is_at("(") else None
        if found is None or found[3] != ")":
            return None
        self.at = found.end()
        return _with(flags, found)

    def _repeated(self, flags: _Flags, depth: int) -> list[Node]:
        parts = self._one(flags, depth)
        times = self._times()
        if times is None:
            return parts
        if not parts:
            raise DialectError("no argument for repetition operator")
        is_few = self.take("?")
        repeat = Repeat(parts[-1], *times, is_greedy=is_few == flags.few)
        if self._times() is not None:
            raise DialectError("bad repetition operator")
        return [*parts[:-1], repeat]

    def _times(self) -> tuple[int, int | None] | None:
        """Read a repetition; null where none stands here."""
        for sign, times in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return times
        found = _TIMES.match(self.source, self.at)
        if found is None or (found[3] and not found[2]):
            return None
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > _MOST_REPEATED or (most is not None and most < least):
            raise DialectError(f"invalid repetition size: {found[0]}")
        return least, most

    def _one(self, flags: _Flags, depth: int) -> list[Node]:
        """Read what a repetition would hold for: of a quoted row, its last character."""
        sign = self.next()
        match sign:
            case "(":
                return [self._group(flags, depth)]
            case "[":
                return [Chars(self._set(flags))]
            case ".":
                return [Chars(((0, charset.LAST),) if flags.dot_all else charset.without(((10, 10),)))]
            case "^" | "$":
                return [At(_ENDS[sign][flags.lines])]
            case "\\":
                return self._escaped(flags)
            case "*" | "+" | "?":
                raise DialectError("no argument for repetition operator")
        return [_literal(ord(sign), flags)]

    def _escaped(self, flags: _Flags) -> list[Node]:
        if not self.left:
            raise DialectError("trailing \\")
        if self.take("Q"):
            return [_literal(ord(sign), flags) for sign in self.quoted()]
        for sign, place in _PLACES.items():
            if self.take(sign):
                return [At(place)]
        ranges = self.named_set(fold=flags.cases)
        return [Chars(ranges) if ranges is not None else _literal(self.escape(), flags)]

    def _group(self, flags: _Flags, depth: int) -> Node:
        if found := _FLAGS.match(self.source, self.at):
            # With a colon: what closes at once is no group, and read before.
            self.at = found.end()
            return self._closed(_with(flags, found), depth)
        name = _NAME.match(self.source, self.at)
        if name is None and self.is_at("?"):
            raise DialectError(f"invalid perl operator: ({self.source[self.at : self.at + 2]}")
        self.at = name.end() if name else self.at
        return Group(self._closed(flags, depth), name[1] if name else None)

    def _closed(self, flags: _Flags, depth: int) -> Node:
        inner = self._choice(flags, depth + 1)
        if not self.take(")"):
            raise DialectError("missing )")
        return inner

    def _set(self, flags: _Flags) -> Ranges:
        is_without = self.take("^")
        found: list[tuple[int, int]] = []
        is_first = True
        while is_first or not self.is_at("]"):
            if not self.left:
                raise DialectError("missing ]")
            is_first = False
            found.extend(self._member(flags))
        self.take("]")
        ranges = charset.united(found)
        return charset.without(ranges) if is_without else ranges

    def _member(self, flags: _Flags) -> Ranges:
        if (name := self.posix_name()) is not None:
            ranges = _folded(classes.POSIX[name.removeprefix("^")], flags)
            return charset.without(ranges) if name.startswith("^") else ranges
        if self.take("\\"):
            named = self.named_set(fold=flags.cases)
            if named is not None:
                return named
            self.at -= 1
        low = high = self.member()
        if self.is_at("-") and not self.is_at("-]") and self.take("-"):
            high = self.member()
        if high < low:
            raise DialectError("invalid character class range")
        return _folded(((low, high),), flags)


def _literal(code: int, flags: _Flags) -> Node:
    return Chars(_folded(((code, code),), flags))


def _folded(ranges: Ranges, flags: _Flags) -> Ranges:
    return charset.folded(ranges) if flags.cases else ranges


def _with(flags: _Flags, found: re.Match[str]) -> _Flags:
    now = {"i": flags.cases, "m": flags.lines, "s": flags.dot_all, "U": flags.few}
    now |= dict.fromkeys(found[1], True) | dict.fromkeys((found[2] or "-")[1:], False)
    return _Flags(now["i"], now["m"], now["s"], now["U"])


def _count_repeats(node: Node, outer: int = 1) -> None:
    match node:
        case Repeat(part=part):
            outer *= max(node.most or node.least, 1)
            if outer > _MOST_REPEATED:
                raise DialectError("repetitions inside each other count to too much")
            _count_repeats(part, outer)
        case Group(part=part):
            _count_repeats(part, outer)
        case Row(parts=parts) | Choice(parts=parts):
            for part in parts:
                _count_repeats(part, outer)
