"""The human log of versions 0.20 to 0.43 as events."""

import pytest
from logverdict.events import (
    Command,
    Error,
    Message,
    Other,
    Patch,
    Plan,
    Prompt,
    Reasoning,
    Session,
    Tool,
    Trace,
    Turn,
    Usage,
    Warning,
)
from transcripts import commands, only_turn, read_log

AT = "[2025-10-01T08:00:00] "
HEAD = (
    AT + "OpenAI Codex v0.42.0 (research preview)\n--------\nworkdir: /w\nmodel: m\nprovider: p\n"
    "approval: never\nsandbox: read-only\n--------\n" + AT + "User instructions:\nFix it.\n"
)
RAN = f"{AT}exec bash -lc 'pytest -q' in /w\n{AT}bash -lc 'pytest -q' succeeded in 32ms:\n3 passed\n"
COUNTED = AT + "tokens used: 1,080\n"
AGAIN = AT + "tokens used: 2,160\n"
SAID = AT + "codex\nAll done.\n"
END = COUNTED + COUNTED + SAID + AGAIN


def test_a_whole_run_is_read() -> None:
    log = HEAD + AT + "codex\n**Looking**\n\nAt the test\n" + RAN + END
    transcript = read_log(log)
    assert [type(event) for event in transcript.events] == [
        Session, Prompt, Reasoning, Command, Usage, Usage, Message, Usage, Turn,
    ]  # fmt: skip
    session = transcript.events[0]
    assert isinstance(session, Session)
    assert (session.version, session.session_id, session.workdir) == ("0.42.0", None, "/w")
    assert commands(transcript) == [("pytest -q", 0, "3 passed")]
    assert only_turn(transcript) == "completed"
    assert transcript.last_event_at == "2025-10-01T08:00:00Z"
    assert (transcript.format, transcript.spoofable) == ("human", ())


def test_places_are_those_of_the_text_without_its_stamp() -> None:
    log = HEAD + RAN + END
    (command,) = [event for event in read_log(log).events if isinstance(event, Command)]
    place = command.command.place
    assert log.encode()[place.start : place.end] == b"bash -lc 'pytest -q' in /w"
    assert command.output is not None
    assert log.encode()[command.output.place.start : command.output.place.end] == b"3 passed"


@pytest.mark.parametrize(
    "end",
    [SAID, RAN, RAN + COUNTED, COUNTED + COUNTED, RAN + COUNTED + COUNTED + SAID, AT + "codex\nHalf an ans"],
)
def test_a_log_that_stops_has_no_end(end: str) -> None:
    assert only_turn(read_log(HEAD + end)) is None


def test_an_old_version_counts_each_response_by_itself() -> None:
    old = HEAD.replace("0.42.0", "0.29.0") + RAN + AT + "tokens used: 1080\n" + SAID
    assert only_turn(read_log(old)) is None
    assert only_turn(read_log(old + AT + "tokens used: 1080\n")) == "completed"


def test_an_error_at_the_end_fails_the_turn() -> None:
    retry = AT + "stream error: cut; retrying 1/5 in 193ms…\n"
    transcript = read_log(HEAD + RAN + COUNTED + SAID + retry + AT + "ERROR: stream cut\nfor good\n")
    errors = [(event.text.value, event.is_retry) for event in transcript.events if isinstance(event, Error)]
    assert errors == [("stream error: cut; retrying 1/5 in 193ms…", True), ("stream cut\nfor good", False)]
    assert only_turn(transcript) == "failed"


def test_a_tool_server_that_is_down_ends_nothing() -> None:
    down = AT + "ERROR: MCP client for `demo` failed to start: No such file\n"
    transcript = read_log(HEAD + down + RAN + END)
    assert any(isinstance(event, Warning) for event in transcript.events)
    assert only_turn(transcript) == "completed"
    assert only_turn(read_log(HEAD + down)) is None


def test_a_script_of_many_lines_gets_its_own_result() -> None:
    script = "bash -lc 'for f in *; do\n  cat $f in /tmp\ndone'"
    log = f"{HEAD}{AT}exec {script} in /w\n{AT}{script} exited 2 in 1.20s:\nbad\n{END}"
    assert commands(read_log(log)) == [("for f in *; do\n  cat $f in /tmp\ndone", 2, "bad")]


