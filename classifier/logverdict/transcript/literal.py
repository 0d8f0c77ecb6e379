"""Where a string stands in a line of JSON that was already decoded by the standard library."""

import json
from collections.abc import Iterator
from typing import Any, Final

from logverdict.events import Place, Text
from logverdict.expression import expression

_DECODER: Final = json.JSONDecoder()
_BEGINS: Final = expression(r'\s*:\s*"')


def decoded(line: str) -> Any:
    """Decode a line of JSON; null where it is none, or is built to break a decoder (depth, huge numbers)."""
    try:
        if line.startswith("{"):
            value, end = _DECODER.raw_decode(line)
            # Nearly every line is an object and nothing else: `loads` looks for more, and takes longer.
            if end == len(line):
                return value
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def printable(value: str) -> str:
    """Replace lone surrogates, which no encoder takes."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def string_field(line: str, at: Place, key: str, value: str) -> Text:
    """Give `value`, the string of `key` in `line`, with the raw bytes inside its literal.

    A key that occurs more than once is told by its value, the last one first, as a decoder takes the last.
    Where the literal cannot be found (its key is written with escapes), the place is that of the line.
    """
    found = _only_literal(line, key, value)
    if found is None:
        for begin, end, content in _literals(line, key):
            if content == value:
                found = (begin, end)
    if found is None:
        return Text(printable(value), at)
    begin, end = found
    if line.isascii():
        return Text(printable(value), Place(at.part, at.line, at.start + begin, at.start + end))
    start = at.start + _bytes(line[:begin])
    return Text(printable(value), Place(at.part, at.line, start, start + _bytes(line[begin:end])))


def _only_literal(line: str, key: str, value: str) -> tuple[int, int] | None:
    """Find the literal of a key that stands once in a line, written as Codex writes it; else null."""
    name = f'"{key}"'
    position = line.find(name)
    begin = position + len(name) + 2
    is_key = position > 0 and line[position - 1] in "{," and line.startswith(':"', begin - 2)
    if not is_key or line.find(name, begin) >= 0:
        return None
    try:
        content, after = _DECODER.raw_decode(line, begin - 1)
    except ValueError:
        return None
    return (begin, after - 1) if content == value else None


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _literals(line: str, key: str) -> Iterator[tuple[int, int, str]]:
    name = f'"{key}"'
    position = line.find(name)
    while position >= 0:
        before, begins = line[position - 1 : position], _BEGINS.match(line, position + len(name))
        position += 1
        # A quote inside a literal is always escaped, so one that follows `{`, `,` or white space opens a key.
        if begins and (before in "{," or before.isspace()):
            position = begins.end()
            try:
                content, after = _DECODER.raw_decode(line, position - 1)
                yield position, after - 1, content
            except ValueError:
                pass
        position = line.find(name, position)
