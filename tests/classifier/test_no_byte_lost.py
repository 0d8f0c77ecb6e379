"""No byte of a log is lost: it stands in an event, is doubted, or its line marks where one begins or ends."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.events import Patch, Transcript
from logverdict.transcript.read import read_transcript
from transcripts import places

HEAD = "OpenAI Codex v0.%s.0\n--------\nworkdir: /w\nmodel: m\nsession id: s\n--------\nuser\nFix\n"
LINES = (
    "exec", "codex", "thinking", "apply patch", "file update", "file update:", "tokens used", "1,234", "", "",
    "turn interrupted", "/bin/bash -lc 'pytest' in /w", "/bin/bash -lc pytest in /w succeeded in 5ms:",
    " succeeded in 5ms:", " exited 1 in 5ms:", "words", "more words", "ERROR: bad", "patch: completed",
    "ERROR: Reconnecting... 1/5", "diff --git a/x b/x", "index 1..2", "+added", "/w/x.py", "M /w/x.py",
    "mcp: a/b started", "mcp: a/b (failed)", "warning: hm", "2026-01-02T03:04:05Z ERROR codex_core::x: y",
    "  ✓ step", "**Bold**",
)  # fmt: skip
STREAM = (
    '{"type":"turn.started"}',
    '{"type":"turn.completed"}',
    '{"type":"item.started","item":{"id":"a","type":"command_execution","command":"x"}}',
    '{"type":"item.completed","item":{"id":"a","type":"command_execution","command":"x","exit_code":0}}',
    '{"type":"item.completed","item":{"id":"b","type":"agent_message","text":"é"}}',
    '{"type":"item.completed","item":{"id":[],"type":{},"text":3}}',
    '{"type":"strange"}',
    '{"type":"error","message":"m"}',
    '{"type":"item.upd',
    "words",
    "2026-01-02T03:04:05Z ERROR codex_core::x: y",
    "",
)
MARKS = re.compile(
    rb" (?:succeeded|exited|declined|in progress)|patch: |mcp: "
    rb"|(?:exec|codex|thinking|apply patch|file update:?|tokens used|[\d,]+|Plan update|user"
    rb"|/bin/bash .* (?:succeeded|exited) in 5ms:)$"
)
DIFF = re.compile(rb"[ +\-@\\]|diff --git |index |file update:$")


def patched_files(transcript: Transcript) -> set[bytes]:
    """Return the paths that patches name: a patch keeps them as words, not as places."""
    patches = [event for event in transcript.events if isinstance(event, Patch)]
    return {path.encode() for patch in patches for path in patch.paths}


def lost_lines(log: bytes, transcript: Transcript) -> Iterator[bytes]:
    """Yield the lines of which no byte stands in an event; white space does not count."""
    spans = [(place.start, place.end) for place in places(transcript)]
    start = 0
    for line in log.split(b"\n"):
        end = start + len(line)
        is_held = any(first < end and start < after for first, after in spans)
        if line.strip() and not is_held:
            yield line
        start = end + 1


def partly_lost(log: bytes, transcript: Transcript) -> Iterator[bytes]:
    """Yield what of a line stands in no event where the rest of it does."""
    held = bytearray(len(log))
    for place in places(transcript):
        held[place.start : place.end] = b"x" * (place.end - place.start)
    start = 0
    for line in log.split(b"\n"):
        lost = bytes(
            byte for byte, mark in zip(line, held[start : start + len(line)], strict=True) if not mark
        )
        if lost.strip() and len(lost) < len(line):
            yield lost
        start += len(line) + 1


bodies = st.lists(st.sampled_from(LINES), max_size=25).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(st.sampled_from(["98", "125", "169"]), bodies)
@settings(max_examples=300, deadline=None)
def test_no_line_of_a_human_log_is_lost(version: str, body: str) -> None:
    log = (HEAD % version + body).encode()
    transcript = read_transcript({"log": log})
    for line in set(lost_lines(log, transcript)) - patched_files(transcript):
        assert MARKS.match(line) or DIFF.match(line), line
    assert not list(partly_lost(log, transcript))


@given(st.lists(st.sampled_from(STREAM), max_size=25))
@settings(max_examples=200, deadline=None)
def test_no_line_of_a_stream_is_lost(lines: list[str]) -> None:
    log = "\n".join([STREAM[0], *lines, ""]).encode()
    transcript = read_transcript({"log": log})
    for line in lost_lines(log, transcript):
        assert b'"item.completed"' in line, line
    assert not list(partly_lost(log, transcript))


@given(bodies)
@settings(max_examples=100, deadline=None)
def test_no_line_of_standard_error_is_lost(body: str) -> None:
    log = body.encode()
    transcript = read_transcript({"stderr": log})
    assert transcript.format == "unreadable" or not list(lost_lines(log, transcript))
