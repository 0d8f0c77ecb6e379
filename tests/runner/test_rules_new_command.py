"""`codexjob rules new`: a log becomes a rule that loads, fires on it, and is written only when it may be."""

import json
from pathlib import Path

import pytest
from codexjob.__main__ import command_app
from logverdict.classify import classify
from logverdict.rulebook import built_in_ruleset, load_ruleset, packaged_rules
from logverdict.rulebook.packaged import built_in_packs
from logverdict.source import read_run
from typer.testing import CliRunner, Result

SESSION = (
    '{"type":"thread.started","thread_id":"0199c0de-0000-7000-8000-000000000001"}\n{"type":"turn.started"}\n'
)
ODD = "the flux gate 7 of /home/ada/x is not aligned"


def new(*arguments: object, answer: str = "") -> Result:
    words = ["rules", "new", *map(str, arguments)]
    return CliRunner().invoke(command_app(["rules"]), words, input=answer)


def failed(text: str) -> str:
    said = json.dumps({"message": text})
    return f'{SESSION}{{"type":"error",{said[1:]}\n{{"type":"turn.failed","error":{said}}}\n'


def finished(text: str, before: str = "") -> str:
    item = json.dumps({"type": "item.completed", "item": {"id": "i", "type": "agent_message", "text": text}})
    usage = json.dumps({"type": "turn.completed", "usage": {"input_tokens": 1, "output_tokens": 1}})
    return f"{SESSION}{before}{item}\n{usage}\n"


def write_log(folder: Path, text: str, name: str = "run.jsonl") -> Path:
    log = folder / name
    log.write_text(text)
    return log


def write_dataset(folder: Path, **runs: tuple[str, str]) -> Path:
    folder.mkdir()
    rows = []
    for name, (truth, text) in runs.items():
        row = {"file": name, "version": "0.169.0", "scenario": name, "mode": "json", "rc": 0, "cmd": ""}
        rows.append(json.dumps({**row, "truth": truth}))
        (folder / f"{name}.out").write_text(text)
        (folder / f"{name}.err").write_text("")
    (folder / "index.jsonl").write_text("\n".join(rows))
    return folder


def test_a_draft_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    shown = new("--from", write_log(tmp_path, failed(ODD)))
    assert shown.exit_code == 0
    assert r"when: turn failed and last error ~ /the flux gate \d+ of \S+ is not aligned/" in shown.stdout
    assert "without it: unknown (ending.unknown_error), action human" in shown.stderr
    assert "ada" not in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]


def test_the_draft_on_standard_output_is_a_pack_that_judges_the_log(tmp_path: Path) -> None:
    log = write_log(tmp_path, failed(ODD))
    pack = tmp_path / "own" / "draft.yaml"
    pack.parent.mkdir()
    pack.write_text(new("--from", log, "--verdict", "environmental", "--action", "retry").stdout)
    verdict = classify(read_run(log), built_in_ruleset([pack.parent]))
    assert (verdict.verdict, verdict.action) == ("environmental", "retry")
    assert verdict.cause == "ending.flux_gate_not_aligned"


def test_a_draft_is_written_behind_the_other_rules_of_its_pack(tmp_path: Path) -> None:
    pack = tmp_path / "own" / "a.yaml"
    first = new("--from", write_log(tmp_path, failed(ODD)), "--into", pack, "--yes")
    assert first.exit_code == 0
    before = pack.read_text() + "\n# my patterns\npatterns:\n  mine: 'some words'\n"
    pack.write_text(before)
    other = write_log(tmp_path, failed("the tachyon pump has run dry"), "b.jsonl")
    assert new("--from", other, "--into", pack, "--yes", "--rules", pack.parent).exit_code == 0
    after = pack.read_text()
    assert all(part in after for part in before.split("\n# my patterns"))
    assert after.endswith("\n# my patterns\npatterns:\n  mine: 'some words'\n")
    own = [rule.id for rule in load_ruleset([built_in_packs(), pack]).rules if rule.file == str(pack)]
    assert own == ["ending.flux_gate_not_aligned", "ending.tachyon_pump_run_dry"]


def test_nothing_is_written_without_a_yes(tmp_path: Path) -> None:
    pack = tmp_path / "a.yaml"
    refused = new("--from", write_log(tmp_path, failed(ODD)), "--into", pack, answer="n\n")
    assert refused.exit_code != 0
    assert not pack.exists()


def test_the_dataset_shows_what_would_change(tmp_path: Path) -> None:
    dataset = write_dataset(
        tmp_path / "data",
        same=("environmental", failed("the flux gate 9 of /tmp/y is not aligned")),
        other=("real", failed("the flux gate is well aligned, but the task is not")),
        good=("success", finished("Here is the list.")),
    )
    shown = new("--from", write_log(tmp_path, failed(ODD)), "--dataset", dataset).stderr
    assert "on 3 labelled runs it fires on 1 labelled environmental" in shown
    assert "1 flipped, 1 of them right now, 0 wrong now" in shown
    assert "same (labelled environmental): unknown ending.unknown_error, human -> environmental" in shown
    assert "near misses: the same words where they mean nothing, other" in shown


