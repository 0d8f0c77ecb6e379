"""Logs in code blocks of a document, and events in objects of a wrapper's own."""

import json

import pytest
from logverdict.events import Message, Other, Transcript, Turn
from logverdict.transcript import read_transcript
from logverdict.transcript.envelopes import peel_envelopes
from logverdict.transcript.fences import peel_fences
from logverdict.transcript.rows import rows_of

HEAD = (
    "OpenAI Codex v0.118.0\n--------\nworkdir: /w\nmodel: m\nprovider: p\napproval: never\n"
    "sandbox: read-only\nsession id: s-1\n--------\nuser\nFix it.\n"
)
FAILED = "ERROR: last status: 401\nERROR: last status: 401\n"
STREAM = (
    '{"type":"thread.started","thread_id":"t-1"}',
    '{"type":"turn.started"}',
    '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"All {done} é."}}',
    '{"type":"turn.completed","usage":{"input_tokens":5,"cached_input_tokens":0,"output_tokens":1}}',
)


def read(log: str) -> Transcript:
    return read_transcript({"log": log.encode()})


def turns(transcript: Transcript) -> list[str]:
    return [event.status for event in transcript.events if isinstance(event, Turn)]


@pytest.mark.parametrize("fence", ["```", "```text", "~~~"])
def test_a_log_in_a_code_block_ends_with_it(fence: str) -> None:
    log = f"# Run\n\nError: made up\n\n{fence}\n{HEAD}{FAILED}{fence[:3]}\n\nERROR: the document's words\n"
    transcript = read(log)
    assert turns(transcript) == ["failed"]
    assert not any("words" in event.text.value for event in transcript.events if isinstance(event, Other))


def test_an_agents_own_fences_do_not_close_the_block() -> None:
    said = "codex\nSo:\n```text\nx\n```\nDone.\n"
    rows = rows_of(f"```\n{HEAD}{said}tokens used\n5\n```\n\n```\nof the document\n```\n".encode())
    found = peel_fences(rows)
    assert found is not None
    assert [row.text for row in found.rows][-3:] != ["x", "```", "Done."]
    assert "Done." in [row.text for row in found.rows]


def test_a_banner_without_a_fence_right_before_it_is_in_no_block() -> None:
    assert peel_fences(rows_of(f"```\ncode\n```\nSome words.\n{HEAD}".encode())) is None


def test_words_of_a_document_before_the_log_are_no_standard_output() -> None:
    block = f"```text\n{HEAD}ERROR: Reconnecting... 5/5\n```\n"
    log = f"# 001 - FAILED\n\nNo output.\nCodex stderr:\n{block}Ended: `124`.\n"
    transcript = read(log)
    assert turns(transcript) == []
    assert not any(isinstance(event, Message) for event in transcript.events)


@pytest.mark.parametrize(
    "form", ['{{"kind": "out", "at": 1.5, "data": {}}}', '{{"payload":{},"at":{{"s":1}}}}', "+12.5s {}"]
)
def test_events_in_envelopes_are_taken_out(form: str) -> None:
    log = "\n".join(form.format(line) for line in STREAM)
    transcript = read(log + "\n")
    assert (transcript.format, turns(transcript)) == ("jsonl", ["started", "completed"])
    (message,) = [event for event in transcript.events if isinstance(event, Message)]
    assert message.text.value == "All {done} é."
    raw = log.encode()[message.text.place.start : message.text.place.end].decode()
    assert raw == "All {done} é."


def test_an_event_quoted_in_a_string_is_in_no_envelope() -> None:
    quoted = json.dumps({"type": "item.completed", "item": {"type": "x", "text": STREAM[3]}})
    assert peel_envelopes(rows_of(f"{STREAM[0]}\n{quoted}\n".encode())) is None
    broken = '{"data": ' + STREAM[0]
    assert peel_envelopes(rows_of(broken.encode())) is None


def test_an_event_that_an_agent_gave_to_a_tool_is_not_taken_out() -> None:
    given = {"id": "i", "type": "mcp_tool_call", "arguments": json.loads(STREAM[3])}
    named = {"type": "item.completed", "item": given}
    for line in map(json.dumps, (named, {"data": given}, {"item": given, "type": "item.x"})):
        assert peel_envelopes(rows_of(f"{STREAM[0]}\n {line}\n{line}\n".encode())) is None
