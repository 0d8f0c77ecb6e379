"""The lines of JSON in a part, and the foreign lines between them."""

from collections.abc import Iterator, Mapping
from typing import Any

from logverdict.events import Event
from logverdict.transcript.lines import Lines
from logverdict.transcript.literal import decoded
from logverdict.transcript.source import Source, source_of
from logverdict.transcript.stderr import stray_events


def records(lines: Lines, events: list[Event]) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    """Yield each line that is a JSON object; what stands between is read as standard error into `events`."""
    foreign: int | None = None
    for index, text in enumerate(lines.texts):
        source = source_of(lines, index) if text.startswith("{") else None
        value = decoded(source.line) if source else None
        if source is None or not isinstance(value, dict):
            foreign = index if foreign is None else foreign
            continue
        if foreign is not None:
            events += stray_events(lines, foreign, index)
            foreign = None
        yield source, value
    if foreign is not None:
        events += stray_events(lines, foreign, len(lines))


def is_cut(lines: Lines) -> bool:
    """Tell whether the last line of JSON stops in its middle."""
    last = lines.texts[len(lines) - 1] if len(lines) else ""
    is_open = last.startswith("{") and not lines.data.endswith(b"\n")
    return is_open and decoded(source_of(lines, len(lines) - 1).line) is None


def table(value: Any) -> Mapping[str, Any]:
    """Give a value of JSON where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
