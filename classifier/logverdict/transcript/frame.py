"""The lines with which a run begins, and by which a log is known inside of anything that is put around it."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from logverdict.expression import expression
from logverdict.transcript.rows import Row

Frame: TypeAlias = Literal["banner", "stream"]
FRAME: Final = expression(
    r"(?:\x1b\[[\d;]*m)*(?:\[[\d:.TZ+-]{19,35}\] )?(?P<banner>OpenAI Codex v\d+\.\d+)"
    r'|(?P<stream>\{.{0,300}?"type"\s*:\s*"(?:thread|turn|item)\.(?:started|completed|failed)"'
    r'|\{"id"\s*:\s*"[^"]{1,40}"\s*,\s*"msg"\s*:\s*\{)'
)
"""How a line begins that opens a human log (its first eras: behind the time), or an event of the stream."""
_EARLY: Final = 20_000


def frame_of(text: str) -> Frame | None:
    """Tell whether a line opens a human log or is an event of the stream."""
    match = FRAME.match(text)
    if match is None:
        return None
    return "banner" if match["banner"] else "stream"


def first_frame(rows: Sequence[Row]) -> int | None:
    """Find the first line that opens a human log or is an event of the stream."""
    return next((index for index, row in enumerate(rows[:_EARLY]) if frame_of(row.text)), None)
