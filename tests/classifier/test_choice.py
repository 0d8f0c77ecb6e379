"""Which rule wins within a question, and what is kept of the others."""

from logverdict.choice import Choice, choose
from logverdict.decision import Weight
from logverdict.verdict import Action, Finding, VerdictKind


def finding(rule: str, verdict: VerdictKind = "environmental", action: Action = "resume") -> Finding:
    return Finding(rule, "ending", rule, verdict, action, rule, ())


def standings(choice: Choice) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.finding.rule, one.why, one.by) for one in choice.standings]


def chosen(*found: Finding, **overrides: tuple[str, ...]) -> Choice:
    return choose(found, {one.rule: Weight(overrides.get(one.rule, ())) for one in found})


def test_nothing_is_chosen_where_nothing_fired() -> None:
    assert chosen() == Choice((), None)


def test_an_overridden_rule_loses_to_the_one_that_names_it() -> None:
    choice = chosen(finding("strong", "real"), finding("weak", action="human"), weak=("strong",))
    assert standings(choice) == [("weak", "won", ()), ("strong", "overridden", ("weak",))]
    assert choice.decision is not None
    assert choice.decision.action == "human"


def test_the_graver_verdict_outranks_the_deeper_cause() -> None:
    choice = chosen(finding("a.deep.cause"), finding("grave", "real"))
    assert standings(choice) == [("grave", "won", ()), ("a.deep.cause", "outranked", ("grave",))]


def test_the_deeper_cause_wins_among_equal_verdicts() -> None:
    choice = chosen(finding("network"), finding("network.cut"))
    assert standings(choice) == [("network.cut", "won", ()), ("network", "shallower", ("network.cut",))]


def test_equal_rules_with_one_action_agree() -> None:
    choice = chosen(finding("one"), finding("two"))
    assert standings(choice) == [("one", "won", ()), ("two", "agrees", ("one",))]


def test_equal_rules_with_different_actions_are_tied_and_decide_unknown() -> None:
    choice = chosen(finding("one"), finding("two", action="human"), finding("low", "unknown"))
    assert standings(choice) == [
        ("one", "tied", ("two",)),
        ("two", "tied", ("one",)),
        ("low", "outranked", ("one", "two")),
    ]
    assert choice.decision is not None
    assert (choice.decision.verdict, choice.decision.cause) == ("unknown", "rules.disagree")
