"""Tell cheaply whether anything may stand around a log, so that most logs are never taken apart."""

import re
from codecs import BOM_UTF8
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.envelopes import ENVELOPE
from logverdict.transcript.pane import peel_pane, stands_around
from logverdict.transcript.rows import rows_of

_LITERALS: Final = (
    b"\x07", b"\x0e", b"\x0f", b"codex_run_id=", b"codex_exit_code=", b"summary_json=", b"+ CategoryInfo ",
)  # fmt: skip
_PANE_MARKS: Final = (b"\x1b", b"\x07", b"\x0e", b"\x0f")
_CONTROL: Final = expression(rb"\x1b[^\[]")
_LISTED: Final = expression(rb"- \[[\d:.TZ+-]{19,35}\] +ERROR: ")
_HEADING: Final = expression(rb"std(?:out|err)", re.IGNORECASE)
_ENVELOPE: Final = expression(rb"^" + ENVELOPE.encode(), re.MULTILINE)
_FENCE: Final = expression(rb"^(?:```|~~~)", re.MULTILINE)
_TYPED: Final = b'{"type"'
_TYPED_LINE: Final = b'}\n{"type"'
_FRAMES: Final = (b"OpenAI Codex v", b'{"id":"0","msg"')
_TYPED_FRAMES: Final = (b'{"type":"thread.', b'{"type":"item.', b'{"type":"turn.')
_STREAM: Final = (
    (b'.started"', (b'"thread.started"', b'"turn.started"')),
    (b'.completed"', (b'"item.completed"', b'"turn.completed"')),
)
"""What kinds of events end with, and the kinds that are meant."""
_LINE_END: Final = ord("\n")
_LONGEST_PREFIX: Final = 80
_HEAD: Final = 1 << 20
_TAIL: Final = 400
_SEEN: Final = 10


def may_be_wrapped(data: bytes) -> bool:
    """Tell whether a log shows any sign of a wrapper; most that show one have none."""
    is_typed = _TYPED in data
    lines = _stream_lines(data) if is_typed else 0
    if lines and not any(mark in data for mark in _PANE_MARKS):
        # Nothing stands around such lines: at most, an event is inside of another object.
        return data.count(_TYPED) > lines and _is_inside(data) and _ENVELOPE.search(data) is not None
    kinds = (*_FRAMES, *_TYPED_FRAMES) if is_typed else _FRAMES
    frames = [position for frame in kinds for position in _occurrences(data, frame)]
    first = min([*frames, len(data), _HEAD])
    return (
        data.startswith(b"Script started on ")
        or any(literal in data for literal in _LITERALS)
        or (b"\x1b" in data and _CONTROL.search(data) is not None)
        or (b"ERROR:" in data and b"- [" in data and _LISTED.search(data) is not None)
        or any(_has_prefix(data, position) for position in frames)
        or (first > 0 and _HEADING.search(data, 0, first) is not None)
        or (first > 0 and _FENCE.search(data, 0, first) is not None)
        or _ends_in_a_pane(data[-_TAIL:])
        or (is_typed and _is_inside(data) and _ENVELOPE.search(data) is not None)
        or (not lines and _has_broken_event(data))
    )


def _stream_lines(data: bytes) -> int:
    """Count the lines, if each is an object that begins with its type and ends; else 0."""
    if not data.startswith(_TYPED) or not data.endswith((b"}\n", b"}")):
        return 0
    lines = data.count(_TYPED_LINE)
    return lines + 1 if lines == data.count(b"\n", 0, len(data) - 1) else 0


def _occurrences(data: bytes, literal: bytes) -> list[int]:
    """Find where a text stands for the first times."""
    found: list[int] = []
    position = data.find(literal)
    while position >= 0 and len(found) < _SEEN:
        found.append(position)
        position = data.find(literal, position + 1)
    return found


def _ends_in_a_pane(tail: bytes) -> bool:
    """Tell whether `peel_pane` finds anything in the end of a log."""
    if any(mark in tail for mark in _PANE_MARKS) or tail.startswith((b"Script ", BOM_UTF8)):
        return peel_pane(rows_of(tail)) is not None
    for line in reversed(tail.split(b"\n")):
        text = line.decode("utf-8", "surrogateescape").strip()
        if text:
            return stands_around(text)
    return False


def _is_inside(data: bytes) -> bool:
    """Tell whether an object that begins with its type is the value of a key."""
    at_line_starts = data.count(b"\n" + _TYPED) + data.startswith(_TYPED)
    if at_line_starts == data.count(_TYPED):
        return False
    position = data.find(_TYPED)
    while position >= 0:
        if data[max(0, position - 2) : position].rstrip().endswith(b":"):
            return True
        position = data.find(_TYPED, position + 1)
    return False


def _has_prefix(data: bytes, position: int) -> bool:
    if not position or data[position - 1] == _LINE_END:
        return False
    before = data[max(0, position - _LONGEST_PREFIX) : position]
    return bool(before.rpartition(b"\n")[2].strip(b"\xef\xbb\xbf"))


def _has_broken_event(data: bytes) -> bool:
    """Tell whether a stream has a line that begins as an event does, and does not end as one."""
    if not any(kind in data and any(map(data.__contains__, names)) for kind, names in _STREAM):
        return False
    begun = 0 if data.startswith(b"{") else data.find(b"\n{") + 1
    while begun or data.startswith(b"{"):
        end = data.find(b"\n", begun)
        line_end = len(data) if end < 0 else end
        if not data[max(begun + 1, line_end - _LONGEST_PREFIX) : line_end].rstrip().endswith(b"}"):
            return True
        begun = data.find(b"\n{", line_end) + 1
        if not begun:
            return False
    return False
