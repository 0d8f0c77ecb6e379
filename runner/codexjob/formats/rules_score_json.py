"""A test of the rules as one JSON document."""

import json
from collections.abc import Sequence
from typing import Any

from logverdict.authoring.examples import TriedExample
from logverdict.authoring.labelled import Judged
from logverdict.authoring.report import DatasetReport, RulesReport
from logverdict.authoring.scoring import RuleScore, Score, Share


def rules_score_json(report: RulesReport) -> str:
    """Write the whole report."""
    record = {
        "ruleset": report.ruleset,
        "good": report.is_good,
        "examples": [_example(one, report.why_not.get(one.name)) for one in report.examples],
        "strangers": [{"example": one.name, "rules": rules} for one, rules in report.strangers],
        "dataset": _dataset(report.dataset) if report.dataset else None,
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def _example(one: TriedExample, why_not: str | None) -> dict[str, Any]:
    return {
        "name": one.name,
        "right": one.is_right,
        "file": one.rule.file,
        "line": one.example.line,
        "fired": one.fired,
        "cause": one.verdict.cause,
        "why_not": why_not,
    }


def _dataset(report: DatasetReport) -> dict[str, Any]:
    return {
        "runs": report.runs,
        "all": _score(report.score),
        "undecidable": dict(report.undecidable),
        "decidable": _score(report.decidable),
        "baselines": [
            {"name": one.name, "right": _share(one.right), "dangers": one.dangers} for one in report.baselines
        ],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "right": _share(score.right),
        "by_mode": {mode: _share(share) for mode, share in score.by_mode.items()},
        "matrix": [
            {"label": row, "given": given, "runs": n} for (row, given), n in sorted(score.matrix.items())
        ],
        "causes": {
            cause: {"precision": _share(precision), "recall": _share(recall)}
            for cause, (precision, recall) in score.causes.items()
        },
        "rules": [_rule(rule) for rule in score.rules],
        "on_line": _share(score.on_line),
        "unexercised": score.unexercised,
        "dangers": _runs(score.dangers),
        "misses": _runs(score.misses),
        "ties": _runs(score.ties),
    }


def _rule(rule: RuleScore) -> dict[str, Any]:
    shares = {"precision": rule.precision, "recall": rule.recall, "on_line": rule.on_line}
    counts = {"rule": rule.rule, "fired": rule.fired, "decided": rule.decided}
    return {**counts, **{name: _share(share) for name, share in shares.items()}}


def _runs(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    return [
        {
            "run": one.run.name,
            "label": one.run.truth.label,
            "cause_true": one.run.truth.cause,
            "actions_true": one.run.truth.actions,
            "verdict": one.verdict.verdict,
            "cause": one.verdict.cause,
            "action": one.verdict.action,
            "reason": one.verdict.reason,
        }
        for one in judged
    ]


def _share(share: Share) -> dict[str, Any]:
    return {"part": share.part, "whole": share.whole, "ratio": share.ratio}
