"""What holds for every log with anything around it, however hostile."""

from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.events import Place
from logverdict.transcript import read_transcripts
from transcripts import places

HEAD = b"OpenAI Codex v0.125.0\n--------\nworkdir: /w\nmodel: m\nsession id: s\n--------\nuser\nFix\n"
THREAD = b'{"type":"thread.started","thread_id":"t"}\n'
PIECES = (
    HEAD,
    THREAD,
    b"exec\n/bin/bash -lc 'pytest' in /w\n succeeded in 5ms:\nok\n\n",
    b"codex\nhi\ntokens used\n1\xc2\xa0234\n",
    b"hi\n",
    b"\n",
    b"ERROR: bad\nERROR: bad\n",
    b'{"type":"turn.completed"}\n',
    b"node.exe : Reading additional input from stdin...\r\n",
    b"At C:\\x.ps1:24 char:5\r\n+     & x\r\n",
    b"    + CategoryInfo          : NotSpecified: (x:String) [], RemoteException\r\n",
    b"    + FullyQualifiedErrorId : NativeCommandError\r\n",
    b"## stdout\n",
    b"## stderr\n",
    b"---\n\nSTDERR:\n",
    b"## Codex stderr\n\n```\n",
    b"```\n",
    b"exit_code: 1\n",
    b"[2025-11-11T12:19:39.248Z] [INFO] ",
    b"- [2025-11-11T12:19:39.248Z]   ERROR: x\n",
    b"codex_run_id=1\n",
    b"codex_exit_code=0\n",
    b'summary_json={"id":"x","exit":1}\n',
    b"user@host:~/x$ \n",
    b"Script started on x\n",
    b"\x1b(B\x1b[m",
    b"\x1b]0;t\x07",
    b"{\n",
    b'  "type": "thread.started",\n',
    b'  "thread_id": "x"\n',
    b"}\n",
    b'{"type":"item.completed","item":{"id":"a","ty\n',
    b'pe":"agent_message","text":"hi"}}\n',
    "é漢字\U0001f600\n".encode(),
    b"stream error: x; retrying 1/5 in 2s\n",
)

logs = st.lists(st.sampled_from(PIECES) | st.binary(max_size=5), max_size=20).map(b"".join)


def check(log: bytes) -> list[Place]:
    transcripts = read_transcripts({"log": log})
    starts = [event.at.start for one in transcripts for event in one.events]
    assert starts == sorted(starts)
    found = [place for one in transcripts for place in places(one)]
    assert all(0 <= place.start <= place.end <= len(log) for place in found)
    return found


@given(logs)
@settings(max_examples=300, deadline=None)
def test_anything_around_a_log_keeps_the_places_in_order(log: bytes) -> None:
    for place in check(log):
        assert place.line == log.count(b"\n", 0, place.start) + 1


@given(logs, st.sampled_from([(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]))
@settings(max_examples=200, deadline=None)
def test_utf_16_keeps_the_places_in_order(log: bytes, encoding: tuple[bytes, str]) -> None:
    mark, name = encoding
    text = log.decode("utf-8", "replace")
    raw = mark + text.encode(name)
    for place in check(raw):
        before = raw[2 : max(2, place.start)].decode(name, "replace")
        assert place.line == before.count("\n") + 1


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_broken_utf_16_is_read(data: bytes) -> None:
    check(b"\xff\xfe" + data)
