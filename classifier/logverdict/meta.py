"""What is known of a run from outside its log: exit status, timing, and what the runner did."""

from typing import Literal, TypeAlias

from logverdict.record import record

EndedBy: TypeAlias = Literal[
    "codex", "timeout", "no_progress", "cancelled", "budget", "disk_full", "start_failed"
]


@record(frozen=True, slots=True)
class Meta:
    """The sidecar of a run. Every field may be unknown.

    `exit_code` is Codex's own exit status, null where a signal ended it; then `signal` is its number.
    `ended_by` is `codex` where nobody interfered. `duration` is in seconds, the times are ISO 8601 in UTC.
    `session_asked` is the session that `resume` was given. `utc_offset` is the zone in which Codex printed
    its times, in seconds east of UTC. `task` is what the run was asked. `note`
    is a sentence on what the runner did, for people. The tokens before are what the thread had
    used when this run resumed it.
    """

    run_id: str | None = None
    job_id: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    ended_by: EndedBy | None = None
    session_asked: str | None = None
    session_id: str | None = None
    codex_version: str | None = None
    model: str | None = None
    task: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    utc_offset: int | None = None
    duration: float | None = None
    note: str | None = None
    path: str | None = None
    input_tokens_before: int | None = None
    cached_input_tokens_before: int | None = None
    output_tokens_before: int | None = None