def test_words_that_runs_of_another_label_hold_are_told(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "data", twin=("real", failed(ODD)))
    shown = new("--from", write_log(tmp_path, failed(ODD)), "--dataset", dataset).stderr
    assert "Its words also stand in 1 runs with another label: twin" in shown


def test_a_line_can_be_named(tmp_path: Path) -> None:
    text = finished("All is well. The report is short. I am sorry for the length of it.")
    shown = new("--from", write_log(tmp_path, text), "--verdict", "real", "--line", "3")
    assert "last message ~ /" in shown.stdout
    none = new("--from", tmp_path / "run.jsonl", "--verdict", "real", "--line", "99")
    assert "there is no line 99" in str(none.exception)


def test_a_rule_overrides_what_would_decide_in_its_stead(tmp_path: Path) -> None:
    text = failed("stream disconnected before completion: the flux gate is not aligned at all")
    pack = tmp_path / "a.yaml"
    shown = new(
        "--from", write_log(tmp_path, text), "--verdict", "real", "--action", "human", "--into", pack, "--yes"
    )
    assert "with it:    real (" in shown.stderr
    assert shown.exit_code == 0


def test_a_finer_rule_lies_below_the_cause_that_decides_now(tmp_path: Path) -> None:
    text = failed("stream disconnected before completion: the flux gate is not aligned at all")
    assert "- id: network.stream_cut." in new("--from", write_log(tmp_path, text)).stdout


def test_a_time_that_codex_names_is_captured(tmp_path: Path) -> None:
    text = failed("The flux budget of today is spent. Try again at Nov 23rd, 2026 2:13 AM.")
    shown = new(
        "--from", write_log(tmp_path, text), "--verdict", "environmental", "--action", "retry_later"
    ).stdout
    assert "(?P<at>" in shown
    assert "retry_at: '{at}'" in shown


def test_a_success_becomes_noise_with_what_went_wrong_on_the_way(tmp_path: Path) -> None:
    item = {"id": "c", "type": "command_execution", "command": "frobnicate --all", "exit_code": 3}
    item |= {"aggregated_output": "the flux gate is not found\n", "status": "failed"}
    before = json.dumps({"type": "item.completed", "item": item}) + "\n"
    shown = new("--from", write_log(tmp_path, finished("Done.", before)), "--verdict", "success").stdout
    assert "question: noise" in shown
    assert "any command where (exit_code != 0 and output ~ /" in shown
    assert "- failed_command" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--verdict", "success"], "no rule can make it a success"),
        (["--into", "pack.txt"], "a rule file is called NAME.yaml"),
        (["--cause", "Not A Cause"], "small letters, digits"),
        (["--dataset", "nowhere"], "this is no dataset"),
        (["--rules", "nowhere"], "no such folder of rules"),
        (["--line", "1", "--verdict", "real"], "no words that a rule"),
    ],
)
def test_mistakes_are_told_in_plain_words(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = new("--from", write_log(tmp_path, failed(ODD)), *arguments)
    assert done.exit_code != 0
    assert said in str(done.exception or "") + done.stderr


def test_a_folder_is_no_log_to_draft_from(tmp_path: Path) -> None:
    write_log(tmp_path, failed(ODD))
    assert "name that" in str(new("--from", tmp_path).exception)


def test_without_a_dataset_the_way_to_one_is_told(tmp_path: Path) -> None:
    assert "--dataset DIR shows" in new("--from", write_log(tmp_path, failed(ODD))).stderr


def test_a_log_that_is_not_there_is_no_input(tmp_path: Path) -> None:
    assert new("--from", tmp_path / "none.jsonl").exit_code == 3


@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "hello\n"])
def test_what_is_no_log_gives_no_rule(tmp_path: Path, text: str) -> None:
    done = new("--from", write_log(tmp_path, text, "run.log"))
    assert done.exit_code != 0


@pytest.mark.parametrize("text", ["- just a list\n", "rules: {a: b}\n", "rules: [{id: a}]\n", "rules: [\n"])
def test_a_pack_that_cannot_grow_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    pack = tmp_path / "a.yaml"
    pack.write_text(text)
    assert new("--from", write_log(tmp_path, failed(ODD)), "--into", pack, "--yes").exit_code != 0
    assert pack.read_text() == text


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    text = 'it\'s ${broken} {at} #x: `a` "b" (((( [[[[ \\\\ // */ | > & ! % @ é \U0001f600 \u202e end of it'
    pack = tmp_path / "own" / "a.yaml"
    log = write_log(tmp_path, failed(text))
    assert new("--from", log, "--into", pack, "--yes").exit_code == 0
    verdict = classify(read_run(log), built_in_ruleset([pack.parent]))
    assert verdict.cause.startswith("ending.")
    assert verdict.findings[0].rule.startswith("ending.")


def test_the_built_in_packs_are_not_touched(tmp_path: Path) -> None:
    before = [path.read_bytes() for path in sorted(Path(str(packaged_rules())).rglob("*.yaml"))]
    new("--from", write_log(tmp_path, failed(ODD)), "--into", tmp_path / "a.yaml", "--yes")
    assert before == [path.read_bytes() for path in sorted(Path(str(packaged_rules())).rglob("*.yaml"))]
