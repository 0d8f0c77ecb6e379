"""The quick looks for a wrapper say what the thorough ones say."""

from hypothesis import given
from hypothesis import strategies as st
from logverdict.transcript import signs
from logverdict.transcript.pane import peel_pane
from logverdict.transcript.peel import _peelers
from logverdict.transcript.rows import rows_of

PIECES = st.sampled_from([
    b"\n", b"\r\n", b" ", b"\xc2\xa0", b"$ ", b"me@host:~$ ", b"said", b"[exited]", b"\x1b[0m", b"\x07",
    b"\xef\xbb\xbf", b"Script started on x\n", b"Script done on x", b'{"type":', b'{"type"', b"}\n", b"}",
    b'{"type":"turn.started"}\n', b'{"type":"item.completed"}\n', b"{", b'"turn.started"', b"\xff", b":",
])  # fmt: skip
OBJECTS = st.sampled_from(
    [
        b'{"type":"turn.started"}',
        b'{"type":"x","event":{"type":"turn.completed"}}',
        b'{"type":"x","e": {"type":"a"}}',
        b'{"type":"a","b":"codex_run_id=1 codex_exit_code=1 summary_json={} + CategoryInfo : x"}',
        b'{"type":"a","b":"- [2026-01-01T00:00:00.000Z] ERROR: x"}',
        b'{"type":"a","b":"OpenAI Codex v0.1 stdout ```"}',
        b'{"type":"a\x07"}',
        b'{"type":"a\x1b]0;x\x07"}',
        b'{"type"',
        b'"}',
        b'{"type"}',
        b'{"type":"item.started"}\r',
    ]
)
DATA = st.lists(PIECES, max_size=12).map(b"".join)


@given(DATA)
def test_a_log_ends_in_a_pane_where_something_can_be_taken_off(data: bytes) -> None:
    assert signs._ends_in_a_pane(data) == (peel_pane(rows_of(data)) is not None)


@given(DATA)
def test_an_event_is_inside_of_another_object_where_a_colon_stands_before_it(data: bytes) -> None:
    found = [at for at in range(len(data)) if data.startswith(b'{"type"', at)]
    is_inside = any(data[max(0, at - 2) : at].rstrip().endswith(b":") for at in found)
    assert signs._is_inside(data) == is_inside


@given(DATA)
def test_a_stream_of_whole_objects_has_no_broken_event(data: bytes) -> None:
    assert not signs._stream_lines(data) or not signs._has_broken_event(data)


@given(st.lists(OBJECTS, min_size=1, max_size=5).map(b"\n".join), st.sampled_from([b"", b"\n"]))
def test_nothing_is_taken_off_a_stream_of_whole_objects_without_a_sign(data: bytes, end: bytes) -> None:
    if signs._stream_lines(data + end) and not signs.may_be_wrapped(data + end):
        assert [peel(rows_of(data + end)) for peel in _peelers()] == [None] * len(_peelers())
