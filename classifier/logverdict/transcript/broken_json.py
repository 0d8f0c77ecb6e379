"""Events of the stream that stand on several lines: printed prettily, or broken at a terminal's width."""

from collections.abc import Sequence
from typing import Final

from logverdict.transcript.frame import frame_of
from logverdict.transcript.literal import decoded
from logverdict.transcript.rows import Row, joined
from logverdict.transcript.wrapper import Peeled

_LONGEST: Final = 400
_LARGEST: Final = 1 << 20
_TRIES: Final = 8


def peel_broken_json(rows: Sequence[Row]) -> Peeled | None:
    """Put each event on a line of its own; null where all are, or where a human log begins first."""
    kept: list[Row] = []
    index = found = 0
    while index < len(rows):
        if frame_of(rows[index].text) == "banner" and not found:
            return None
        after = _end(rows, index) if _is_opening(rows[index].text) else 0
        kept.append(joined(rows[index:after]) if after else rows[index])
        found += bool(after)
        index = after or index + 1
    return Peeled(kept) if found else None


def _is_opening(text: str) -> bool:
    return text.startswith("{") and (text.rstrip() == "{" or decoded(text) is None)


def _end(rows: Sequence[Row], first: int) -> int:
    """Find the line after the event that begins in line `first`; 0 where no lines together make one."""
    is_pretty = rows[first].text.rstrip() == "{"
    size = tries = 0
    for index in range(first, min(len(rows), first + _LONGEST)):
        text = rows[index].text
        size += len(text)
        if size > _LARGEST or tries > _TRIES or (index > first and not _goes_on(text, is_pretty=is_pretty)):
            return 0
        if index > first and (text.rstrip() == "}" if is_pretty else text.rstrip().endswith("}")):
            tries += 1
            if _is_event("".join(row.text for row in rows[first : index + 1])):
                return index + 1
    return 0


def _goes_on(text: str, *, is_pretty: bool) -> bool:
    # So every line is looked at for one event only, however many lines begin like one.
    return text.startswith((" ", "\t", "}", "]")) if is_pretty else not text.startswith("{")


def _is_event(text: str) -> bool:
    value = decoded(text)
    return isinstance(value, dict) and ("type" in value or "msg" in value)
