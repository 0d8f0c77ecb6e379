"""Nothing of the language is only on paper: each kind, field, fact and word is tested, and documented."""

import json
from pathlib import Path
from typing import Any

import pytest
from logverdict import events
from logverdict.authoring.language_page import constructs, language_page
from logverdict.authoring.pack_page import KEYS, pack_page
from logverdict.classify import classify
from logverdict.events import Event, Place, Text
from logverdict.facts import Check, Facts, Tokens
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.rulebook.binding import Binder
from logverdict.rulebook.evaluation import evaluate
from logverdict.rulebook.grammar import parse_condition
from logverdict.rulebook.indexed import index_run
from logverdict.rulebook.schema import RULE_KEYS
from logverdict.rulebook.syntax_error import KEYWORDS
from logverdict.rulebook.vocabulary import FACTS, KINDS, Attribute, kind_of
from logverdict.source import Log

AT = Place("jsonl", 1, 0, 0)
SAID = Text("said", AT)
EVENTS: tuple[Event, ...] = (
    events.Session(AT, "s", "0.169.0", "gpt-6", "openai", "read-only", "/repo"),
    events.Prompt(AT, SAID),
    events.Reasoning(AT, SAID),
    events.Message(AT, SAID),
    events.Command(AT, SAID, "failed", 1, "/repo", SAID),
    events.Patch(AT, ("a.py",), "completed", SAID),
    events.Tool(AT, "mcp", "completed", SAID),
    events.Plan(AT, SAID, 3, 1),
    events.Error(AT, SAID, code="unauthorized"),
    events.Warning(AT, SAID),
    events.Trace(AT, "ERROR", "codex_core", SAID),
    events.Usage(AT, 1, 2, 3, 4, 5),
    events.Turn(AT, "failed", SAID),
    events.Runner(AT, "timeout", SAID),
    events.Other(AT, SAID),
)
CHECK = Check("passed", events.Command(AT, SAID, "completed", 0), 0, patched_after=False)
NOTHING: dict[str, Any] = dict.fromkeys(Facts.__match_args__)
COUNTS = ("commands", "commands_failed", "commands_lost", "reconnects", "patches_failed")
TEXTS = ("version", "session_id", "model", "sandbox", "workdir", "error_code")
KNOWN: dict[str, Any] = {
    "format": "jsonl", "turn": "failed", "finished": False, "is_spoofable": False, "is_cut": False,
    "tokens": Tokens(), "files_changed": ("a",), "resets_at": 1, "last_test": CHECK, "last_build": CHECK,
    "last_message": events.Message(AT, SAID), "terminal_error": events.Error(AT, SAID),
    "meta": Meta(exit_code=1, signal=2, ended_by="timeout", session_asked="s", duration=3.0),
}  # fmt: skip
FULL = Facts(**{**NOTHING, **dict.fromkeys(COUNTS, 1), **dict.fromkeys(TEXTS, "0.169.0"), **KNOWN})


def holds(condition: str) -> bool | None:
    binder = Binder({"test_runner": compile_pattern("pytest")})
    bound = binder.bind(parse_condition(condition))
    assert binder.flaws == [], condition
    return evaluate(bound, index_run(EVENTS, FULL)).value


def sure(name: str, attribute: Attribute) -> str:
    """Write a test that is true of every known value."""
    match attribute.type:
        case "flag":
            return f"({name} or not {name})"
        case "text":
            return f"{name} ~ /./"
        case "choice":
            return f"{name} in ({', '.join(attribute.choices)})"
        case "duration":
            return f"{name} >= 0s"
        case "number":
            return f"{name} >= 0"
        case "version":
            return f"{name} >= 0.1"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_can_be_read(kind: str) -> None:
    assert kind in {kind_of(event) for event in EVENTS}
    for name, attribute in KINDS[kind].fields.items():
        assert holds(f"any {kind} where {sure(name, attribute)}") is True, name


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_can_be_read(fact: str) -> None:
    assert holds(sure(fact, FACTS[fact])) is True


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_with_every_word_about_events(kind: str) -> None:
    for condition in (f"first {kind}", f"last {kind}", f"any {kind}", f"count {kind} = 1", f"not no {kind}"):
        assert holds(condition) is True, condition
    every = "every {} not followed by session" if kind != "session" else "every {} followed by other"
    assert holds(every.format(kind)) is True
    for scope in (
        "in the last turn",
        "in the last 99 events",
        "after the last plan",
        "before the first plan",
    ):
        assert holds(f"count {kind} {scope} >= 0") is True


