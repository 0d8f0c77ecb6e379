"""What holds for logs that stay on disk: they are read as if they were in memory."""

import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict import stored
from logverdict.classify import classify
from logverdict.events import Command, Event, Message, Place, Text, Transcript
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log, find_logs
from logverdict.stored import Stored, is_blank, load, spooled
from logverdict.transcript.lines import Lines
from logverdict.transcript.read import read_transcript
from logverdict.transcript.windows import line_cut, literal_cut, windows

HEAD = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /w\nmodel: m\nsandbox: read-only\nsession id: s\n"
    "--------\nuser\nFix it\n"
)
MARKS = (
    "exec", "codex", "thinking", "apply patch", "file update", "tokens used", "1,234", "turn interrupted", "",
    "/bin/bash -lc 'pytest -q' in /w", "/bin/bash -lc pytest in /wexec", " succeeded in 5ms:",
    " exited 1 in 5ms:", "ERROR: bad", "ERROR: bad", "ERROR: Reconnecting... 1/5", "diff --git a/x b/x",
    "index 1..2", "+added", "patch: completed", "/w/x.py", "warning: hm", "--------", "OpenAI Codex v0.98.0",
    "2026-01-02T03:04:05Z ERROR codex_core::x: y", "\x1b[1mexec\x1b[0m\r", "\x1b[0m", "\r", "\ufeff", "ünï ✓",
    "Done.", "Done.",
)  # fmt: skip


def event_line(kind: str, **item: object) -> str:
    return json.dumps({"type": kind, "item": item} if item else {"type": kind})


STREAM = (
    event_line("turn.started"),
    event_line("turn.completed"),
    event_line("item.started", id="a", type="command_execution", command="bash -lc 'make \u00e9'"),
    event_line(
        "item.completed", id="a", type="command_execution", command="x", exit_code=1, status="failed",
        aggregated_output='one\n"two"\\n\ud83d\ude00\ud800\t',
    ),
    event_line("item.completed", id="b", type="agent_message", text="Done: é ✓"),
    event_line("item.completed", id="c", type="mcp_tool_call", server="s", tool="t", result={"x": ["y" * 9]}),
    event_line("item.completed", id="d", type="todo_list", items=[{"text": "a", "completed": True}]),
    event_line("item.completed", id="e", type="strange"),
    '{"type":"error","message":"Reconnecting... 1/5"}',
    '{"type": "turn.failed", "error" : {"message" : "m\\u00e9"}}',
    '{"type":"item.upd',
)  # fmt: skip
ends = st.sampled_from(["\n", "\r\n", ""])
joined = st.lists(st.tuples(st.sampled_from((*MARKS, *STREAM)) | st.text(max_size=6), ends), max_size=30)
bodies = joined.map(lambda lines: "".join(line + (end or "\n") for line, end in lines)).map(
    lambda text: text.encode(errors="surrogatepass")
)
heads = st.sampled_from(
    [b"", b"\xef\xbb\xbf", HEAD.encode(), HEAD.replace("169", "98").encode(), STREAM[0].encode() + b"\n"]
)
tails = st.sampled_from([b"", b"x", b"\r", b"\x1b[0m", b"\xff\xe2\x9c", b'{"type":"item'])
logs = st.builds(lambda head, body, tail: head + body + tail, heads, bodies, tails)


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_short() -> Iterator[None]:
    """Leave also short texts of a log on disk where they stand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logverdict.transcript.lines._SHORT", 0)
        patch.setattr("logverdict.transcript.source._SHORT", 0)
        yield


@pytest.fixture
def small_limits() -> Iterator[None]:
    """Call everything too long for memory that has more than 300 bytes."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("events", "transcript.chunks", "transcript.source"):
            patch.setattr(f"logverdict.{module}.LONGEST_TEXT", 300)
        patch.setattr("logverdict.transcript.windows.WINDOW", 200)
        patch.setattr("logverdict.transcript.windows.OVERLAP", 40)
        patch.setattr("logverdict.transcript.skeleton._LONGEST_STRING", 100)
        yield


def on_disk(data: bytes, block: int = stored.BLOCK) -> Stored:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return Stored(os.dup(file.fileno()), block)


def texts_of(event: Event) -> list[Text]:
    fields = (getattr(event, name, None) for name in ("text", "command", "output"))
    return [field for field in fields if isinstance(field, Text)]


