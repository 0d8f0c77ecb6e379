"""Lint patterns: unused, written twice, or a single word that means nothing without its context."""

import re
from collections.abc import Iterator
from typing import Final

from logverdict.authoring.uses import Use, uses
from logverdict.authoring.written import Remark, Written, WrittenRule
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.pack import SharedPattern

FACT_PATTERNS: Final = frozenset(
    {"test_runner", "build_tool", "tests_passed", "tests_failed", "check_not_run"}
)
"""Patterns that no rule needs to name: the facts of a run are gathered with them."""
_PROSE: Final = frozenset({"text", "output", "last_message", "terminal_error"})
_WORTH_SHARING: Final = 15
_OPENING: Final = re.compile(r"\((?:\?(?:[a-z]*:|P<\w+>))?")
_SYNTAX: Final = re.compile(r"\\.|[\[\]()|]", re.DOTALL)
_DECORATION: Final = re.compile(r"^\(\?[a-z]+\)|\\b")
_WORD: Final = re.compile(r"[A-Z]?[a-z]+")


def lint_patterns(found: Written) -> Iterator[Remark]:
    """Yield the warnings on patterns."""
    used = [(one, key, use) for one in found.rules for key, use in pattern_uses(one)]
    yield from _dead(found, {use.pattern.source for _, _, use in used if use.pattern.is_named})
    yield from _named_twice(found)
    yield from _written_twice(found, used)
    yield from _single_words(found, used)


def pattern_uses(one: WrittenRule) -> Iterator[tuple[str, Use]]:
    """Yield the patterns of a rule, each with the key of the condition that it stands in."""
    for key, condition in (("when", one.rule.when), ("unless", one.rule.unless)):
        for use in uses(condition.syntax) if condition else ():
            yield key, use


def single_words(source: str) -> tuple[str, ...]:
    """Name the alternatives of a pattern that are one plain word.

    >>> single_words("(?i)disk|no space left|(?:Quota)")
    ('disk', 'Quota')
    """
    bare = _DECORATION.sub("", source)
    parts = _alternatives(bare)
    if len(parts) > 1:
        return tuple(word for part in parts for word in single_words(part))
    opening = _OPENING.match(bare)
    if opening and bare.endswith(")") and _closes(bare) == len(bare) - 1:
        return single_words(bare[opening.end() : -1])
    return (bare,) if _WORD.fullmatch(bare) else ()


def _alternatives(pattern: str) -> list[str]:
    """Split a pattern at the bars that stand outside of groups and classes."""
    bars = [at for at, char, depth in _structure(pattern) if char == "|" and depth == 0]
    begins = [0, *(at + 1 for at in bars)]
    return [pattern[begin:end] for begin, end in zip(begins, [*bars, len(pattern)], strict=True)]


def _closes(pattern: str) -> int:
    """Find where the first group of a pattern ends."""
    return next((at for at, char, depth in _structure(pattern) if char == ")" and depth == 0), -1)


def _structure(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Yield the brackets and bars that are no text, each with its place and the groups still open there."""
    depth, in_class = 0, False
    for found in _SYNTAX.finditer(pattern):
        char = found.group()
        if in_class or char == "[":
            in_class = char != "]"
        elif char in "()|":
            depth += {"(": 1, ")": -1, "|": 0}[char]
            yield found.start(), char, depth


def _dead(found: Written, used: set[str]) -> Iterator[Remark]:
    for shared in found.patterns:
        if shared.name not in used | FACT_PATTERNS:
            yield _shared_remark(
                "dead-pattern", shared, f"no rule uses the pattern `{shared.name}`", "remove it"
            )


def _named_twice(found: Written) -> Iterator[Remark]:
    first: dict[str, SharedPattern] = {}
    for shared in found.patterns:
        if shared.pattern is None:
            continue
        earlier = first.setdefault(shared.pattern.source, shared)
        if earlier is not shared:
            message = f"`{earlier.name}` in {earlier.source.file} is the same pattern"
            yield _shared_remark("duplicate", shared, message, f"use ${{{earlier.name}}} for both")


def _written_twice(found: Written, used: list[tuple[WrittenRule, str, Use]]) -> Iterator[Remark]:
    first = {shared.pattern.source: f"${{{shared.name}}}" for shared in found.patterns if shared.pattern}
    for one, key, use in used:
        source = use.pattern.source
        if use.pattern.is_named or len(source) < _WORTH_SHARING:
            continue
        earlier = first.setdefault(source, f"the rule `{one.rule.id}`")
        if earlier != f"the rule `{one.rule.id}`":
            message = f"this pattern stands in {earlier}, too"
            hint = "name it under `patterns:` and use that name"
            yield one.remark("duplicate", message, hint, key=key, at=use.pattern.at)


def _single_words(found: Written, used: list[tuple[WrittenRule, str, Use]]) -> Iterator[Remark]:
    hint = "write the words around it: one word stands in prompts, code and good news, too"
    for one, key, use in used:
        words = () if use.pattern.is_named or use.field not in _PROSE else single_words(use.pattern.source)
        if words:
            message = f"a single word is matched without context: {', '.join(words)}"
            yield one.remark("single-word", message, hint, key=key, at=use.pattern.at)
    prose = {use.pattern.source for _, _, use in used if use.pattern.is_named and use.field in _PROSE}
    for shared in found.patterns:
        words = single_words(shared.pattern.source) if shared.pattern and shared.name in prose else ()
        if words:
            message = f"`{shared.name}` matches a single word without context: {', '.join(words)}"
            yield _shared_remark("single-word", shared, message, hint)


def _shared_remark(code: str, shared: SharedPattern, message: str, hint: str) -> Remark:
    return Remark(code, "warning", shared.source.flaw(shared.key, Flaw(0, message, hint)))
