"""What people and programs put around a log, and that none of it changes what the log says."""

import pytest
from logverdict.events import Command, Error, Message, Other, Place, Session, Text, Transcript, Turn
from logverdict.transcript import read_transcript

HEAD = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /w\nmodel: m\nprovider: p\napproval: never\n"
    "sandbox: read-only\nsession id: s-1\n--------\nuser\nFix it.\n"
)
WORK = "exec\n/bin/bash -lc 'pytest -q' in /w\n succeeded in 96ms:\n3 passed\n\n"
SAID = "codex\nAll done.\n"
HUMAN = HEAD + WORK + SAID + "tokens used\n1,234\n"
STREAM = (
    '{"type":"thread.started","thread_id":"t-1"}\n{"type":"turn.started"}\n'
    '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"All done é."}}\n'
    '{"type":"turn.completed","usage":{"input_tokens":5,"cached_input_tokens":0,"output_tokens":1}}\n'
)


def read(log: str | bytes) -> Transcript:
    return read_transcript({"log": log if isinstance(log, bytes) else log.encode()})


def turn(transcript: Transcript) -> str | None:
    ends = [event.status for event in transcript.events if isinstance(event, Turn)]
    return ends[-1] if ends else None


def message(transcript: Transcript) -> Message:
    return [event for event in transcript.events if isinstance(event, Message)][-1]


def raw(log: bytes, text: Text, encoding: str = "utf-8") -> str:
    return log[text.place.start : text.place.end].decode(encoding)


WRAPPED = {
    "bare": HUMAN,
    "a byte order mark": "\ufeff" + HUMAN,
    "a count with a comma": HUMAN,
    "a count with a no-break space": HUMAN.replace("1,234", "1\u00a0234"),
    "a count with a narrow no-break space": HUMAN.replace("1,234", "1\u202f234"),
    "a count with a thin space": HUMAN.replace("1,234", "1\u2009234"),
    "the message again": HUMAN + "All done.\n",
    "a shell prompt after it": HUMAN + "\n(base) me@host:~/w$ \n",
    "a PowerShell prompt after it": HUMAN + "PS C:\\Users\\me> ",
    "a terminal's prompt before and after it": "me@host:~$ codex exec x\n" + HUMAN + "me@host:~$ exit\n",
    "the marks of script": "Script started on 2026-01-02\n" + HUMAN + "Script done on 2026-01-02\n",
    "rare terminal controls": HUMAN.replace("codex\n", "\x1b(B\x1b[mcodex\x1b(B\x1b[m\n"),
    "a window title": "\x1b]0;codex\x07" + HUMAN,
    "colours": HUMAN.replace("codex\n", "\x1b[35m\x1b[3mcodex\x1b[0m\x1b[0m\n"),
    "carriage returns": HUMAN.replace("\n", "\r\n"),
    "a prefix on each line": "".join(
        f"[2026-01-02T03:04:05.678Z] [INFO] {line}\n" for line in HUMAN.splitlines()
    ),
    "a CI runner's times": "".join(f"2026-01-02T03:04:05.6789012Z {line}\n" for line in HUMAN.splitlines()),
    "a service's name": "".join(f"codex-1  | {line}\n" for line in HUMAN.splitlines()),
    "a fenced section": f"# Result\n\n- status: pass\n\n## Codex stderr\n\n```\n{HUMAN}```\n",
    "standard output first": f"All done.\n\n---\n\nSTDERR:\n{HUMAN}",
    "two sections": f"exit_code: 0\n\n## stdout\nAll done.\n\n## stderr\n{HUMAN}",
    "two sections, errors first": f"=== STDERR ===\n{HUMAN}=== STDOUT ===\nAll done.\n",
    "a capped section": f"exit_code: 0\n\n## stdout\nAll done.\n\n\n## stderr\n{HEAD}{WORK}",
    "pairs of the earlier wrapper": (
        f"codex_run_id=20260102-030405-000001\nlog_file=x.log\nmeta_file=x.meta.json\n{HUMAN}"
        "codex_run_id=20260102-030405-000001\ncodex_exit_code=0\nelapsed_seconds=7\n"
        'summary_json={"id":"20260102-030405-000001","exit":0}\n'
    ),
    "hook lines": HUMAN.replace("exec\n", "hook: PreToolUse\nhook: PreToolUse Completed\nexec\n"),
}