def test_results_are_told_apart_by_their_commands() -> None:
    log = (
        f"{HEAD}{AT}exec bash -lc one in /w\n{AT}exec bash -lc two in /w\n"
        f"{AT}bash -lc two exited 1 in 3ms:\n\n{AT}bash -lc one succeeded in 9ms:\n\n{END}"
    )
    assert [(script, code) for script, code, _ in commands(read_log(log))] == [("one", 0), ("two", 1)]


def test_a_patch_and_a_diff_are_read() -> None:
    log = (
        f"{HEAD}{AT}apply_patch auto_approved=true:\nM /w/a.py\n@@ -1 +1 @@\n-a\n+b\n"
        f"{AT}apply_patch(auto_approved=true) exited 0 in 9ms:\nSuccess.\n"
        f"{AT}turn diff:\ndiff --git a/a.py b/a.py\n-codex\n+b\n\n{END}"
    )
    transcript = read_log(log)
    (patch,) = [event for event in transcript.events if isinstance(event, Patch)]
    assert (patch.paths, patch.status) == (("/w/a.py",), "completed")
    assert only_turn(transcript) == "completed"


def test_tools_plans_and_searches_are_read() -> None:
    log = (
        f'{HEAD}{AT}tool demo.echo({{"x":"1"}})\n{AT}demo.echo({{"x":"1"}}) failed in 0ms:\n{{}}\n'
        f"{AT}🌐 Searched: hints\n{AT}Plan update\n  ✓ Look\n  • Repair\n{END}"
    )
    transcript = read_log(log)
    tools = [(event.name, event.status) for event in transcript.events if isinstance(event, Tool)]
    assert tools == [("demo.echo", "failed"), ("web_search", "completed")]
    assert [(event.steps, event.done) for event in transcript.events if isinstance(event, Plan)] == [(2, 1)]


def test_stamped_lines_of_an_output_are_output() -> None:
    output = "[2025-10-01T07:00:00] codex\n[2025-10-01T08:00:00] server started\n"
    transcript = read_log(HEAD + RAN + output + END)
    assert commands(transcript) == [("pytest -q", 0, "3 passed\n" + output.strip())]
    assert only_turn(transcript) == "completed"
    assert transcript.spoofable, "a line that looks like an earlier one of Codex is flagged"


def test_a_message_right_after_an_output_is_flagged() -> None:
    transcript = read_log(HEAD + RAN + SAID + COUNTED + AGAIN)
    assert transcript.spoofable


def test_a_quoted_log_is_no_second_session() -> None:
    transcript = read_log(HEAD + RAN + HEAD + END)
    assert sum(isinstance(event, Session) for event in transcript.events) == 1
    assert transcript.spoofable


@pytest.mark.parametrize("is_first", [True, False])
def test_standard_error_on_either_side_is_kept_apart(is_first: bool) -> None:
    trace = "2025-10-01T08:00:01.5Z ERROR codex_core::x: y\n"
    log = HEAD + RAN + END
    transcript = read_log(trace + log if is_first else log + trace)
    assert [event.target for event in transcript.events if isinstance(event, Trace)] == ["codex_core::x"]
    assert only_turn(transcript) == "completed"


def test_colours_and_carriage_returns_are_read() -> None:
    log = (HEAD + RAN + END).replace("codex\n", "\x1b[35mcodex\x1b[0m\n").replace("\n", "\r\n")
    assert only_turn(read_log(log)) == "completed"


def test_a_block_that_is_not_known_is_kept() -> None:
    transcript = read_log(f"{HEAD}{RAN}{COUNTED}{AT}something new\n{END}")
    assert "something new" in [event.text.value for event in transcript.events if isinstance(event, Other)]


def test_the_log_of_0_44_stands_on_standard_output_without_stamps() -> None:
    log = (
        "OpenAI Codex v0.44.0 (research preview)\n--------\nworkdir: /w\n--------\n"
        "user\nFix\nstream error: cut; retrying 1/5 in 203ms…\nRe-connecting... 2/5\n"
        "exec\nbash -lc true in /w succeeded in 6ms:\n\ncodex\nDone.\ntokens used\n4,320\n"
    )
    transcript = read_log(log)
    assert [event.is_retry for event in transcript.events if isinstance(event, Error)] == [True, True]
    assert only_turn(transcript) == "completed"
