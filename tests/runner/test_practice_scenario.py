from pathlib import Path

import pytest
from codexjob.practice import Scenario, ScenarioError, read_scenario
from codexjob.practice.play import SCENARIOS
from codexjob.practice.steps import Cut, Run, Say

NAMES = sorted(path.name for path in SCENARIOS.glob("*.yaml"))


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return tmp_path / "wrong.yaml"


def mistakes(path: Path, text: str | bytes) -> list[str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    return [f"{m.line}: {m.message}" for m in caught.value.mistakes]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_is_valid_and_named_for_its_file(name: str) -> None:
    scenario = read_scenario(SCENARIOS / name)
    assert f"{scenario.name}.yaml" == name
    assert scenario.about


def test_a_reply_is_a_list_of_steps_a_single_step_or_the_long_form() -> None:
    scenario = Scenario.model_validate(
        {
            "name": "forms",
            "replies": [
                [{"say": "a"}, {"run": "true"}],
                {"say": "b", "repeat": 2},
                {"steps": [{"cut": True}], "repeat": "turn"},
            ],
        }
    )
    assert [reply.steps for reply in scenario.replies] == [
        (Say(say="a"), Run(run="true")),
        (Say(say="b"),),
        (Cut(cut=True),),
    ]
    assert [reply.repeat for reply in scenario.replies] == [1, 2, "turn"]


def test_every_mistake_is_told_at_once_with_its_line(wrong: Path) -> None:
    text = """\
name: Not A Name
task: 7
files: {../out.py: x, .git/config: x, /etc/passwd: x}
replies:
  - - say: hello
      loud: true
    - shout: hello
  - status: 42
  - - cut: true
    - say: never
  - failed: {code: x}
colour: red
"""
    told = mistakes(wrong, text)
    assert [int(line.partition(":")[0]) for line in told] == [1, 2, 3, 3, 3, 6, 7, 8, 9, 11, 12]
    assert any("'loud' is not known here" in line for line in told)
    assert any("a step is one of: say, think, run" in line for line in told)
    assert any("'message' is missing here" in line for line in told)
    assert any("nothing may follow" in line for line in told)


def test_a_mistake_is_shown_with_its_file_and_a_caret(wrong: Path) -> None:
    wrong.write_text("name: caret\nreplies:\n  - shout: hello\n")
    with pytest.raises(ScenarioError, match=r"wrong.yaml:3:5: this is no step") as caught:
        read_scenario(wrong)
    assert str(caught.value).splitlines()[1:] == ["    - shout: hello", "      ^"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: the scenario is empty"),
        ("name: [", "1: not YAML"),
        ("a: &x 1\nb: *x\n", "1: YAML aliases"),
        (b"\xff\xfe", "1: the scenario is not UTF-8 text"),
        ("[" * 5000, "1: nested too deeply"),
        ("!!python/object/apply:os.system [true]", "1: not YAML"),
        ("x" * 1_000_001, "1: a scenario is at most"),
        ("- 1\n", "1: Input should be"),
        ("\x07", "1: not YAML"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(wrong: Path, text: str | bytes, message: str) -> None:
    (told,) = mistakes(wrong, text)
    assert told.startswith(message)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none.yaml:1:1: cannot read the scenario: No such file"):
        read_scenario(tmp_path / "none.yaml")


def test_nothing_may_follow_a_reply_that_is_given_forever(wrong: Path) -> None:
    text = "name: late\nreplies:\n  - {hang: true, repeat: forever}\n  - say: never\n"
    assert mistakes(wrong, text) == ["1: repeat: forever leaves no request for the replies after it"]


def test_the_json_schema_tells_of_every_step() -> None:
    schema = str(Scenario.model_json_schema())
    assert all(step in schema for step in ("'Say'", "'Run'", "'Patch'", "'Answer'", "'Cut'", "'Hang'"))