@pytest.mark.parametrize("log", WRAPPED.values(), ids=WRAPPED.keys())
def test_a_human_log_says_the_same_whatever_stands_around_it(log: str) -> None:
    transcript = read(log)
    assert (transcript.format, turn(transcript)) == ("human", "completed")
    said = message(transcript)
    assert said.text.value == "All done."
    assert raw(log.encode(), said.text) == "All done."
    (session,) = [event for event in transcript.events if isinstance(event, Session)]
    assert (session.version, session.session_id) == ("0.169.0", "s-1")
    (command,) = [event for event in transcript.events if isinstance(event, Command)]
    assert (command.command.value, command.exit_code) == ("pytest -q", 0)
    assert log.encode()[: command.at.start].count(b"\n") == command.at.line - 1


PRETTY = (
    '{\n  "type": "item.completed",\n  "item": {\n    "id": "item_0",\n'
    '    "type": "agent_message",\n    "text": "All done é."\n  }\n}\n'
)
STREAMS = {
    "bare": STREAM,
    "a prefix on some lines": "".join(
        f"[2026-01-02T03:04:05.678Z] [INFO] {line}\n" if at != 1 else f"{line}\n\n"
        for at, line in enumerate(STREAM.splitlines())
    )
    + "[2026-01-02T03:04:06.000Z] [INFO] \n\n✅ Codex command completed\n",
    "one event printed prettily": "\n".join(
        PRETTY.rstrip() if "agent_message" in line else line for line in STREAM.splitlines()
    )
    + "\n",
    "broken at the width of a pane": STREAM.replace('"id":"item_0",', '"id":"item_0\n",'),
    "foreign lines": "Reading prompt from stdin...\n" + STREAM + "done\n",
    "plain text of a later call": STREAM + "All is still done.\n",
}


@pytest.mark.parametrize("log", STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_says_the_same_whatever_stands_around_it(log: str) -> None:
    transcript = read(log)
    assert (transcript.format, turn(transcript)) == ("jsonl", "completed")
    said = message(transcript)
    assert said.text.value == "All done é."
    assert raw(log.encode(), said.text) == "All done é."


def test_what_a_wrapper_says_is_never_codex_own_word() -> None:
    log = (
        '[2026-01-02T03:04:05.678Z] [INFO] {"type":"thread.started","thread_id":"t-1"}\n'
        "[2026-01-02T03:04:06.000Z] [ERROR] Error: the wrapper gave up\n"
    )
    assert not [event for event in read(log).events if isinstance(event, Error)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [HUMAN.replace("All done.", "Fertig é\U0001f600."), STREAM])
def test_places_in_utf_16_are_in_raw_bytes(text: str, encoding: str) -> None:
    log = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding] + text.encode(encoding)
    transcript = read(log)
    assert turn(transcript) == "completed"
    said = message(transcript).text
    assert raw(log, said, encoding) == said.value
    assert said.place.line == text[: text.index(said.value)].count("\n") + 1


def test_streams_apart_may_be_utf_16() -> None:
    parts = {
        "jsonl": b"\xff\xfe" + STREAM.encode("utf-16-le"),
        "stderr": b"\xff\xfe" + "Error: é\n".encode("utf-16-le"),
    }
    transcript = read_transcript({"jsonl": parts["jsonl"], "stderr": parts["stderr"]})
    assert raw(parts["jsonl"], message(transcript).text, "utf-16-le") == "All done é."
    assert isinstance(transcript.events[-1], Error)
    assert raw(parts["stderr"], transcript.events[-1].text, "utf-16-le") == "Error: é"


