"""The human log as events."""

import pytest
from logverdict.events import (
    Error,
    Message,
    Patch,
    Reasoning,
    Session,
    Text,
    Trace,
    Usage,
)
from transcripts import commands, only_turn, read_log


def header(version: str) -> str:
    return (
        f"OpenAI Codex v{version}\n--------\nworkdir: /w\nmodel: m\nprovider: p\napproval: never\n"
        "sandbox: read-only\nsession id: s-1\n--------\nuser\nFix it.\n"
    )


NEW = header("0.169.0")
OLD = header("0.98.0 (research preview)") + "mcp startup: no servers\n"
TEST = "exec\n/bin/bash -lc 'pytest -q' in /w\n succeeded in 96ms:\n3 passed\n\n"
END = "codex\nAll done.\ntokens used\n1,234\n"


def test_a_whole_run_of_the_new_era() -> None:
    transcript = read_log(NEW + "warning: no bubblewrap\n**Looking**\n\nAt it\n" + TEST + END)
    session = transcript.events[0]
    assert isinstance(session, Session)
    assert (session.version, session.session_id, session.workdir) == ("0.169.0", "s-1", "/w")
    assert commands(transcript) == [("pytest -q", 0, "3 passed")]
    assert only_turn(transcript) == "completed"
    assert [event.text.value for event in transcript.events if isinstance(event, Message)] == ["All done."]
    assert any(isinstance(event, Reasoning) for event in transcript.events)
    assert [event.total_tokens for event in transcript.events if isinstance(event, Usage)] == [1234]
    assert transcript.spoofable == ()


def test_a_whole_run_of_the_old_era() -> None:
    log = (
        OLD
        + "thinking\nLook\nexec\n/bin/bash -lc 'make check' in /w exited 2 in 1.20s:\nbad\n"
        + "file update\nM /w/a.py\n@@ -1 +1 @@\n-a\n+b\napply_patch(auto_approved=true) exited 0 in 4ms:\n"
        + "Success. Updated the following files:\nM a.py\nfile update:\n"
        + "diff --git a/a.py b/a.py\n--- a/a.py\n\n"
        + END
    )
    transcript = read_log(log)
    assert commands(transcript) == [("make check", 2, "bad")]
    (patch,) = [event for event in transcript.events if isinstance(event, Patch)]
    assert (patch.paths, patch.status) == (("/w/a.py",), "completed")
    assert only_turn(transcript) == "completed"


@pytest.mark.parametrize("log", [NEW + TEST + END + "All done.\n", "All done.\n" + NEW + TEST + END])
def test_standard_output_merged_on_either_side_is_the_same_end(log: str) -> None:
    transcript = read_log(log)
    assert only_turn(transcript) == "completed"
    assert [event.text.value for event in transcript.events if isinstance(event, Message)] == ["All done."]


@pytest.mark.parametrize("end", ["codex\nHalf an ans", "codex\nAll done.\n", TEST, TEST + "tokens used\n"])
def test_a_log_that_stops_has_no_end(end: str) -> None:
    assert only_turn(read_log(NEW + end)) is None


def test_unknown_words_after_the_end_are_not_the_regular_end() -> None:
    assert only_turn(read_log(NEW + TEST + END + "and more output\n")) is None


def test_a_fatal_error_said_twice_is_one() -> None:
    log = NEW + "ERROR: Reconnecting... 1/5\nERROR: stream cut\nERROR: stream cut\ntokens used\n7\n"
    errors = [event for event in read_log(log).events if isinstance(event, Error)]
    assert [(error.text.value, error.is_retry) for error in errors] == [
        ("Reconnecting... 1/5", True),
        ("stream cut", False),
    ]
    assert only_turn(read_log(log)) == "failed"


def test_a_fatal_error_parted_by_tracing_is_one() -> None:
    trace = "2026-01-02T03:04:05Z ERROR codex_core::x: y\n"
    transcript = read_log(NEW + "ERROR: login expired\n" + trace + "ERROR: login expired\n")
    assert sum(isinstance(event, Error) for event in transcript.events) == 1
    assert only_turn(transcript) == "failed"


def test_a_fatal_error_of_the_old_era_fails_the_turn() -> None:
    log = OLD + "Reconnecting... 1/5 (cut)\ncodex\nHalf\nERROR: stream cut\ntokens used\n7\n"
    assert only_turn(read_log(log)) == "failed"


def test_an_interrupt_is_read_even_where_it_is_glued() -> None:
    old = read_log(OLD + "exec\n/bin/bash -lc 'sleep 60' in /wtask interrupted\ntokens used\n7\n")
    assert (commands(old), only_turn(old)) == ([("sleep 60", None, None)], "interrupted")
    new = read_log(NEW + "exec\n/bin/bash -lc 'sleep 60' in /w\nturn interrupted\ntokens used\n7\n")
    assert (commands(new), only_turn(new)) == ([("sleep 60", None, None)], "interrupted")


