"""What a rollout adds to the record of the same run."""

import json
from pathlib import Path
from typing import Any

import yaml
from logverdict.classify import classify
from logverdict.events import Command, Part, Transcript
from logverdict.facts import Facts
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.transcript import read_transcript

PACK = Path(__file__).parents[2] / "rules" / "checks.yaml"
TEXTS = yaml.safe_load(PACK.read_text(encoding="utf-8"))["patterns"]
NAMES = ("test_runner", "build_tool", "tests_passed", "tests_failed", "check_not_run")
PATTERNS = CheckPatterns(*(compile_pattern(TEXTS[name]) for name in NAMES))
TIME = "2026-01-02T03:04:05Z"
OK = "Wall time: 0.1 seconds\nProcess exited with code %d\nOutput:\n%s"


def lines(*values: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def began(script: str, name: str = "i1") -> dict[str, Any]:
    item = {"id": name, "type": "command_execution", "command": script, "status": "in_progress"}
    return {"type": "item.started", "item": item}


SAID = {"type": "item.completed", "item": {"id": "m", "type": "agent_message", "text": "Done."}}
DONE = {"type": "turn.completed"}


def stream(*events: dict[str, Any], session: str = "t") -> bytes:
    return lines({"type": "thread.started", "thread_id": session}, {"type": "turn.started"}, *events)


def record(kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": TIME, "type": kind, "payload": payload}


def ran(script: str, code: int, name: str = "c1") -> tuple[dict[str, Any], ...]:
    call = {"type": "function_call", "name": "exec_command", "call_id": name}
    output = {"type": "function_call_output", "call_id": name, "output": OK % (code, "3 passed\n")}
    return record("response_item", **call, arguments=json.dumps({"cmd": script})), record(
        "response_item", **output
    )


def rollout(*records: dict[str, Any], said: str | None = "Done.", **complete: Any) -> bytes:
    return lines(
        record("session_meta", id="t", cli_version="0.169.0"),
        record("event_msg", type="task_started"),
        *records,
        record("event_msg", type="task_complete", last_agent_message=said, **complete),
    )


def together(log: bytes, beside: bytes, part: Part = "jsonl") -> tuple[Transcript, Facts]:
    transcript = read_transcript({part: log, "rollout": beside})
    return transcript, gather_facts(transcript, Meta(), PATTERNS)


def codes(transcript: Transcript) -> list[int | None]:
    return [event.exit_code for event in transcript.events if isinstance(event, Command)]


def test_an_end_that_the_stream_lost_is_filled_in() -> None:
    transcript, facts = together(stream(began("pytest"), SAID, DONE), rollout(*ran("pytest", 0)))
    assert (transcript.format, codes(transcript)) == ("jsonl", [0])
    assert facts.last_test is not None
    assert facts.last_test.result == "passed"
    assert facts.last_event_at == TIME


def test_commands_that_cannot_be_paired_stay_unknown() -> None:
    log = stream(began("pytest"), began("pytest", "i2"), SAID, DONE)
    assert codes(together(log, rollout(*ran("pytest", 0)))[0]) == [None, None]
    both = rollout(*ran("pytest", 1), *ran("pytest", 0, "c2"))
    assert codes(together(log, both)[0]) == [1, 0]


def test_a_record_that_disagrees_adds_nothing() -> None:
    ended = {**began("pytest"), "type": "item.completed"}
    ended["item"] = {**ended["item"], "exit_code": 1, "status": "failed"}
    log = stream(ended, began("pytest", "i2"), SAID, DONE)
    beside = rollout(*ran("pytest", 0), *ran("pytest", 0, "c2"))
    assert codes(together(log, beside)[0]) == [1, None]


def test_another_session_or_turn_adds_nothing() -> None:
    log = stream(began("pytest"), SAID, DONE)
    beside = rollout(*ran("pytest", 0))
    assert codes(together(stream(began("pytest"), SAID, DONE, session="other"), beside)[0]) == [None]
    failed = rollout(*ran("pytest", 0), said=None, error={"message": "m"})
    assert codes(together(log, failed)[0]) == [None]
    other = record("response_item", type="message", role="assistant", content=[{"text": "Other."}])
    assert codes(together(log, rollout(*ran("pytest", 0), other, said="Other."))[0]) == [None]


def test_only_the_last_turn_of_the_session_is_asked() -> None:
    first = (*ran("pytest", 1), record("event_msg", type="task_complete", last_agent_message="a"))
    second = (record("event_msg", type="task_started"), *ran("pytest", 0, "c2"))
    assert codes(together(stream(began("pytest"), SAID, DONE), rollout(*first, *second))[0]) == [0]


def test_the_code_and_the_time_of_a_limit_are_added() -> None:
    text = "You've hit your usage limit. Try again at 3:58 PM."
    log = stream({"type": "error", "message": text}, {"type": "turn.failed", "error": {"message": text}})
    limits = {"primary": {"used_percent": 100, "resets_at": 1795400000}}
    error = {"message": text, "codex_error_info": "usage_limit_exceeded"}
    beside = rollout(record("event_msg", type="token_count", rate_limits=limits), said=None, error=error)
    _, facts = together(log, beside)
    assert (facts.error_code, facts.resets_at) == ("usage_limit_exceeded", 1795400000)
    assert facts.terminal_error is not None
    assert facts.terminal_error.text.place.part == "jsonl"


def test_a_rollout_speaks_for_a_record_that_holds_nothing() -> None:
    assert together(b"", rollout())[0].format == "rollout"
    assert together(b"?!", rollout(), "log")[0].format == "rollout"


def test_what_is_no_rollout_adds_nothing() -> None:
    log = stream(began("pytest"), SAID, DONE)
    assert together(log, b"not one\n")[0] == read_transcript({"jsonl": log})


def test_an_old_error_of_the_session_does_not_end_the_last_turn() -> None:
    error = {"message": "m", "codex_error_info": "other"}
    old = record("event_msg", type="task_complete", error=error)
    data = lines(
        record("session_meta", id="t", cli_version="0.169.0"), old, record("event_msg", type="task_started")
    )
    facts = gather_facts(read_transcript({"rollout": data}), Meta(), PATTERNS)
    assert (facts.turn, facts.terminal_error, facts.error_code) == ("open", None, None)


def test_a_retry_waits_for_the_time_that_the_rollout_holds() -> None:
    text = "You've hit your usage limit. Try again at 3:58 PM."
    log = stream({"type": "error", "message": text}, {"type": "turn.failed", "error": {"message": text}})
    limits = {"primary": {"used_percent": 100, "resets_at": 1795400000}}
    noted = record("event_msg", type="token_count", rate_limits=limits)
    beside = rollout(noted, said=None, error={"message": text, "codex_error_info": "usage_limit_exceeded"})
    verdict = classify(Log("x", {"jsonl": log, "rollout": beside}, Meta()), load_ruleset([packaged_rules()]))
    assert (verdict.action, verdict.retry_at) == ("retry_later", "2026-11-23T02:13:20Z")
