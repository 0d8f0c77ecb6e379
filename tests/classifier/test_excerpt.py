"""Words of Codex without the frame of a run, and what is no log of Codex at all."""

import pytest
from logverdict.events import Error, Trace, Turn
from logverdict.transcript import read_transcript

EXCERPTS = {
    "stream": "⚠️ stream error: stream disconnected before completion: Rate limit; retrying 1/5 in 2s…\n",
    "screen": "Reconnecting... 4/5 (21s • esc to interrupt)\nStream disconnected before completion: x\n",
    "status": "exceeded retry limit, last status: 401 Unauthorized, request id: 1\n",
    "demand": "of a page\nERROR: We\u2019re currently experiencing high demand.\ntokens used\n5\n",
    "banner alone": "OpenAI Codex v0.145.0\nuser\nok\nERROR: stream disconnected before completion: x\n",
    "limit": "■ You\u2019ve hit your usage limit. Try again later.\n",
    "configuration": "me@host ~ % codex\nError loading configuration: TOML parse error at line 1\n",
    "answer": '{"type":"error","status":400,"error":{"message":"no such model"}}\n',
    "first era": "Error: no sandbox\n    at x (file:///n/node_modules/@openai/codex/dist/cli.js:1:2)\n",
}


@pytest.mark.parametrize("log", EXCERPTS.values(), ids=EXCERPTS.keys())
def test_an_excerpt_failed_if_its_last_error_is_none_that_codex_tried_to_repair(log: str) -> None:
    transcript = read_transcript({"log": log.encode()})
    assert transcript.format == "excerpt"
    last = [event for event in transcript.events if isinstance(event, Error)][-1]
    turns = [event.status for event in transcript.events if isinstance(event, Turn)]
    assert turns == ([] if last.is_retry else ["failed"])


def test_a_retry_in_an_excerpt_is_no_end() -> None:
    errors = read_transcript({"log": EXCERPTS["screen"].encode()}).events
    assert [event.is_retry for event in errors if isinstance(event, Error)] == [True, False]


def test_a_tool_that_failed_is_a_trace() -> None:
    (trace,) = read_transcript({"log": b"ERROR codex_core::tools::router: error=Exit code: 1\n"}).events
    assert isinstance(trace, Trace)
    assert trace.target == "codex_core::tools::router"


@pytest.mark.parametrize(
    "told", ['{"name": "shell", "arguments": {"command": ["ls"]}}', "x bwrap: loopback: no"]
)
def test_a_trace_of_its_tools_is_enough(told: str) -> None:
    assert read_transcript({"log": told.encode()}).format == "excerpt"


@pytest.mark.parametrize(
    "log",
    [
        b"hello\n",
        b"ERROR: Could not find a version that satisfies the requirement x\n",
        b"\x7fELF\x02\x01\x01" + bytes(200),
        b'{"name": "a", "version": "1"}\n',
        b"error: something else\n",
        b"\xff\xfeh\x00i\x00",
    ],
)
def test_what_is_no_log_of_codex_is_said_to_be_none(log: bytes) -> None:
    assert read_transcript({"log": log}).format == "unreadable"
