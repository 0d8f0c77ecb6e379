"""What follows from a verdict: the policy of a job, as one pure function."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

from logverdict.verdict import Verdict

from codexjob.policy.table import Policy, Row, default_policy, pause_before
from codexjob.request import Kind

ActionTaken: TypeAlias = Literal[
    "accept", "verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human", "stop"
]

CONTINUE: Final = "Start it again with --resume to keep the work so far."
_NO_REVIEW: Final = "No review is left (--max-reviews). Look at the work, or ask for a review with --resume."
_NO_RETRY: Final = "No retry is left (--max-retries). Look at the cause, then start the job again."
_BEYOND_RESUME: Final = {
    "session.context_window": "its context window is full",
    "session.broken_history": "its history is broken: each request of it is refused",
    "session.unknown": "Codex does not know it",
    "session.lost": "Codex lost it",
}


@dataclass(frozen=True, slots=True)
class Budget:
    """How many more reviews and retries a job may make; resumes and fresh sessions count as retries."""

    reviews: int
    retries: int

    def after(self, kind: Kind) -> "Budget":
        """Give what is left once a run of this kind was made."""
        if kind == "first":
            return self
        if kind == "resume_review":
            return replace(self, reviews=self.reviews - 1)
        return replace(self, retries=self.retries - 1)


@dataclass(frozen=True, slots=True)
class Stop:
    """The job ends here. `action_taken` is `stop` where the verdict asked for more than the job may do."""

    action_taken: ActionTaken
    advice: str


@dataclass(frozen=True, slots=True)
class Again:
    """The job makes another run; `session_id` is null where it gets a new session. `why` is for people.

    It is the `nth` because of `row`, which says how long to wait before it; null where it need not wait.
    """

    kind: Kind
    session_id: str | None
    why: str = field(default="", compare=False)
    row: Row | None = field(default=None, compare=False)
    nth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Later:
    """The job waits until a time, with an attempt of nobody charged, and then makes another run."""

    until: datetime
    then: Again


Step: TypeAlias = Stop | Again | Later


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision rests on beside the verdict.

    `session_id` is the session that may be resumed: the one that Codex reported, null where it reported none,
    another one than was asked for, or keeps none; `no_session` says which. `past` are the verdicts of the
    job's earlier runs, the oldest first. `deadline` is until when the job may wait by itself, null where it
    may not.
    """

    budget: Budget
    session_id: str | None
    no_session: str = "Codex reported no session"
    past: Sequence[Verdict] = ()
    policy: Policy = field(default_factory=default_policy)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    deadline: datetime | None = None


def decide(verdict: Verdict, at: Situation) -> Step:
    """Choose the next step of a job."""
    row = at.policy.row_for(verdict.cause)
    action = (row.action if row else None) or verdict.action
    if action == "accept" or action == "verify" or action == "human":  # noqa: PLR1714  narrows the type
        return Stop(action, _advice(verdict))
    if _came_before(verdict, at.past) and not (row and row.may_repeat):
        return Stop(
            "stop", "The same failure came again with the same evidence: another run would repeat it."
        )
    if action == "resume_review":
        return _review(at)
    is_redone = verdict.verdict == "real" and action == "fresh_session"
    if row is None or row.attempts == 0 or not (verdict.verdict == "environmental" or is_redone):
        return Stop("stop", f"The policy does not try {verdict.cause} again: look at it, then decide.")
    if action == "retry_later":
        return _later(verdict, row, at)
    return _again(verdict, action, row, at)


def _review(at: Situation) -> Step:
    if at.budget.reviews <= 0:
        return Stop("stop", _NO_REVIEW)
    if at.session_id is not None:
        return Again("resume_review", at.session_id, "the session checks and finishes its work")
    if at.budget.retries <= 0:
        return Stop("stop", _NO_RETRY)
    return Again("fresh_session", None, f"a new session goes on, since {at.no_session}")


def _again(verdict: Verdict, action: Kind, row: Row, at: Situation) -> Step:
    nth = _tried(row, at) + 1
    if at.budget.retries <= 0:
        return Stop("stop", _NO_RETRY)
    if nth > row.attempts:
        return Stop("stop", f"{verdict.cause} was tried again {row.attempts} times, as the policy allows.")
    if action == "resume" and at.session_id is None:
        return Again("fresh_session", None, f"not resumed, since {at.no_session}", row, nth)
    if action == "fresh_session":
        trouble = _BEYOND_RESUME.get(verdict.cause, "it would fail again at every resume")
        return Again(action, None, f"the session is not resumed: {trouble}", row, nth)
    return Again(action, at.session_id if action == "resume" else None, row.why, row, nth)


def _later(verdict: Verdict, row: Row, at: Situation) -> Step:
    """Wait for the time that the provider named, or for the pause of the row where it named none."""
    nth = _tried(row, at) + 1
    if at.deadline is None:
        return Stop("retry_later", _advice(verdict))
    if nth > row.attempts:
        return Stop("retry_later", f"It was waited for {row.attempts} times. {_advice(verdict)}")
    named = parse_time(verdict.retry_at) if verdict.retry_at else None
    pause = timedelta(seconds=pause_before(row, nth, jitter=0.0))
    is_over = named is not None and named <= at.now
    # A time that is over may mean that the limit is just open again, but only once.
    until = at.now if is_over and nth == 1 else named if named and not is_over else at.now + pause
    if until > at.deadline:
        return Stop("retry_later", f"That is beyond the time it may wait by itself. {_advice(verdict)}")
    kind: Kind = "resume" if at.session_id else "retry"
    return Later(until, Again(kind, at.session_id, f"{verdict.cause} was waited for", row, nth))


def _tried(row: Row, at: Situation) -> int:
    """Count the runs that were made because of a row."""
    acted = (one for one in at.past if one.action_taken not in (None, "stop", "resume_review"))
    return sum(at.policy.row_for(one.cause) == row for one in acted)


def _came_before(verdict: Verdict, past: Sequence[Verdict]) -> bool:
    evidence = _evidence(verdict)
    return bool(evidence) and any(
        one.cause == verdict.cause and _evidence(one) == evidence
        for one in past
        if one.action_taken is not None
    )


def _evidence(verdict: Verdict) -> frozenset[str]:
    """Give the words that speak for the cause; what only counts or dates them is left out with the places."""
    deciding = (finding for finding in verdict.findings if finding.cause == verdict.cause)
    return frozenset(" ".join(said.text.split()) for finding in deciding for said in finding.evidence)


def parse_time(text: str) -> datetime:
    """Read a time as a verdict writes it."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _advice(verdict: Verdict) -> str:
    match verdict.action:
        case "accept":
            return "Nothing is left to do."
        case "verify":
            return "Run this repository's checks yourself, then accept the work or --resume it for a review."
        case "retry_later":
            when = f"at {verdict.retry_at}" if verdict.retry_at else "later"
            return f"Start the job again {when}, with --resume to keep the work so far."
    return "A person must remove the cause before it makes sense to run this again."
