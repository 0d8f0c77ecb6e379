"""The facts of a run."""

import json
from pathlib import Path
from typing import Any

import yaml
from logverdict.facts import Facts
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.transcript import read_transcript

PACK = Path(__file__).parents[2] / "rules" / "checks.yaml"
TEXTS = yaml.safe_load(PACK.read_text(encoding="utf-8"))["patterns"]
NAMES = ("test_runner", "build_tool", "tests_passed", "tests_failed", "check_not_run")
PATTERNS = CheckPatterns(*(compile_pattern(TEXTS[name]) for name in NAMES))
OPENING = ({"type": "thread.started", "thread_id": "t"}, {"type": "turn.started"})


def facts(*events: dict[str, Any], stderr: bytes = b"", meta: Meta | None = None) -> Facts:
    stream = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    return gather_facts(read_transcript({"jsonl": stream, "stderr": stderr}), meta or Meta(), PATTERNS)


def said(text: str) -> dict[str, Any]:
    return {"type": "item.completed", "item": {"id": "m", "type": "agent_message", "text": text}}


def ran(command: str, code: int | None) -> dict[str, Any]:
    item = {
        "id": "c",
        "type": "command_execution",
        "command": command,
        "exit_code": code,
        "status": "completed",
    }
    return {"type": "item.completed", "item": item}


def failed(message: str) -> tuple[dict[str, Any], ...]:
    return {"type": "error", "message": message}, {"type": "turn.failed", "error": {"message": message}}


DONE = {
    "type": "turn.completed",
    "usage": {"input_tokens": 100, "cached_input_tokens": 40, "output_tokens": 5},
}


def test_a_completed_turn_is_finished() -> None:
    found = facts(
        *OPENING, said("Partial"), ran("pytest", 0), said("Done."), DONE, meta=Meta(codex_version="0.169.0")
    )
    assert (found.finished, found.turn, found.session_id, found.version) == (
        True,
        "completed",
        "t",
        "0.169.0",
    )
    assert found.last_message is not None
    assert found.last_message.text.value == "Done."
    assert (found.terminal_error, found.commands, found.commands_failed, found.commands_lost) == (
        None,
        1,
        0,
        0,
    )
    assert (found.tokens.total, found.tokens.cached_input) == (65, 40)
    assert found.last_test is not None
    assert found.last_test.result == "passed"


def test_a_failed_turn_names_its_error() -> None:
    retry = {"type": "error", "message": "Reconnecting... 1/5"}
    found = facts(*OPENING, said("Partial"), retry, *failed("usage limit"))
    assert (found.finished, found.turn, found.reconnects) == (False, "failed", 1)
    assert found.terminal_error is not None
    assert found.terminal_error.text.value == "usage limit"


def test_a_failed_turn_without_an_error_event_still_has_its_text() -> None:
    found = facts(*OPENING, {"type": "turn.failed", "error": {"message": "boom"}})
    assert found.terminal_error is not None
    assert found.terminal_error.text.value == "boom"


def test_a_turn_without_an_end_is_open_and_blames_no_reconnect() -> None:
    found = facts(*OPENING, {"type": "error", "message": "Reconnecting... waiting for network (x)"})
    assert (found.finished, found.turn, found.terminal_error, found.reconnects) == (False, "open", None, 1)


def test_an_error_before_the_session_ends_the_run() -> None:
    found = facts(stderr=b"Error: Model provider `nope` not found\n")
    assert (found.turn, found.session_id) == ("none", None)
    assert found.terminal_error is not None


def test_an_error_that_work_followed_ended_nothing() -> None:
    found = facts(*OPENING, {"type": "error", "message": "odd"}, said("Going on"))
    assert found.terminal_error is None


def test_only_the_last_turn_has_the_last_word() -> None:
    found = facts(*OPENING, said("First."), DONE, *OPENING, said("Second"), *failed("cut"))
    assert found.last_message is not None
    assert (found.finished, found.last_message.text.value) == (False, "Second")
    assert facts(*OPENING, said("First."), DONE, *OPENING).last_message is None


def test_lost_ends_and_patches_are_counted() -> None:
    patches = [
        {
            "type": "item.completed",
            "item": {"type": "file_change", "changes": [{"path": path}], "status": status},
        }
        for path, status in (("/w/a", "completed"), ("/w/b", "failed"), ("/w/a", "completed"))
    ]
    found = facts(*OPENING, ran("ls", None), ran("cat x", 1), *patches, DONE)
    assert (found.commands, found.commands_failed, found.commands_lost) == (2, 1, 1)
    assert (found.files_changed, found.patches_failed) == (("/w/a",), 1)


def test_nothing_known_stays_unknown() -> None:
    found = gather_facts(read_transcript({"log": b""}), Meta(model="m"), PATTERNS)
    assert (found.format, found.turn, found.model, found.tokens.total) == ("empty", "none", "m", None)


def test_a_resumed_run_counts_its_own_tokens() -> None:
    meta = Meta(
        codex_version="0.169.0", input_tokens_before=60, cached_input_tokens_before=30, output_tokens_before=2
    )
    own = facts(*OPENING, said("Done."), DONE, meta=meta).tokens
    assert (own.total, own.input, own.cached_input, own.output) == (33, 40, 10, 3)


def test_an_old_version_counts_its_own_tokens_already() -> None:
    meta = Meta(
        codex_version="0.63.0", input_tokens_before=60, cached_input_tokens_before=30, output_tokens_before=2
    )
    assert facts(*OPENING, said("Done."), DONE, meta=meta).tokens.input == 100


def test_the_questions_of_the_last_message_are_kept() -> None:
    found = facts(*OPENING, said("I read it. Which one? Or both?\nThanks."), DONE)
    assert found.questions == ("Which one?", "Or both?")


def test_a_patch_counts_as_failed_only_if_no_later_one_made_it_good() -> None:
    def patch(path: str, status: str) -> dict[str, Any]:
        change = {"path": path, "kind": "update"}
        return {
            "type": "item.completed",
            "item": {"id": status + path, "type": "file_change", "changes": [change], "status": status},
        }

    made_good = facts(*OPENING, patch("a.py", "failed"), patch("a.py", "completed"), said("Done."), DONE)
    left = facts(*OPENING, patch("a.py", "failed"), patch("b.py", "completed"), said("Done."), DONE)
    assert (made_good.patches_failed, left.patches_failed) == (0, 1)
