"""What follows from a verdict: the policy of a job, as one pure function."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from logverdict.verdict import Verdict

from codexjob.request import Kind

ActionTaken: TypeAlias = Literal[
    "accept", "verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human", "stop"
]

_LONGEST_PAUSE: Final = 300.0
_NO_REVIEW: Final = "No review is left (--max-reviews). Look at the work, or ask for a review with --resume."
_NO_RETRY: Final = "No retry is left (--max-retries). Look at the cause, then start the job again."


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
    """The job makes another run; `session_id` is null where it gets a new session."""

    kind: Kind
    session_id: str | None


Step: TypeAlias = Stop | Again


def decide(verdict: Verdict, budget: Budget, session_id: str | None) -> Step:
    """Choose the next step of a job.

    `session_id` is the session that may be resumed: the one that Codex reported, null where it reported none,
    another one than was asked for, or keeps none. Without it the task goes to a fresh session instead.
    """
    kind: Kind
    match verdict.action:
        case "accept" | "verify" | "retry_later" | "human" as final:
            return Stop(final, _advice(verdict))
        case "resume_review" if budget.reviews <= 0:
            return Stop("stop", _NO_REVIEW)
        case "resume" | "resume_review" if session_id is None:
            kind = "fresh_session"
        case wanted:
            kind = wanted
    if kind != "resume_review" and budget.retries <= 0:
        return Stop("stop", _NO_RETRY)
    return Again(kind, session_id if kind in ("resume", "resume_review") else None)


def pause_before(kind: Kind, nth: int, base: float, jitter: float) -> float:
    """Tell how many seconds to wait before the job's `nth` retry, counting from 1.

    A retry or resume waits `base` seconds, doubled each time up to five minutes; `jitter`, from 0 to 1,
    spreads jobs that failed together. Reviews and fresh sessions wait for nothing.
    """
    if kind not in ("retry", "resume"):
        return 0.0
    return min(base * float(1 << (nth - 1)), _LONGEST_PAUSE) * (0.5 + jitter / 2)


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
