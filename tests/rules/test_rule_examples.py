import pytest
from logverdict.classify import classify
from logverdict.events import Part
from logverdict.rulebook import Example, Rule, load_ruleset, packaged_rules
from logverdict.source import Log

RULESET = load_ruleset([packaged_rules()])
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{place}-{'match' if example.is_match else 'near_miss'}")
    for rule in RULESET.rules
    for place, example in enumerate(rule.examples, 1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_each_rule_fires_on_its_examples_and_not_on_its_near_misses(rule: Rule, example: Example) -> None:
    parts: dict[Part, bytes] = {"log": (example.log or "").encode()}
    verdict = classify(Log(rule.id, parts, example.meta), RULESET)
    fired = {finding.rule for finding in (*verdict.findings, *verdict.noise)}
    assert (rule.id in fired) == example.is_match, f"fired: {sorted(fired)}; cause: {verdict.cause}"


def decided(rule: Rule) -> list[str]:
    """Name the causes that the whole ruleset gives for the examples that the rule matches."""
    logs = [(example.log or "", example.meta) for example in rule.examples if example.is_match]
    return [classify(Log(rule.id, {"log": log.encode()}, meta), RULESET).cause for log, meta in logs]


@pytest.mark.parametrize(
    "rule", [rule for rule in RULESET.rules if rule.question != "noise"], ids=lambda rule: rule.id
)
def test_each_rule_decides_on_its_own_examples_with_the_whole_ruleset_loaded(rule: Rule) -> None:
    assert set(decided(rule)) == {rule.cause}


def test_every_question_has_rules() -> None:
    assert {rule.question for rule in RULESET.rules} == {"ending", "work", "noise"}
    assert len(RULESET.rules) >= 15


def test_no_rule_can_call_a_run_a_success() -> None:
    assert {rule.verdict for rule in RULESET.rules} <= {"environmental", "real", "unknown", None}
    assert "accept" not in {rule.action for rule in RULESET.rules}


def test_the_file_of_a_rule_stands_in_the_folder_of_its_question() -> None:
    assert all(f"/{rule.question}/" in rule.file for rule in RULESET.rules)
