"""Which conditions say the same of the first and the last few events of a sort as of all of them."""

from typing import Any, Final, cast

import pytest
from logverdict.condense.classes import Signs, signs_of, speaks_of_the_middle
from logverdict.record import replace
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.rulebook.binding import Binder
from logverdict.rulebook.grammar import parse_condition
from logverdict.rulebook.rule import BoundCondition, Rule

PATTERNS: Final = built_in_ruleset().patterns
FIT: Final = (
    "finished and commands > 3",
    "any command failed",
    "any command where output ~ /x/",
    "no command where (exit_code = 0 and command ~ /x/)",
    "every command has exit_code in (0, 1) in the last turn",
    'first command has cwd = "/srv"',
    "last message ~ /x/",
    "last message where text ~ /a/ has text ~ /b/",
    "first command where command ~ /a/ has exit_code = 0",
    "count command where output ~ /x/ > 3",
    "count command in the last 5 events >= 2",
    "any patch after the last command ~ /x/",
    "any command ~ /x/ before the first patch",
    "any command ~ /x/ followed by error",
    "no command ~ /x/ followed by command ~ /y/",
    "any command ~ /x/ after the last patch",
    "last command ~ /x/ after the last message",
    "first command before the first error",
    "not any error followed by command",
    "any tool where text ~ /x/",
)  # fmt: skip
UNFIT: Final = (
    'any command where cwd = "/srv"',
    "any command where cwd ~ /x/",
    "first command ~ /x/ after the last patch",
    "last command ~ /x/ before the first patch",
    "any command ~ /x/ after the last patch followed by command ~ /y/",
    "any command ~ /x/ before the first tool not followed by command ~ /y/",
    "every command ~ /x/ before the first tool followed by command ~ /y/",
    "every command ~ /x/ after the last tool not followed by command ~ /y/",
    "any patch after the last command where cwd ~ /x/",
    'count command where cwd = "/" > 1',
    "any error followed by command where cwd ~ /x/",
    "count command ~ /x/ > 63",
    "any command ~ /x/ in the last 65 events",
    'last command where exit_code = 0 has cwd = "/srv"',
    "finished or not (first command ~ /x/ after the last error)",
)  # fmt: skip
OF_THE_MIDDLE: Final = (
    "any command ~ /x/ after the last patch",
    "every command ~ /x/ after the last patch",
    "count command ~ /x/ after the last patch > 1",
    "any command ~ /x/ not followed by patch",
    "any error followed by command ~ /x/",
    "last command ~ /x/ followed by message",
    "finished and (turn failed or any message ~ /x/ after the last error)",
)  # fmt: skip
OF_THE_ENDS: Final = (
    "any command ~ /x/",
    "every command ~ /x/",
    "last command ~ /x/ after the last patch",
    "any error followed by error",
    "any patch after the last command",
    "count command ~ /x/ > 3",
    "any command ~ /x/ before the first patch",
    "any command in the last 5 events",
)  # fmt: skip


def rule(condition: str, unless: str | None = None) -> Rule:
    return replace(
        Rule("a", "work", "a", "real", "human", "", "", bound(condition)),
        unless=bound(unless) if unless else None,
    )


def bound(condition: str) -> BoundCondition:
    binder = Binder({})
    made = binder.bind(parse_condition(condition))
    assert binder.flaws == [], condition
    return BoundCondition("", cast("Any", None), made)


def signs(*conditions: str, unless: str | None = None) -> Signs | None:
    return signs_of(Ruleset(tuple(rule(one, unless) for one in conditions), PATTERNS))


@pytest.mark.parametrize("condition", FIT)
def test_these_fit(condition: str) -> None:
    assert signs(condition) is not None
    assert signs("finished", unless=condition) is not None


@pytest.mark.parametrize("condition", UNFIT)
def test_with_these_a_log_is_read_whole(condition: str) -> None:
    assert signs(condition) is None
    assert signs("finished", condition) is None
    assert signs("finished", unless=condition) is None


def test_the_built_in_rules_fit() -> None:
    assert signs_of(built_in_ruleset()) is not None


def test_patterns_are_known_by_kind_and_field() -> None:
    found = signs("any command where (command ~ /a/ and not output ~ /b/)", "count message ~ /c/ > 1")
    assert found is not None
    known = {field: {one.source for one in patterns} for field, patterns in found.patterns.items()}
    assert known["command", "command"] == {"a"}
    # Facts and doubts ask whether tests passed, whatever the rules do.
    assert known["command", "output"] >= {"b", PATTERNS["tests_passed"].source}
    assert known["message", "text"] == {"c"}
    assert known["reasoning", "text"] == set()


def test_what_is_asked_of_the_first_or_the_last_of_all_parts_no_sorts() -> None:
    found = signs("last message ~ /a/", "first command where exit_code = 0 has output ~ /b/")
    assert found is not None
    assert found.patterns["message", "text"] == ()
    assert {one.source for one in found.patterns["command", "output"]} > {"b"}


def test_more_stay_than_a_rule_counts() -> None:
    few, some = signs("finished"), signs("count command ~ /x/ >= 30")
    assert few is not None
    assert some is not None
    assert few.most >= 5
    assert some.most > 30


def test_more_stay_than_bounds_are_tried() -> None:
    found = signs("any patch after the last command where output ~ /x/")
    assert found is not None
    assert found.most > 17


@pytest.mark.parametrize("condition", OF_THE_MIDDLE)
def test_events_that_may_have_been_left_out_speak_for_these(condition: str) -> None:
    assert speaks_of_the_middle(rule(condition))


@pytest.mark.parametrize("condition", OF_THE_ENDS)
def test_events_that_always_stay_speak_for_these(condition: str) -> None:
    assert not speaks_of_the_middle(rule(condition))
