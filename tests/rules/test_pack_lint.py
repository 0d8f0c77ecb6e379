"""Lint: what keeps a pack from loading is an error, what is probably not meant is a warning at its place."""

from pathlib import Path

import pytest
from logverdict.authoring.lint import lint
from logverdict.authoring.lint_patterns import single_words
from logverdict.authoring.written import Remark
from logverdict.rulebook import packaged_rules

TURN = '{"type":"turn.started"}'
FAILED = '{"type":"turn.failed","error":{"message":"the moon is down"}}'
MISSED = '{"type":"turn.failed","error":{"message":"the sun is down"}}'


def a_rule(name: str, when: str, extra: str = "", question: str = "ending") -> str:
    return (
        f"- id: {name}\n  question: {question}\n  verdict: environmental\n  action: human\n  title: t\n"
        f"  when: {when}\n{extra}  why: w\n  examples:\n"
        f"  - log: |\n      {TURN}\n      {FAILED}\n    expect: match\n"
        f"  - log: |\n      {TURN}\n      {MISSED}\n    expect: no match\n"
    )


def linted(folder: Path, *rules: str, patterns: str = "") -> tuple[Remark, ...]:
    (folder / "own.yaml").write_text(f"{patterns}rules:\n{''.join(rules)}")
    return lint([folder], [packaged_rules()])


def codes(remarks: tuple[Remark, ...]) -> set[str]:
    return {remark.code for remark in remarks}


GOOD = "turn failed and last turn ~ /the moon is down/"


def test_the_built_in_rules_have_no_warnings() -> None:
    assert [str(remark.mistake) for remark in lint([packaged_rules()])] == []


def test_a_sound_pack_has_no_remarks_but_those_of_other_folders_are_left_out(tmp_path: Path) -> None:
    assert linted(tmp_path, a_rule("moon.down", GOOD)) == ()


def test_mistakes_that_keep_a_pack_from_loading_are_errors_all_at_once(tmp_path: Path) -> None:
    remarks = linted(tmp_path, a_rule("a.b", "turn faild"), a_rule("a.c", "last eror ~ /x y/"))
    assert [remark.level for remark in remarks] == ["error", "error"]
    assert all("^" in str(remark.mistake) for remark in remarks)


def test_a_rule_that_another_one_always_overrides_is_shadowed(tmp_path: Path) -> None:
    deeper = a_rule("moon.down.more", f"{GOOD} and not finished")
    stronger = a_rule("moon.down", GOOD, "  overrides: [moon.down.more]\n")
    shadowed = [one for one in linted(tmp_path, deeper, stronger) if one.code == "shadowed"]
    assert "`moon.down` fires wherever this rule fires" in shadowed[0].mistake.message


def test_a_rule_that_loses_on_its_own_example_is_shadowed(tmp_path: Path) -> None:
    graver = a_rule("moon.grave", GOOD).replace("environmental", "real")
    remarks = linted(tmp_path, a_rule("moon.down", GOOD.replace("the moon", "moon")), graver)
    assert any("`moon.grave` decides" in remark.mistake.message for remark in remarks)


def test_the_same_condition_twice_is_a_duplicate(tmp_path: Path) -> None:
    assert "duplicate" in codes(linted(tmp_path, a_rule("moon.a", GOOD), a_rule("moon.b", GOOD)))


@pytest.mark.parametrize(
    "when",
    [f"finished and {GOOD}", f"{GOOD} and exit_code = 1 and exit_code = 2", f"{GOOD} and not turn failed"],
)
def test_a_rule_that_can_never_decide_is_unreachable(tmp_path: Path, when: str) -> None:
    assert "unreachable" in codes(linted(tmp_path, a_rule("moon.down", when)))


def test_a_field_that_is_silently_taken_for_a_fact_is_told(tmp_path: Path) -> None:
    when = f"{GOOD} or any command where output ~ /the moon/ and exit_code = 1"
    (told,) = [one for one in linted(tmp_path, a_rule("moon.down", when)) if one.code == "joined-fact"]
    assert told.mistake.source[told.mistake.column - 1 :].startswith("exit_code = 1")


def test_fields_in_parentheses_are_not_taken_for_facts(tmp_path: Path) -> None:
    when = f"{GOOD} or any command where (output ~ /the moon/ and exit_code = 1)"
    assert "joined-fact" not in codes(linted(tmp_path, a_rule("moon.down", when)))


def test_overrides_that_lead_in_a_circle_are_told(tmp_path: Path) -> None:
    one = a_rule("moon.a", GOOD, "  overrides: [moon.b]\n")
    other = a_rule("moon.b", f"{GOOD} and not finished", "  overrides: [moon.a]\n")
    assert "override-cycle" in codes(linted(tmp_path, one, other))


def test_a_pattern_that_no_rule_uses_is_dead(tmp_path: Path) -> None:
    patterns = "patterns:\n  lunar: the moon is\n"
    assert codes(linted(tmp_path, a_rule("moon.down", GOOD), patterns=patterns)) == {"dead-pattern"}
    assert linted(tmp_path, a_rule("moon.down", "last turn ~ ${lunar}"), patterns=patterns) == ()


def test_a_single_word_without_context_is_told(tmp_path: Path) -> None:
    assert "single-word" in codes(linted(tmp_path, a_rule("moon.down", "turn failed and last turn ~ /moon/")))


def test_single_words_are_found_below_groups_and_not_between_other_words() -> None:
    assert single_words("(?i)disk|no space|(?:Quota|a b)|^done$|x_y|[a|b]") == ("disk", "Quota")
    assert single_words(r"\b(?:error)\b") == ("error",)
    assert single_words("(?:one) (?:two)|(one|two) more") == ()


def test_a_pattern_that_reaches_into_another_question_is_over_general(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "rules:\n" + a_rule("moon.down", "turn failed and last message ~ /still fail/ or " + GOOD)
    )
    assert "over-general" in codes(lint([tmp_path], [packaged_rules()]))


def test_a_near_miss_without_any_event_that_the_rule_reads_is_told(tmp_path: Path) -> None:
    far = a_rule("moon.down", GOOD).replace(f"      {TURN}\n      {MISSED}\n", "      nothing of the kind\n")
    assert "far-near-miss" in codes(linted(tmp_path, far))
