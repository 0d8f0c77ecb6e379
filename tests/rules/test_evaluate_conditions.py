"""Every construct of the language, evaluated on events made by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from logverdict.events import (
    Command,
    Error,
    Event,
    Message,
    Patch,
    Place,
    Plan,
    Runner,
    Session,
    Text,
    Tool,
    Trace,
    Turn,
    Usage,
)
from logverdict.facts import Check, Facts, Tokens
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.rulebook.binding import Binder
from logverdict.rulebook.evaluation import Outcome, evaluate
from logverdict.rulebook.grammar import parse_condition
from logverdict.rulebook.indexed import index_run

_PATTERNS = {"test_runner": compile_pattern(r"\b(pytest|cargo test)\b")}


def place(line: int = 1, start: int = 0, end: int = 0) -> Place:
    return Place("jsonl", line, start, end)


def text(value: str) -> Text:
    return Text(value, place(1, 0, len(value.encode())))


def command(script: str, exit_code: int | None = 0, output: str | None = "") -> Command:
    status: Any = "in_progress" if exit_code is None else "failed" if exit_code else "completed"
    return Command(place(), text(script), status, exit_code, None, None if output is None else text(output))


def error(said: str, *, is_retry: bool = False) -> Error:
    return Error(place(), text(said), is_retry)


def message(said: str) -> Message:
    return Message(place(), text(said))


def patch(status: Any = "completed") -> Patch:
    return Patch(place(), ("src/app.py", "README.md"), status)


def turn(status: Any) -> Turn:
    return Turn(place(), status)


def facts(**known: Any) -> Facts:
    nothing: dict[str, Any] = dict.fromkeys(Facts.__slots__)
    counts = dict.fromkeys(
        ("patches_failed", "commands", "commands_failed", "commands_lost", "reconnects"), 0
    )
    plain: dict[str, Any] = {
        "format": "jsonl", "meta": Meta(), "turn": "none", "finished": False, "files_changed": (),
        "tokens": Tokens(), "is_spoofable": False, "is_cut": False,
    }  # fmt: skip
    return Facts(**{**nothing, **counts, **plain, **known})


def outcome(condition: str, events: Sequence[Event] = (), known: Facts | None = None) -> Outcome:
    binder = Binder(_PATTERNS)
    bound = binder.bind(parse_condition(condition))
    assert binder.flaws == []
    return evaluate(bound, index_run(events, known or facts()))


LAST_TEST = "last command where command ~ ${test_runner}"
RED = [command("pytest -q", 1, "1 failed"), patch(), command("cat x")]
REPAIRED = [command("pytest -q", 1), patch(), command("pytest -q", 0, "2 passed")]
LOST = [command("pytest", None, None), patch()]
STREAM = [turn("started"), error("Reconnecting... 1/5", is_retry=True), error("stream cut"), turn("failed")]
TWO_TURNS = [turn("started"), error("a"), turn("completed"), turn("started"), message("b"), turn("completed")]
UNSURE = [command("first", 1), command("second", None), command("third", None)]


@pytest.mark.parametrize(
    ("condition", "events", "value"),
    [
        ("last error ~ /stream/", STREAM, True),
        ("last error ~ /Reconnecting/", STREAM, False),
        ("first error ~ /Reconnecting/", STREAM, True),
        ("last error", [], False),
        ("last error ~ /x/", [], False),
        ("any error ~ /RECONNECTING/", STREAM, False),
        ("any error ~ /RECONNECTING/i", STREAM, True),
        ("any error where is_retry", STREAM, True),
        ("any error where not is_retry", STREAM, True),
        ("no error where is_retry", STREAM, False),
        ("last error has not is_retry", STREAM, True),
        ("last turn failed", STREAM, True),
        ("last turn has status in (failed, interrupted)", STREAM, True),
        ("last turn has status not in (failed, interrupted)", STREAM, False),
        ("no message", STREAM, True),
        ("every error where not is_retry has text ~ /cut/", STREAM, True),
        ("every error ~ /cut/", STREAM, False),
        ("every error where text ~ /nothing/ has is_retry", STREAM, None),
        ("every message ~ /x/", STREAM, None),
        (f"{LAST_TEST} has exit_code != 0 and not followed by patch", RED, False),
        (f"{LAST_TEST} has exit_code != 0 and followed by patch", RED, True),
        (f"{LAST_TEST} has exit_code != 0", REPAIRED, False),
        ("any command ~ ${test_runner} where exit_code != 0", REPAIRED, True),
        ("any command failed followed by command completed ~ ${test_runner}", REPAIRED, True),
        ("any command failed then any command completed ~ ${test_runner}", RED, False),
        ("any command where (command ~ /pytest/ and (output ~ /passed/ or exit_code > 1))", REPAIRED, True),
        ("every command ~ /pytest/ not followed by error", REPAIRED, True),
        ("no command failed followed by patch", REPAIRED, False),
        ("any command failed after the last patch", REPAIRED, False),
        ("any command ~ /pytest/ after the last patch", REPAIRED, True),
        ("any command ~ /pytest/ after the last error", REPAIRED, True),
        ("any command completed before the first patch", REPAIRED, False),
        ("no command failed before the first patch", REPAIRED, False),
        ("any error in the last turn", TWO_TURNS, False),
        ("any message in the last turn", TWO_TURNS, True),
        ("any error in the last 2 events", TWO_TURNS, False),
        ("any message in the last 2 events", TWO_TURNS, True),
        ("any message in the last 0 events", TWO_TURNS, False),
        ("count command ~ /pytest/ >= 2", REPAIRED, True),
        ("count command failed in the last 2 events > 0", REPAIRED, False),
        ("count error where (is_retry) = 1", STREAM, True),
        ("count message != 0", STREAM, False),
        ("any patch where paths ~ /README/", RED, True),
        ("any patch where paths ~ /absent/", RED, False),
        ("any patch ~ /x/", RED, None),
        ('any patch where paths = "x"', RED, False),
        # What the log does not say is unknown, and stays so.
        ("last command has exit_code != 0", LOST, None),
        ("last command has not exit_code != 0", LOST, None),
        ("not any command where exit_code != 0", LOST, None),
        ("no command where exit_code != 0", LOST, None),
        ("any command where output ~ /x/", LOST, None),
        ("any command where (exit_code != 0 or command ~ /pytest/)", LOST, True),
        ("any command where (exit_code != 0 and command ~ /cargo/)", LOST, False),
        ("every command has exit_code = 0", LOST, None),
        ("every command has exit_code in (0, 1)", UNSURE, None),
        ("every command has exit_code = 0", UNSURE, False),
        ("count command where exit_code = 1 >= 1", UNSURE, True),
        ("count command where exit_code = 1 >= 2", UNSURE, None),
        ("count command where exit_code = 1 > 3", UNSURE, False),
        ("last command where exit_code = 1 has command ~ /third/", UNSURE, None),
        ("last command where exit_code = 1 has command ~ /nowhere/", UNSURE, False),
        ("first command where exit_code = 1 has command ~ /first/", UNSURE, True),
        ("any command ~ /first/ followed by command where exit_code = 0", UNSURE, None),
        ("any command ~ /first/ not followed by command where exit_code = 0", UNSURE, None),
        ("any command ~ /third/ after the last command where exit_code = 1", UNSURE, None),
        ("any error after the last command where exit_code = 1", UNSURE, False),
    ],
)  # fmt: skip
def test_events_are_tested_in_three_values(condition: str, events: list[Event], value: bool | None) -> None:
    assert outcome(condition, events).value is value


_CHECK = Check("not_run", command("pytest"), 0, patched_after=True)
_KNOWN = facts(
    meta=Meta(exit_code=1, signal=None, ended_by="timeout", duration=2400.0, session_asked="a"),
    version="0.148.0",
    session_id="b",
    sandbox="read-only",
    turn="failed",
    finished=True,
    last_test=_CHECK,
    files_changed=("x", "y"),
    commands_lost=3,
    terminal_error=error("usage limit"),
    is_cut=True,
)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("finished", True),
        ("spoofable", False),
        ("cut", True),
        ("turn failed", True),
        ("turn = open", False),
        ("turn in (open, failed)", True),
        ("exit_code != 0", True),
        ("exit_code in (1, 2)", True),
        ("signal = 15", None),
        ("not signal = 15", None),
        ("signal = 15 or finished", True),
        ("signal = 15 and spoofable", False),
        ("signal = 15 and finished", None),
        ("signal = 15 or spoofable", None),
        ("ended_by = timeout", True),
        ("ended_by timeout", True),
        ("duration > 30m", True),
        ("duration >= 2400s", True),
        ("duration < 0.5h", False),
        ("version >= 0.148", True),
        ("version < 0.148.1", True),
        ("version < 0.148.0-alpha.2", False),
        ("session_id != session_asked", True),
        ('session_id = "b"', True),
        ("sandbox ~ /^read-only$/", True),
        ("model ~ /gpt/", None),
        ("last_test in (not_run, unknown)", True),
        ("last_build = none", True),
        ("tested_before_patch", True),
        ("built_before_patch", False),
        ("files_changed = 2", True),
        ("commands_lost > 2 and reconnects = 0", True),
        ("format = jsonl", True),
        ("terminal_error ~ /usage/", True),
        ("last_message ~ /x/", None),
        ("not (finished and cut)", False),
    ],
)
def test_facts_are_tested_in_three_values(condition: str, value: bool | None) -> None:
    assert outcome(condition, (), _KNOWN).value is value


@pytest.mark.parametrize(
    ("condition", "event"),
    [
        ("any session where version >= 0.169", Session(place(), version="0.169.0")),
        ('any session where sandbox = "read-only"', Session(place(), sandbox="read-only")),
        (
            "any tool failed ~ /timeout/ where name ~ /^mcp/",
            Tool(place(), "mcp__x", "failed", text("timeout")),
        ),
        ("any plan where done < 3", Plan(place(), text("x"), 3, 1)),
        (
            'any trace where (level = "ERROR" and target = "codex_core::tools::router")',
            Trace(place(), "ERROR", "codex_core::tools::router", text("x")),
        ),
        ("any usage where output_tokens > 10", Usage(place(), output_tokens=11)),
        ("any runner timeout", Runner(place(), "timeout", text("30m"))),
    ],
)
def test_every_kind_has_its_fields(condition: str, event: Event) -> None:
    assert outcome(condition, [event]).value is True


_TRUTHS: dict[str, bool | None] = {"finished": True, "spoofable": False, "signal = 1": None}


def _and(left: bool | None, right: bool | None) -> bool | None:
    return False if left is False or right is False else None if None in (left, right) else True


def _or(left: bool | None, right: bool | None) -> bool | None:
    return True if left is True or right is True else None if None in (left, right) else False


@pytest.mark.parametrize("left", _TRUTHS)
@pytest.mark.parametrize("right", _TRUTHS)
@pytest.mark.parametrize(("word", "joined"), [("and", _and), ("or", _or)])
def test_truth_table(
    left: str, right: str, word: str, joined: Callable[[bool | None, bool | None], bool | None]
) -> None:
    expected = joined(_TRUTHS[left], _TRUTHS[right])
    assert outcome(f"{left} {word} {right}", (), _KNOWN).value is expected
    negated = None if expected is None else not expected
    assert outcome(f"not ({left} {word} {right})", (), _KNOWN).value is negated


def test_complete_evaluation_keeps_what_every_part_said() -> None:
    bound = Binder({}).bind(parse_condition("spoofable and signal = 1 and not (finished or cut)"))
    run = index_run((), _KNOWN)
    assert [part.value for part in evaluate(bound, run).parts] == [False]
    full = evaluate(bound, run, complete=True)
    assert [part.value for part in full.parts] == [False, None, False]
    assert [part.value for part in full.parts[2].parts[0].parts] == [True, True]


def test_too_many_possible_bounds_are_unknown() -> None:
    events = [command("x", None) for _ in range(40)]
    assert outcome("no error after the last command where exit_code = 0", events).value is None
