"""The rollout file of a session as events and facts."""

import json
from typing import Any

import pytest
from logverdict.events import (
    Command,
    Error,
    Message,
    Patch,
    Plan,
    Prompt,
    Reasoning,
    Session,
    Tool,
    Transcript,
    Turn,
)
from logverdict.transcript import read_transcript
from logverdict.transcript.outcome import Outcome, outcome_of

TIME = "2026-01-02T03:04:05.678Z"
USAGE = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 7}


def line(kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": TIME, "type": kind, "payload": payload}


def event(kind: str, **payload: Any) -> dict[str, Any]:
    return line("event_msg", type=kind, **payload)


def item(kind: str, **payload: Any) -> dict[str, Any]:
    return line("response_item", type=kind, **payload)


def meta(version: str = "0.169.0") -> dict[str, Any]:
    return line("session_meta", id="t-1", cli_version=version, cwd="/w", model_provider="p")


CONTEXT = line("turn_context", cwd="/w", model="m", sandbox_policy={"type": "read-only"})
ASKED = event("user_message", message="Fix it.")
SAID = item("message", role="assistant", content=[{"type": "output_text", "text": "All done."}])
STARTED = event("task_started", turn_id="u")
COMPLETE = event("task_complete", turn_id="u", last_agent_message="All done.")


def count(total: int | None, limits: dict[str, Any] | None = None) -> dict[str, Any]:
    usage = None if total is None else {"total_token_usage": {**USAGE, "input_tokens": total}}
    return event("token_count", info=usage, rate_limits=limits)


def call(script: str, name: str = "c1") -> dict[str, Any]:
    return item("function_call", name="exec_command", arguments=json.dumps({"cmd": script}), call_id=name)


def answer(output: Any, name: str = "c1") -> dict[str, Any]:
    return item("function_call_output", call_id=name, output=output)


OK = (
    "Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 0\n"
    "Original token count: 3\nOutput:\nfine\n"
)


def read(*lines: dict[str, Any]) -> Transcript:
    return read_transcript({"rollout": b"".join(json.dumps(one).encode() + b"\n" for one in lines)})


def commands(transcript: Transcript) -> list[tuple[str, str, int | None]]:
    found = [event for event in transcript.events if isinstance(event, Command)]
    return [(command.command.value, command.status, command.exit_code) for command in found]


def turns(transcript: Transcript) -> list[str]:
    return [event.status for event in transcript.events if isinstance(event, Turn)]


def test_a_whole_run_is_read() -> None:
    transcript = read(
        meta(), STARTED, CONTEXT, ASKED, call("pytest"), answer(OK), SAID, count(9), COMPLETE
    )  # fmt: skip
    session = transcript.events[0]
    assert isinstance(session, Session)
    assert (session.session_id, session.version, session.model, session.sandbox, session.workdir) == (
        "t-1", "0.169.0", "m", "read-only", "/w",
    )  # fmt: skip
    assert commands(transcript) == [("pytest", "completed", 0)]
    assert [event.text.value for event in transcript.events if isinstance(event, Prompt)] == ["Fix it."]
    assert [event.text.value for event in transcript.events if isinstance(event, Message)] == ["All done."]
    assert turns(transcript) == ["started", "completed"]
    assert (transcript.format, transcript.last_event_at) == ("rollout", TIME)


def test_a_message_written_twice_is_said_once() -> None:
    twice = event("agent_message", message="All done.")
    done = event("item_completed", item={"type": "AgentMessage", "content": [{"text": "All done."}]})
    transcript = read(meta(), STARTED, twice, count(9), done, SAID, COMPLETE)
    assert sum(isinstance(event, Message) for event in transcript.events) == 1


def test_the_code_of_an_error_is_read() -> None:
    error = {"message": "no more", "codex_error_info": "usage_limit_exceeded"}
    limits = {"primary": {"used_percent": 100.0, "resets_at": 1795400000}, "secondary": {"used_percent": 7.0}}
    transcript = read(meta(), STARTED, ASKED, count(None, limits), event("task_complete", error=error))
    (found,) = [event for event in transcript.events if isinstance(event, Error)]
    assert (found.text.value, found.code) == ("no more", "usage_limit_exceeded")
    assert (turns(transcript), transcript.resets_at) == (["started", "failed"], 1795400000)


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"http_connection_failed": {"http_status_code": 503}}, "http_connection_failed:503"),
        ({"http_connection_failed": {"http_status_code": None}}, "http_connection_failed"),
        (7, None),
        ({}, None),
    ],
)
def test_the_code_of_an_error_may_hold_a_status(info: Any, code: str | None) -> None:
    transcript = read(meta(), event("task_complete", error={"message": "m", "codex_error_info": info}))
    assert [event.code for event in transcript.events if isinstance(event, Error)] == [code]


