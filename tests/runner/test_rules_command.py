"""`codexjob rules`: each of its commands on real packs, as a user calls them."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from codexjob.__main__ import command_app
from codexjob.formats.rule_text import rule_list
from logverdict.rulebook import built_in_ruleset
from typer.testing import CliRunner, Result

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted((ROOT / "rules").rglob("*.yaml"))


def rules(*arguments: str) -> Result:
    return CliRunner().invoke(command_app(["rules"]), ["rules", *arguments])


def write_run(folder: Path, truth: str, text: str) -> None:
    row = {
        "file": "a",
        "version": "0.169.0",
        "scenario": "s",
        "mode": "json",
        "rc": 0,
        "truth": truth,
        "cmd": "",
    }
    (folder / "index.jsonl").write_text(json.dumps(row) + "\n")
    (folder / "a.err").write_text("")
    (folder / "a.out").write_text(
        '{"type":"thread.started","thread_id":"0199c0de-0000-7000-8000-000000000001"}\n'
        '{"type":"turn.started"}\n'
        f'{{"type":"item.completed","item":{{"id":"i","type":"agent_message","text":"{text}"}}}}\n'
        '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}\n'
    )


def test_help_names_the_group_and_its_commands() -> None:
    assert "rules" in CliRunner().invoke(command_app([]), ["--help"]).output
    shown = rules("--help").output
    assert all(name in shown for name in ("lint", "test", "list", "show", "schema", "docs"))


def test_list_names_rules_of_a_question() -> None:
    assert "noise.reconnected" in rules("list").output
    assert "noise.reconnected" not in rules("list", "--question", "ending").output


def test_a_narrow_list_puts_the_title_on_a_line_of_its_own() -> None:
    known = [rule for rule in built_in_ruleset().rules if rule.id == "noise.reconnected"]
    assert "\n" not in rule_list(known)
    first, second = rule_list(known, width=60).split("\n")
    assert (len(first) <= 60, second) == (True, f"    {known[0].title}")


def test_figures_without_a_dataset_are_refused(tmp_path: Path) -> None:
    done = rules("test", "--accuracy", str(tmp_path / "page.md"))
    assert "name one with --dataset" in str(done.exception)


def test_an_unknown_split_is_refused() -> None:
    assert "held_back" in rules("test", "--split", "trian").output


def test_show_gives_the_page_of_a_rule() -> None:
    shown = rules("show", "session.lost").output
    assert "session.lost: Codex worked in another session" in shown
    assert "rules/work/agent.yaml:" in shown
    assert "example 1: match (session_asked=" in shown


def test_show_of_an_unknown_rule_says_what_was_meant() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "codexjob", "rules", "show", "session.lots"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "codexjob: there is no rule 'session.lots': did you mean `session.lost`?\n"


def test_lint_of_the_built_in_rules_is_clean_even_when_strict() -> None:
    done = rules("lint", "--strict")
    assert (done.exit_code, done.output) == (0, "0 errors, 0 warnings\n")


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--strict",), 1)])
def test_lint_fails_on_warnings_only_when_strict(
    tmp_path: Path, options: tuple[str, ...], status: int
) -> None:
    (tmp_path / "a.yaml").write_text("patterns:\n  never_used: the moon is down\n")
    done = rules("lint", *options, str(tmp_path))
    assert done.exit_code == status
    assert "warning [dead-pattern]" in done.output


def test_lint_shows_mistakes_with_a_caret_and_fails(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("ruls: []\n")
    done = rules("lint", str(tmp_path))
    assert done.exit_code == 2
    assert f"error {tmp_path}/a.yaml:1:1: there is no key `ruls`\n  ruls: []\n  ^\n" in done.output
    (remark,) = json.loads(rules("lint", "--format", "json", str(tmp_path)).output)
    assert (remark["line"], remark["level"]) == (1, "error")


def test_test_without_a_dataset_tries_the_examples() -> None:
    done = rules("test")
    assert done.exit_code == 0
    assert ", 0 failed" in done.output.splitlines()[0]


def test_test_with_a_dataset_prints_the_confusion_matrix_and_writes_the_page(tmp_path: Path) -> None:
    write_run(tmp_path, "success", "Here is the list.")
    page = tmp_path / "accuracy.md"
    done = rules("test", "--dataset", str(tmp_path), "--accuracy", str(page))
    assert done.exit_code == 0
    assert "1 runs: 1/1 = 100.0% right" in done.output
    assert "| exit status only | 1 of 1 (100.0%) | | | 0 |" in page.read_text()


def test_a_failure_called_a_success_fails_the_test_in_every_format(tmp_path: Path) -> None:
    write_run(tmp_path, "real", "Here is the list.")
    done = {form: rules("test", "--dataset", str(tmp_path), "--format", form) for form in ("json", "junit")}
    assert {one.exit_code for one in done.values()} == {1}
    assert json.loads(done["json"].output)["dataset"]["decidable"]["dangers"][0]["run"] == "a"
    (suite,) = [one for one in ET.fromstring(done["junit"].output) if one.get("name") == "dataset"]  # noqa: S314  our own
    assert suite.get("failures") == "1"
    assert "undone, and called a success: 1" in rules("test", "--dataset", str(tmp_path)).output


def test_held_back_runs_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    truth = {"verdict": "success", "success": True, "cause": "done", "actions": ["accept"], "line": None}
    row = {
        "file": "v/json/s",
        "version": "v",
        "family": "f",
        "split": "held_back",
        "mode": "json",
        "truth": truth,
    }
    (tmp_path / "labels.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "v/json").mkdir(parents=True)
    (tmp_path / "v/json/s.meta.json").write_text("{}")
    assert "0 runs" in rules("test", "--dataset", str(tmp_path)).output
    assert "1 runs" in rules("test", "--dataset", str(tmp_path), "--split", "held_back").output


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "pack.schema.json"
    path.write_text(rules("schema").output)
    return path


def check_schema(schema: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), *map(str, files))
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_all_packs_hold_to_the_schema(schema: Path) -> None:
    done = check_schema(schema, *PACKS)
    assert done.returncode == 0, done.stdout


def test_the_schema_refuses_what_loading_refuses(schema: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rules:\n- id: a.b\n  question: ending\n  titel: x\n")
    assert check_schema(schema, tmp_path / "a.yaml").returncode == 1


def test_every_pack_tells_an_editor_where_its_schema_is() -> None:
    for pack in PACKS:
        name = pack.read_text().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        assert (pack.parent / name).resolve() == ROOT / "rules" / "pack.schema.json"


def test_the_pages_made_from_the_rules_are_fresh() -> None:
    done = rules("docs", "--check", "--root", str(ROOT))
    assert done.exit_code == 0, f"run codexjob rules docs: {done.output}"


def test_stale_pages_are_named_and_then_written(tmp_path: Path) -> None:
    (tmp_path / "rules" / "work").mkdir(parents=True)
    for pack in PACKS:
        place = tmp_path / pack.relative_to(ROOT)
        place.parent.mkdir(exist_ok=True)
        place.write_text(pack.read_text())
    stale = rules("docs", "--check", "--root", str(tmp_path))
    assert (stale.exit_code, stale.output.count(": stale:")) == (1, 3)
    assert rules("docs", "--root", str(tmp_path)).exit_code == 0
    assert rules("docs", "--check", "--root", str(tmp_path)).exit_code == 0
    page = (tmp_path / "docs" / "rules.md").read_text()
    assert "### network.stream_cut" in page
    assert "### `count_test`" in page
    assert str(tmp_path) not in page


def test_docs_outside_of_a_checkout_is_refused(tmp_path: Path) -> None:
    done = rules("docs", "--root", str(tmp_path))
    assert done.exit_code != 0


def test_what_a_stranger_writes_in_a_pack_cannot_command_the_terminal(tmp_path: Path) -> None:
    good = (ROOT / "docs" / "authoring.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    loud = good.replace("title: The proxy", 'title: "The \\e[31mproxy').replace(
        "the tunnel\n", 'the tunnel"\n', 1
    )
    (tmp_path / "own.yaml").write_text(loud)
    shown = [
        rules("list", "--rules", str(tmp_path)),
        rules("show", "network.proxy", "--rules", str(tmp_path)),
    ]
    assert all("\\x1b[31mproxy" in one.output and "\x1b" not in one.output for one in shown)
    (tmp_path / "own.yaml").write_text(loud.replace("turn failed and", 'turn "\\e[31m" and'))
    command = [sys.executable, "-m", "codexjob", "rules", "list", "--rules", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\x1b" not in rules("lint", str(tmp_path)).output
