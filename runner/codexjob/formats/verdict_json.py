"""A verdict as JSON: schema `codexjob.verdict/1`."""

import json
from dataclasses import asdict
from typing import Any, Final

from logverdict.verdict import Verdict

SCHEMA: Final = "codexjob.verdict/1"


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """Give the verdict as an object of plain JSON values; unknown is null, nothing is absent."""
    return {"schema": SCHEMA, **asdict(verdict)}


def verdict_line(verdict: Verdict) -> str:
    """Give the verdict as one line of JSON, without the line end."""
    return json.dumps(verdict_record(verdict), ensure_ascii=False, separators=(",", ":"))
