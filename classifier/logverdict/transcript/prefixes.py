"""A prefix that a wrapper sets before each line: its time and level, a list's dash, a service's name."""

import re
from collections.abc import Sequence
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.frame import Frame, frame_of
from logverdict.transcript.rows import Row
from logverdict.transcript.wrapper import Peeled

_PREFIXES: Final = (
    re.compile(r"\[[\d:.TZ+ -]{19,35}\] \[[A-Z]{4,8}\] ?"),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?"),  # a CI runner's raw log; Codex writes six digits
    re.compile(r"[\w.-]{1,60} +\| ?"),
    re.compile(r"\+[\d.]{1,9}s(?:\.\.[\d.]{1,9}s)? "),  # seconds since the start
)
_LISTED: Final = expression(r"- (?=\[[\d:.TZ+-]{19,35}\] +ERROR: )")
_SEARCHED: Final = 20_000


def peel_prefixes(rows: Sequence[Row]) -> Peeled | None:
    """Take the prefix off; null where no log begins behind one.

    Of a stream only its events are freed: what the wrapper itself says keeps its prefix, so that it is never
    taken for Codex's own word.
    """
    found = _prefix(rows)
    if found is None:
        return _unlisted(rows)
    pattern, frame = found
    return Peeled([_freed(row, pattern, frame) for row in rows])


def _prefix(rows: Sequence[Row]) -> tuple[re.Pattern[str], Frame] | None:
    for row in rows[:_SEARCHED]:
        if frame_of(row.text):
            return None
        for pattern in _PREFIXES:
            match = pattern.match(row.text)
            frame = frame_of(row.text[match.end() :]) if match else None
            if frame:
                return pattern, frame
    return None


def _freed(row: Row, pattern: re.Pattern[str], frame: Frame) -> Row:
    match = pattern.match(row.text)
    if match is None or (frame == "stream" and not row.text.startswith("{", match.end())):
        return row
    return row.after(match.end())


def _unlisted(rows: Sequence[Row]) -> Peeled | None:
    """Take the dash off the errors that a wrapper lists."""
    if len(rows) > _SEARCHED or not any(_LISTED.match(row.text) for row in rows):
        return None
    return Peeled([row.after(2) if _LISTED.match(row.text) else row for row in rows])
