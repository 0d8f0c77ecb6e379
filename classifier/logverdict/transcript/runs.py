"""Several runs in one file: where each begins, and that a log quoted in another's output is no run."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from logverdict.events import Command, Error, Event, Transcript, Turn, Usage
from logverdict.events import Warning as Hint
from logverdict.expression import expression
from logverdict.record import record
from logverdict.transcript.literal import decoded

_OPENING: Final = expression(
    rb"^(?P<banner>(?:\x1b\[[\d;]*m)*(?:\[[\d:.TZ+-]{19,35}\] )?OpenAI Codex v\d+\.\d+[^\n]{0,60}\n"
    rb"(?:\x1b\[[\d;]*m)*--------)"
    rb'|^(?P<stream>\{[^\n]{0,300}?"type"\s*:\s*"thread\.started"[^\n]*)',
    re.MULTILINE,
)
_WORDS: Final = (b"OpenAI Codex v", b'"thread.started"')
_PREAMBLE: Final = expression(
    rb"(?:\r?\n|Reading (?:additional input|prompt) from stdin|[Ww]arning: |WARNING: "
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z +[A-Z]{4,5} )"
)
_TOKENS: Final = expression(rb"^tokens used\r?\n[^\n]{1,30}(?:\n|\Z)", re.MULTILINE)
_PREAMBLE_LINES: Final = 40
_DOUBTS: Final = 20


@record(frozen=True, slots=True)
class RunSpan:
    """Where a run stands in its file: bytes `start` to `end`, and up to `after` what somebody else wrote.

    `line` is the line of `start`, from 0.
    """

    start: int
    end: int
    after: int
    line: int


@record(frozen=True, slots=True)
class _Opening:
    at: int
    is_stream: bool


def split(data: bytes, read: Callable[[bytes], Transcript]) -> tuple[RunSpan, ...]:
    """Find the runs of a file; a file that holds one or none is one run.

    In a stream nothing can imitate the event that opens a session. A second banner opens a run only where
    the run before it had visibly come to an end, by `read`; anything else is a log that was quoted.
    """
    if sum(map(data.count, _WORDS)) <= 1:
        return (RunSpan(0, len(data), len(data), 0),)
    found: list[RunSpan] = []
    start = line = doubts = 0
    first: _Opening | None = None
    for opening in _openings(data):
        if first is None:
            first = opening
            continue
        begin = _launch(data, start, opening.at)
        before = data[start:begin]
        end = len(before) if first.is_stream else _end(before, read)
        if end is None and doubts >= _DOUBTS:
            break
        if end is None:
            doubts += 1
            continue
        found.append(RunSpan(start, start + end, begin, line))
        line += before.count(b"\n")
        start, first = begin, opening
    return (*found, RunSpan(start, len(data), len(data), line))


def _openings(data: bytes) -> Iterator[_Opening]:
    for match in _OPENING.finditer(data):
        line = match["stream"]
        if line is None:
            yield _Opening(match.start(), is_stream=False)
        elif _opens_session(line):
            yield _Opening(match.start(), is_stream=True)


def _opens_session(line: bytes) -> bool:
    value = decoded(line.decode("utf-8", "replace"))
    return isinstance(value, dict) and value.get("type") == "thread.started"


def _launch(data: bytes, start: int, opening: int) -> int:
    """Find where the lines begin that Codex writes before it opens a session."""
    begin = opening
    for _ in range(_PREAMBLE_LINES):
        line = data.rfind(b"\n", start, begin - 1) + 1
        if line <= start or not _PREAMBLE.match(data, line):
            break
        begin = line
    return begin


def _end(before: bytes, read: Callable[[bytes], Transcript]) -> int | None:
    """Find where a human log ended, all of it or up to its count of tokens; null where it had not."""
    if _is_closed(read(before)):
        return len(before)
    counts = list(_TOKENS.finditer(before))
    if counts and _is_closed(read(before[: counts[-1].end()])):
        return counts[-1].end()
    return None


def _is_closed(transcript: Transcript) -> bool:
    events = transcript.events
    work = max((event.at.start for event in events if isinstance(event, Command)), default=-1)
    if any(place.start > work for place in transcript.spoofable):
        return False
    turns = [event for event in events if isinstance(event, Turn)]
    return turns[-1].status != "started" if turns else _is_between(events)


def _is_between(events: tuple[Event, ...]) -> bool:
    """Tell whether the last words are Codex's own, so that no text of an agent's is open."""
    return bool(events) and isinstance(events[-1], Error | Usage | Hint)
