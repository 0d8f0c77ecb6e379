import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EVENTS: list[dict[str, Any]] = [
    {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"},
    {"type": "turn.started"},
    {"type": "error", "message": "Reconnecting... 1/5 (stream disconnected before completion)"},
    {
        "type": "item.completed",
        "item": {
            "id": "item_1",
            "type": "command_execution",
            "command": "/bin/bash -lc 'pytest -q'",
            "aggregated_output": "1 failed\n",
            "exit_code": 1,
            "status": "failed",
        },
    },
    {
        "type": "item.completed",
        "item": {"id": "item_2", "type": "agent_message", "text": "Still red \u001b[31m"},
    },
    {"type": "turn.completed", "usage": {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 3}},
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "job.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    return path


def events(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codexjob", "events", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def kinds(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [json.loads(line)["event"] for line in done.stdout.splitlines()]


def test_each_event_is_a_line_of_json_with_its_bytes(log: Path) -> None:
    lines = [json.loads(line) for line in events(log, "--format", "jsonl").stdout.splitlines()]
    assert [line["event"] for line in lines] == [
        "session",
        "turn",
        "error",
        "command",
        "message",
        "usage",
        "turn",
    ]
    command = lines[3]
    raw = log.read_bytes()
    assert raw[command["output"]["start"] : command["output"]["end"]] == rb"1 failed\n"
    assert (command["line"], command["exit_code"], command["command"]["text"]) == (4, 1, "pytest -q")


def test_each_question_shows_what_it_is_answered_from(log: Path) -> None:
    asked = {
        which: kinds(events(log, "--format", "jsonl", "--question", which))
        for which in ("ending", "work", "noise")
    }
    assert asked == {
        "ending": ["session", "turn", "turn"],
        "work": ["command", "message"],
        "noise": ["error", "command"],
    }


def test_a_person_sees_a_table_and_the_facts(log: Path) -> None:
    said = events(log).stdout
    for word in ("pytest -q", "exit 1", "last test", "failed: pytest -q", "finished"):
        assert word in said
    assert "\x1b[31m" not in said


def test_a_log_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = events(tmp_path / "none.log")
    assert (done.returncode, done.stdout) == (3, "")
    assert "none.log" in done.stderr
