"""Conditions: what is written reads back as the same, and what is no sentence is explained."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.rulebook.condition import (
    AfterLast,
    BeforeFirst,
    Claim,
    Comparison,
    Condition,
    Conjunction,
    CountTest,
    Disjunction,
    EventTest,
    Flaw,
    LastEvents,
    LastTurn,
    Match,
    Negation,
    Order,
    PatternUse,
    Selection,
    Value,
)
from logverdict.rulebook.grammar import ConditionError, parse_condition
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.printing import printed
from logverdict.rulebook.syntax_error import KEYWORDS

_OPERATORS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_NAMES = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
_QUANTITIES = st.sampled_from(["0", "-15", "3.5", "30m", "1.5h", "0.144.6", "0.170.0-alpha.1"])
_QUOTED = st.text(string.ascii_letters + ' "\\/${}é', max_size=8)
_VALUES = (
    st.builds(Value, _NAMES, st.just("word"))
    | st.builds(Value, _QUANTITIES, st.just("quantity"))
    | st.builds(Value, _QUOTED, st.just("quoted"))
)
_SOURCES = st.sampled_from(["x", r"a\/b", r"(?P<t>\d+) é", r"[^\]]", 'it\'s "so"', r"\\"])
_PATTERNS = st.builds(PatternUse, _SOURCES, st.sampled_from(["", "i"])) | st.builds(
    PatternUse, _NAMES, st.just(""), st.just(value=True)
)
_COMPARED = st.builds(Comparison, _NAMES, _OPERATORS, st.tuples(_VALUES)) | st.builds(
    Comparison,
    _NAMES,
    st.sampled_from(["in", "not in"]),
    st.lists(_VALUES, min_size=1, max_size=3).map(tuple),
)
_TESTS = st.builds(Claim, _NAMES) | _COMPARED | st.builds(Match, _NAMES, _PATTERNS)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Negation, parts) | st.builds(Conjunction, several) | st.builds(Disjunction, several)


_FIELDS: st.SearchStrategy[Condition] = st.recursive(_TESTS, _joined, max_leaves=4)
_STATES = st.none() | st.builds(Value, _NAMES, st.just("word"))
_SELECTIONS = st.builds(Selection, _NAMES, _STATES, st.none() | _PATTERNS, st.none() | _FIELDS)
_WHOLE = st.builds(Value, st.sampled_from(["0", "7"]), st.just("quantity"))
_SCOPES = (
    st.none()
    | st.builds(AfterLast, _SELECTIONS)
    | st.builds(BeforeFirst, _SELECTIONS)
    | st.builds(LastTurn)
    | st.builds(LastEvents, _WHOLE)
)
_EVENT_TESTS = st.builds(
    EventTest,
    st.sampled_from(["first", "last", "any", "no", "every"]),
    _SELECTIONS,
    st.none() | _FIELDS,
    _SCOPES,
    st.none() | st.builds(Order, _SELECTIONS, st.booleans()),
)
_COUNTS = st.builds(CountTest, _SELECTIONS, _OPERATORS, _WHOLE, _SCOPES)
_CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _TESTS | _EVENT_TESTS | _COUNTS, _joined, max_leaves=5
)


@given(_CONDITIONS)
def test_condition_reads_back_as_it_was_written(condition: Condition) -> None:
    assert parse_condition(printed(condition)) == condition


def test_every_example_of_the_grammar_is_a_condition() -> None:
    lines = (packaged_rules() / "condition.lark").read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("//: ") for line in lines if line.startswith("//: ")]
    assert len(examples) > 20
    for example in examples:
        assert parse_condition(printed(parse_condition(example))) == parse_condition(example)


def test_condition_may_run_over_lines() -> None:
    assert parse_condition("turn failed\n  and not\n followed_up") == parse_condition(
        "turn = failed and not followed_up"
    )


def test_and_binds_more_closely_than_or() -> None:
    assert parse_condition("a or b and c") == Disjunction((Claim("a"), Conjunction((Claim("b"), Claim("c")))))


def test_and_not_followed_by_belongs_to_the_events_before_it() -> None:
    test = parse_condition("last command has exit_code != 0 and not followed by patch and finished")
    assert isinstance(test, Conjunction)
    assert printed(test.parts[0]) == "last command has exit_code != 0 not followed by patch"


def test_then_is_followed_by() -> None:
    assert parse_condition("any error then any message") == parse_condition("any error followed by message")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "expected a condition, but the condition ends here", ""),
        ("turn failed and", "expected a condition, but the condition ends here", ""),
        (
            "turn failed AND cut",
            "expected `and`, `or` or the end, not `AND`",
            "keywords are lower case: `and`",
        ),
        ("lst error ~ /x/", "expected `and`, `or` or the end, not `~`", "did you mean `last`?"),
        ("(finished", "expected `)`, but the condition ends here", ""),
        ("exit_code == 3", 'expected a name, a number or "quoted text", not `=`', "write one `=`"),
        (
            "last error ~ 'x'",
            "expected a /pattern/ or a ${pattern}, not `'`",
            'quoted text stands in double quotes "…", a pattern between slashes /…/',
        ),
        (
            "last error ~ /x",
            "expected a /pattern/ or a ${pattern}, not `/`",
            r"a /pattern/ ends with a slash on the same line; a slash inside it is written \/",
        ),
        (
            "finished and not followed by patch",
            "expected `and`, `or` or the end, not `and`",
            "`followed by` stands directly behind events, not behind a fact or a bracket",
        ),
    ],
)
def test_syntax_error_says_what_was_expected(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert (caught.value.flaw.message, caught.value.flaw.hint) == (message, hint)


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "(" * 4_000 + "x" + ")" * 4_000, "(" * 10_000, "not " * 2_000 + "x", "/" * 9_000],
    ids=["million characters", "nested", "unclosed", "not not", "slashes"],
)
def test_hostile_condition_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ConditionError):
        parse_condition(text)
    assert time.perf_counter() - started < 1


def _flaw(text: str) -> Flaw | None:
    try:
        parse_condition(text)
    except ConditionError as err:
        return err.flaw
    return None


@given(st.text("()/~$\"{}ab =!<>,.\\\n'" + "é", max_size=40))
def test_any_text_is_a_condition_or_a_condition_error(text: str) -> None:
    flaw = _flaw(text)
    assert flaw is None or 0 <= flaw.at <= len(text)


@given(st.lists(st.sampled_from([*KEYWORDS, "error", "failed", "~", "/x/", "=", "3", "(", ")"]), max_size=12))
def test_any_words_are_a_condition_or_a_condition_error(words: list[str]) -> None:
    flaw = _flaw(" ".join(words))
    assert flaw is None or flaw.message
