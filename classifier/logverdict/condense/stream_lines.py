"""The lines of a JSONL stream, decoded by their kinds a block at a time.

What is decoded here says what the reader's own decoder would say of the same line: both take the last of
several equal keys, refuse control characters and bytes that are no UTF-8, and know no other numbers for an
exit code than whole ones. Only the kinds that may be left out are decoded wholly, and with any other key they
are refused. Of the others no more is asked than their type and an id, for they stay, whatever else they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from logverdict.stored import Content
from logverdict.transcript.literal import decoded

_BLOCK: Final = 1 << 18
_LONGEST: Final = 4 << 20


class Ran(Struct, tag_field="type", tag="command_execution", forbid_unknown_fields=True, gc=False):
    """A command."""

    id: str
    command: str
    aggregated_output: str = ""
    exit_code: int | None = None
    status: Literal["in_progress", "completed", "failed", "declined"] = "in_progress"


class Said(Struct, tag_field="type", tag="agent_message", forbid_unknown_fields=True, gc=False):
    """A message of the agent."""

    id: str
    text: str


class Thought(Struct, tag_field="type", tag="reasoning", forbid_unknown_fields=True, gc=False):
    """A summary of what the model thought."""

    id: str
    text: str


class _Changed(Struct, tag_field="type", tag="file_change", gc=False):
    id: str


class _Planned(Struct, tag_field="type", tag="todo_list", gc=False):
    id: str


class _Called(Struct, tag_field="type", tag="mcp_tool_call", gc=False):
    id: str


class _Searched(Struct, tag_field="type", tag="web_search", gc=False):
    id: str


Item: TypeAlias = Ran | Said | Thought | _Changed | _Planned | _Called | _Searched


class Begun(Struct, tag_field="type", tag="item.started", forbid_unknown_fields=True, gc=False):
    """An item began."""

    item: Item


class Ended(Struct, tag_field="type", tag="item.completed", forbid_unknown_fields=True, gc=False):
    """An item ended."""

    item: Item


Odd: TypeAlias = Mapping[str, Any] | Literal["foreign", "unread"]
"""A line that is not as expected: an object, no object at all, or too long to be looked into.

The last line is of no interest where it has no line end, since nothing follows.
"""
Line: TypeAlias = Begun | Ended | Odd
Block: TypeAlias = tuple[int, Sequence[int], Sequence[Line]]
"""The first byte of some lines, the first byte after each, and what each says."""
_DECODER: Final = msgspec.json.Decoder(Begun | Ended)
_ERRORS: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_OPENS, _CLOSES = b"{}"


def blocks_of(data: Content) -> Iterator[Block]:
    """Yield all lines, some at a time; a line of more than 4 MB is not looked into."""
    start, size = 0, len(data)
    while start < size:
        block = data[start : start + _BLOCK]
        length = block.rfind(b"\n") + 1
        if not length:
            block = data[start : start + _LONGEST]
            length = block.find(b"\n") + 1
        if length:
            ends, lines = _lines(block[:length], start)
        elif len(block) < _LONGEST:
            # So it is as well where a file shrinks meanwhile.
            ends, lines = [size], ["foreign"]
        else:
            ends, lines = [size], ["unread"]
        yield start, ends, lines
        start = ends[-1]


def _lines(block: bytes, start: int) -> tuple[Sequence[int], Sequence[Line]]:
    ends = _ends(block, start)
    if ends:
        try:
            lines = _DECODER.decode_lines(block)
        except _ERRORS:
            lines = []
        if len(lines) == len(ends):
            return ends, lines
    whole = block.split(b"\n")[:-1]
    lengths = map((1).__add__, map(len, whole))
    return list(accumulate(lengths, initial=start))[1:], [_line(raw) for raw in whole]


def _ends(block: bytes, start: int) -> list[int]:
    """Find where the lines end, if each begins as an object does and ends as one does; else give none.

    Then no value can reach over a line end, for in a value something stands between `}` and `{`. So where
    there are as many values as lines, each line is a value.
    """
    find, ends = block.find, []
    before, at = 0, find(b"\n") + 1
    while at:
        if block[before] != _OPENS or block[at - 2] != _CLOSES:
            return []
        ends.append(start + at)
        before, at = at, find(b"\n", at) + 1
    return ends


def _line(raw: bytes) -> Line:
    if not raw.startswith(b"{"):
        return "foreign"
    try:
        known: Line = _DECODER.decode(raw)
    except _ERRORS:
        value = decoded(raw.decode("utf-8", "surrogateescape"))
        return value if isinstance(value, dict) else "foreign"
    return known
