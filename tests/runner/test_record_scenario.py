"""What a scenario of the dataset says, and what it cannot say."""

from pathlib import Path

import pytest
from codexjob.practice import ScenarioError
from codexjob.record import find_scenarios, split_of
from codexjob.record.codex import codex_argv, prompt_argv, resume_argv
from codexjob.record.errors import RecordError
from codexjob.record.scenario import Resume, RunSettings, Truth
from pydantic import ValidationError

SCENARIO = """\
name: wrong_key
family: auth
replies: [{status: 401, repeat: forever}]
versions: ">=0.44"
modes: [json]
truth:
  verdict: environmental
  success: false
  cause: auth.key
  actions: [human]
  line: "401"
  by_version:
    "<0.80": {line: "unexpected status 401"}
    ">=0.60,<0.80": {cause: auth}
"""
TRUTH = {"verdict": "real", "success": False, "cause": "work.gave_up", "actions": ["resume_review"]}


def written(folder: Path, text: str, name: str = "wrong_key") -> str:
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return str(path)


def test_a_truth_can_differ_by_version(tmp_path: Path) -> None:
    (scenario,) = find_scenarios([written(tmp_path, SCENARIO)], tmp_path)
    found = [
        (scenario.truth.of(version).cause, scenario.truth.of(version).line)
        for version in ("0.50", "0.63", "0.98")
    ]
    assert found == [
        ("auth.key", "unexpected status 401"),
        ("auth", "unexpected status 401"),
        ("auth.key", "401"),
    ]


def test_a_scenario_says_where_it_makes_sense(tmp_path: Path) -> None:
    (scenario,) = find_scenarios([written(tmp_path, SCENARIO)], tmp_path)
    assert scenario.plays_on("0.44.0", "json")
    assert not scenario.plays_on("0.42.0", "json")
    assert not scenario.plays_on("0.44.0", "human")


@pytest.mark.parametrize(
    ("given", "wrong", "message"),
    [
        ("verdict: environmental", "verdict: fine", "'success', 'environmental', 'real' or 'unknown'"),
        ('versions: ">=0.44"', "versions: newest", "no range of versions"),
        ("cause: auth.key", "cause: Auth Key", "cause: Auth Key"),
        ("actions: [human]", "actions: []", "actions: []"),
        ("family: auth", "famly: auth", "'famly' is not known here"),
        ('"<0.80": {line: "unexpected status 401"}', '"<0.80": {lines: x}', "lines"),
        ("success: false", "success: true\n  verdict: real", "has no success: true"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(tmp_path: Path, given: str, wrong: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        find_scenarios([written(tmp_path, SCENARIO.replace(given, wrong))], tmp_path)
    assert message in str(caught.value)
    assert "wrong_key.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    "claimed", [{"verdict": "success"}, {"success": True}, {"verdict": "unknown", "success": True}]
)
def test_a_truth_cannot_contradict_itself(claimed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Truth.model_validate({**TRUTH, **claimed})


def test_scenarios_are_found_by_file_folder_and_name(tmp_path: Path) -> None:
    path = written(tmp_path, SCENARIO)
    for named in ([], ["wrong_key"], [path], [str(tmp_path)], [path, str(tmp_path)]):
        assert [scenario.name for scenario in find_scenarios(named, tmp_path)] == ["wrong_key"]


def test_an_unknown_scenario_and_a_name_used_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no scenario nothing"):
        find_scenarios(["nothing"], tmp_path)
    with pytest.raises(RecordError, match="no scenarios in"):
        find_scenarios([], tmp_path)
    written(tmp_path, SCENARIO)
    written(tmp_path, SCENARIO, "twin")
    with pytest.raises(RecordError, match="the name wrong_key already"):
        find_scenarios([], tmp_path)


def test_the_split_of_a_family_never_changes() -> None:
    # A change here moves records between the splits: rules may have been written from the wrong ones.
    families = ("usage_limit", "auth_key", "context", "rate_http", "gave_up", "network_dead")
    assert [split_of(family) for family in families] == [
        "held_back", "train", "train", "held_back", split_of("gave_up"), "train",
    ]  # fmt: skip


def test_about_a_quarter_of_the_families_is_held_back() -> None:
    held_back = sum(split_of(f"family_{number}") == "held_back" for number in range(4000))
    assert 900 < held_back < 1100


def test_flags_stand_before_resume_and_the_scenarios_own_come_last() -> None:
    settings = RunSettings(args=("--color", "always"), model="gpt-x", prompt="argument")
    argv = codex_argv(Path("/bin/codex"), settings, "json", Path("/repo"), "http://127.0.0.1:1/v1")
    assert argv[:7] == ("/bin/codex", "exec", "--json", "-C", "/repo", "-s", "workspace-write")
    assert argv[-4:] == ("-c", 'model="gpt-x"', "--color", "always")
    assert prompt_argv(settings, "Do it.") == ("Do it.",)


@pytest.mark.parametrize(
    ("ask", "argument"),
    [
        ("same", "0199-known"),
        ("unknown_uuid", "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"),
        ("unknown_name", "no-such-session"),
        ("last", "--last"),
    ],
)
def test_a_second_run_asks_for_its_session(ask: str, argument: str) -> None:
    resume = Resume.model_validate({"task": "Go on.", "ask": ask})
    assert resume_argv(resume, "0199-known") == ("resume", argument)
