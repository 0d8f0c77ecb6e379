"""An explanation as JSON: schema `codexjob.explanation/1`."""

import json
from dataclasses import asdict
from typing import Any, Final

from logverdict.choice import Choice
from logverdict.explain import Explanation
from logverdict.rulebook.dissection import Dissection
from logverdict.rulebook.reading import Look, Reading

from codexjob.formats.verdict_json import verdict_record

SCHEMA: Final = "codexjob.explanation/1"


def explain_json(explanation: Explanation) -> str:
    """Write the three questions, the step that decided, and the rules asked about, as one document."""
    deliberation = explanation.judgement.deliberation
    record = {
        "schema": SCHEMA,
        "verdict": verdict_record(explanation.verdict),
        "decided_at": explanation.decided_at,
        "ending": _choice(deliberation.ending, is_asked=not explanation.verdict.finished),
        "work": _choice(deliberation.work, is_asked=explanation.verdict.finished),
        "noise": {
            "explains": sorted(deliberation.explained),
            "rules": [finding.rule for finding in explanation.verdict.noise],
        },
        "rules": [_dissection(one) for one in explanation.rules],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def _choice(choice: Choice, *, is_asked: bool) -> dict[str, Any]:
    standings = [{"rule": one.finding.rule, "why": one.why, "by": list(one.by)} for one in choice.standings]
    return {"asked": is_asked, "rules": standings}


def _dissection(one: Dissection) -> dict[str, Any]:
    rule = one.rule
    return {
        "rule": rule.id,
        "file": rule.file,
        "line": rule.line,
        "origin": rule.origin,
        "replaced": rule.replaced,
        "question": rule.question,
        "fired": one.finding is not None,
        "first_failed": one.failed.text if one.failed else None,
        "codex": _reading(one.codex) if one.codex else None,
        "when": _reading(one.when),
        "unless": _reading(one.unless) if one.unless else None,
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "value": reading.value,
        "joined": reading.joined,
        "actual": reading.actual,
        "evidence": [asdict(one) for one in reading.evidence],
        "parts": [_reading(part) for part in reading.parts],
        "looked_at": reading.looked_at,
        "nearest": [_look(look) for look in reading.looks],
    }


def _look(look: Look) -> dict[str, Any]:
    return {
        **asdict(look.event),
        "decides": look.decides,
        "matched": look.matched,
        "of": len(look.parts),
        "parts": [_reading(part) for part in look.parts],
    }