def powershell(text: str, width: int) -> str:
    lines = [
        line[start : start + width]
        for line in text.splitlines()
        for start in range(0, max(len(line), 1), width)
    ]
    record = (
        "node.exe : Reading additional input from stdin...\nAt C:\\npm\\codex.ps1:24 char:5\n"
        "+     & x\n+     ~~~\n    + CategoryInfo          : NotSpecified: (x:String) [], RemoteException\n"
        "    + FullyQualifiedErrorId : NativeCommandError\n \n"
    )
    return (record + "\n".join(lines) + "\n").replace("\n", "\r\n")


def test_a_powershell_record_is_taken_off_and_its_lines_mended() -> None:
    long = "A message of the agent that is longer than the console is wide, so that it is broken in two. "
    log = powershell(HUMAN.replace("All done.", (long * 2).strip()), 80).encode("utf-16-le")
    transcript = read(b"\xff\xfe" + log)
    assert message(transcript).text.value == (long * 2).strip()
    assert turn(transcript) == "completed"
    first = transcript.events[0]
    assert isinstance(first, Other)
    assert first.text.value == "Reading additional input from stdin..."


def test_the_exit_status_that_a_document_states_is_known() -> None:
    assert read(f"exit_code: 3\n\n## stdout\n\n## stderr\n{HEAD}").meta.exit_code == 3
    assert read(f"- codex_returncode: 1\n\n## Codex stderr\n\n```\n{HEAD}```\n").meta.exit_code == 1


def test_the_exit_status_that_an_agent_prints_is_not_believed() -> None:
    assert read(HUMAN.replace("3 passed", "exit_code: 0")).meta.exit_code is None


def test_the_earlier_wrapper_tells_of_the_run() -> None:
    meta = read(
        f"codex_run_id=r-1\n{HEAD}codex_run_id=r-1\ncodex_exit_code=124\nelapsed_seconds=7\n"
        'summary_json={"id":"r-1","sid":"s-1","mdl":"m"}\n'
    ).meta
    assert (meta.run_id, meta.ended_by, meta.duration, meta.session_id, meta.model) == (
        "r-1", "timeout", 7.0, "s-1", "m",
    )  # fmt: skip


def test_standard_output_apart_shows_the_end_that_a_capped_record_lost() -> None:
    transcript = read(f"## stdout\nAll done.\n\n## stderr\n{HEAD}{WORK}")
    assert (turn(transcript), transcript.is_cut) == ("completed", True)


def test_no_output_apart_shows_no_end() -> None:
    assert turn(read(f"## stdout\n\n## stderr\n{HEAD}{WORK}")) is None


def test_headings_in_the_log_itself_are_the_agents() -> None:
    transcript = read(HEAD + WORK.replace("3 passed", "## stdout\nFine\n\n## stderr\nbad") + SAID)
    assert turn(transcript) is None
    assert message(transcript).text.value == "All done."


def test_an_error_body_over_many_lines_is_one_error() -> None:
    body = 'ERROR: {\n  "error": {\n    "message": "no such model",\n    "type": "x"\n  }\n}\n'
    (error,) = [event for event in read(HEAD + body + body).events if isinstance(event, Error)]
    assert '"no such model"' in error.text.value
    assert turn(read(HEAD + body + body)) == "failed"


def test_a_command_that_could_not_start_has_its_status() -> None:
    log = HEAD + "exec\n/bin/bash -lc ls in /w\n exited -1 in 0ms:\nexecution error\n\n" + SAID
    (command,) = [event for event in read(log).events if isinstance(event, Command)]
    assert (command.exit_code, command.status) == (-1, "failed")


def test_a_place_in_a_broken_event_holds_the_break() -> None:
    log = STREAM.replace("All done", "All\n done").encode()
    said = message(read(log)).text
    assert (said.value, raw(log, said)) == ("All done é.", "All\n done é.")


def test_a_listed_error_is_an_excerpt() -> None:
    log = "- [2026-01-02T03:04:05]   ERROR: exceeded retry limit, last status: 429 Too Many Requests\n"
    transcript = read(log)
    assert transcript.format == "excerpt"
    error, failed = transcript.events
    assert isinstance(error, Error)
    assert isinstance(failed, Turn)
    assert error.at == Place("log", 1, 2, len(log) - 1)
