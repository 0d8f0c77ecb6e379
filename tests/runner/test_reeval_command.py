import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

THREAD = {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"}
END = {"type": "turn.completed", "usage": {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 3}}


def said(text: str) -> dict[str, Any]:
    return {"type": "item.completed", "item": {"id": "item_9", "type": "agent_message", "text": text}}


GOOD = [THREAD, {"type": "turn.started"}, said("Done."), END]
GAVE_UP = [
    THREAD,
    {"type": "turn.started"},
    said("Two tests still fail and I could not get them to pass."),
    END,
]


def write(path: Path, events: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))


def old(verdict: str, cause: str, action: str, **more: object) -> str:
    return json.dumps({"verdict": verdict, "cause": cause, "action": action, "reason": "then so", **more})


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two past runs, each judged the other way round at its time."""
    folder = tmp_path / "runs"
    folder.mkdir()
    write(folder / "a.jsonl", GOOD)
    write(folder / "b.jsonl", GAVE_UP)
    (folder / "a.verdict.json").write_text(old("real", "work.gave_up", "resume_review"))
    (folder / "b.verdict.json").write_text(old("success", "done", "accept"))
    return folder


def reeval(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codexjob", "reeval", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def document(*args: object) -> dict[str, Any]:
    done = reeval(*args, "--format", "json")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_flipped_run_is_shown_with_its_evidence_before_and_after(runs: Path) -> None:
    found = document(runs)
    assert [(flip["path"][-7:], flip["change"]) for flip in found["flips"]] == [
        ("a.jsonl", "outcome"),
        ("b.jsonl", "outcome"),
    ]
    flip = found["flips"][1]
    assert (flip["old"]["cause"], flip["old"]["reason"]) == ("done", "then so")
    assert (flip["new"]["rule"], flip["new"]["evidence"][0]["line"]) == ("work.gave_up", 3)
    assert found["outcomes"] == [
        {"old": "real", "new": "success", "runs": 1},
        {"old": "success", "new": "real", "runs": 1},
    ]


def test_a_person_and_a_review_see_the_same_runs(runs: Path) -> None:
    text, markdown = reeval(runs), reeval(runs, "--format", "markdown")
    assert (text.returncode, text.stderr, markdown.returncode) == (0, "", 0)
    assert "2 runs judged again: 0 unchanged, 2 flipped" in text.stdout
    assert "[work.gave_up]" in text.stdout
    assert "| real | 1 | · |" in markdown.stdout
    assert "rule work.gave\\_up" in markdown.stdout


def test_old_verdicts_are_kept(runs: Path) -> None:
    before = {path: path.read_bytes() for path in runs.iterdir()}
    reeval(runs)
    assert {path: path.read_bytes() for path in runs.iterdir()} == before


def test_what_classify_wrote_is_unchanged_by_the_same_rules(runs: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "codexjob", "classify", "--format", "jsonl", str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    file = tmp_path / "verdicts.jsonl"
    file.write_text(done.stdout)
    found = document(runs, "--against", file)
    assert (found["unchanged"], found["same_ruleset"], found["flips"]) == (2, 2, [])


def test_the_gate_fails_where_a_labelled_failure_becomes_a_success(runs: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"path": "runs/a.jsonl", "truth": "real"}\n')
    done = reeval(runs, "--gate", "--labels", labels)
    assert done.returncode == 1
    assert "a.jsonl  a failure becomes a success, labelled real" in done.stdout
    assert reeval(runs, "--labels", labels).returncode == 0


def test_the_gate_passes_where_the_labels_agree(runs: Path) -> None:
    (runs / "a.label.json").write_text('{"truth": "success"}')
    (runs / "b.label.json").write_text('{"truth": "real"}')
    assert reeval(runs, "--gate").returncode == 0


def test_a_gate_without_labels_holds_nothing_and_says_so(runs: Path) -> None:
    done = reeval(runs, "--gate")
    assert done.returncode == 2
    assert "give --labels FILE" in done.stderr


def test_a_broken_old_verdict_is_told_and_passed_over(runs: Path) -> None:
    (runs / "a.verdict.json").write_text("{")
    done = reeval(runs, "--format", "json")
    assert "a.verdict.json" in done.stderr
    assert json.loads(done.stdout)["without_old"] == 1


def test_a_wrong_line_of_labels_is_one_message(runs: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"path": "a", "truth": "meh"}\n')
    done = reeval(runs, "--labels", labels)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"codexjob: {labels}:1: ")


def test_no_log_at_all_is_said_so(tmp_path: Path) -> None:
    done = reeval(tmp_path, tmp_path / "none.jsonl")
    assert (done.returncode, done.stdout) == (3, "")
    assert "none.jsonl" in done.stderr


def test_an_agents_words_cannot_command_the_terminal_nor_the_review(runs: Path) -> None:
    words = "I could not get them to pass. \x1b[31m @all `x` <b>"
    write(runs / "b.jsonl", [THREAD, {"type": "turn.started"}, said(words), END])
    for form in ("text", "markdown"):
        shown = reeval(runs, "--format", form).stdout
        assert "\x1b" not in shown
    assert "\\@all \\`x\\` \\<b\\>" in shown
