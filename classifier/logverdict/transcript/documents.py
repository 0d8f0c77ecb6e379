"""A document with standard output and standard error of a run below headings of their own."""

import re
from collections.abc import Sequence
from typing import Final

from logverdict.expression import expression
from logverdict.meta import Meta
from logverdict.record import record
from logverdict.sidecar import with_exit_code
from logverdict.transcript.frame import first_frame, frame_of
from logverdict.transcript.rows import Row
from logverdict.transcript.wrapper import Peeled, trimmed

_HEADING: Final = expression(
    r"(?P<before>#{1,6} |={2,} ?|-{2,} ?|\*\*|\[|)(?P<who>codex )?(?P<name>stdout|stderr)"
    r"(?P<after> ?={2,}| ?-{2,}|\*\*:?|\]|:|)[ \t]*\Z",
    re.IGNORECASE,
)
_EXIT: Final = expression(
    r"(?:[-*] )?(?:codex[_ ])?(?:exit[_ ]?(?:code|status)|return[_ ]?code): (?P<code>-?\d{1,10})[ \t]*\Z",
    re.IGNORECASE,
)
_RULE: Final = expression(r"(?:-{3,}|={3,}|\*{3,})?[ \t]*\Z")
_FENCE: Final = "```"
_HEAD_LINES: Final = 200


@record(frozen=True, slots=True)
class _Heading:
    row: int
    name: str
    style: tuple[str, ...]


def peel_document(rows: Sequence[Row]) -> Peeled | None:
    """Take the log out of a document; null where there are no headings before the log begins.

    Only what stands before the log is believed to be the document's: later lines may be an agent's.
    """
    frame = first_frame(rows)
    headings = [found for index in range(frame or 0) if (found := _heading(rows, index))]
    if frame is None or not headings:
        return None
    own = headings[-1]
    after = _end(rows, own)
    if frame_of(rows[frame].text) == "stream":
        return Peeled(_without(rows, headings, own), (), _stated(rows[: headings[0].row]))
    log = _unfenced(rows[own.row + 1 : after])
    other = _other(rows, headings, own, after)
    meta = _stated(rows[: headings[0].row])
    return Peeled(log, other, meta) if own.name == "stderr" else Peeled([*other, *log], (), meta)


def _heading(rows: Sequence[Row], index: int) -> _Heading | None:
    match = _HEADING.match(rows[index].text)
    if match is None or not (match["before"] or match["after"]):
        return None
    style = (match["before"], match["after"], str(match["who"]))
    return _Heading(index, match["name"].lower(), style)


def _end(rows: Sequence[Row], own: _Heading) -> int:
    """Find where the section of the log ends: at the last heading of the other stream, in the same style."""
    for index in range(len(rows) - 1, own.row, -1):
        found = _heading(rows, index)
        if found and found.name != own.name and found.style == own.style:
            return index
    return len(rows)


def _other(rows: Sequence[Row], headings: list[_Heading], own: _Heading, after: int) -> Sequence[Row]:
    """Give the section of the other stream: below its heading, else what stands before a bare `STDERR:`."""
    named = [heading for heading in headings if heading.name != own.name]
    if named:
        return _unfenced(rows[named[-1].row + 1 : own.row])
    if after < len(rows):
        return _unfenced(rows[after + 1 :])
    is_bare = own.style[0] == "" and own.style[2] == "None" and own.name == "stderr"
    return trimmed(_unruled(rows[: own.row])) if is_bare else ()


def _without(rows: Sequence[Row], headings: list[_Heading], own: _Heading) -> list[Row]:
    marks = {heading.row for heading in headings} | {_end(rows, own)}
    return [row for index, row in enumerate(rows) if index not in marks and index > headings[0].row]


def _unruled(rows: Sequence[Row]) -> Sequence[Row]:
    after = len(rows)
    while after and _RULE.match(rows[after - 1].text):
        after -= 1
    return rows[:after]


def _unfenced(rows: Sequence[Row]) -> Sequence[Row]:
    rows = trimmed(rows)
    if not rows or not rows[0].text.startswith(_FENCE):
        return rows
    after = len(rows) - (rows[-1].text.strip() == _FENCE)
    return trimmed(rows[1:after])


def _stated(head: Sequence[Row]) -> Meta:
    stated = (match for row in head[:_HEAD_LINES] if (match := _EXIT.match(row.text)))
    first = next(stated, None)
    return Meta() if first is None else with_exit_code(Meta(), int(first["code"]))