def places_of(transcript: Transcript) -> list[Place]:
    return [event.at for event in transcript.events] + [
        text.place for event in transcript.events for text in texts_of(event)
    ]


@given(logs, st.integers(1, 200))
@settings(max_examples=400, deadline=None)
def test_events_do_not_depend_on_how_the_log_was_read(log: bytes, block: int) -> None:
    assert read_transcript({"log": on_disk(log, block)}) == read_transcript({"log": log})


@given(logs, logs, st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_streams_apart_do_not_depend_on_how_they_were_read(out: bytes, err: bytes, block: int) -> None:
    stored_parts = read_transcript({"jsonl": on_disk(out, block), "stderr": on_disk(err, block)})
    assert stored_parts == read_transcript({"jsonl": out, "stderr": err})


@given(st.binary(max_size=300), st.integers(1, 50))
@settings(max_examples=200, deadline=None)
def test_lines_of_any_bytes_are_the_same_on_disk(data: bytes, block: int) -> None:
    kept, read = Lines("log", data), Lines("log", on_disk(data, block))
    assert list(read.texts) == list(kept.texts)
    assert list(read.starts) == list(kept.starts)
    for first in range(len(kept)):
        assert read.exact(first) == kept.exact(first)
        for after in range(first, len(kept) + 1):
            assert read.text(first, after) == kept.text(first, after)


@given(st.text("ab\n\r\x1b[0mé✓", max_size=40), st.integers(1, 50), st.data())
@settings(max_examples=200, deadline=None)
def test_a_split_line_is_the_same_on_disk(text: str, block: int, draw: st.DataObject) -> None:
    kept, read = Lines("log", text.encode()), Lines("log", on_disk(text.encode(), block))
    if not len(kept):
        return
    index = draw.draw(st.integers(0, len(kept) - 1))
    characters = draw.draw(st.integers(0, len(kept.texts[index])))
    for lines in (kept, read):
        lines.split_line(index, characters)
    for first in range(len(kept)):
        for after in range(first, len(kept) + 1):
            assert read.text(first, after, skip="a") == kept.text(first, after, skip="a")


@given(st.binary(max_size=60), st.integers(1, 9))
def test_bytes_on_disk_read_like_bytes_in_memory(data: bytes, block: int) -> None:
    read = on_disk(data, block)
    assert (len(read), read[:], b"".join(read.blocks())) == (len(data), data, data)
    assert read[3:-2] == data[3:-2]
    assert read.endswith(data[-2:])
    assert read.startswith(data[:2])
    assert is_blank(read) == is_blank(data)


@given(st.text('a \n\\"é✓😀\ud800\u0001', max_size=400), st.booleans())
@settings(max_examples=200, deadline=None)
def test_windows_of_a_json_string_are_whole_characters(text: str, is_ascii: bool) -> None:
    literal = json.dumps(text, ensure_ascii=is_ascii)[1:-1].encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logverdict.transcript.windows.WINDOW", 64)
        patch.setattr("logverdict.transcript.windows.OVERLAP", 8)
        pieces = list(windows(on_disk(literal), 0, len(literal), literal_cut))
    until = 0
    for start, raw in pieces:
        assert start <= until <= start + len(raw)
        assert raw == literal[start : start + len(raw)]
        json.loads(b'"' + raw.replace(b"\xed", b"?").decode(errors="replace").encode() + b'"')
        until = start + len(raw)
    assert until == len(literal)


@given(st.text("a \né✓😀", max_size=400))
@settings(max_examples=100, deadline=None)
def test_windows_of_lines_leave_nothing_out(text: str) -> None:
    data = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logverdict.transcript.windows.WINDOW", 64)
        patch.setattr("logverdict.transcript.windows.OVERLAP", 8)
        pieces = list(windows(on_disk(data), 0, len(data), line_cut))
    until = 0
    for start, raw in pieces:
        assert start <= until < start + len(raw)
        raw.decode()
        until = start + len(raw)
    assert until == len(data)


def long_log(shape: str) -> bytes:
    lines = [f'line {number} ✓ "said" \\ of an output' for number in range(200)]
    if shape == "one line":
        lines = ["".join(lines)]
    output = "\n".join([*lines[:150], "bwrap: no permissions to create new namespace", *lines[150:]])
    if shape != "jsonl":
        end = "codex\nDone.\ntokens used\n12\nDone.\n"
        return f"{HEAD}exec\n/bin/bash -lc make in /w\n exited 1 in 2ms:\n{output}\n\n{end}".encode()
    done = event_line(
        "item.completed", id="a", type="command_execution", command="make", aggregated_output=output,
        exit_code=1, status="failed",
    )  # fmt: skip
    last = event_line("item.completed", id="b", type="agent_message", text="Done.")
    return "\n".join([STREAM[0], done, last, STREAM[1], ""]).encode()


@pytest.mark.parametrize("shape", ["lines", "one line", "jsonl"])
@pytest.mark.usefixtures("small_limits")
def test_an_output_too_long_for_memory_keeps_its_place_and_value(shape: str) -> None:
    log = long_log(shape)
    kept, read = read_transcript({"log": log}), read_transcript({"log": on_disk(log, 64)})
    assert places_of(read) == places_of(kept)
    (command,) = (event for event in read.events if isinstance(event, Command))
    (wanted,) = (event for event in kept.events if isinstance(event, Command))
    assert command.output is not None
    assert wanted.output is not None
    assert command.output.value == wanted.output.value
    assert len(list(command.output.windows())) > 10
    assert command.output.opening.startswith("line 0 ")
    assert command.output.closing.endswith(wanted.output.value[-20:])
    assert (command.exit_code, command.status) == (1, "failed")


@pytest.mark.parametrize("shape", ["lines", "one line", "jsonl"])
@pytest.mark.usefixtures("small_limits")
def test_a_pattern_is_found_in_an_output_too_long_for_memory(shape: str) -> None:
    log = long_log(shape)
    (command,) = (
        event for event in read_transcript({"log": on_disk(log)}).events if isinstance(event, Command)
    )
    assert command.output is not None
    pattern = compile_pattern(r"^bwrap: no permissions .*$" if shape != "one line" else "bwrap: no perm")
    (found, *_) = (window for window in command.output.windows() if pattern.matches(window.value))
    assert b"bwrap: no permissions" in log[found.place.start : found.place.end]
    if shape != "jsonl":
        assert log[: found.place.start].count(b"\n") + 1 == found.place.line


def test_a_verdict_does_not_depend_on_how_the_log_was_read() -> None:
    ruleset = load_ruleset([packaged_rules()])
    for shape in ("lines", "jsonl"):
        log = long_log(shape)
        kept, read = (classify(Log("x", {"log": data}, Meta()), ruleset) for data in (log, on_disk(log, 99)))
        assert read == kept


def test_a_log_that_shrinks_while_it_is_read_is_no_exception(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(long_log("jsonl") * 3)
    lines = Lines("log", load(path, 1))
    transcript = read_transcript({"log": load(path, 1)})
    os.truncate(path, 50)
    assert len(list(lines.texts)) == len(lines)
    for event in transcript.events:
        assert all(isinstance(text.value, str) for text in texts_of(event))


def test_a_file_that_is_big_stays_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"12345")
    assert load(path, 6) == b"12345"
    assert isinstance(load(path, 5), Stored)


def test_a_big_stream_goes_to_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read = spooled(io.BytesIO(b"abc" * 100_000), 10)
    assert isinstance(read, Stored)
    assert read[:] == b"abc" * 100_000
    assert list(tmp_path.iterdir()) == []
    assert spooled(io.BytesIO(b"abc"), 10) == b"abc"


def test_a_big_log_named_by_a_user_is_read_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logverdict.stored.load.__defaults__", (1,))
    path = tmp_path / "x.log"
    path.write_bytes(long_log("lines"))
    (log,) = find_logs([str(path)], io.BytesIO())
    assert isinstance(log.parts["log"], Stored)
    assert isinstance(read_transcript(log.parts).events[-1].at, Place)


def test_a_long_message_is_not_kept_in_memory() -> None:
    log = "\n".join([STREAM[0], event_line("item.completed", id="b", type="agent_message", text="w " * 900)])
    (message,) = (e for e in read_transcript({"log": on_disk(log.encode())}).events if isinstance(e, Message))
    assert not isinstance(message.text.kept, str)
    assert message.text == Text("w " * 900, message.text.place)
    assert hash(message.text) == hash(Text("w " * 900, message.text.place))
    assert repr(message.text) == repr(Text("w " * 900, message.text.place))
