"""Tell cheaply whether anything may stand around a log, so that most logs are never taken apart."""

import re
from collections.abc import Iterator
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.envelopes import ENVELOPE
from logverdict.transcript.pane import peel_pane
from logverdict.transcript.rows import rows_of

_LITERALS: Final = (
    b"\x07", b"\x0e", b"\x0f", b"codex_run_id=", b"codex_exit_code=", b"summary_json=", b"+ CategoryInfo ",
)  # fmt: skip
_CONTROL: Final = expression(rb"\x1b[^\[]")
_LISTED: Final = expression(rb"- \[[\d:.TZ+-]{19,35}\] +ERROR: ")
_HEADING: Final = expression(rb"std(?:out|err)", re.IGNORECASE)
_ENVELOPE: Final = expression(rb"^" + ENVELOPE.encode(), re.MULTILINE)
_FENCE: Final = expression(rb"^(?:```|~~~)", re.MULTILINE)
_TYPED: Final = b'{"type"'
_FRAMES: Final = (
    b"OpenAI Codex v",
    b'{"type":"thread.',
    b'{"type":"item.',
    b'{"type":"turn.',
    b'{"id":"0","msg"',
)
_STREAM: Final = (b'"thread.started"', b'"item.completed"', b'"turn.started"', b'"turn.completed"')
_LONGEST_PREFIX: Final = 80
_HEAD: Final = 1 << 20
_TAIL: Final = 400
_SEEN: Final = 10


def may_be_wrapped(data: bytes) -> bool:
    """Tell whether a log shows any sign of a wrapper; most that show one have none."""
    frames = [position for frame in _FRAMES for position in _occurrences(data, frame)]
    first = min([*frames, len(data), _HEAD])
    return (
        data.startswith(b"Script started on ")
        or any(literal in data for literal in _LITERALS)
        or (b"\x1b" in data and _CONTROL.search(data) is not None)
        or (b"- [" in data and b"ERROR: " in data and _LISTED.search(data) is not None)
        or any(_has_prefix(data, position) for position in frames)
        or _HEADING.search(data, 0, first) is not None
        or _FENCE.search(data, 0, first) is not None
        or peel_pane(rows_of(data[-_TAIL:])) is not None
        or (_is_inside(data) and _ENVELOPE.search(data) is not None)
        or _has_broken_event(data)
    )


def _occurrences(data: bytes, literal: bytes) -> Iterator[int]:
    """Yield where a text stands for the first times."""
    position = data.find(literal)
    for _ in range(_SEEN):
        if position < 0:
            return
        yield position
        position = data.find(literal, position + 1)


def _is_inside(data: bytes) -> bool:
    """Tell whether an object that begins with its type is the value of a key."""
    position = data.find(_TYPED)
    while position >= 0:
        if data[max(0, position - 2) : position].rstrip().endswith(b":"):
            return True
        position = data.find(_TYPED, position + 1)
    return False


def _has_prefix(data: bytes, position: int) -> bool:
    before = data[max(0, position - _LONGEST_PREFIX) : position]
    return bool(before.rpartition(b"\n")[2].strip(b"\xef\xbb\xbf"))


def _has_broken_event(data: bytes) -> bool:
    """Tell whether a stream has a line that begins as an event does, and does not end as one."""
    if not any(kind in data for kind in _STREAM):
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