def test_every_example_of_the_reference_means_something() -> None:
    for part in constructs():
        for example in part.examples:
            holds(example)


def test_every_word_of_the_language_is_shown_in_the_reference() -> None:
    shown = {word for part in constructs() for example in part.examples for word in example.split()}
    assert set(KEYWORDS) - {word.strip("()") for word in shown} == set()


def test_the_reference_names_all_kinds_fields_and_facts() -> None:
    page = "\n".join(language_page())
    names = {*KINDS, *FACTS, *(field for kind in KINDS.values() for field in kind.fields)}
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_reference_explains_every_key_of_a_rule() -> None:
    assert set(KEYS) == set(RULE_KEYS)
    page = " ".join(pack_page())
    assert "1,000,000 bytes, 1,000 rules and 300 named patterns" in page
    assert all(f"| `{key}` |" in page for key in RULE_KEYS)


SHARED = "patterns:\n  lunar: 'the moon is (?P<state>down|dark)(?: until (?P<at>[^.]+))?'\n"
RULE = """
rules:
- id: moon.down
  question: ending
  verdict: environmental
  action: retry_later
  title: The moon
  codex: ">=0.100"
  when: >-
    turn failed and version < 1 and last error ~ ${lunar}
    and first message ~ /rise/ and no message ~ /set/ after the last command
    and count command >= 2 and count command in the last turn = 1
    and every command has exit_code < 2
    and any command failed ~ /sleep/ not followed by command failed
    and any message followed by error and not finished
    and any error in the last 2 events
  unless: exit_code = 9
  message: 'It is {state}'
  retry_at: '{at}'
  why: w
  examples:
  - {log: a, expect: match}
  - {log: b, expect: no match}
"""


@pytest.fixture
def lunar(tmp_path: Path) -> Ruleset:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "z.yaml").write_text(SHARED)
    return built_in_ruleset([tmp_path])


def moon_log(script: str = "sleep 1") -> bytes:
    def item(kind: str, **fields: object) -> dict[str, object]:
        return {"type": "item.completed", "item": {"id": "i", "type": kind, **fields}}

    def ran(text: str, code: int) -> dict[str, object]:
        status = "failed" if code else "completed"
        return item("command_execution", command=text, aggregated_output="", exit_code=code, status=status)

    said = "the moon is dark until Nov 23rd, 2026 2:13 AM."
    lines = [
        {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"},
        {"type": "turn.started"}, ran(script, 1), item("agent_message", text="rise"),
        {"type": "turn.completed"},
        {"type": "turn.started"}, ran("true", 0), {"type": "error", "message": said},
        {"type": "turn.failed", "error": {"message": said}},
    ]  # fmt: skip
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def test_all_of_the_language_works_together_on_a_log(lunar: Ruleset) -> None:
    meta = Meta(exit_code=1, codex_version="0.169.0", utc_offset=3600)
    verdict = classify(Log("x", {"jsonl": moon_log()}, meta), lunar)
    (found,) = [one for one in verdict.findings if one.rule == "moon.down"]
    assert (verdict.cause, verdict.action, found.message) == ("moon.down", "retry_later", "It is dark")
    assert verdict.retry_at == "2026-11-23T01:13:00Z"


@pytest.mark.parametrize(
    "meta",
    [Meta(exit_code=9, codex_version="0.169.0"), Meta(exit_code=1, codex_version="0.99.0")],
    ids=["unless", "version"],
)
def test_what_stops_a_rule_stops_it(lunar: Ruleset, meta: Meta) -> None:
    verdict = classify(Log("x", {"jsonl": moon_log()}, meta), lunar)
    assert "moon.down" not in {one.rule for one in verdict.findings}


def test_one_part_that_is_false_is_enough(lunar: Ruleset) -> None:
    meta = Meta(exit_code=1, codex_version="0.169.0")
    verdict = classify(Log("x", {"jsonl": moon_log(script="wake 1")}, meta), lunar)
    assert "moon.down" not in {one.rule for one in verdict.findings}
