"""Events of the stream that a wrapper put into objects of its own, one a line."""

import json
from collections.abc import Sequence
from typing import Any, Final

from logverdict.expression import expression
from logverdict.transcript.frame import frame_of
from logverdict.transcript.literal import decoded
from logverdict.transcript.rows import Row
from logverdict.transcript.wrapper import Peeled

ENVELOPE: Final = r'\{[^\n]{1,400}?:\s?(?P<event>\{"type"\s?:\s?"(?:thread|turn|item)\.)'
_ENVELOPE: Final = expression(ENVELOPE)
_DECODER: Final = json.JSONDecoder()
_HEAD: Final = 200


def peel_envelopes(rows: Sequence[Row]) -> Peeled | None:
    """Take each event out of the object around it; null where none is in one, or a log begins without.

    The event must be whole, and be followed by nothing but the rest of its envelope.
    """
    if any(frame_of(row.text) == "banner" for row in rows[:_HEAD]):
        return None
    freed = [_freed(row) for row in rows]
    return Peeled(freed) if any(new is not old for new, old in zip(freed, rows, strict=True)) else None


def _freed(row: Row) -> Row:
    match = _ENVELOPE.match(row.text)
    whole = decoded(row.text) if match else None
    if match is None or not isinstance(whole, dict) or _is_event(whole):
        return row
    event, after = _DECODER.raw_decode(row.text, match.start("event"))
    # An object deeper down may be an agent's: what it gave to a tool, or a tool to it.
    is_own = _is_event(event) and any(event == value for value in whole.values())
    return row.part(match.start("event"), after) if is_own else row


def _is_event(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and (kind == "error" or kind.startswith(("thread.", "turn.", "item.")))
