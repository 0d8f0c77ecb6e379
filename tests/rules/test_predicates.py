"""The compiled conditions say what `evaluate` says, and no rule that would fire is passed over."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.classify import facts_of, transcript_of
from logverdict.engine.prescan import Prescan
from logverdict.events import Command, Error, Event, Message, Patch, Place, Text, Tool, Turn
from logverdict.facts import Facts, Tokens
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.rulebook.binding import Binder
from logverdict.rulebook.bound import Bound
from logverdict.rulebook.compiled import plain_ruleset, ruleset_of
from logverdict.rulebook.evaluation import evaluate
from logverdict.rulebook.firing import finding_of, findings
from logverdict.rulebook.grammar import parse_condition
from logverdict.rulebook.indexed import Indexed, index_run
from logverdict.rulebook.needs import needs
from logverdict.rulebook.predicate import predicate
from logverdict.rulebook.program import Program
from logverdict.rulebook.rule import BoundCondition, Rule
from logverdict.rulebook.ruled_out import RuledOut
from logverdict.rulebook.sighting import Sighting
from logverdict.source import Log

TEXTS = ("", "a", "b", "red\nb", "a limit", "ä€\ud800 red", "\u017f K")
PATTERNS = ("/a/", "/^b$/", "/red/i", r"/b\z/", "/limit|a/", "/(?i)k/", r"/\w+ \S/")
FACT_TESTS = (
    "finished", "turn failed", "turn = none", "exit_code = 1", "exit_code != 1", "signal in (9, 15)",
    "session_id != session_asked", "commands > 1", "last_message ~ /a/", "files_changed = 0", "not spoofable",
)  # fmt: skip
SELECTIONS = (
    "command", "command failed", "error", "message", "patch", "tool", "turn completed", "trace",
    "command where exit_code != 0", "command where (output ~ {} or not command ~ {})",
    "error where is_retry",
    "command where exit_code in (0, 1)", "error ~ {}", "message ~ {}", "patch where paths ~ {}",
    'tool where text = "a"',
)  # fmt: skip
TAILS = (
    "", "", " in the last turn", " in the last 2 events", " after the last message",
    " before the first error",
    " followed by command completed", " not followed by message ~ {}",
    " after the last command failed",
)  # fmt: skip


def text(value: str) -> Text:
    return Text(value, Place("log", 1, 0, len(value)))


def command(code: int | None, output: str | None) -> Event:
    status: Any = "in_progress" if code is None else "failed" if code else "completed"
    return Command(PLACE, text("a b"), status, code, None, None if output is None else text(output))


PLACE = Place("log", 1, 0, 1)
SAID = st.sampled_from(TEXTS)
EVENT: st.SearchStrategy[Event] = st.one_of(
    st.builds(command, st.sampled_from([None, 0, 1, 127]), st.none() | SAID),
    st.builds(Error, st.just(PLACE), st.builds(text, SAID), st.booleans()),
    st.builds(Message, st.just(PLACE), st.builds(text, SAID)),
    st.builds(Patch, st.just(PLACE), st.tuples(SAID), st.sampled_from(["failed", "completed"])),
    st.builds(Tool, st.just(PLACE), SAID, st.just("failed"), st.none() | st.builds(text, SAID)),
    st.builds(Turn, st.just(PLACE), st.sampled_from(["started", "completed", "failed"])),
)
PATTERN = st.sampled_from(PATTERNS)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    quantifier = draw(st.sampled_from(["any", "no", "first", "last", "every"]))
    selection = draw(st.sampled_from(SELECTIONS))
    has = ""
    if quantifier in {"first", "last", "every"} and selection.startswith("command"):
        has = draw(st.sampled_from(["", " has exit_code != 0", " has output ~ {}"]))
    tail = draw(st.sampled_from(TAILS))
    if quantifier == "every" and not (has or "followed" in tail or "~" in selection.split(" where")[0]):
        has = " has text ~ {}" if selection.startswith(("error", "message")) else ""
        quantifier = quantifier if has else "any"
    written = f"{quantifier} {selection}{has}{tail}"
    return written.format(*(draw(PATTERN) for _ in range(written.count("{}"))))


CONDITION = st.recursive(
    st.sampled_from(FACT_TESTS) | sentences(),
    lambda part: st.one_of(
        st.builds("({} and {})".format, part, part),
        st.builds("({} or {})".format, part, part),
        st.builds("not ({})".format, part),
    ),
    max_leaves=4,
)


def facts(events: list[Event], **known: Any) -> Facts:
    nothing: dict[str, Any] = dict.fromkeys(Facts.__match_args__)
    counts = dict.fromkeys(
        ("patches_failed", "commands", "commands_failed", "commands_lost", "reconnects"), 0
    )
    said = [event for event in events if isinstance(event, Message)]
    plain: dict[str, Any] = {
        "format": "jsonl", "meta": Meta(), "turn": "none", "finished": False, "files_changed": (),
        "tokens": Tokens(), "is_spoofable": False, "is_cut": False,
        "last_message": said[-1] if said else None,
    }  # fmt: skip
    return Facts(**{**nothing, **counts, **plain, **known})


def bound(condition: str) -> Bound:
    binder = Binder({})
    made = binder.bind(parse_condition(condition))
    assert binder.flaws == [], condition
    return made


def run_of(events: list[Event], code: int | None) -> Indexed:
    return index_run(events, facts(events, meta=Meta(exit_code=code), turn="failed" if code else "none"))


@given(CONDITION, st.lists(EVENT, max_size=7), st.sampled_from([None, 0, 1]))
def test_a_compiled_condition_is_worth_what_it_evaluates_to(
    condition: str, events: list[Event], code: int | None
) -> None:
    node, run = bound(condition), run_of(events, code)
    assert predicate(node)(Sighting(run)) is evaluate(node, run).value


def kept(condition: Bound) -> Ruleset:
    """Give a ruleset of one rule as it comes back from the cache."""
    written = BoundCondition("", cast("Any", None), condition)
    rule = Rule("a", "work", "a", "real", "human", "", "", written)
    return ruleset_of(json.loads(json.dumps(plain_ruleset(Ruleset((rule,))))))


@given(CONDITION, st.lists(EVENT, max_size=7), st.sampled_from([None, 0, 1]))
def test_a_kept_condition_is_worth_the_same_with_what_is_known_by_words(
    condition: str, events: list[Event], code: int | None
) -> None:
    node, run = bound(condition), run_of(events, code)
    again = kept(node)
    assert again.hints is not None
    possible = again.hints.possible(run)
    value = evaluate(node, run).value
    assert predicate(again.rules[0].when.bound)(Sighting(run, possible)) is value
    assert not value or again.hints.worth_asking(possible) == [0]


@given(CONDITION, st.lists(EVENT, max_size=7), st.sampled_from([None, 0, 1]))
def test_a_condition_is_true_only_where_one_of_the_patterns_occurs_that_it_needs(
    condition: str, events: list[Event], code: int | None
) -> None:
    node, run = bound(condition), run_of(events, code)
    needed = needs(node)
    if needed is not None and evaluate(node, run).value:
        texts = (value for event in events for value in _texts(event))
        assert any(pattern.matches(said) for said in texts for pattern in needed)


@given(CONDITION, st.lists(EVENT, max_size=7), st.lists(EVENT, max_size=7), st.sampled_from([None, 0, 1]))
def test_a_condition_that_is_ruled_out_is_true_of_no_run_of_the_same_outline(
    condition: str, events: list[Event], others: list[Event], code: int | None
) -> None:
    node = bound(condition)
    ruled_out = RuledOut([node])
    for run in (run_of(events, code), run_of(others, code)):
        assert not ruled_out.numbers(run) or evaluate(node, run).value is not True


def test_plain_facts_and_absent_kinds_rule_conditions_out() -> None:
    conditions = (
        "turn completed",
        "any patch ~ /a/",
        "finished or any error ~ /a/",
        "no patch",
        "commands = 0",
    )
    run = run_of([Error(PLACE, text("a"))], 1)
    assert RuledOut([bound(one) for one in conditions]).numbers(run) == {0, 1}


def _texts(event: Event) -> Iterator[str]:
    for name in event.__match_args__:
        value = getattr(event, name)
        if isinstance(value, Text):
            yield value.value
        elif isinstance(value, tuple):
            yield from value
        elif isinstance(value, str):
            yield value


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return built_in_ruleset()


def test_a_program_finds_what_the_rules_find_one_by_one(ruleset: Ruleset) -> None:
    again = ruleset_of(json.loads(json.dumps(plain_ruleset(ruleset))))
    program = Program(ruleset.rules)
    logs = [example.log for rule in ruleset.rules for example in rule.examples if example.log]
    assert len(logs) > 150
    passed = 0
    for written in logs:
        log = Log("", {"log": written.encode()}, Meta())
        transcript = transcript_of(log)
        run = index_run(transcript.events, facts_of(log, transcript, ruleset))
        found = [rule.id for rule in program.candidates(run) if finding_of(rule, run)]
        assert found == [rule.id for rule in ruleset.rules if finding_of(rule, run)]
        beginning = Program(again.rules, again.hints)
        assert found == [rule.id for rule in beginning.candidates(run) if finding_of(rule, run)]
        passed += len(found)
    assert passed > 100


def test_the_same_ruleset_is_made_ready_once_and_says_the_same_each_time(ruleset: Ruleset) -> None:
    run = run_of([Error(PLACE, text("stream disconnected before completion"))], 1)
    first = findings(ruleset, run.events, run.facts)
    assert all(findings(ruleset, run.events, run.facts) == first for _ in range(80))
    assert [one.rule for one in first]


def test_patterns_with_borders_are_found_between_joined_texts() -> None:
    sources = (r"\Ab", r"red\z", r"^limit$", r"\bK\b", "(?i)straße", r"x{3}", r"[^a]é")
    patterns = [compile_pattern(source) for source in sources]
    scan = Prescan(patterns)
    for said in ("b", "red", "limit", "K", "STRASSE Straße", "xxx", "bé", "nothing", "", "\ud800"):
        found = {pattern for pattern in patterns if pattern.matches(said)}
        assert found <= scan.possible(f"before\n{said}\nafter")
    assert patterns[2] not in scan.possible("before\nnothing\nafter")
