"""Lint what the examples show: rules that lose on their own ground, patterns that reach too far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from logverdict.authoring.examples import TriedExample, log_of, try_examples
from logverdict.authoring.lint_patterns import pattern_uses
from logverdict.authoring.uses import Use, kinds
from logverdict.authoring.why_not import why_not
from logverdict.authoring.written import Remark, Written, WrittenRule
from logverdict.classify import transcript_of
from logverdict.events import Event, Text
from logverdict.pattern import Pattern
from logverdict.rulebook import Example, Rule, Ruleset
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.vocabulary import KINDS, kind_of
from logverdict.rulebook.written_pattern import compiled_pattern
from logverdict.source import Log


@dataclass(frozen=True, slots=True)
class _Shown:
    """An example and its events, and the kinds of these."""

    rule: Rule
    is_match: bool
    line: int
    events: tuple[Event, ...]
    kinds: frozenset[str]


def lint_examples(found: Written) -> Iterator[Remark]:
    """Yield the warnings that need the examples to be run."""
    rules = {one.rule.id: one for one in found.rules}
    for tried in try_examples(found.ruleset):
        yield from _lost(rules[tried.rule.id], tried, found.ruleset)
    shown = [
        _shown(one.rule, example, log)
        for one in found.rules
        for example in one.rule.examples
        if (log := log_of(one.rule, example)).trouble is None
    ]
    for one in found.rules:
        yield from _far_near_misses(one, [item for item in shown if item.rule is one.rule])
    yield from _over_general(found, shown)


def _shown(rule: Rule, example: Example, log: Log) -> _Shown:
    events = transcript_of(log).events
    return _Shown(rule, example.is_match, example.line, events, frozenset(map(kind_of, events)))


def _lost(one: WrittenRule, tried: TriedExample, ruleset: Ruleset) -> Iterator[Remark]:
    verdict, rule = tried.verdict, tried.rule
    if tried.log.trouble is not None:
        hint = "name it from the folder of the pack, or from the folder that codexjob works in"
        yield one.at_line("missing-file", tried.example.line, tried.log.trouble, hint)
    elif not tried.is_right:
        wanted = "does not fire" if tried.example.is_match else "fires"
        message = f"`{rule.id}` {wanted} on this example: {why_not(tried, ruleset)}"
        hint = "`codexjob events` shows as what a log is read"
        yield one.at_line("failed-example", tried.example.line, message.removesuffix(": "), hint)
    elif tried.example.is_match and rule.question != "noise" and verdict.cause != rule.cause:
        message = f"`{rule.id}` fires on this example, but `{verdict.cause}` decides"
        yield one.at_line(
            "shadowed", tried.example.line, message, "see `overrides`, or choose a clearer example"
        )


def _far_near_misses(one: WrittenRule, shown: list[_Shown]) -> Iterator[Remark]:
    wanted = kinds(one.rule.when.syntax)
    misses = [item for item in shown if not item.is_match]
    if wanted and misses and not any(wanted & item.kinds for item in misses):
        kind = " or ".join(sorted(wanted))
        message = f"no near miss of this rule holds an event of the kind {kind}: none of them comes near"
        yield one.at_line(
            "far-near-miss", misses[0].line, message, "change as little of a match as makes it a miss"
        )


def _over_general(found: Written, shown: list[_Shown]) -> Iterator[Remark]:
    questions: dict[tuple[str, bool], set[str]] = {}
    placed: dict[tuple[str, bool], tuple[WrittenRule, str, Use]] = {}
    for one in found.rules:
        for key, use in pattern_uses(one):
            name = (use.pattern.source, use.pattern.is_named)
            questions.setdefault(name, set()).add(one.rule.question)
            placed.setdefault(name, (one, key, use))
    for name, (one, key, use) in placed.items():
        pattern = _compiled(use, found.ruleset.patterns)
        foreign = _foreign(pattern, use, shown, questions[name]) if pattern else ""
        if foreign:
            hint = "say more of the words around it"
            yield one.remark("over-general", foreign, hint, key=key, at=use.pattern.at)


def _compiled(use: Use, shared: Mapping[str, Pattern]) -> Pattern | None:
    if use.pattern.is_named:
        return shared.get(use.pattern.source)
    found = compiled_pattern(use.pattern.source, flags=use.pattern.flags)
    return None if isinstance(found, Flaw) else found


def _foreign(pattern: Pattern, use: Use, shown: list[_Shown], own: set[str]) -> str:
    """Say where a pattern matches that it should not: in a prompt, or in an example of another question.

    Noise is left out: it looks like trouble by its nature.
    """
    for item in shown:
        if use.kind not in (None, "prompt") and _any(pattern, item, "prompt", "text"):
            return f"the pattern matches the prompt of an example of `{item.rule.id}`"
        if item.is_match and _is_foreign(item.rule, own) and _any(pattern, item, use.kind, use.field):
            return f"the pattern also matches in an example of `{item.rule.id}` ({item.rule.question})"
    return ""


def _any(pattern: Pattern, item: _Shown, kind: str | None, field: str) -> bool:
    return kind in item.kinds and any(
        kind_of(event) == kind and _matches(pattern, event, field) for event in item.events
    )


def _is_foreign(rule: Rule, own: set[str]) -> bool:
    return rule.question not in own and "noise" not in (rule.question, *own)


def _matches(pattern: Pattern, event: Event, field: str) -> bool:
    known = KINDS[kind_of(event)].fields
    main = KINDS[kind_of(event)].main or ""
    attribute = known.get(field) or known.get(main)
    value = attribute.read(event) if attribute and attribute.type == "text" else None
    texts = value if isinstance(value, tuple) else (value,)
    read = (text.opening if isinstance(text, Text) else text for text in texts)
    return any(pattern.matches(text) for text in read if isinstance(text, str))
