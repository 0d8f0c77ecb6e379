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
GOOD_LOG = """\
      OpenAI Codex v0.169.0
      --------
      workdir: /repo
      session id: 0199c0de-0000-7000-8000-000000000001
      --------
      user
      TASK
      ERROR: the moon is down
      ERROR: the moon is down
"""


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


def test_a_rule_that_a_graver_one_always_accompanies_is_shadowed(tmp_path: Path) -> None:
    narrow = a_rule("moon.down.more", f"{GOOD} and not finished")
    graver = a_rule("moon.down", GOOD).replace("environmental", "real")
    told = [one.mistake.message for one in linted(tmp_path, narrow, graver) if one.code == "shadowed"]
    assert "`moon.down` fires wherever this rule fires, and outranks it" in told


def test_a_narrow_rule_that_overrides_the_graver_one_is_not_shadowed(tmp_path: Path) -> None:
    narrow = a_rule("moon.down.more", f"{GOOD} and not finished", "  overrides: [moon.down]\n")
    graver = a_rule("moon.down", GOOD).replace("environmental", "real")
    told = [one.mistake.message for one in linted(tmp_path, narrow, graver) if one.code == "shadowed"]
    assert not [message for message in told if "outranks it" in message]


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


@pytest.mark.parametrize(
    "written",
    [
        "or any command where output ~ /the moon/ or exit_code = 1",
        "or last command ~ /the moon/ and exit_code = 1",
        "or any command has output ~ /the moon/ and not exit_code = 1",
        "or any command where output ~ /the moon/ and finished and exit_code = 1",
        "\n  unless: any command where output ~ /the moon/ and exit_code = 1",
    ],
)
def test_a_field_taken_for_a_fact_is_told_wherever_it_stands(tmp_path: Path, written: str) -> None:
    quantified = written.replace("any command has", "last command has")
    assert "joined-fact" in codes(linted(tmp_path, a_rule("moon.down", f"{GOOD} {quantified}")))


def test_a_fact_that_is_taken_for_a_field_is_an_error_that_says_so(tmp_path: Path) -> None:
    when = f"{GOOD} or any command where (output ~ /the moon/ and finished)"
    (told,) = linted(tmp_path, a_rule("moon.down", when))
    assert told.mistake.message == "an event of kind command has no field `finished`"
    assert told.mistake.hint == "`finished` is a fact of the run: test it first, `finished … and …`"


def test_a_rule_without_a_near_miss_is_an_error(tmp_path: Path) -> None:
    rule = a_rule("moon.down", GOOD).partition("  - log: |\n      " + TURN + "\n      " + MISSED)[0]
    (told,) = linted(tmp_path, rule)
    assert (told.level, told.mistake.message) == ("error", "the rule lacks a near miss")


def test_a_pattern_that_matches_the_prompt_is_over_general(tmp_path: Path) -> None:
    prompted = GOOD_LOG.replace("TASK", "say why the moon is down")
    rule = a_rule("moon.down", GOOD).replace(f"      {TURN}\n      {FAILED}\n", prompted)
    (told,) = [one for one in linted(tmp_path, rule) if one.code == "over-general"]
    assert told.mistake.message == "the pattern matches the prompt of an example of `moon.down`"


def test_fields_in_parentheses_are_not_taken_for_facts(tmp_path: Path) -> None:
    when = f"{GOOD} or any command where (output ~ /the moon/ and exit_code = 1)"
    assert "joined-fact" not in codes(linted(tmp_path, a_rule("moon.down", when)))


def test_overrides_that_lead_in_a_circle_are_an_error(tmp_path: Path) -> None:
    one = a_rule("moon.a", GOOD, "  overrides: [moon.b]\n")
    other = a_rule("moon.b", f"{GOOD} and not finished", "  overrides: [moon.a]\n")
    (told,) = linted(tmp_path, one, other)
    assert (told.level, "lead back to the rule itself" in told.mistake.message) == ("error", True)


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


def test_of_two_rules_that_say_the_same_the_one_read_later_is_told(tmp_path: Path) -> None:
    first, own = tmp_path / "first", tmp_path / "own"
    for folder, name in ((first, "moon.down"), (own, "a.moon")):
        folder.mkdir()
        (folder / "a.yaml").write_text(f"rules:\n{a_rule(name, GOOD)}")
    remarks = lint([own], [packaged_rules(), first])
    assert "`moon.down` has the same condition" in [one.mistake.message for one in remarks]
