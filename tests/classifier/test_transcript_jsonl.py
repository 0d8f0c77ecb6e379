"""The JSONL stream as events."""

import json
from typing import Any

from logverdict.events import (
    Command,
    Error,
    Message,
    Other,
    Patch,
    Plan,
    Session,
    Text,
    Tool,
    Trace,
    Turn,
    Usage,
    Warning,
)
from logverdict.transcript import read_transcript


def lines(*events: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def item(kind: str, stage: str = "completed", **fields: Any) -> dict[str, Any]:
    return {"type": f"item.{stage}", "item": {"id": fields.pop("id", "item_0"), "type": kind, **fields}}


THREAD = {"type": "thread.started", "thread_id": "t-1"}
TURN = {"type": "turn.started"}
DONE = {
    "type": "turn.completed",
    "usage": {"input_tokens": 10, "cached_input_tokens": 4, "output_tokens": 5},
}


def test_a_command_is_one_event_where_it_started() -> None:
    log = lines(
        THREAD,
        TURN,
        item(
            "command_execution",
            "started",
            command="/bin/bash -lc 'make test'",
            exit_code=None,
            status="in_progress",
        ),
        item("agent_message", id="item_1", text="meanwhile"),
        item(
            "command_execution",
            command="/bin/bash -lc 'make test'",
            aggregated_output='say "é"\n',
            exit_code=2,
            status="failed",
        ),
        DONE,
    )
    transcript = read_transcript({"jsonl": log})
    assert [type(event) for event in transcript.events] == [Session, Turn, Command, Message, Usage, Turn]
    command = transcript.events[2]
    assert isinstance(command, Command)
    assert (command.command.value, command.exit_code, command.status) == ("make test", 2, "failed")
    assert command.at.line == 3
    assert command.output is not None
    assert command.output.place.line == 5
    assert raw(log, command.output) == json.dumps('say "é"\n')[1:-1].encode()


def raw(log: bytes, text: Text) -> bytes:
    return log[text.place.start : text.place.end]


def test_an_open_command_stays_open() -> None:
    log = lines(THREAD, TURN, item("command_execution", "started", command="sleep 9", status="in_progress"))
    command = read_transcript({"jsonl": log}).events[-1]
    assert isinstance(command, Command)
    assert (command.status, command.exit_code, command.output) == ("in_progress", None, None)


def test_a_reconnect_is_a_retry_and_a_failed_turn_keeps_its_text() -> None:
    log = lines(
        THREAD,
        TURN,
        {"type": "error", "message": "Reconnecting... 1/5 (cut)"},
        {"type": "error", "message": "cut"},
        {"type": "turn.failed", "error": {"message": "cut"}},
    )
    retry, fatal, turn = read_transcript({"jsonl": log}).events[2:]
    assert isinstance(retry, Error)
    assert retry.is_retry
    assert isinstance(fatal, Error)
    assert not fatal.is_retry
    assert isinstance(turn, Turn)
    assert turn.text is not None
    assert (turn.status, raw(log, turn.text)) == ("failed", b"cut")


def test_a_repeated_key_is_told_by_its_value() -> None:
    log = (
        b'{"type":"item.completed","item":{"id":"item_3","type":"web_search","id":"ws_1",'
        b'"query":"first","action":{"query":"second"},"query":"rust \\"q\\""}}\n'
    )
    tool = read_transcript({"jsonl": lines(THREAD) + log}).events[1]
    assert isinstance(tool, Tool)
    assert tool.text is not None
    assert tool.text.value == 'rust "q"'
    assert raw(lines(THREAD) + log, tool.text) == b'rust \\"q\\"'


def test_a_key_quoted_inside_a_string_is_no_key() -> None:
    message = 'the log said {"text": "no"} and ,"text":"no"'
    log = lines(THREAD, item("agent_message", text=message))
    said = read_transcript({"jsonl": log}).events[1]
    assert isinstance(said, Message)
    assert said.text.value == message
    assert json.loads(b'"' + raw(log, said.text) + b'"') == message


def test_items_of_every_kind_are_named() -> None:
    log = lines(
        THREAD,
        item("error", message="Model metadata not found"),
        item("file_change", changes=[{"path": "/r/a.py", "kind": "update"}], status="failed"),
        item("todo_list", items=[{"text": "a", "completed": True}, {"text": "b", "completed": False}]),
        item("mcp_tool_call", server="s", tool="t", error={"message": "refused"}, status="failed"),
        item("sculpture", text="what is this"),
        {"type": "galaxy.born"},
    )
    warning, patch, plan, tool, *others = read_transcript({"jsonl": log}).events[1:]
    assert isinstance(warning, Warning)
    assert isinstance(patch, Patch)
    assert (patch.paths, patch.status) == (("/r/a.py",), "failed")
    assert isinstance(plan, Plan)
    assert (plan.steps, plan.done) == (2, 1)
    assert isinstance(tool, Tool)
    assert (tool.name, tool.status, tool.text and tool.text.value) == ("s.t", "failed", "refused")
    assert [type(other) for other in others] == [Other, Other]


def test_merged_standard_error_lies_between() -> None:
    trace = b"2026-01-02T03:04:05.6Z ERROR codex_core::exec: error=Exit code: 1\nOutput:\nno space\n"
    log = b"Reading additional input from stdin...\n" + lines(THREAD, TURN) + trace + lines(DONE)
    events = read_transcript({"log": log}).events
    assert [type(event) for event in events] == [Other, Session, Turn, Trace, Usage, Turn]
    found = events[3]
    assert isinstance(found, Trace)
    assert (found.level, found.target) == ("ERROR", "codex_core::exec")
    assert found.text.value == "error=Exit code: 1\nOutput:\nno space"


def test_standard_error_apart_comes_last() -> None:
    stderr = b"error: unexpected argument '--x' found\n\nUsage: codex exec\n"
    transcript = read_transcript({"jsonl": b"", "stderr": stderr})
    assert transcript.format == "jsonl"
    (error,) = transcript.events
    assert isinstance(error, Error)
    assert error.text.value.endswith("Usage: codex exec")


def test_a_last_line_without_its_end_is_a_cut() -> None:
    log = lines(THREAD, TURN) + b'{"type":"item.comp'
    transcript = read_transcript({"jsonl": log})
    assert transcript.is_cut
    assert isinstance(transcript.events[-1], Other)


def test_what_breaks_decoders_breaks_nothing_here() -> None:
    log = (
        lines(THREAD)
        + b'{"type":'
        + b"[" * 100_000
        + b"\n"
        + b'{"type":"error","message":'
        + b"9" * 5000
        + b"}\n"
    )
    log += b'{"type":"item.completed","item":{"type":"agent_message","text":"\\ud800 \xff"}}\n'
    message = read_transcript({"jsonl": log}).events[-1]
    assert isinstance(message, Message)
    assert message.text.value.encode()


def test_colours_and_line_ends_of_windows_are_read() -> None:
    log = lines(THREAD, TURN, DONE).replace(b"\n", b"\r\n")
    events = read_transcript({"log": b"\xef\xbb\xbf" + log}).events
    assert [type(event) for event in events] == [Session, Turn, Usage, Turn]


def test_nothing_and_the_unknown_are_said_to_be_so() -> None:
    assert read_transcript({"log": b"\n \n"}).format == "empty"
    assert read_transcript({}).format == "empty"
    for data in (b"\x00\x01\x7fELF", b"Dear diary,\nit rained.\n", b'{"a": 1}\n', "ä\n".encode("utf-16")):
        assert read_transcript({"log": data}).format == "unreadable"
        assert read_transcript({"jsonl": data}).format == "unreadable"


def test_the_error_of_a_failed_turn_is_there_once() -> None:
    failed = {"type": "turn.failed", "error": {"message": "cut"}}
    for told in ((), ({"type": "error", "message": "cut"},)):
        events = read_transcript({"jsonl": lines(*told, failed)}).events
        assert [event.text.value for event in events if isinstance(event, Error)] == ["cut"]
