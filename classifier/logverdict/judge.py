"""The three questions in their order: findings and facts to one decision (docs/design.md)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from logverdict.choice import Choice, choose
from logverdict.decision import Decision, Weight, on_one_line, unknown
from logverdict.events import Command, Error, Message, Patch
from logverdict.facts import Check, Doubt, Facts
from logverdict.record import record
from logverdict.verdict import Finding, Question, VerdictKind
from logverdict.verification import answered_causes, answered_doubts, answers_last_test, left_open, refuted

Step: TypeAlias = Literal[
    "ending rule",
    "ending structure",
    "work rule",
    "work structure",
    "verification",
    "exit status",
    "success",
]


@record(frozen=True, slots=True)
class Deliberation:
    """How a decision was reached: the findings that were weighed, and the step that decided.

    `explained` is what the noise explains. The choice of a question that was not asked decides nothing.
    """

    ending: Choice
    work: Choice
    explained: frozenset[str]
    step: Step
    decision: Decision


def decide(facts: Facts, findings: Sequence[Finding], weights: Mapping[str, Weight]) -> Decision:
    """Answer the three questions; see `deliberate`."""
    return deliberate(facts, findings, weights).decision


def deliberate(facts: Facts, findings: Sequence[Finding], weights: Mapping[str, Weight]) -> Deliberation:
    """Answer ending, then work, then noise, and keep why.

    Findings of the ending count only where the end was not reached, findings on the work only where it was.
    Success is never found by a text: it is what is left when the structure permits it and no rule vetoes.
    """
    ending = choose(_of(findings, "ending"), weights)
    work = choose(_of(findings, "work"), weights, answered_causes(facts))
    explained = frozenset(what for one in _of(findings, "noise") for what in weights[one.rule].explains)
    steps = _after_the_end(facts, work, explained) if facts.finished else _before_the_end(facts, ending)
    step, decision = next((step, decision) for step, decision in steps if decision)
    return Deliberation(ending, work, explained, step, decision)


def _before_the_end(facts: Facts, ending: Choice) -> Iterator[tuple[Step, Decision | None]]:
    yield "ending rule", ending.decision
    yield "ending structure", _unexplained_ending(facts)


def _after_the_end(
    facts: Facts, work: Choice, explained: frozenset[str]
) -> Iterator[tuple[Step, Decision | None]]:
    if work.decision is None or work.decision.verdict == "unknown":
        yield "verification", refuted(facts)
    yield "work rule", work.decision
    yield "work structure", _structural_veto(facts)
    yield "verification", left_open(facts)
    yield "exit status", _bad_exit(facts, explained)
    yield "success", _success(facts, explained)


def _of(findings: Sequence[Finding], question: Question) -> list[Finding]:
    return [finding for finding in findings if finding.question == question]


def _unexplained_ending(facts: Facts) -> Decision:
    if facts.format == "empty":
        return unknown("log.empty", "human", "The log is empty: nothing is known of this run.")
    if facts.format == "unreadable":
        return unknown("log.unreadable", "human", "This is no log that Codex writes.")
    if facts.terminal_error is not None:
        said = on_one_line(facts.terminal_error.text.value)
        return unknown("ending.unknown_error", "human", f"Codex ended with an error no rule knows: {said}")
    return unknown("ending.unknown", "human", "The log does not show how the run ended.")


def _structural_veto(facts: Facts) -> Decision | None:
    """Refuse what the structure does not permit, whatever the rules of the day say."""
    if facts.last_message is None or not any(map(str.isalnum, facts.last_message.text.value)):
        reason = "The turn completed, but the agent said nothing at its end."
        return Decision("real", False, "work.empty_answer", "resume_review", reason, "default")
    return _red_check(facts) or _doubted(facts)


def _red_check(facts: Facts) -> Decision | None:
    checks = [check for check in (facts.last_test, facts.last_build) if check is not None]
    for check in checks:
        if check.result == "failed" and not check.patched_after:
            reason = f"The last check is red: {_named(check)}."
            return Decision("real", False, "work.check_failing", "resume_review", reason, "default")
    for check in checks:
        if check.result != "passed" and not (check is facts.last_test and answers_last_test(facts)):
            reason = f"The result of the last check is not known: {_named(check)}."
            return unknown("work.unverified", "verify", reason)
    return None


def _doubted(facts: Facts) -> Decision | None:
    answered = answered_doubts(facts)
    for doubt in (one for one in facts.doubts if one.cause not in answered):
        reason = f"{doubt.reason}: {_shown(doubt)}"
        if doubt.is_red:
            return Decision("real", False, doubt.cause, "resume_review", reason, "default")
        return unknown(doubt.cause, "verify", reason)
    if facts.is_cut and not (facts.sandbox or "").startswith("read-only"):
        reason = "A part of the record is missing, and with it what the last checks may have said."
        return unknown("work.unverified", "verify", reason)
    if facts.is_spoofable:
        reason = "An agent's output looks like Codex's own lines, so this log can be read two ways."
        return unknown("log.spoofable", "verify", reason)
    return None


def _bad_exit(facts: Facts, explained: frozenset[str]) -> Decision | None:
    meta = facts.meta
    if (meta.exit_code in (0, None) and meta.signal is None) or "exit_code" in explained:
        return None
    status = f"signal {meta.signal}" if meta.signal is not None else f"status {meta.exit_code}"
    reason = f"The turn completed, yet Codex ended with {status}, and no noise explains that."
    return unknown("ending.exit_unexplained", "verify", reason)


def _success(facts: Facts, explained: frozenset[str]) -> Decision:
    verdict: VerdictKind = "environmental" if explained else "success"
    cause = "done.despite_noise" if explained else "done"
    return Decision(verdict, True, cause, "accept", _success_reason(facts, explained), "default")


def _success_reason(facts: Facts, explained: frozenset[str]) -> str:
    changed = len(facts.files_changed)
    parts = ["The turn completed", f"{changed} file{'' if changed == 1 else 's'} changed" if changed else ""]
    parts.append(_tests_told(facts))
    parts.append("what failed on the way is harmless" if explained else "")
    return ", ".join(part for part in parts if part) + "."


def _tests_told(facts: Facts) -> str:
    if answers_last_test(facts):
        return "the project's tests passed when they were run from outside"
    return f"the last test passed ({_named(facts.last_test)})" if facts.last_test else "no test was run"


def _shown(doubt: Doubt) -> str:
    match doubt.event:
        case Command(command=command):
            return on_one_line(command.value)
        case Patch(paths=paths):
            return on_one_line(", ".join(paths))
        case Message(text=text) | Error(text=text):
            return on_one_line(text.value)
    return type(doubt.event).__name__.lower()


def _named(check: Check) -> str:
    return on_one_line(check.command.command.value)


__all__ = ["Decision", "Deliberation", "Step", "Weight", "decide", "deliberate"]
