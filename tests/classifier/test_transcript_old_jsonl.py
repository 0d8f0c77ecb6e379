"""The JSON stream of the versions up to 0.42 as events."""

import json
from typing import Any

from logverdict.events import (
    Command,
    Error,
    Message,
    Other,
    Patch,
    Plan,
    Prompt,
    Reasoning,
    Session,
    Tool,
    Trace,
    Transcript,
    Turn,
    Usage,
    Warning,
)
from logverdict.transcript import read_transcript

CONFIG = {"workdir": "/w", "model": "m", "provider": "p", "sandbox": "read-only", "approval": "never"}
STARTED = {"type": "task_started", "model_context_window": 1}


def log_of(*messages: dict[str, Any]) -> bytes:
    head = [CONFIG, {"prompt": "Fix it."}]
    lines = [*head, *({"id": "0", "msg": message} for message in (STARTED, *messages))]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def read(*messages: dict[str, Any], stderr: bytes = b"") -> Transcript:
    return read_transcript({"jsonl": log_of(*messages), "stderr": stderr})


def count(total: int | None) -> dict[str, Any]:
    usage = {"input_tokens": total, "cached_input_tokens": 0, "output_tokens": 0}
    return {"type": "token_count", "info": None if total is None else {"total_token_usage": usage}}


def ran(code: int, call: str = "c1") -> tuple[dict[str, Any], ...]:
    begin = {"type": "exec_command_begin", "call_id": call, "command": ["bash", "-lc", "pytest"], "cwd": "/w"}
    end = {"type": "exec_command_end", "call_id": call, "exit_code": code, "aggregated_output": "3 passed\n"}
    return begin, end


SAID = {"type": "agent_message", "message": "All done."}


def last_turn(transcript: Transcript) -> str:
    return [event.status for event in transcript.events if isinstance(event, Turn)][-1]


def test_a_whole_run_is_read() -> None:
    transcript = read(count(None), *ran(0), count(10), count(10), SAID, count(20))
    assert [type(event) for event in transcript.events] == [
        Session, Prompt, Turn, Command, Usage, Usage, Message, Usage, Turn,
    ]  # fmt: skip
    session, command = transcript.events[0], transcript.events[3]
    assert isinstance(session, Session)
    assert (session.model, session.sandbox, session.workdir) == ("m", "read-only", "/w")
    assert isinstance(command, Command)
    assert (command.command.value, command.exit_code, command.cwd) == ("pytest", 0, "/w")
    assert command.output is not None
    assert command.output.value == "3 passed\n"
    assert (transcript.format, last_turn(transcript)) == ("jsonl", "completed")


def test_the_text_of_a_message_stands_inside_its_literal() -> None:
    log = log_of(SAID)
    (message,) = [event for event in read_transcript({"log": log}).events if isinstance(event, Message)]
    assert log[message.text.place.start : message.text.place.end] == b"All done."


def test_a_stream_that_stops_has_no_end() -> None:
    for messages in (
        (count(None), SAID),
        (count(None), *ran(0), count(10)),
        (count(None), *ran(0), count(10), count(10)),
        (count(None), *ran(0), count(10), count(10), SAID),
        (count(None), ran(0)[0]),
        (),
    ):
        assert last_turn(read(*messages)) == "started"


def test_a_count_of_one_response_closes_it_also_where_it_is_the_same_again() -> None:
    flat = {"type": "token_count", "input_tokens": 9, "cached_input_tokens": 1, "output_tokens": 2}
    assert last_turn(read(*ran(0), flat, SAID, flat)) == "completed"
    assert last_turn(read(*ran(0), flat)) == "started"


def test_an_error_at_the_end_fails_the_turn() -> None:
    retry = {"type": "stream_error", "message": "stream error: cut; retrying 1/5 in 9ms…"}
    transcript = read(count(None), SAID, retry, {"type": "error", "message": "cut"})
    errors = [(event.text.value, event.is_retry) for event in transcript.events if isinstance(event, Error)]
    assert errors == [("stream error: cut; retrying 1/5 in 9ms…", True), ("cut", False)]
    turn = transcript.events[-1]
    assert isinstance(turn, Turn)
    assert (turn.status, turn.text and turn.text.value) == ("failed", "cut")


def test_an_error_that_work_followed_fails_nothing() -> None:
    transcript = read({"type": "error", "message": "odd"}, *ran(0), count(10), SAID, count(20))
    assert last_turn(transcript) == "completed"


def test_a_tool_server_that_is_down_ends_nothing() -> None:
    down = {"type": "error", "message": "MCP client for `demo` failed to start: gone"}
    transcript = read(down)
    assert any(isinstance(event, Warning) for event in transcript.events)
    assert last_turn(transcript) == "started"


def test_patches_tools_plans_and_thoughts_are_read() -> None:
    transcript = read(
        {"type": "agent_reasoning", "text": "**Look**"},
        {"type": "plan_update", "plan": [{"step": "a", "status": "completed"}, {"step": "b"}]},
        {"type": "patch_apply_begin", "call_id": "p", "changes": {"/w/a.py": {"update": {}}}},
        {"type": "patch_apply_end", "call_id": "p", "success": False, "stdout": "", "stderr": "no room"},
        {"type": "mcp_tool_call_begin", "call_id": "t", "invocation": {"server": "s", "tool": "t"}},
        {
            "type": "mcp_tool_call_end",
            "call_id": "t",
            "invocation": {"server": "s", "tool": "t"},
            "result": {"Ok": {"content": [], "isError": True}},
        },
        {"type": "never_seen", "x": 1},
    )
    kinds = [type(event) for event in transcript.events[3:]]
    assert kinds == [Reasoning, Plan, Patch, Tool, Other]
    patch, tool = transcript.events[5], transcript.events[6]
    assert isinstance(patch, Patch)
    assert (patch.paths, patch.status, patch.output and patch.output.value) == (
        ("/w/a.py",),
        "failed",
        "no room",
    )
    assert isinstance(tool, Tool)
    assert (tool.name, tool.status) == ("s.t", "failed")


def test_standard_error_in_between_is_kept() -> None:
    trace = b"2025-10-01T08:00:00Z ERROR codex_core::x: y\n"
    first, _, rest = log_of(SAID, count(9)).partition(b"\n")
    transcript = read_transcript({"log": trace + first + b"\n" + trace + rest + trace})
    assert sum(isinstance(event, Trace) for event in transcript.events) == 3
    assert (transcript.format, last_turn(transcript)) == ("jsonl", "completed")


def test_the_new_stream_is_not_taken_for_the_old() -> None:
    line = json.dumps({"type": "thread.started", "thread_id": "t"}).encode() + b"\n"
    assert read_transcript({"log": line + log_of(SAID)}).events[0] == read_transcript({"log": line}).events[0]
