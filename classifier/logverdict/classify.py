"""The pipeline: a log to its transcript, facts, findings and verdict."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from logverdict import __version__
from logverdict.decision import Decision, Weight, on_one_line
from logverdict.doubts import doubts
from logverdict.engines import exact
from logverdict.events import Command, Event, Place, Runner, Text, Transcript, Turn
from logverdict.facts import Facts
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.judge import Deliberation, deliberate
from logverdict.meta import Meta
from logverdict.namesakes import namesake_of_last_look
from logverdict.record import record, replace
from logverdict.rulebook import Ruleset, Witness, evidence_of, findings
from logverdict.sidecar import filled
from logverdict.source import Log, read_run
from logverdict.transcript import read_transcripts
from logverdict.verdict import Evidence, Finding, Question, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from logverdict.transcript.condensed import Condense

_SMALLEST_CONDENSED: Final = 1 << 20
_CLOSE_DOUBTS: Final = frozenset({"work.nothing_ran", "work.no_change", "work.broken_on_the_way"})
_OUR_DOING: Final = frozenset({"timeout", "no_progress", "cancelled", "budget", "disk_full", "start_failed"})


@record(frozen=True, slots=True)
class Judgement:
    """A log with all that was found out about it on the way to its verdict."""

    log: Log
    transcript: Transcript
    facts: Facts
    findings: tuple[Finding, ...]
    deliberation: Deliberation
    decision: Decision


def classify(log: Log, ruleset: Ruleset) -> Verdict:
    """Judge one log.

    Never raises for what a log holds: a missing, empty or unreadable one is a verdict with its own cause.
    """
    return verdict_on(judgement_on(log, ruleset), ruleset.digest)


def judgement_on(log: Log, ruleset: Ruleset, *, is_whole: bool = False) -> Judgement:
    """Judge one log and keep every step; `is_whole` for those who look at more events than the evidence."""
    condense = None if is_whole else _condense(log, ruleset)
    judgement = _read_and_judged(log, ruleset, condense)
    if condense is not None and not _is_same_condensed(judgement, ruleset):
        judgement = _read_and_judged(log, ruleset)
    transcript = judgement.transcript
    if judgement.decision.success and _may_hide(transcript, ruleset):
        return _judged(log, transcript, replace(judgement.facts, is_spoofable=True), ruleset)
    return judgement


def _condense(log: Log, ruleset: Ruleset) -> "Condense | None":
    """Give what a big log may be condensed with; null for a small one, or where it cannot be."""
    if all(len(content) < _SMALLEST_CONDENSED for content in log.parts.values()):
        return None
    from logverdict.condense.condenser import condenser_of

    condenser = condenser_of(ruleset)
    return condenser.condensed if condenser else None


def _read_and_judged(log: Log, ruleset: Ruleset, condense: "Condense | None" = None) -> Judgement:
    transcript = transcript_of(log, condense)
    return _judged(log, transcript, facts_of(log, transcript, ruleset), ruleset)


def _is_same_condensed(judgement: Judgement, ruleset: Ruleset) -> bool:
    """Tell whether a log that was read whole would be judged the same, with the same evidence.

    Some doubts look at single commands more closely than patterns do, and some rules tell of events in the
    middle: a log that raises one is read whole.
    """
    from logverdict.condense.classes import speaks_of_the_middle

    fired = {finding.rule for finding in judgement.findings}
    if any(rule.id in fired and speaks_of_the_middle(rule) for rule in ruleset.rules):
        return False
    if not judgement.transcript.commands_left_out:
        return True
    is_doubted = any(doubt.cause in _CLOSE_DOUBTS for doubt in judgement.facts.doubts)
    return not is_doubted and namesake_of_last_look(judgement.transcript.events) is None


def _judged(log: Log, transcript: Transcript, facts: Facts, ruleset: Ruleset) -> Judgement:
    found = findings(ruleset, transcript.events, facts)
    deliberation = deliberate(facts, found, _weights(ruleset))
    decision = _missing_log(log) or deliberation.decision
    return Judgement(log, transcript, facts, found, deliberation, decision)


@lru_cache(maxsize=8)
def _weights(ruleset: Ruleset) -> Mapping[str, Weight]:
    return {rule.id: Weight(rule.overrides, rule.explains) for rule in ruleset.rules}


def _may_hide(transcript: Transcript, ruleset: Ruleset) -> bool:
    """Tell whether the file holds an earlier run that ended badly and that this one's success would hide.

    An agent can print the end of a run and the banner of another. So where commands ran before the banner,
    a good last run is only believed if what came before was good as well.
    """
    log = Log("", {}, Meta())
    return transcript.format == "human" and any(
        not _judged(log, one, facts_of(log, one, ruleset), ruleset).decision.success
        for one in transcript.earlier
        if any(isinstance(event, Command) for event in one.events)
    )


def verdict_on(judgement: Judgement, ruleset: str) -> Verdict:
    """Put a verdict together; `ruleset` is the digest of the rules that were used."""
    facts, decision = judgement.facts, judgement.decision
    structure = _by_structure(decision, facts, judgement.transcript.events)
    found = (*judgement.findings, *structure)
    return replace(
        _verdict(judgement.log, facts, found, decision, ruleset),
        runs_in_file=len(judgement.transcript.earlier) + 1,
    )


def classify_run(jsonl: "Path", ruleset: Ruleset) -> Verdict:
    """Judge one run of the runner by the `.jsonl` it captured and the files beside it."""
    return classify(read_run(jsonl), ruleset)


def transcript_of(log: Log, condense: "Condense | None" = None) -> Transcript:
    """Read a log as events: of several runs in one file the last; what the runner did to it comes last.

    With `condense` a big log may lack commands that no rule can tell apart.
    """
    *earlier, transcript = read_transcripts(log.parts, condense)
    events = (*transcript.events, *_runner_events(filled(log.meta, transcript.meta)))
    is_cut = transcript.is_cut or "end" in log.missing
    return replace(transcript, events=events, is_cut=is_cut, earlier=tuple(earlier))


def facts_of(log: Log, transcript: Transcript, ruleset: Ruleset) -> Facts:
    """Gather what the events and the sidecar of a run mean together, and what a wrapper says around them."""
    patterns = _check_patterns(ruleset)
    meta = filled(log.meta, transcript.meta)
    facts = gather_facts(transcript, meta, patterns)
    found = doubts(transcript.events, facts, patterns, meta.task)
    return replace(facts, doubts=found, verification=log.verification)


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
    doubted = [doubt.event for doubt in facts.doubts if doubt.cause == decision.cause]
    spoke = tuple(Witness(event) for event in (*doubted, *checks, *last, *turns) if event is not None)
    verdict, action = decision.verdict, decision.action
    question: Question = "work" if facts.finished else "ending"
    evidence = (*_from_outside(facts), *evidence_of(spoke))
    return (Finding("structure", question, decision.cause, verdict, action, decision.reason, evidence),)


def _from_outside(facts: Facts) -> tuple[Evidence, ...]:
    found = facts.verification
    if found is None or not facts.finished:
        return ()
    return (Evidence("verification", "meta", 1, 0, 0, on_one_line(found.reason, 300)),)


def _missing_log(log: Log) -> Decision | None:
    if log.trouble is None:
        return None
    reason = f"The log cannot be read: {log.trouble}. Check the path and its permissions."
    return Decision("unknown", False, log.trouble_cause, "human", reason, "default")


def _verdict(log: Log, facts: Facts, found: tuple[Finding, ...], decision: Decision, ruleset: str) -> Verdict:
    meta = facts.meta
    return Verdict(
        path=log.path,
        job_id=meta.job_id,
        run_id=meta.run_id,
        session_id=facts.session_id,
        session_asked=meta.session_asked,
        format=facts.format,
        runs_in_file=1,
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
        engine=exact(),
        version=__version__,
    )
