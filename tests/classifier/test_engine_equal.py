"""The engines find the same: on any pattern of the dialect, and on what Codex really wrote."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from logverdict.authoring.dataset import read_dataset
from logverdict.dialect import charset
from logverdict.dialect.by_python import PythonBytesPattern, PythonPattern
from logverdict.dialect.endless import ambiguous_loop
from logverdict.dialect.escapes import DialectError
from logverdict.dialect.reading import tree_of
from logverdict.engine.superset import superset
from logverdict.engine.tables import compiled
from logverdict.found import PatternError
from logverdict.pattern import Pattern, Re2BytesPattern, Re2Pattern
from logverdict.rulebook import built_in_ruleset
from logverdict.rulebook.sought import matches_of
from random_patterns import PATTERNS, RAW_TEXTS

RUNS = Path(__file__).parents[2] / "datasets"
EVERY = int(os.environ.get("CODEXJOB_EVERY_LOG", "60"))
"""One of so many logs of the dataset is looked at; `make bench` looks at all."""
FEW = 20_000


@given(PATTERNS, RAW_TEXTS)
@settings(max_examples=300)
@example(r"(?i)[k-s]+\b", "\u212a\u017f".encode())
@example(r"\B", b"")
@example("(a|b*)*c?", b"abba")
@example(r"x\z", b"x\n")
def test_python_matches_as_re2_does(source: str, raw: bytes) -> None:
    text = raw.decode(errors="replace")
    try:
        expected = Re2Pattern(source, ignores_case=False)
    except PatternError:
        with pytest.raises(PatternError):
            PythonPattern(source, ignores_case=False)
        return
    assert PythonPattern(source, ignores_case=False).search(text) == expected.search(text)


@given(PATTERNS.filter(str.isascii), RAW_TEXTS)
@settings(max_examples=100)
@example(r"(?P<name>\xff+)$", b"a\xff\xff")
def test_python_matches_bytes_as_re2_does(source: str, raw: bytes) -> None:
    try:
        expected = Re2BytesPattern(source.encode())
    except PatternError:
        return
    for start in (0, len(raw) // 2):
        assert PythonBytesPattern(source.encode()).search(raw, start) == expected.search(raw, start)


@pytest.mark.parametrize(
    "source",
    ["(?=a)", "(?<!a)b", r"(a)\1", "(?>a)", "a++", "a**", "*a", "(a", "a)", "[a", r"\Z", r"\q", "a{1001}",
     "[b-a]", "(?P=x)", "(?x)a", "(?:a{40}){40}", "[[:none:]]", r"\x{110000}n", "\\"],
)  # fmt: skip
def test_what_re2_refuses_is_refused(source: str) -> None:
    for engine in (Re2Pattern, PythonPattern):
        with pytest.raises(PatternError):
            engine(source, ignores_case=False)


def test_every_escape_means_what_it_means_to_re2() -> None:
    text = "".join(map(chr, range(300)))
    for sign in set(map(chr, range(128))) - {"C"}:
        for source in (f"\\{sign}", f"[\\{sign}]", f"\\{sign}1", f"[{sign}]"):
            try:
                expected = Re2Pattern(source, ignores_case=False)
            except PatternError:
                with pytest.raises(PatternError):
                    PythonPattern(source, ignores_case=False)
            else:
                assert PythonPattern(source, ignores_case=False).search(text) == expected.search(text), source


@pytest.mark.parametrize("source", [r"\p{Greek}", r"\C", r"\pX"])
def test_what_only_re2_knows_is_refused_by_the_others(source: str) -> None:
    with pytest.raises(DialectError):
        tree_of(source)
    assert superset(Pattern(source)) is None


def test_every_case_that_re2_knows_is_known() -> None:
    cased = "".join(chr(code) for low, high in charset._CASED for code in range(low, high + 1))
    for number, sign in enumerate(cased):
        if number % 16 and not sign.isascii():
            continue
        found = {
            one for one in cased if ord(one) in dict.fromkeys(charset._cases().get(ord(sign), {ord(sign)}))
        }
        for other in found:
            assert Re2Pattern(rf"\x{{{ord(sign):x}}}", ignores_case=True).matches(other)
        others = "".join(one for one in cased if one not in found)
        assert not Re2Pattern(rf"\x{{{ord(sign):x}}}", ignores_case=True).matches(others)


@pytest.mark.parametrize("source", ["(a+)+b", "(a|a)*b", "(a*)*", "(?:a|b|ab)+c", r"(\w+\s*)+:", "(.*,)*x"])
def test_loops_with_several_ways_are_known(source: str) -> None:
    assert ambiguous_loop(tree_of(source)) is not None


@pytest.mark.parametrize(
    "source", [r"(?:\S+\s+)*x", "(?:a|b)+", "(ab+c)*", "a+b+", r"(?:-\w+ )*\w+", "(?:a+){2}"]
)
def test_loops_with_one_way_are_let_through(source: str) -> None:
    assert ambiguous_loop(tree_of(source)) is None


def built_in_patterns() -> list[Pattern]:
    ruleset = built_in_ruleset()
    conditions = [condition for rule in ruleset.rules for condition in (rule.when, rule.unless) if condition]
    sought = [test.pattern for condition in conditions for _, test in matches_of(condition.bound)]
    return list(dict.fromkeys([*sought, *ruleset.patterns.values()]))


def recorded_texts() -> Iterator[bytes]:
    for number, run in enumerate(read_dataset(RUNS)):
        for content in run.log.parts.values() if number % EVERY == 0 else ():
            yield bytes(content[:] if EVERY == 1 else content[:FEW])


def test_all_engines_find_the_built_in_patterns_in_the_same_recorded_texts() -> None:
    pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")
    patterns = built_in_patterns()
    found = [(pattern, superset(pattern)) for pattern in patterns]
    tables = compiled([one.expression for _, one in found if one], once=True)
    numbered = [pattern for pattern, one in found if one]
    by_python = {one: PythonPattern(one.source, ignores_case=one.ignores_case) for one in numbered}
    count = 0
    for raw in recorded_texts():
        hits: set[int] = set()
        tables.scan(raw + b"\n", lambda number, *_rest, hits=hits: hits.add(number))
        text = raw.decode(errors="replace")
        count += 1
        for number, pattern in enumerate(numbered):
            is_there = Re2Pattern(pattern.source, ignores_case=pattern.ignores_case).search(text)
            assert number in hits or is_there is None, pattern.source
            assert by_python[pattern].search(text) == is_there, pattern.source
    assert count
