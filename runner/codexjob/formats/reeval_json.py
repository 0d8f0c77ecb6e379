"""A re-evaluation as JSON: schema `codexjob.reevaluation/1`."""

import json
from dataclasses import asdict
from typing import Any, Final

from logverdict.brief import Brief
from logverdict.reevaluation import Pair, Reevaluation

SCHEMA: Final = "codexjob.reevaluation/1"


def reeval_json(found: Reevaluation) -> str:
    """Write the counts, both matrices, every flipped run and what the gate holds against, as one document."""
    record = {
        "schema": SCHEMA,
        "runs": found.runs,
        "without_old": found.without_old,
        "unchanged": found.unchanged,
        "same_ruleset": found.same_ruleset,
        "labelled": found.labelled,
        "outcomes": [asdict(one) for one in found.outcomes],
        "actions": [asdict(one) for one in found.actions],
        "flips": [{"change": flip.change, **_pair(flip.pair)} for flip in found.flips],
        "dangers": [_pair(pair) for pair in found.dangers],
        "still_dangerous": [_pair(pair) for pair in found.still_dangerous],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def _pair(pair: Pair) -> dict[str, Any]:
    label = pair.label.truth if pair.label else None
    return {"path": pair.path, "label": label, "old": _brief(pair.old), "new": _brief(pair.new)}


def _brief(brief: Brief | None) -> dict[str, Any] | None:
    if brief is None:
        return None
    return {
        "verdict": brief.verdict,
        "success": brief.success,
        "cause": brief.cause,
        "action": brief.action,
        "rule": brief.rule,
        "reason": brief.reason,
        "evidence": [asdict(one) for one in brief.evidence],
        "ruleset": brief.ruleset,
    }
