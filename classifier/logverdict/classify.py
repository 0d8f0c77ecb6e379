"""The pipeline: a log to its transcript, facts, findings and verdict."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from logverdict import __version__
from logverdict.events import Event, Place, Runner, Text, Transcript, Turn
from logverdict.facts import Facts
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.judge import Decision, Weight, decide
from logverdict.meta import Meta
from logverdict.pattern import ENGINE
from logverdict.rulebook import Ruleset, Witness, evidence_of, findings
from logverdict.source import Log, read_run
from logverdict.transcript import read_transcript
from logverdict.verdict import Finding, Question, Verdict

_OUR_DOING: Final = frozenset({"timeout", "no_progress", "cancelled", "disk_full", "start_failed"})


def classify(log: Log, ruleset: Ruleset) -> Verdict:
    """Judge one log.

    Never raises for what a log holds: a missing, empty or unreadable one is a verdict with its own cause.
    """
    transcript = transcript_of(log)
    facts = facts_of(log, transcript, ruleset)
    events = transcript.events
    found = findings(ruleset, events, facts)
    weights = {rule.id: Weight(rule.overrides, rule.explains) for rule in ruleset.rules}
    decision = _missing_log(log) or decide(facts, found, weights)
    return _verdict(log, facts, (*found, *_by_structure(decision, facts, events)), decision, ruleset.digest)


def classify_run(jsonl: Path, ruleset: Ruleset) -> Verdict:
    """Judge one run of the runner by the `.jsonl` it captured and the files beside it."""
    return classify(read_run(jsonl), ruleset)


def transcript_of(log: Log) -> Transcript:
    """Read a log as events; what the runner did to the run comes last."""
    transcript = read_transcript(log.parts)
    return replace(transcript, events=(*transcript.events, *_runner_events(log.meta)))


def facts_of(log: Log, transcript: Transcript, ruleset: Ruleset) -> Facts:
    """Gather what the events and the sidecar of a run mean together."""
    return gather_facts(transcript, log.meta, _check_patterns(ruleset))


def _check_patterns(ruleset: Ruleset) -> CheckPatterns:
    """Take the patterns that rules/checks.yaml shares: what a check is has one source."""
    shared = ruleset.patterns
    return CheckPatterns(
        test_command=shared["test_runner"],
        build_command=shared["build_tool"],
        tests_passed=shared["tests_passed"],
        tests_failed=shared["tests_failed"],
        not_run=shared["check_not_run"],
    )


def _runner_events(meta: Meta) -> tuple[Event, ...]:
    if meta.ended_by not in _OUR_DOING:
        return ()
    place = Place("meta", 1, 0, 0)
    return (Runner(place, meta.ended_by, Text(meta.note or f"ended by the runner: {meta.ended_by}", place)),)


def _by_structure(decision: Decision, facts: Facts, events: tuple[Event, ...]) -> tuple[Finding, ...]:
    """Give evidence also for what no rule said: the last checks, the last message and the end of the turn."""
    if decision.decided_by != "default" or facts.format in ("empty", "unreadable"):
        return ()
    checks = [check.command for check in (facts.last_test, facts.last_build) if check is not None]
    last = [facts.last_message or facts.terminal_error]
    turns = [event for event in events if isinstance(event, Turn)][-1:]
    spoke = tuple(Witness(event) for event in (*checks, *last, *turns) if event is not None)
    verdict, action = decision.verdict, decision.action
    question: Question = "work" if facts.finished else "ending"
    evidence = evidence_of(spoke)
    return (Finding("structure", question, decision.cause, verdict, action, decision.reason, evidence),)


def _missing_log(log: Log) -> Decision | None:
    if log.trouble is None:
        return None
    reason = f"The log cannot be read: {log.trouble}. Check the path and its permissions."
    return Decision("unknown", False, "log.missing", "human", reason, "default")


def _verdict(log: Log, facts: Facts, found: tuple[Finding, ...], decision: Decision, ruleset: str) -> Verdict:
    meta = facts.meta
    return Verdict(
        path=log.path,
        job_id=meta.job_id,
        run_id=meta.run_id,
        session_id=facts.session_id,
        session_asked=meta.session_asked,
        format=facts.format,
        codex_version=facts.version,
        parts_missing=log.missing,
        spoofable=facts.is_spoofable,
        verdict=decision.verdict,
        success=decision.success,
        finished=facts.finished,
        cause=decision.cause,
        action=decision.action,
        action_taken=None,
        retry_at=decision.retry_at,
        confidence=None,
        decided_by=decision.decided_by,
        reason=decision.reason,
        findings=tuple(finding for finding in found if finding.question != "noise"),
        noise=tuple(finding for finding in found if finding.question == "noise"),
        model=None,
        exit_code=meta.exit_code,
        signal=meta.signal,
        ended_by=meta.ended_by,
        tokens=facts.tokens,
        duration=meta.duration,
        ruleset=ruleset,
        engine=ENGINE,
        version=__version__,
    )
