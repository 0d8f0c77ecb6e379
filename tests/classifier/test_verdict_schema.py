import json
from pathlib import Path

import jsonschema
from codexjob.formats.verdict_json import SCHEMA, verdict_line
from logverdict.classify import classify
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.verdict_schema import SCHEMA_NAME, verdict_schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "verdict.schema.json"
FAILED = b"""\
{"type":"turn.started"}
{"type":"turn.failed","error":{"message":"stream disconnected before completion"}}
"""


def test_the_published_schema_is_the_one_of_the_types() -> None:
    assert json.loads(PUBLISHED.read_text()) == verdict_schema()
    assert SCHEMA == SCHEMA_NAME


def test_verdicts_keep_to_the_published_schema() -> None:
    ruleset = load_ruleset([packaged_rules()])
    for content in (b"", b"\0", FAILED):
        verdict = classify(Log("x.log", {"log": content}, Meta()), ruleset)
        jsonschema.validate(json.loads(verdict_line(verdict)), json.loads(PUBLISHED.read_text()))
