"""An explanation never tells another story than the verdict, on the examples of all rules."""

import pytest
from logverdict.classify import classify
from logverdict.explain import explain
from logverdict.rulebook import Rule, load_ruleset, packaged_rules
from logverdict.source import Log

RULESET = load_ruleset([packaged_rules()])


@pytest.mark.parametrize("rule", RULESET.rules, ids=lambda rule: rule.id)
def test_what_failed_is_named_exactly_where_the_rule_did_not_fire(rule: Rule) -> None:
    for example in rule.examples:
        if example.log is None:
            continue
        log = Log("example", {"log": example.log.encode()}, example.meta)
        explanation = explain(log, RULESET, [rule.id])
        (one,) = explanation.rules
        verdict = explanation.verdict
        assert verdict == classify(log, RULESET)
        has_fired = rule.id in {found.rule for found in (*verdict.findings, *verdict.noise)}
        assert (one.finding is not None, one.failed is None) == (has_fired, has_fired)


def test_rules_that_are_not_there_are_passed_over() -> None:
    assert (
        explain(Log("x", {"log": b""}, RULESET.rules[0].examples[0].meta), RULESET, ["no.rule"]).rules == ()
    )
