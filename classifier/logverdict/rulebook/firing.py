"""Run rules on a run: which of them fire, with their message and their evidence."""

from collections.abc import Iterable, Sequence

from logverdict.events import Event
from logverdict.facts import Facts
from logverdict.record import record
from logverdict.rulebook.evaluation import Outcome, Witness, evaluate
from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.indexed import Indexed, index_run
from logverdict.rulebook.program import program_of
from logverdict.rulebook.rule import Rule, Ruleset
from logverdict.rulebook.template import filled
from logverdict.verdict import Finding


@record(frozen=True, slots=True)
class Trial:
    """One rule run on one run. `is_meant` tells whether the rule is for its version of Codex.

    `when` and `unless` are null where they were not looked at, `finding` where the rule did not fire.
    """

    rule: Rule
    is_meant: bool
    when: Outcome | None
    unless: Outcome | None
    finding: Finding | None


def findings(ruleset: Ruleset, events: Sequence[Event], facts: Facts) -> tuple[Finding, ...]:
    """Run all rules on one run; what fired, in the order of the rules."""
    run = index_run(events, facts)
    asked = program_of(ruleset).candidates(run)
    return tuple(finding for rule in asked if (finding := finding_of(rule, run)))


def fired(rule: Rule, events: Sequence[Event], facts: Facts) -> Finding | None:
    """Run one rule on one run."""
    return finding_of(rule, index_run(events, facts))


def finding_of(rule: Rule, run: Indexed) -> Finding | None:
    """Run one rule on an indexed run: it fires where `when` is true and `unless` is not."""
    return tried(rule, run).finding


def tried(rule: Rule, run: Indexed, *, complete: bool = False) -> Trial:
    """Run one rule and keep what its conditions said; `complete` as in `evaluate`."""
    is_meant = rule.codex is None or rule.codex.holds(run.facts.version or run.facts.meta.codex_version)
    when = evaluate(rule.when.bound, run, complete=complete) if is_meant or complete else None
    witnesses = when.witnesses if is_meant and when and when.value else None
    is_in_doubt = complete or witnesses is not None
    unless = evaluate(rule.unless.bound, run, complete=complete) if rule.unless and is_in_doubt else None
    is_excused = unless is not None and unless.value is True
    fires = witnesses is not None and not is_excused
    return Trial(rule, is_meant, when, unless, _finding(rule, run, witnesses or ()) if fires else None)


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
        retry_at=_retry_at(rule, printed, run.facts),
        origin=rule.origin or None,
    )


def _retry_at(rule: Rule, printed: str | None, facts: Facts) -> str | None:
    """Take the time that Codex noted down before the one that it printed without a zone."""
    if not printed and not facts.resets_at:
        return None
    # Few runs wait for a time, and the library for dates takes 2 ms to load.
    from logverdict.rulebook.retry_time import reset_at, retry_at

    noted = reset_at(facts.resets_at) if rule.action == "retry_later" and facts.resets_at else None
    return noted or (retry_at(printed, facts.meta) if printed else None)


def _captures(witnesses: Iterable[Witness]) -> dict[str, str]:
    captures: dict[str, str] = {}
    for witness in witnesses:
        for name, text in witness.spoken.found.groups.items() if witness.spoken else ():
            captures.setdefault(name, text)
    return captures
