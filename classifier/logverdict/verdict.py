"""The verdict on a run, and the evidence for it."""

from typing import Literal, TypeAlias

from logverdict.events import Part
from logverdict.facts import Tokens
from logverdict.record import record

VerdictKind: TypeAlias = Literal["success", "environmental", "real", "unknown"]
Action: TypeAlias = Literal[
    "accept", "verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human"
]
Question: TypeAlias = Literal["ending", "work", "noise"]
DecidedBy: TypeAlias = Literal["rule", "model", "default"]


@record(frozen=True, slots=True)
class Evidence:
    """An event of the log and the bytes that speak: `start` to `end` of the part, `text` decoded and cut."""

    event: str
    part: Part
    line: int
    start: int
    end: int
    text: str


@record(frozen=True, slots=True)
class Finding:
    """A rule that fired, with its message for a person and its evidence; `origin` says whose rule it is."""

    rule: str
    question: Question
    cause: str
    verdict: VerdictKind | None
    action: Action | None
    message: str
    evidence: tuple[Evidence, ...]
    retry_at: str | None = None
    origin: str | None = None


@record(frozen=True, slots=True)
class Verdict:
    """The answer to the three questions about one run: schema `codexjob.verdict/1`, see docs/design.md.

    Of several runs in one file the verdict is on the last. Times are ISO 8601 in UTC, `duration` is in
    seconds. Fields may be null, never absent.
    """

    path: str
    job_id: str | None
    run_id: str | None
    session_id: str | None
    session_asked: str | None
    format: str
    runs_in_file: int
    codex_version: str | None
    parts_missing: tuple[str, ...]
    spoofable: bool
    verdict: VerdictKind
    success: bool
    finished: bool
    cause: str
    action: Action
    action_taken: str | None
    retry_at: str | None
    confidence: float | None
    decided_by: DecidedBy
    reason: str
    findings: tuple[Finding, ...]
    noise: tuple[Finding, ...]
    model: None
    exit_code: int | None
    signal: int | None
    ended_by: str | None
    tokens: Tokens
    duration: float | None
    ruleset: str
    engine: str
    version: str
