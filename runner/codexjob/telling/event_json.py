"""An event as JSON, and the JSON Schema of all events: `python -m codexjob.telling.event_json`."""

import json
from dataclasses import asdict
from typing import Any, Final

from codexjob.secrecy.chokepoint import without_secrets
from codexjob.telling.event import Event

SCHEMA_NAME: Final = "codexjob.event/1"


def event_record(event: Event) -> dict[str, Any]:
    """Give an event as a JSON object without secrets; its type stands at the top."""
    # `type`, `timestamp` and `data` are the fields that Standard Webhooks gives a payload.
    document = {"schema": SCHEMA_NAME, "type": event.data.type, **asdict(event)}
    record: dict[str, Any] = without_secrets(document)
    return record


def on_one_line(record: dict[str, Any]) -> str:
    """Write an object as one line of ASCII, without a line end."""
    return json.dumps(record, ensure_ascii=True, separators=(",", ":"))


def event_schema() -> dict[str, Any]:
    """Describe the events as JSON: every field is required, unknown ones are null."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Event).json_schema(mode="serialization")
    definitions = {name: _closed(inner) for name, inner in schema["$defs"].items()}
    types = [inner["properties"]["type"]["const"] for inner in definitions.values() if _is_told(inner)]
    named = {"schema": {"const": SCHEMA_NAME}, "type": {"enum": sorted(types)}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_closed({**schema, "properties": {**named, **schema["properties"]}}),
        "$defs": definitions,
    }


def _is_told(definition: dict[str, Any]) -> bool:
    return "const" in definition["properties"].get("type", {})


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "required": list(schema["properties"]), "additionalProperties": False}


if __name__ == "__main__":
    print(json.dumps(event_schema(), indent=2))  # noqa: T201  the one output of this module
