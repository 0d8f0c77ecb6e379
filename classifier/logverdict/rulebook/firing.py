"""Run rules on a run: which of them fire, with their message and their evidence."""

from collections.abc import Iterable, Sequence

from logverdict.events import Event
from logverdict.facts import Facts
from logverdict.rulebook.evaluation import Witness, evaluate
from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.indexed import Indexed, index_run
from logverdict.rulebook.retry_time import retry_at
from logverdict.rulebook.rule import Rule, Ruleset
from logverdict.rulebook.template import filled
from logverdict.verdict import Finding


def findings(ruleset: Ruleset, events: Sequence[Event], facts: Facts) -> tuple[Finding, ...]:
    """Run all rules on one run; what fired, in the order of the rules."""
    run = index_run(events, facts)
    return tuple(finding for rule in ruleset.rules if (finding := finding_of(rule, run)))


def fired(rule: Rule, events: Sequence[Event], facts: Facts) -> Finding | None:
    """Run one rule on one run."""
    return finding_of(rule, index_run(events, facts))


def finding_of(rule: Rule, run: Indexed) -> Finding | None:
    """Run one rule on an indexed run: it fires where `when` is true and `unless` is not."""
    facts = run.facts
    if rule.codex and not rule.codex.holds(facts.version or facts.meta.codex_version):
        return None
    outcome = evaluate(rule.when.bound, run)
    if not outcome.value:
        return None
    if rule.unless and evaluate(rule.unless.bound, run).value:
        return None
    return _finding(rule, run, outcome.witnesses)


def _finding(rule: Rule, run: Indexed, witnesses: tuple[Witness, ...]) -> Finding:
    captures = _captures(witnesses)
    printed = filled(rule.retry_at, captures) if rule.retry_at else None
    return Finding(
        rule=rule.id,
        question=rule.question,
        cause=rule.cause,
        verdict=rule.verdict,
        action=rule.action,
        message=(filled(rule.message, captures) if rule.message else None) or rule.title,
        evidence=evidence_of(witnesses),
        retry_at=retry_at(printed, run.facts.meta) if printed else None,
    )


def _captures(witnesses: Iterable[Witness]) -> dict[str, str]:
    captures: dict[str, str] = {}
    for witness in witnesses:
        for name, text in witness.spoken.found.groups.items() if witness.spoken else ():
            captures.setdefault(name, text)
    return captures
