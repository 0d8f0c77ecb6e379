import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CUT = "stream disconnected before completion: stream closed before response.completed"
EVENTS: list[dict[str, Any]] = [
    {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"},
    {"type": "turn.started"},
    {
        "type": "item.completed",
        "item": {
            "id": "item_1",
            "type": "command_execution",
            "command": "/bin/bash -lc 'pytest -q \u001b[31m'",
            "aggregated_output": "1 failed\n",
            "exit_code": 1,
            "status": "failed",
        },
    },
    {"type": "error", "message": CUT},
    {"type": "turn.failed", "error": {"message": CUT}},
]
_LOG = json.dumps(EVENTS[0])
MY_RULE = {
    "id": "mine.stopped",
    "question": "ending",
    "verdict": "environmental",
    "action": "human",
    "title": "Mine",
    "why": "w",
    "overrides": ["network.stream_cut"],
    "when": "turn failed and any command failed",
    "examples": [{"log": _LOG, "expect": "no match"}, {"log": _LOG, "expect": "match"}],
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "job.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    return path


def explain(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codexjob", "explain", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def document(*args: object) -> dict[str, Any]:
    done = explain(*args, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_three_questions_stand_in_a_tree_with_the_winner(log: Path) -> None:
    done = explain(log)
    assert done.returncode == 0
    for words in (
        "1 ending: did the run reach its end? no",
        "network.stream_cut  environmental, resume  wins",
        "2 work: is the task done? not asked",
        "3 noise",
        "decided by: the rule of the ending that won",
    ):
        assert words in done.stdout
    assert "\x1b" not in done.stdout


def test_a_rule_that_did_not_fire_shows_the_part_that_failed_and_the_nearest_event(log: Path) -> None:
    said = explain(log, "--rule", "limit.usage").stdout
    assert "limit.usage (ending) did not fire" in said
    (line,) = [line for line in said.splitlines() if "the first part that failed" in line]
    assert "last error ~ /hit your usage limit" in line
    assert f"log:4 error {CUT}" in said


def test_what_an_agent_prints_cannot_command_the_terminal(log: Path) -> None:
    said = explain(log, "--rule", "noise.shell_quoting").stdout
    assert "\\x1b[31m" in said
    assert "\x1b" not in said


def test_json_holds_the_verdict_that_classify_gives(log: Path) -> None:
    command = [sys.executable, "-m", "codexjob", "classify", "--format", "jsonl", str(log)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    found = document(log)
    assert found["schema"] == "codexjob.explanation/1"
    assert found["verdict"] == json.loads(done.stdout)
    assert (found["decided_at"], found["ending"]["asked"], found["work"]["asked"]) == (
        "ending rule",
        True,
        False,
    )
    assert found["ending"]["rules"][0] == {"rule": "network.stream_cut", "why": "won", "by": []}


def test_json_takes_rules_apart(log: Path) -> None:
    fired, not_fired = document(log, "--rule", "network.stream_cut", "--rule", "limit.usage")["rules"]
    assert (fired["fired"], fired["first_failed"]) == (True, None)
    assert [part["value"] for part in fired["when"]["parts"]] == [True, True]
    assert not_fired["first_failed"].startswith("last error ~ /hit your usage limit")
    nearest = not_fired["when"]["parts"][1]["nearest"][0]
    assert (nearest["line"], nearest["matched"], nearest["of"]) == (4, 0, 1)


def test_a_rule_of_ones_own_that_overrides_is_seen_to_win(log: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.yaml").write_text(json.dumps({"rules": [MY_RULE]}))
    said = explain(log, "--rules", folder).stdout
    assert "mine.stopped  environmental, human  wins: overrides" in said
    assert "network.stream_cut  environmental, resume  overridden by mine.stopped" in said


def test_an_unknown_rule_is_refused_with_what_was_meant(log: Path) -> None:
    done = explain(log, "--rule", "network.stream_cutt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean network.stream_cut" in done.stderr


def test_a_log_that_is_not_there_has_nothing_to_explain(tmp_path: Path) -> None:
    done = explain(tmp_path / "none.log")
    assert (done.returncode, done.stdout) == (3, "")
    assert "none.log" in done.stderr


def test_an_empty_log_is_explained_by_its_structure(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_bytes(b"")
    found = document(tmp_path / "empty.log")
    assert (found["verdict"]["cause"], found["decided_at"]) == ("log.empty", "ending structure")
