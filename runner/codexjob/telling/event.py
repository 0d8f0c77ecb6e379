"""The events of a job: what is told to others, as one kind of record each.

Every event stands for itself: nobody has to have heard the one before.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from logverdict.facts import Tokens
from logverdict.verdict import VerdictKind
from pydantic import Field

from codexjob.request import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """Which run of which job is spoken of, and where its files are. `session_id` is null until it is known.

    `repo` is the folder that Codex works in, `task` what it was told, on one line and cut.
    """

    job_id: str
    run_id: str
    kind: Kind
    repo: str
    task: str
    log_file: str
    meta_file: str
    summary_file: str
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins; Codex is started next. `started_at` is ISO 8601 in UTC."""

    place: Place
    started_at: str
    model: str | None
    type: Literal["run.started"] = "run.started"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A sign of life, told now and then while a run goes on. `elapsed` is in seconds.

    `events` counts what Codex has reported so far, `commands` the commands and `changes` the changes of files
    among it; `latest` is the newest of it in one line.
    """

    place: Place
    elapsed: float
    events: int
    commands: int
    changes: int
    latest: str
    type: Literal["run.progress"] = "run.progress"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Codex is gone. `ended_by` is `codex` where nobody interfered; `duration` is in seconds."""

    place: Place
    exit_code: int | None
    signal: int | None
    ended_by: str | None
    ended_at: str | None
    duration: float | None
    note: str | None
    type: Literal["run.finished"] = "run.finished"


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a run, in short; `verdict_file` holds all of it."""

    place: Place
    verdict: VerdictKind
    success: bool
    cause: str
    action: str
    reason: str
    retry_at: str | None
    exit_code: int | None
    tokens: Tokens
    verdict_file: str
    type: Literal["verdict"] = "verdict"


@dataclass(frozen=True, slots=True)
class Acted:
    """What is done about a verdict. `next_kind` is the kind of run that follows, null where none does.

    `why` says it in one sentence.
    """

    place: Place
    action: str
    action_taken: str
    next_kind: Kind | None
    why: str
    type: Literal["action"] = "action"


@dataclass(frozen=True, slots=True)
class JobFinished:
    """The job has ended; `place` is its last run. `exit_status` is what `codexjob run` ends with.

    `tokens`, `duration` in seconds and `cost` in US dollars are those of all its `runs`; unknown is null.
    """

    place: Place
    success: bool
    verdict: VerdictKind
    cause: str
    action_taken: str | None
    reason: str
    advice: str
    exit_status: int
    runs: tuple[str, ...]
    tokens: Tokens
    duration: float | None
    cost: float | None
    type: Literal["job.finished"] = "job.finished"


Told: TypeAlias = RunStarted | RunProgress | RunFinished | Judged | Acted | JobFinished


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its id, which a second delivery keeps, when it happened (ISO 8601, UTC), and what."""

    id: str
    timestamp: str
    data: Annotated[Told, Field(discriminator="type")]
