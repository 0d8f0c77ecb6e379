"""The three questions in their order: findings and facts to one decision (docs/design.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from logverdict.facts import Check, Facts
from logverdict.verdict import Action, DecidedBy, Finding, VerdictKind

_RANK: Final[Mapping[VerdictKind | None, int]] = {"real": 0, "environmental": 1, "unknown": 2}
_COMMAND_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Weight:
    """What a rule says beside its finding: whose findings it overrides, and what its noise explains."""

    overrides: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer before it is put together with what is known of the run."""

    verdict: VerdictKind
    success: bool
    cause: str
    action: Action
    reason: str
    decided_by: DecidedBy
    retry_at: str | None = None


def decide(facts: Facts, findings: Sequence[Finding], weights: Mapping[str, Weight]) -> Decision:
    """Answer ending, then work, then noise.

    Findings of the ending count only where the end was not reached, findings on the work only where it was.
    Success is never found by a text: it is what is left when the structure permits it and no rule vetoes.
    """
    if not facts.finished:
        return _chosen(_of(findings, "ending"), weights) or _unexplained_ending(facts)
    vetoed = _chosen(_of(findings, "work"), weights) or _structural_veto(facts)
    explained = {what for one in _of(findings, "noise") for what in weights[one.rule].explains}
    return vetoed or _bad_exit(facts, explained) or _success(facts, explained)


def _of(findings: Sequence[Finding], question: str) -> list[Finding]:
    return [finding for finding in findings if finding.question == question]


def _chosen(found: Sequence[Finding], weights: Mapping[str, Weight]) -> Decision | None:
    overridden = {rule for one in found for rule in weights[one.rule].overrides}
    ranked = sorted((one for one in found if one.rule not in overridden), key=_rank)
    if not ranked:
        return None
    first = ranked[0]
    tied = [one for one in ranked if _rank(one) == _rank(first)]
    if len({one.action for one in tied}) > 1:
        return _disagreement(tied)
    verdict, action = first.verdict or "unknown", first.action or "human"
    return Decision(verdict, False, first.cause, action, _rule_reason(first), "rule", first.retry_at)


def _rule_reason(finding: Finding) -> str:
    """Say what the rule found and, where there is any, the words that it rests on."""
    said = _shortened(finding.evidence[0].text) if finding.evidence else ""
    return f"{finding.message}: {said}" if said else f"{finding.message}."


def _rank(finding: Finding) -> tuple[int, int]:
    return _RANK.get(finding.verdict, len(_RANK)), -finding.cause.count(".")


def _disagreement(tied: Sequence[Finding]) -> Decision:
    names = ", ".join(f"{one.rule} ({one.action})" for one in tied)
    reason = f"Rules of equal weight ask for different actions: {names}."
    return Decision("unknown", False, "rules.disagree", "human", reason, "rule")


def _unexplained_ending(facts: Facts) -> Decision:
    if facts.format == "empty":
        return _unknown("log.empty", "human", "The log is empty: nothing is known of this run.")
    if facts.format == "unreadable":
        return _unknown("log.unreadable", "human", "This is no log that Codex writes.")
    if facts.terminal_error is not None:
        said = _shortened(facts.terminal_error.text.value)
        return _unknown("ending.unknown_error", "human", f"Codex ended with an error no rule knows: {said}")
    return _unknown("ending.unknown", "human", "The log does not show how the run ended.")


def _structural_veto(facts: Facts) -> Decision | None:
    """Refuse what the structure does not permit, whatever the rules of the day say."""
    if facts.last_message is None:
        reason = "The turn completed, but the agent said nothing at its end."
        return Decision("real", False, "work.empty_answer", "resume_review", reason, "default")
    checks = [check for check in (facts.last_test, facts.last_build) if check is not None]
    for check in checks:
        if check.result == "failed" and not check.patched_after:
            reason = f"The last check is red: {_named(check)}."
            return Decision("real", False, "work.check_failing", "resume_review", reason, "default")
    for check in checks:
        if check.result != "passed":
            return _unknown(
                "work.unverified", "verify", f"The result of the last check is not known: {_named(check)}."
            )
    if facts.is_spoofable:
        reason = "An agent's output looks like Codex's own lines, so this log can be read two ways."
        return _unknown("log.spoofable", "verify", reason)
    return None


def _bad_exit(facts: Facts, explained: set[str]) -> Decision | None:
    meta = facts.meta
    if (meta.exit_code in (0, None) and meta.signal is None) or "exit_code" in explained:
        return None
    status = f"signal {meta.signal}" if meta.signal is not None else f"status {meta.exit_code}"
    reason = f"The turn completed, yet Codex ended with {status}, and no noise explains that."
    return _unknown("ending.exit_unexplained", "verify", reason)


def _success(facts: Facts, explained: set[str]) -> Decision:
    verdict: VerdictKind = "environmental" if explained else "success"
    cause = "done.despite_noise" if explained else "done"
    return Decision(verdict, True, cause, "accept", _success_reason(facts, explained), "default")


def _success_reason(facts: Facts, explained: set[str]) -> str:
    changed = len(facts.files_changed)
    parts = ["The turn completed", f"{changed} file{'' if changed == 1 else 's'} changed" if changed else ""]
    parts.append(
        f"the last test passed ({_named(facts.last_test)})" if facts.last_test else "no test was run"
    )
    parts.append("what failed on the way is harmless" if explained else "")
    return ", ".join(part for part in parts if part) + "."


def _unknown(cause: str, action: Action, reason: str) -> Decision:
    return Decision("unknown", False, cause, action, reason, "default")


def _named(check: Check) -> str:
    return _shortened(check.command.command.value)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _COMMAND_SHOWN else f"{line[: _COMMAND_SHOWN - 1]}…"
