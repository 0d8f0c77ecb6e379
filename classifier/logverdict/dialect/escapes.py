"""Read the escapes and the named sets of a pattern of the RE2 dialect."""

import re
from typing import Final

from logverdict.dialect import charset, classes
from logverdict.dialect.charset import Ranges
from logverdict.found import PatternError

_OCTAL: Final = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_HEX: Final = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})")
_CATEGORY: Final = re.compile(r"([pP])(?:\{(\^?)(\w+)\}|([A-Za-z]))")
_POSIX: Final = re.compile(r"\[:(\^?[a-z]+):\]")
_CONTROLS: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


class DialectError(PatternError):
    """A pattern is not of the dialect, or of a part of it that only RE2 knows."""


class Escapes:
    """A pattern and how far it is read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    @property
    def left(self) -> bool:
        """Tell whether anything is left to read."""
        return self.at < len(self.source)

    def is_at(self, text: str) -> bool:
        """Tell whether this stands here."""
        return self.source.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Go past this if it stands here, and tell whether it did."""
        if not self.is_at(text):
            return False
        self.at += len(text)
        return True

    def next(self) -> str:
        """Go past the next character and give it."""
        self.at += 1
        return self.source[self.at - 1]

    def quoted(self) -> str:
        r"""Read the rest of \Q…\E."""
        text, _, _ = self.source[self.at :].partition("\\E")
        self.at = min(self.at + len(text) + 2, len(self.source))
        return text

    def member(self) -> int:
        """Read one character of a set."""
        if not self.left:
            raise DialectError("missing ]")
        sign = self.next()
        return self.escape() if sign == "\\" else ord(sign)

    def escape(self) -> int:
        """Read what follows a backslash as one character."""
        if found := _OCTAL.match(self.source, self.at):
            self.at = found.end()
            return int(found[0], 8)
        if found := _HEX.match(self.source, self.at):
            self.at = found.end()
            code = int(found[1] or found[2], 16)
            if code > charset.LAST:
                raise DialectError(f"invalid escape sequence: \\{found[0]}")
            return code
        sign = self.next() if self.left else ""
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign and sign.isascii() and not sign.isalnum():
            return ord(sign)
        raise DialectError(f"invalid escape sequence: \\{sign}")

    def named_set(self, *, fold: bool) -> Ranges | None:
        """Read a set's name after a backslash; null where none stands here."""
        sign = self.source[self.at : self.at + 1]
        if sign.lower() in classes.PERL and sign:
            self.at += 1
            ranges = classes.PERL[sign.lower()]
            ranges = charset.folded(ranges) if fold else ranges
            return charset.without(ranges) if sign.isupper() else ranges
        found = _CATEGORY.match(self.source, self.at)
        return self._category(found, fold=fold) if found else None

    def _category(self, found: re.Match[str], *, fold: bool) -> Ranges:
        self.at = found.end()
        known = classes.category(found[3] or found[4])
        if known is None:
            raise DialectError(f"\\{found[0]} is known to RE2 only")
        known = charset.folded(known) if fold else known
        return charset.without(known) if (found[1] == "P") != bool(found[2]) else known

    def posix_name(self) -> str | None:
        """Read `[:name:]` inside a set; null where none stands here."""
        found = _POSIX.match(self.source, self.at)
        if found is None:
            return None
        self.at = found.end()
        if found[1].removeprefix("^") not in classes.POSIX:
            raise DialectError(f"invalid character class range: {found[0]}")
        return found[1]
