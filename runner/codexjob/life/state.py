"""The states of a job, and which may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

State: TypeAlias = Literal["queued", "running", "finished", "failed", "cancelled", "lost"]

TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    "queued": frozenset({"running", "failed", "cancelled", "lost"}),
    "running": frozenset({"queued", "finished", "failed", "cancelled", "lost"}),
    "lost": frozenset({"queued"}),
    "finished": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
"""What may follow each state: `running` goes back to `queued` to wait, `lost` does when it is taken up."""

MEANINGS: Final[Mapping[State, str]] = {
    "queued": "it waits: for its turn, for the repository, or for a time",
    "running": "Codex works on it, or its record is being judged",
    "finished": "it came to its end and the last verdict has `success: true`",
    "failed": "it came to its end without success; the verdict or the note says why",
    "cancelled": "somebody ended it: `codexjob cancel`, Ctrl-C or another signal",
    "lost": "its supervisor died; what it left was judged, and `codexjob recover --resume` takes it up",
}
_AT_REST: Final[frozenset[State]] = frozenset({"finished", "failed", "cancelled", "lost"})


class IllegalMoveError(ValueError):
    """A state was to follow one that it cannot follow: a bug of codexjob."""


@dataclass(frozen=True, slots=True)
class Change:
    """The job came into a state at a time, in ISO 8601 and UTC."""

    state: State
    at: str


@dataclass(frozen=True, slots=True)
class Worktree:
    """The git worktree in which a job works; `base` is the commit it began from.

    `changed` and `commits` count what was done there; null until the job is over.
    """

    path: str
    branch: str
    base: str
    repo: str
    changed: int | None = None
    commits: int | None = None


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is. `runs` are the ids of its runs in order, the last one perhaps not begun.

    `verdict`, `cause` and `action` are those of the last run that was judged. `exit_status` is what
    `codexjob run` ends with for this job, null while it goes on. `note` is a sentence for people.
    """

    run_id: str
    job_id: str
    history: tuple[Change, ...]
    runs: tuple[str, ...]
    note: str | None = None
    exit_status: int | None = None
    verdict: str | None = None
    cause: str | None = None
    action: str | None = None
    worktree: Worktree | None = None

    @property
    def state(self) -> State:
        """Give the present state."""
        return self.history[-1].state

    @property
    def is_at_rest(self) -> bool:
        """Tell whether nobody works on the job, and nobody will unless asked."""
        return self.state in _AT_REST


def moved(job: JobState, to: State, at: str, note: str | None = None) -> JobState:
    """Give the job in its next state.

    Raises:
        IllegalMoveError: that state cannot follow.
    """
    if to not in TRANSITIONS[job.state]:
        raise IllegalMoveError(f"job {job.run_id}: {to} cannot follow {job.state}")
    return replace(job, history=(*job.history, Change(to, at)), note=note)
