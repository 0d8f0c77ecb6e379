"""Events as JSON Lines: one object an event, with the bytes that it was read from."""

import json
from dataclasses import fields
from typing import Any, Final

from logverdict.events import Event, Text

SCHEMA: Final = "codexjob.event/1"


def event_json(event: Event) -> str:
    """Write an event as one line of JSON, without the line end.

    `event` is its kind, `part`, `line`, `start` and `end` its place; every field of the kind follows. A text
    is an object with `text` and the place of its own bytes.
    """
    at = event.at
    place = {"part": at.part, "line": at.line, "start": at.start, "end": at.end}
    named = {field.name: _plain(getattr(event, field.name)) for field in fields(event) if field.name != "at"}
    record = {"schema": SCHEMA, "event": type(event).__name__.lower(), **place, **named}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        at = value.place
        return {"text": value.value, "line": at.line, "start": at.start, "end": at.end}
    return list(value) if isinstance(value, tuple) else value
