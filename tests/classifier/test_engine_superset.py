"""What hyperscan is asked hits wherever RE2 matches."""

from collections.abc import Iterator

import pytest
import re2
from hypothesis import assume, example, given, settings
from logverdict.engine.superset import Superset, superset
from logverdict.engine.tables import TablesError, compiled
from logverdict.pattern import Pattern, PatternError, compile_pattern, options
from random_patterns import PATTERNS, RAW_TEXTS

pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")


def lines_hit(found: Superset, raw: bytes) -> set[int]:
    lines: set[int] = set()

    def take(_number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        lines.add(raw.count(b"\n", 0, end))

    compiled([found.expression]).scan(raw, take)
    return lines


def lines_matched(pattern: Pattern, text: str) -> Iterator[range]:
    for match in re2.finditer(
        f"(?m){pattern.source}", text, options=options(ignores_case=pattern.ignores_case)
    ):
        yield range(text.count("\n", 0, match.start()), text.count("\n", 0, match.end()) + 1)


def check(pattern: Pattern, raw: bytes, *, anchored: bool) -> None:
    found = superset(pattern, anchored=anchored)
    assume(found is not None)
    assert found is not None
    try:
        hit = lines_hit(found, raw)
    except TablesError:
        return
    for lines in lines_matched(pattern, raw.decode(errors="replace")):
        assert not hit.isdisjoint(lines), (found.expression, lines, hit)
        assert found.crosses_lines or len(lines) == 1


@given(PATTERNS, RAW_TEXTS)
@settings(max_examples=400)
@example("(?i)tests", "te\u017fts".encode())
@example(".b", b"\xe6\x97b")
@example("a\\n^", b"a\n")
@example("(?:^|x)a$", b"a")
@example("é{2,3}\\b", "éé".encode())
def test_hits_in_a_line_of_every_match(source: str, raw: bytes) -> None:
    try:
        pattern = compile_pattern(source)
    except PatternError:
        return
    check(pattern, raw, anchored=True)
    check(pattern, raw, anchored=False)