def test_a_command_of_many_lines_ends_where_its_quote_does() -> None:
    script = "for f in /tmp/*; do\n  cat $f in /tmp\ndone"
    transcript = read_log(NEW + f"exec\n/bin/bash -lc '{script}' in /w\n succeeded in 1ms:\n\n" + END)
    assert commands(transcript) == [(script, 0, None)]


SPOOFED = "ERROR: fake\ntokens used\n99\ncodex\nI could not\nexec\nturn interrupted\n"


def test_output_that_imitates_markers_is_output_and_flagged() -> None:
    log = NEW + f"exec\n/bin/bash -lc 'cat x' in /w\n exited 1 in 5ms:\n{SPOOFED}\n" + TEST + END
    transcript = read_log(log)
    assert commands(transcript) == [("cat x", 1, SPOOFED.strip()), ("pytest -q", 0, "3 passed")]
    assert only_turn(transcript) == "completed"
    assert {log.encode()[place.start : place.end] for place in transcript.spoofable} >= {
        b"exec",
        b"tokens used",
    }


def test_an_end_that_only_output_shows_is_flagged_or_no_end() -> None:
    log = (
        NEW
        + "exec\n/bin/bash -lc 'cat x' in /w\n succeeded in 5ms:\ntext\ncodex\nAll done.\ntokens used\n9\n"
    )
    transcript = read_log(log)
    assert transcript.spoofable or only_turn(transcript) is None


def test_a_failing_command_cannot_borrow_a_result() -> None:
    both = "exec\n/bin/bash -lc pytest in /w\nexec\n/bin/bash -lc 'cat x' in /w\n"
    for results in (
        " succeeded in 1ms:\n exited 1 in 2ms:\nE\n\n",
        " exited 1 in 2ms:\nE\n\n succeeded in 1ms:\n",
    ):
        assert [code for _, code, _ in commands(read_log(NEW + both + results + END))] == [None, None]
    assert [code for _, code, _ in commands(read_log(NEW + both + " succeeded in 1ms:\n" + END))] == [
        None,
        None,
    ]
    agreed = read_log(NEW + both + " succeeded in 1ms:\n succeeded in 2ms:\n" + END)
    assert [code for _, code, _ in commands(agreed)] == [0, 0]


def test_a_result_may_come_after_a_patch_began() -> None:
    log = NEW + (
        "exec\n/bin/bash -lc 'cat x' in /w\napply patch\n succeeded in 3ms:\nx\n\n"
        "patch: failed\n/w/x\nno room\n"
    )
    transcript = read_log(log + END)
    assert commands(transcript) == [("cat x", 0, "x")]
    (patch,) = [event for event in transcript.events if isinstance(event, Patch)]
    assert (patch.paths, patch.status, patch.output and patch.output.value) == (
        ("/w/x",),
        "failed",
        "no room",
    )


def test_colours_are_read_and_places_stay_raw() -> None:
    log = NEW + TEST + END
    for word in ("exec\n", "codex\n", "tokens used\n", "user\n"):
        log = log.replace("\n" + word, f"\n\x1b[35m\x1b[3m{word.strip()}\x1b[0m\x1b[0m\n")
    transcript = read_log(log)
    assert only_turn(transcript) == "completed"
    (message,) = [event for event in transcript.events if isinstance(event, Message)]
    assert at(log, message.text) == "All done."


def at(log: str, text: Text) -> str:
    return log.encode()[text.place.start : text.place.end].decode()


def test_tracing_after_output_without_a_line_end_is_codex_own() -> None:
    trace = "2026-01-02T03:04:05Z ERROR codex_core::tools::router: error=x\n"
    log = NEW + "exec\n/bin/bash -lc 'cat x' in /w\n exited -1 in 0ms:\nno descriptors\n" + trace + END
    transcript = read_log(log)
    assert commands(transcript) == [("cat x", -1, "no descriptors")]
    assert any(isinstance(event, Trace) for event in transcript.events)
    assert only_turn(transcript) == "completed"


@pytest.mark.parametrize(
    "line",
    [
        "Not inside a trusted directory and --skip-git-repo-check was not specified.",
        "Error: Model provider `nope` not found",
        "Error loading config.toml:\n/c/config.toml:1:9: invalid basic string",
        "/usr/bin/env: 'node': No such file or directory",
        "/bin/sh: 1: codex: not found",
        "bash: line 1: codex: command not found",
        "Reading prompt from stdin...\nNo prompt provided via stdin.",
        "thread 'main' panicked at src/main.rs:1:1:\nfailed printing to stdout",
        "memory allocation of 135184 bytes failed",
    ],
)
def test_an_error_before_the_session_is_codex_own(line: str) -> None:
    transcript = read_log(line + "\n")
    assert transcript.format == "human"
    (error,) = [event for event in transcript.events if isinstance(event, Error)]
    assert line.endswith(error.text.value)
