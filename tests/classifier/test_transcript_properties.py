"""What holds for every log, however hostile."""

from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.events import Part, Text, Transcript
from logverdict.transcript import read_transcript
from transcripts import places

HEAD = b"OpenAI Codex v0.%d.0\n--------\nworkdir: /w\nmodel: m\nsession id: s\n--------\nuser\nFix\n"
PIECES = (
    b"exec\n",
    b"codex\n",
    b"thinking\n",
    b"apply patch\n",
    b"file update\n",
    b"file update:\n",
    b"tokens used\n",
    b"1,234\n",
    b"turn interrupted\n",
    b"task interrupted\n",
    b"/bin/bash -lc 'pytest' in /w\n",
    b"\n",
    b"/bin/bash -lc pytest in /w succeeded in 5ms:\n",
    b" succeeded in 5ms:\n",
    b" exited 1 in 5ms:\n",
    b"text\n",
    b"ERROR: bad\n",
    b"ERROR: Reconnecting... 1/5\n",
    b"diff --git a/x b/x\n",
    b"index 1..2\n",
    b"+added\n",
    b"patch: completed\n",
    b"/w/x.py\n",
    b"M /w/x.py\n",
    b"mcp: a/b started\n",
    b"mcp: a/b (failed)\n",
    b"warning: hm\n",
    b"2026-01-02T03:04:05Z ERROR codex_core::x: y\n",
    b"\x1b[1mexec\x1b[0m\r\n",
    b"\xff\xfe\n",
    b"--------\n",
    b"OpenAI Codex v0.98.0\n",
    b"  \xe2\x9c\x93 step\n",
    b"**Bold**\n",
    b"Reconnecting... 1/5 (x)\n",
    b'{"type":"thread.started","thread_id":"t"}\n',
    b'{"type":"turn.started"}\n',
    b'{"type":"turn.completed"}\n',
    b'{"type":"item.started","item":{"id":"a","type":"command_execution","command":"x"}}\n',
    b'{"type":"item.completed","item":{"id":"a","type":"command_execution","command":"x","exit_code":0}}\n',
    b'{"type":"item.completed","item":{"id":"a","type":"agent_message","text":"\\ud800\xc3\xa9"}}\n',
    b'{"type":"item.completed","item":{"id":[],"type":{},"text":3}}\n',
    b'{"type":"error","message":"\xff"}\n',
    b'{"type":"turn.failed","error":{"message":"m"}}\n',
    b'{"type":"item.upd',
)

pieces = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=25).map(b"".join)
heads = st.sampled_from([b"", b"\xef\xbb\xbf", HEAD % 169, HEAD % 125, HEAD % 98, PIECES[35]])
logs = st.builds(bytes.__add__, heads, pieces)


def check(transcript: Transcript, parts: dict[Part, bytes]) -> None:
    for place in places(transcript):
        data = parts[place.part]
        assert 0 <= place.start <= place.end <= len(data)
        assert place.line == data.count(b"\n", 0, place.start) + 1
    for part in parts:
        starts = [event.at.start for event in transcript.events if event.at.part == part]
        assert starts == sorted(starts)
    for event in transcript.events:
        repr(event).encode()
        fields = (getattr(event, name, None) for name in ("text", "command", "output"))
        assert all(field.value.encode() is not None for field in fields if isinstance(field, Text))


@given(logs)
@settings(max_examples=300, deadline=None)
def test_a_single_log_never_breaks_the_reader(log: bytes) -> None:
    check(read_transcript({"log": log}), {"log": log})


@given(logs, logs)
@settings(max_examples=150, deadline=None)
def test_streams_apart_never_break_the_reader(stream: bytes, stderr: bytes) -> None:
    parts: dict[Part, bytes] = {"jsonl": stream, "stderr": stderr}
    check(read_transcript(parts), parts)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    check(read_transcript({"log": data}), {"log": data})
