"""The JSONL stream of `codex exec --json`, standard error merged into it or not."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from logverdict.events import Error, Event, Session, Transcript, Turn, Usage
from logverdict.record import replace
from logverdict.transcript.items import item_event
from logverdict.transcript.lines import Lines
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.rounds import is_retry
from logverdict.transcript.source import Source, source_of, text_of, whole_number
from logverdict.transcript.stderr import stray_events

_STREAM_TYPES: Final = frozenset({
    "thread.started", "turn.started", "turn.completed", "turn.failed", "error",
    "item.started", "item.updated", "item.completed",
})  # fmt: skip
_NEAR: Final = 5
_COUNTED: Final = ("input", "cached_input", "output", "reasoning_output")
_CANDIDATES: Final = 200


def is_jsonl(lines: Lines) -> bool:
    """Tell whether a log holds events of the stream, with no banner of a human log before them."""
    for index in islice(range(len(lines)), 20 * _CANDIDATES):
        text = lines.texts[index]
        if text.startswith("OpenAI Codex v"):
            return False
        if text.startswith("{") and _stream_type(decoded(source_of(lines, index).line)):
            return True
    return False


def read_jsonl(lines: Lines) -> Transcript:
    """Read the stream: an item is one event, placed where it started."""
    reader = _Stream(lines)
    for index, text in enumerate(lines.texts):
        reader.take(index, text)
    reader.flush(len(lines))
    return Transcript("jsonl", tuple(reader.events), (), _is_cut(lines))


def _stream_type(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    kind = value.get("type")
    if kind == "error" and not isinstance(value.get("message"), str):
        return None  # an answer of the API, not an event
    return kind if isinstance(kind, str) and kind in _STREAM_TYPES else None


def _is_cut(lines: Lines) -> bool:
    last = lines.texts[-1] if len(lines) else ""
    return (
        last.startswith("{")
        and not lines.data.endswith(b"\n")
        and decoded(source_of(lines, len(lines) - 1).line) is None
    )


class _Stream:
    """What was read so far: the events, the items that are open, and where foreign lines began."""

    __slots__ = ("events", "foreign", "lines", "open")

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.events: list[Event] = []
        self.open: dict[str, int] = {}
        self.foreign: int | None = None

    def take(self, index: int, text: str) -> None:
        """Read line `index`."""
        source = source_of(self.lines, index) if text.startswith("{") else None
        value = decoded(source.line) if source else None
        if source is None or not isinstance(value, dict) or not isinstance(value.get("type"), str):
            self.foreign = index if self.foreign is None else self.foreign
            return
        self.flush(index)
        self._event(source, value)

    def flush(self, after: int) -> None:
        """Read the foreign lines before line `after`."""
        if self.foreign is not None:
            self.events += stray_events(self.lines, self.foreign, after)
            self.foreign = None

    def _event(self, source: Source, value: Mapping[str, Any]) -> None:
        kind, item = value["type"], value.get("item")
        if isinstance(item, dict) and kind in ("item.started", "item.updated", "item.completed"):
            self._item(source, kind, item)
            return
        for event in _plain_events(source, kind, value):
            self._say(event)
            self.events.append(event)

    def _say(self, event: Event) -> None:
        """Add the error of a failed turn where the record has lost the event that says it before."""
        if isinstance(event, Turn) and event.status == "failed" and event.text is not None:
            near = (past for past in reversed(self.events[-_NEAR:]) if isinstance(past, Error))
            said = next(near, None)
            if said is None or said.text.value != event.text.value:
                self.events.append(Error(event.at, event.text))

    def _item(self, source: Source, kind: str, item: Mapping[str, Any]) -> None:
        name = item.get("id")
        position = self.open.get(name) if isinstance(name, str) and kind != "item.started" else None
        started = self.events[position] if position is not None else None
        event = item_event(source, item, started)
        if position is None:
            position = len(self.events)
            self.events.append(event)
        else:
            # An item that changes its type on the way still stands where it began.
            moved = started is not None and event.at is not started.at
            self.events[position] = replace(event, at=started.at) if started and moved else event
        if isinstance(name, str):
            self.open[name] = position
            if kind == "item.completed":
                del self.open[name]


def _plain_events(source: Source, kind: str, value: Mapping[str, Any]) -> tuple[Event, ...]:
    match kind:
        case "thread.started":
            name = text_of(value.get("thread_id"))
            return (Session(source.at, session_id=None if name is None else printable(name)),)
        case "turn.started":
            return (Turn(source.at, "started"),)
        case "turn.completed":
            return (*_usage(source, value.get("usage")), Turn(source.at, "completed"))
        case "turn.failed":
            detail = value.get("error")
            message = text_of(detail.get("message")) if isinstance(detail, dict) else None
            return (Turn(source.at, "failed", None if message is None else source.field("message", message)),)
        case "error":
            return (_error(source, value),)
    return (source.other(),)


def _usage(source: Source, usage: Any) -> tuple[Event, ...]:
    if not isinstance(usage, dict):
        return ()
    taken = {f"{key}_tokens": whole_number(usage.get(f"{key}_tokens")) for key in _COUNTED}
    return (Usage(source.at, **taken),)


def _error(source: Source, value: Mapping[str, Any]) -> Event:
    message = text_of(value.get("message"))
    if message is None:
        return source.other()
    return Error(source.at, source.field("message", message), is_retry(message))
