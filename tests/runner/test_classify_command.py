import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Events = list[Any]
THREAD: dict[str, Any] = {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"}
START: dict[str, Any] = {"type": "turn.started"}
SAID: dict[str, Any] = {
    "type": "item.completed",
    "item": {"id": "item_0", "type": "agent_message", "text": "Done."},
}
END: dict[str, Any] = {
    "type": "turn.completed",
    "usage": {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 3},
}
CUT = "stream disconnected before completion: stream closed before response.completed"
FAILED: dict[str, Any] = {"type": "turn.failed", "error": {"message": CUT}}
RED: dict[str, Any] = {
    "type": "item.completed",
    "item": {
        "id": "item_1",
        "type": "command_execution",
        "command": "/bin/bash -lc 'pytest -q'",
        "aggregated_output": "1 failed",
        "exit_code": 1,
        "status": "failed",
    },
}
GOOD_LOG = [THREAD, START, SAID, END]
CUT_LOG = [THREAD, START, {"type": "error", "message": CUT}, FAILED]
RED_LOG = [THREAD, START, RED, SAID, END]


def write(path: Path, events: Events) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def classify(*args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "codexjob", "classify", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


def test_one_json_line_a_log_in_the_order_given(tmp_path: Path) -> None:
    bad, good = write(tmp_path / "z.jsonl", CUT_LOG), write(tmp_path / "a.jsonl", GOOD_LOG)
    done = classify("--format", "jsonl", bad, good)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["path"] for line in lines] == [str(bad), str(good)]
    assert [line["verdict"] for line in lines] == ["environmental", "success"]
    wanted = {"path", "verdict", "success", "finished", "cause", "action", "reason", "findings"}
    assert all(wanted <= set(line) for line in lines)


@pytest.mark.parametrize(
    ("logs", "status"),
    [((GOOD_LOG,), 0), ((GOOD_LOG, CUT_LOG), 75), ((GOOD_LOG, CUT_LOG, RED_LOG), 1), ((CUT_LOG, []), 1)],
)
def test_the_exit_status_sums_up_the_verdicts(logs: tuple[Events, ...], status: int, tmp_path: Path) -> None:
    for place, events in enumerate(logs):
        write(tmp_path / f"{place}.jsonl", events)
    assert classify(tmp_path).returncode == status
    assert classify(tmp_path, "--exit-zero").returncode == 0


def test_standard_input_is_a_log() -> None:
    log = "".join(json.dumps(event) + "\n" for event in GOOD_LOG).encode()
    done = classify("-", "--format", "jsonl", stdin=log)
    assert (done.returncode, json.loads(done.stdout)["path"]) == (0, "-")


def test_an_exit_code_given_by_hand_is_used(tmp_path: Path) -> None:
    log = write(tmp_path / "a.jsonl", [THREAD, START])
    verdict = json.loads(classify(log, "--format", "jsonl", "--exit-code", "143").stdout)
    assert (verdict["signal"], verdict["exit_code"], verdict["cause"]) == (15, None, "interrupted.signal")


def test_the_sidecar_beside_a_log_is_used_by_itself(tmp_path: Path) -> None:
    log = write(tmp_path / "a.log", [THREAD, START])
    (tmp_path / "a.meta.json").write_text('{"exit_code": null, "signal": 2, "ended_by": "timeout"}')
    assert json.loads(classify(log, "--format", "jsonl").stdout)["cause"] == "interrupted.timeout"


def test_no_log_at_all_is_a_status_of_its_own(tmp_path: Path) -> None:
    done = classify(tmp_path)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"no log was found" in done.stderr


def test_a_missing_log_among_others_is_an_answer(tmp_path: Path) -> None:
    done = classify(tmp_path / "none.log", write(tmp_path / "a.jsonl", GOOD_LOG), "--format", "jsonl")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["cause"], second["verdict"], done.returncode) == ("log.missing", "success", 1)
    assert b"none.log" in done.stderr


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "log.empty"),
        (os.urandom(4096) + b"\0" * 64, "log.unreadable"),
        (b"\x7fELF\0\0\xff" * 99, "log.unreadable"),
    ],
)
def test_an_empty_or_binary_log_is_an_answer_never_a_traceback(
    content: bytes, cause: str, tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    done = classify(log, "--format", "jsonl")
    assert (json.loads(done.stdout)["cause"], done.returncode, done.stderr) == (cause, 1, b"")


def test_a_rule_file_with_mistakes_shows_them_all_and_judges_nothing(tmp_path: Path) -> None:
    pack = tmp_path / "mine.yaml"
    pack.write_text("rules:\n- id: x\n  question: endin\n  colour: red\n  when: last eror ~ /x(/\n")
    done = classify("--rules", tmp_path, write(tmp_path / "a.jsonl", GOOD_LOG))
    assert (done.returncode, done.stdout) == (2, b"")
    said = done.stderr.decode()
    assert said.count("mine.yaml:") >= 3
    assert "^" in said
    assert "Traceback" not in said


def test_text_shows_verdict_reason_action_and_evidence(tmp_path: Path) -> None:
    said = classify(write(tmp_path / "a.jsonl", RED_LOG)).stdout.decode()
    for word in ("real", "work.tests_failing", "resume_review", "jsonl:3", "pytest -q"):
        assert word in said.replace("log:3", "jsonl:3")


def test_an_agent_cannot_command_the_readers_terminal(tmp_path: Path) -> None:
    evil = {
        **SAID,
        "item": {"id": "i", "type": "agent_message", "text": "\x1b]0;owned\x07 I could not fix it"},
    }
    done = classify(write(tmp_path / "a.jsonl", [THREAD, START, evil, END]))
    assert b"\x1b]0" not in done.stdout


def test_json_is_one_document(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", GOOD_LOG)
    write(tmp_path / "b.jsonl", CUT_LOG)
    assert len(json.loads(classify("--format", "json", tmp_path).stdout)) == 2


def test_an_exit_code_given_by_hand_does_not_outvote_the_sidecar(tmp_path: Path) -> None:
    log = write(tmp_path / "a.jsonl", GOOD_LOG)
    (tmp_path / "a.meta.json").write_text('{"exit_code": 101}')
    verdict = json.loads(classify(log, "--format", "jsonl", "--exit-code", "0").stdout)
    assert (verdict["exit_code"], verdict["success"]) == (101, False)


@pytest.mark.parametrize(
    ("redirection", "status"), [("- <&-", 1), ("<&-", 2), ("{log} >&-", 0), ("{log} >/dev/full", 75)]
)
def test_closed_and_full_streams_cost_no_traceback(redirection: str, status: int, tmp_path: Path) -> None:
    log = write(tmp_path / "a.jsonl", GOOD_LOG)
    script = f'"$0" -m codexjob classify --format jsonl {redirection.format(log=log)}'
    done = subprocess.run(["bash", "-c", script, sys.executable], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == status
