"""What holds for every old log and every rollout, however hostile."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.events import Part, Transcript
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.transcript import read_transcript
from logverdict.transcript.outcome import outcome_of
from transcripts import places

PATTERNS = CheckPatterns(*[compile_pattern("never this")] * 5)
STAMP = "[2025-10-01T08:00:0%d] "
HEAD = (
    STAMP % 0
    + "OpenAI Codex v0.%d.0\n--------\nworkdir: /w\n--------\n"
    + STAMP % 0
    + "User instructions:\nFix\n"
)
BLOCKS = (
    "codex\nSaid\n", "codex\n**Title**\n\nThought\n", "thinking\nHm\n", "exec bash -lc 'a\nb' in /w\n",
    "exec ls in /w\n", "bash -lc 'a\nb' exited 2 in 1ms:\nout\n", "ls succeeded in 1ms:\n\n",
    "tokens used: 1,080\n", "tokens used: 9\n", "tokens used: many\n",
    "apply_patch auto_approved=true:\nM /w/a\n", "apply_patch(auto_approved=true) exited 0 in 1ms:\nok\n",
    "turn diff:\ndiff --git a b\n", "tool a.b({})\n", "a.b({}) failed in 1ms:\n{}\n", "🌐 Searched: q\n",
    "ERROR: bad\nmore\n", "ERROR: MCP client for `x` failed\n", "stream error: cut; retrying 1/5 in 9ms…\n",
    "Plan update\n  ✓ a\n", "task interrupted\n", "anything\n", "OpenAI Codex v0.1.0\n--------\n",
)  # fmt: skip
LOOSE = (
    b"2026-01-02T03:04:05Z ERROR codex_core::x: y\n",
    b"text\n",
    b"\xff\r\n",
    b"\x1b[1mx\x1b[0m\n",
    b"\n",
)
blocks = st.builds(
    lambda second, block: (STAMP % second + block).encode(), st.integers(0, 9), st.sampled_from(BLOCKS)
)
stamped = st.builds(
    lambda version, rest: (HEAD % version).encode() + b"".join(rest),
    st.sampled_from([0, 29, 42]),
    st.lists(blocks | st.sampled_from(LOOSE) | st.binary(max_size=5), max_size=20),
)

WORDS = st.sampled_from([
    "type", "msg", "id", "payload", "timestamp", "call_id", "item", "output", "arguments", "command", "c1",
    "message", "content", "text", "role", "assistant", "info", "total_token_usage", "input_tokens", "error",
    "exec_command_begin", "exec_command_end", "token_count", "agent_message", "task_started",
    "patch_apply_begin", "patch_apply_end", "mcp_tool_call_end", "session_meta", "turn_context",
    "response_item", "event_msg", "function_call", "function_call_output", "custom_tool_call",
    "item_completed", "task_complete", "name", "exec_command", "apply_patch", "user_message",
    "codex_error_info", "rate_limits", "primary", "used_percent", "record_type", "state", "instructions",
    "prompt", "\ud800", "",
])  # fmt: skip
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 10**20) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=6,
)
bodies = st.dictionaries(WORDS, values, max_size=5)


def body(*kinds: str) -> st.SearchStrategy[dict[str, Any]]:
    extra = {"type": st.sampled_from(kinds), "call_id": st.sampled_from(["c1", "c2"])}
    return st.builds(lambda more, own: {**more, **own}, bodies, st.fixed_dictionaries(extra))


OLD = body(
    "exec_command_begin", "exec_command_end", "patch_apply_begin", "patch_apply_end", "mcp_tool_call_begin",
    "mcp_tool_call_end", "token_count", "agent_message", "agent_reasoning", "error", "stream_error",
    "plan_update", "task_started", "task_complete", "turn_aborted", "web_search_end", "new",
).map(lambda message: {"id": "0", "msg": message})  # fmt: skip
ITEMS = body(
    "message", "reasoning", "function_call", "custom_tool_call", "function_call_output", "web_search_call",
    "local_shell_call", "custom_tool_call_output",
).map(lambda payload: {"timestamp": "t", "type": "response_item", "payload": payload})  # fmt: skip
EVENTS = body(
    "user_message", "agent_message", "item_completed", "patch_apply_end", "mcp_tool_call_end",
    "token_count", "task_started", "task_complete", "turn_aborted", "exited_review_mode",
    "exec_command_end",
).map(lambda payload: {"timestamp": "t", "type": "event_msg", "payload": payload})  # fmt: skip
META = bodies.map(lambda payload: {"timestamp": "t", "type": "session_meta", "payload": payload})
CONTEXT = bodies.map(lambda payload: {"timestamp": "t", "type": "turn_context", "payload": payload})


def written(records: list[dict[str, Any]], end: int) -> bytes:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return data[: len(data) - end]


cuts = st.sampled_from([0, 0, 1, 9])
old_streams = st.builds(written, st.lists(OLD | bodies, min_size=1, max_size=12), cuts)
rollouts = st.builds(
    lambda first, rest, end: written([first, *rest], end),
    META,
    st.lists(ITEMS | EVENTS | CONTEXT | META | bodies, max_size=12),
    cuts,
)


def check(transcript: Transcript, part: Part, data: bytes) -> None:
    for place in places(transcript):
        assert place.part == part
        assert 0 <= place.start <= place.end <= len(data)
        assert place.line == data.count(b"\n", 0, place.start) + 1
    starts = [event.at.start for event in transcript.events]
    assert starts == sorted(starts)
    for event in transcript.events:
        repr(event).encode()
    gather_facts(transcript, Meta(), PATTERNS)


@given(stamped)
@settings(max_examples=80, deadline=None)
def test_an_old_human_log_never_breaks_the_reader(log: bytes) -> None:
    check(read_transcript({"log": log}), "log", log)


@given(old_streams)
@settings(max_examples=80, deadline=None)
def test_an_old_stream_never_breaks_the_reader(log: bytes) -> None:
    check(read_transcript({"log": log}), "log", log)


@given(rollouts)
@settings(max_examples=100, deadline=None)
def test_a_rollout_never_breaks_the_reader(log: bytes) -> None:
    check(read_transcript({"rollout": log}), "rollout", log)


@given(stamped | old_streams, rollouts)
@settings(max_examples=40, deadline=None)
def test_a_rollout_beside_a_log_never_breaks_the_reader(log: bytes, rollout: bytes) -> None:
    for part in ("log", "jsonl"):
        parts: dict[Part, bytes] = {part: log, "rollout": rollout}
        read_transcript(parts)


@given(values)
@settings(max_examples=100, deadline=None)
def test_any_answer_to_a_call_is_read(value: Any) -> None:
    outcome_of(value)
