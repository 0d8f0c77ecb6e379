"""The JSON Schema of a verdict, made from its types: `python -m logverdict.verdict_schema`."""

import json
from typing import Any

from pydantic import TypeAdapter

from logverdict.verdict import Verdict

SCHEMA_NAME = "codexjob.verdict/1"


def verdict_schema() -> dict[str, Any]:
    """Describe the verdict as JSON: every field is required, unknown ones are null."""
    schema = TypeAdapter(Verdict).json_schema()
    named = {"schema": {"const": SCHEMA_NAME}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "properties": {**named, **schema["properties"]},
        "required": ["schema", *schema["required"]],
        "additionalProperties": False,
    }


if __name__ == "__main__":
    print(json.dumps(verdict_schema(), indent=2))  # noqa: T201  the one output of this module