def test_limits_that_are_not_used_up_say_no_time() -> None:
    assert read(meta(), count(1, {"primary": {"used_percent": 99, "resets_at": 5}})).resets_at is None


def test_old_limits_count_from_the_time_of_their_line() -> None:
    transcript = read(meta(), count(1, {"primary": {"used_percent": 100, "resets_in_seconds": 60}}))
    assert transcript.resets_at == 1767323045 + 60


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        (OK, Outcome("fine\n", 0)),
        ("Exit code: 3\nWall time: 1 seconds\nOutput:\nbad\n", Outcome("bad\n", 3, is_failed=True)),
        ("Wall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n", Outcome("", running=7)),
        ('{"output":"x","metadata":{"exit_code":2}}', Outcome("x", 2, is_failed=True)),
        ([{"text": "Wall time: 0.1 seconds\nOutput:"}, {"text": "echo"}], Outcome("echo")),
        ("unsupported call: f", Outcome("unsupported call: f", is_failed=True)),
        ("aborted by user after 4.5s", Outcome("aborted by user after 4.5s", is_aborted=True)),
        ("Process exited with code 0", Outcome("Process exited with code 0")),
        (None, Outcome("")),
    ],
)
def test_the_answer_to_a_call_is_read(output: Any, outcome: Outcome) -> None:
    assert outcome_of(output) == outcome


def test_an_exit_code_in_the_output_is_not_the_own() -> None:
    said = OK.replace("code 0", "code 4") + "Process exited with code 0\n"
    assert commands(read(meta(), call("x"), answer(said))) == [("x", "failed", 4)]


def test_a_process_that_goes_on_ends_in_a_later_call() -> None:
    running = "Wall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n"
    goes_on = item("function_call", name="write_stdin", arguments='{"session_id": 7}', call_id="c2")
    assert commands(read(meta(), call("x"), answer(running))) == [("x", "in_progress", None)]
    transcript = read(meta(), call("x"), answer(running), goes_on, answer(OK, "c2"))
    assert commands(transcript) == [("x", "completed", 0)]


def test_items_say_what_calls_of_a_script_did() -> None:
    done = {
        "type": "CommandExecution",
        "id": "i",
        "command": ["/bin/bash", "-lc", "make"],
        "exit_code": 2,
        "cwd": "file:///w",
        "aggregated_output": "bad",
    }
    script = item("custom_tool_call", name="exec", input="await tools.shell()", call_id="c1")
    transcript = read(meta(), script, event("item_completed", item=done), event("item_completed", item={}))
    assert commands(transcript) == [("make", "failed", 2)]


def test_patches_are_read_in_every_shape() -> None:
    patch = "*** Begin Patch\n*** Update File: a.py\n@@\n-a\n+b\n*** End Patch"
    custom = item("custom_tool_call", name="apply_patch", input=patch, call_id="c1")
    shell = item(
        "function_call",
        name="shell",
        arguments=json.dumps({"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{patch}\nEOF"]}),
        call_id="c2",
    )
    refused = answer("patch rejected: writing outside of the project; rejected by user approval", "c2")
    done = item(
        "custom_tool_call_output", call_id="c1", output="Exit code: 0\nWall time: 1 seconds\nOutput:\nok"
    )
    transcript = read(meta(), custom, done, shell, refused)
    patches = [event for event in transcript.events if isinstance(event, Patch)]
    assert [(one.paths, one.status) for one in patches] == [
        (("/w/a.py",), "completed"),
        (("/w/a.py",), "declined"),
    ]


def test_tools_plans_and_thoughts_are_read() -> None:
    plan = {"plan": [{"step": "a", "status": "completed"}, {"step": "b", "status": "pending"}]}
    transcript = read(
        meta(),
        item("reasoning", summary=[{"type": "summary_text", "text": "Look"}]),
        item("function_call", name="update_plan", arguments=json.dumps(plan), call_id="p"),
        answer("Plan updated", "p"),
        item("function_call", name="echo", namespace="mcp__demo", arguments="{}", call_id="t"),
        answer("unsupported call: echo", "t"),
        item("web_search_call", action={"type": "search", "query": "q"}),
    )
    assert [event.text.value for event in transcript.events if isinstance(event, Reasoning)] == ["Look"]
    assert [(event.steps, event.done) for event in transcript.events if isinstance(event, Plan)] == [(2, 1)]
    tools = [(event.name, event.status) for event in transcript.events if isinstance(event, Tool)]
    assert tools == [("demo.echo", "failed"), ("web_search", "completed")]


