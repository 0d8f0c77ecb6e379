"""A pattern that matches a script hits in the line that a human log gives the command."""

from itertools import product
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.condense.classes import signs_of
from logverdict.condense.heads import NESTED, head_expression
from logverdict.condense.marks import MARKS, SURE
from logverdict.engine.database import NUMBER_MASK, PADDING, Database
from logverdict.engine.tables import TablesError, compiled
from logverdict.pattern import Pattern, PatternError, compile_pattern
from logverdict.rulebook import built_in_ruleset
from logverdict.transcript.shell import unwrapped
from random_patterns import PATTERNS

SIGNS: Final = signs_of(built_in_ruleset())
assert SIGNS is not None
BUILT_IN: Final = SIGNS.patterns["command", "command"]
TABLES: Final = Database([found for found in map(head_expression, BUILT_IN) if found], None)
SHELLS: Final = ("/bin/bash -lc", "bash -c", "/usr/bin/zsh -lc", "sh -c")
WORDS: Final = (
    "git", "checkout", "restore", "--ours", "--abort", "sed -i", "pytest", "-q", "npm", "test", "rm", "-rf",
    "tests/test_a.py", "tee", ">", "&&", ";", "|", "python3 -m", "x.py", "cargo", "FOO=1", "sudo", "env",
    "make", "check", "(", ")", "then", "go", "unittest", " ", "  ", "cat",
)  # fmt: skip
SCRIPTS: Final = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
TEXTS: Final = st.text(alphabet="abkKsS1-_ .\u00e9\u017f\u212a\ufffd;&|$", min_size=1, max_size=12)


def line_of(script: str, shell: str, quote: str) -> str:
    line = f"{shell} {quote}{script}{quote}"
    assert unwrapped(line) == script
    return line


def is_hit(expression: bytes, line: str) -> bool:
    raw = line.encode() + b" in /srv"
    hits: list[int] = []
    compiled([expression]).scan(raw, lambda _number, _start, end, _flags, _context: hits.append(end))
    return bool(hits)


def is_sure(block: str) -> bool:
    raw = block.encode()
    hits = Database(MARKS, None).hits(raw + bytes(PADDING), len(raw))
    return SURE in {hit & NUMBER_MASK for hit in hits}


@pytest.mark.parametrize("pattern", BUILT_IN, ids=range(len(BUILT_IN)))
def test_built_in_patterns_can_be_said(pattern: Pattern) -> None:
    assert head_expression(pattern) is not None


@settings(max_examples=300)
@given(SCRIPTS, st.sampled_from(SHELLS), st.sampled_from("'\""))
def test_a_built_in_pattern_of_a_script_hits_in_its_line(script: str, shell: str, quote: str) -> None:
    found = set(TABLES.numbers(line_of(script, shell, quote).encode() + b" in /srv"))
    assert found.issuperset(at for at, pattern in enumerate(BUILT_IN) if pattern.matches(script))


@settings(max_examples=500)
@given(PATTERNS, TEXTS, st.sampled_from("'\""))
def test_any_pattern_of_a_script_hits_in_its_line(source: str, text: str, quote: str) -> None:
    script = text.replace("$", "")
    try:
        pattern = compile_pattern(source)
    except PatternError:
        return
    expression = head_expression(pattern)
    if expression is None or not script or not pattern.matches(script):
        return
    try:
        assert is_hit(expression, line_of(script, "bash -lc", quote)), (expression, script)
    except TablesError:
        return


@pytest.mark.parametrize("source", ["a*", "", "^", r"\b", "(?:a|)"])
def test_what_matches_nothing_at_all_cannot_be_said(source: str) -> None:
    assert head_expression(Pattern(source)) is None


@pytest.mark.parametrize("source", ["^(?:^|x)foo", r"\A^foo", "foo(?:$|x)$", "^foo$"])
def test_two_ends_can_be_one_quote(source: str) -> None:
    expression = head_expression(Pattern(source))
    assert expression is None or is_hit(expression, line_of("foo", "bash -lc", "'"))


@pytest.mark.parametrize(
    ("inner", "quote"), [('bash -c "pytest"', "'"), ("sh -c 'pytest'", '"'), ("zsh -lc 'a b'", '"')]
)
def test_a_shell_in_a_script_is_seen(inner: str, quote: str) -> None:
    assert is_hit(NESTED, f"/bin/bash -lc {quote}{inner}{quote}")


@pytest.mark.parametrize(("shell", "quote"), list(product(SHELLS, "'\"")))
def test_a_command_in_quotes_behind_a_shell_is_sure(shell: str, quote: str) -> None:
    assert is_sure(f"exec\n{shell} {quote}ls -la{quote} in /srv\n succeeded in 3ms:\n")


@pytest.mark.parametrize(
    "head",
    [
        "git stash 'x' in /srv", "ls in /srv", "bash -lc ls in /srv", "bash -lc 'a' 'b' in /srv",
        "bash -lc 'a'\"b\" in /srv", 'bash -lc "a\\"b" in /srv',
        "bash -lc 'a' in C:\\x", "bash 'a' in /srv",
        "powershell.exe -Command 'ls' in /srv", "bash -lc 'ls' in /a b",
    ],
)  # fmt: skip
def test_any_other_command_is_looked_at_more_closely(head: str) -> None:
    assert not is_sure(f"exec\n{head}\n succeeded in 3ms:\n")
    assert not is_sure("exec\nbash -lc 'ls' in /srv\n exited 1 in 3ms:\n")
