"""What the engine may have found is told apart only where RE2 finds it as well."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.condense.classes import Signs, signs_of
from logverdict.condense.deeds import Deeds, Occurring
from logverdict.pattern import Pattern
from logverdict.rulebook import built_in_ruleset

pytest.importorskip("hyperscan")

PATTERNS = tuple(map(Pattern, (r"found\z", r"(?i)disk", r"^FAILED\b", r"(?s)<<<.*>>>", r"\bno\W")))
WORDS = ("found", "no", "di\u017fk", "DISK", "FAILED", "<<<", ">>>", "\u2019", "\n", " ", "", "x")


@pytest.fixture(scope="module")
def occurring(tmp_path_factory: pytest.TempPathFactory) -> Occurring:
    return Occurring(PATTERNS, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def signs() -> Signs:
    found = signs_of(built_in_ruleset())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def deeds(signs: Signs, tmp_path_factory: pytest.TempPathFactory) -> Deeds:
    return Deeds(signs, tmp_path_factory.mktemp("cache"))


@settings(max_examples=200)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map("".join), max_size=6))
def test_patterns_occur_where_re2_finds_them(texts: list[str], occurring: Occurring) -> None:
    known = [frozenset(pattern for pattern in PATTERNS if pattern.matches(text)) for text in texts]
    assert occurring.surely_all(texts) == known
    assert [occurring.surely(text) for text in texts] == known


def test_a_hit_of_the_engine_alone_is_none(occurring: Occurring) -> None:
    text = "found\nnothing else"
    assert occurring.possible(text)
    assert occurring.surely_all([text, "found"]) == [frozenset(), {PATTERNS[0]}]


@pytest.mark.parametrize(
    "script",
    ["pytest -q", "bash -c 'pytest -q'", 'cd x; bash -c py"te"st', "cd x && npm test", "sh -c p\\ytest"],
)
def test_a_test_is_told_from_other_commands_however_deep_it_stands(script: str, deeds: Deeds) -> None:
    assert deeds.script(script).sort != deeds.script("ls -la").sort


def test_scripts_have_one_name_in_any_wrapper(deeds: Deeds) -> None:
    assert deeds.script("/bin/bash -lc 'ls -la'") == deeds.script("ls -la")
    assert deeds.script("ls -la").name != deeds.script("ls").name