def test_before_0_113_the_counts_show_the_end() -> None:
    head = (meta("0.98.0"), ASKED, CONTEXT, count(None), call("pytest"), count(5), answer(OK))
    whole = (*head, CONTEXT, count(5), SAID, count(9))
    assert turns(read(*whole)) == ["started", "completed"]
    for length in range(1, len(whole)):
        assert turns(read(*whole[:length])) in ([], ["started"])
    assert turns(read(*whole, ASKED, CONTEXT, count(9), SAID)) == ["started", "completed", "started"]


def test_before_0_64_a_call_may_be_written_after_its_count() -> None:
    head = (meta("0.63.0"), ASKED, CONTEXT, count(None))
    spoke = event("agent_message", message="All done.")
    whole = (*head, count(5), call("pytest"), answer(OK), count(5), spoke, count(9), SAID)
    assert turns(read(*whole)) == ["started", "completed"]
    for length in range(1, len(whole)):
        assert turns(read(*whole[:length])) in ([], ["started"])


def test_before_0_145_a_failed_turn_is_one_that_nothing_answered() -> None:
    silent = event("task_complete", last_agent_message=None)
    for version, status in (("0.113.0", "failed"), ("0.169.0", "completed")):
        assert turns(read(meta(version), STARTED, ASKED, silent)) == ["started", status]
    answered = (meta("0.113.0"), STARTED, ASKED, call("x"), count(5), answer(OK), count(5), count(9), silent)
    assert turns(read(*answered)) == ["started", "completed"]


def test_an_interrupt_is_read() -> None:
    aborted = event("turn_aborted", reason="interrupted")
    transcript = read(meta(), STARTED, ASKED, call("x"), answer("aborted by user after 1s"), aborted)
    assert turns(transcript) == ["started", "interrupted"]
    assert commands(transcript) == [("x", "in_progress", None)]


def test_the_oldest_shape_has_no_envelope() -> None:
    transcript = read(
        {"id": "t-0", "timestamp": TIME, "instructions": None},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"text": "<environment_context>"}]},
        {"type": "message", "role": "user", "content": [{"text": "Fix it."}]},
        {"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": "c1"},
        {
            "type": "function_call_output",
            "call_id": "c1",
            "output": '{"output":"a","metadata":{"exit_code":0}}',
        },
        {"type": "message", "role": "assistant", "content": [{"text": "All done."}]},
    )
    assert [type(event) for event in transcript.events] == [Session, Turn, Prompt, Command, Message]
    assert commands(transcript) == [("ls", "completed", 0)]
    assert turns(transcript) == ["started"], "this shape does not say how a turn ended"


def test_a_file_cut_in_front_or_at_its_end_is_still_a_rollout() -> None:
    data = b"".join(json.dumps(one).encode() + b"\n" for one in (meta(), STARTED, ASKED, SAID, COMPLETE))
    cut = read_transcript({"log": data[30:-20]})
    assert (cut.format, cut.is_cut) == ("rollout", True)
    assert any(isinstance(event, Message) for event in cut.events)


def test_other_json_is_no_rollout() -> None:
    assert read_transcript({"log": b'{"timestamp":"x","type":"event","payload":{}}\n'}).format == "unreadable"


def test_a_thought_written_late_does_not_open_the_turn_again() -> None:
    spoke = event("agent_message", message="All done.")
    thought = item("reasoning", summary=[{"type": "summary_text", "text": "So it is."}])
    said = item("message", role="assistant", content=[{"type": "output_text", "text": "All done."}])
    counted = event("token_count", info={"total_token_usage": USAGE | {"total_tokens": 7}})
    asked = event("user_message", message="Fix it.")
    transcript = read(meta("0.65.0"), asked, spoke, counted, thought, said)
    assert [one.status for one in transcript.events if isinstance(one, Turn)][-1] == "completed"
    assert sum(isinstance(one, Message) for one in transcript.events) == 1
