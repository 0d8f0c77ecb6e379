from typing import Any

import pytest
from codexjob.lines import LineSplitter
from codexjob.readable import READABLE_MARK, opening, readable, remark
from hypothesis import given
from hypothesis import strategies as st


def shown(stage: str, kind: str, **fields: Any) -> list[str]:
    return readable({"type": f"item.{stage}", "item": {"id": "item_0", "type": kind, **fields}})


def test_log_opens_with_its_mark_and_the_record() -> None:
    first, *rest = opening("X", "do\nthis")
    assert first == f"{READABLE_MARK} of run X; the record is codex-run-X.jsonl"
    assert rest == ["asked: do", "  this"]


def test_command_is_shown_with_output_and_exit_status() -> None:
    lines = shown("completed", "command_execution", command="ls", aggregated_output="a\nb", exit_code=2)
    assert lines == ["ran: ls", "  | a", "  | b", "  = exit 2"]


def test_command_without_exit_status_is_shown_with_its_status() -> None:
    assert shown("completed", "command_execution", command="ls", status="declined")[-1] == "  = declined"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "thread.started", "thread_id": "T"}, ["session: T"]),
        ({"type": "turn.started"}, ["turn started"]),
        (
            {"type": "turn.completed", "usage": {"input_tokens": 5, "output_tokens": 2}},
            ["turn completed: 5 tokens in, 2 out"],
        ),
        ({"type": "turn.completed"}, ["turn completed"]),
        ({"type": "turn.failed", "error": {"message": "boom"}}, ["turn failed: boom"]),
        ({"type": "turn.failed", "error": 3}, ["turn failed:"]),
        ({"type": "error", "message": "Reconnecting... 1/5"}, ["error: Reconnecting... 1/5"]),
        ({"type": "thread.new"}, ["event: thread.new"]),
        ({}, ["event: None"]),
    ],
)
def test_event_is_shown_in_a_line(event: dict[str, Any], expected: list[str]) -> None:
    assert readable(event) == expected


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("agent_message", {"text": "hi\nexit 0"}, ["codex: hi", "  exit 0"]),
        ("reasoning", {"text": "hm"}, ["thinking: hm"]),
        (
            "file_change",
            {"status": "completed", "changes": [{"path": "a", "kind": "add"}, 3]},
            ["patch completed: add a"],
        ),
        ("file_change", {"status": "failed", "changes": None}, ["patch failed:"]),
        (
            "todo_list",
            {"items": [{"text": "a", "completed": True}, {"text": "b"}]},
            ["plan: [x] a", "  [ ] b"],
        ),
        ("error", {"message": "careful"}, ["warning: careful"]),
        ("mcp_tool_call", {"server": "s", "tool": "t", "status": "failed"}, ["tool failed: s/t"]),
        ("web_search", {"query": "q"}, ["web search: q"]),
        ("new_kind", {}, ["item: new_kind"]),
    ],
)
def test_item_is_shown_in_lines(kind: str, fields: dict[str, Any], expected: list[str]) -> None:
    assert shown("completed", kind, **fields) == expected


def test_start_of_an_item_is_shown_for_commands_only() -> None:
    assert shown("started", "command_execution", command="ls") == ["$: ls"]
    assert shown("started", "agent_message", text="x") == []


def test_output_cannot_command_the_terminal() -> None:
    assert remark("\x1b[2J\u202e\ud800") == ["codexjob: \\x1b[2J\\x202e\\xd800"]


@given(st.text())
def test_text_cannot_pose_as_another_line(text: str) -> None:
    first, *others = remark(text)
    assert first.startswith("codexjob:")
    assert all(line.startswith("  ") for line in others)


@given(st.lists(st.binary(max_size=20), max_size=20))
def test_no_line_is_lost_between_pieces(pieces: list[bytes]) -> None:
    splitter = LineSplitter()
    lines = [line for piece in pieces for line in splitter.feed(piece)] + list(splitter.finish())
    expected = b"".join(pieces).split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert lines == [line.removesuffix(b"\r") for line in expected]


def test_endless_line_takes_no_memory() -> None:
    splitter = LineSplitter(longest=10)
    assert list(splitter.feed(b"0123456789ab")) == []
    assert list(splitter.feed(b"cd\nnext\n")) == [None, b"next"]
