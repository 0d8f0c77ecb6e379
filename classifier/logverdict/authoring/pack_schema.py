"""The JSON Schema of a rule file, made from the models that read it, for editors and for validators."""

import json
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from logverdict.rulebook.schema import Filled, RuleItem

PatternName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
_DECIDES: Final = {
    "if": {"properties": {"question": {"const": "noise"}}, "required": ["question"]},
    "then": {"properties": {"verdict": {"type": "null"}, "action": {"type": "null"}}},
    "else": {"required": ["verdict", "action"]},
}


class PackItem(BaseModel):
    """A rule file of codexjob: patterns shared by name, and rules."""

    model_config = ConfigDict(extra="forbid", title="codexjob rules")

    patterns: dict[PatternName, Filled] | None = None
    rules: list[RuleItem] | None = None


def pack_schema() -> dict[str, Any]:
    """Describe a rule file as JSON Schema, draft 2020-12."""
    schema = PackItem.model_json_schema()
    rule = schema["$defs"]["RuleItem"]
    rule.update(_DECIDES)
    rule["properties"]["examples"]["minItems"] = 2
    rule["required"] = [*rule["required"], "examples"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def pack_schema_text() -> str:
    """Write the schema down as it stands beside the packs."""
    return json.dumps(pack_schema(), ensure_ascii=False, indent=2) + "\n"
