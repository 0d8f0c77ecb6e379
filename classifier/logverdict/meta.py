"""What is known of a run from outside its log: exit status, timing, and what the runner did."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

EndedBy: TypeAlias = Literal["codex", "timeout", "no_progress", "cancelled", "disk_full", "start_failed"]


@dataclass(frozen=True, slots=True)
class Meta:
    """The sidecar of a run. Every field may be unknown.

    `exit_code` is Codex's own exit status, null where a signal ended it; then `signal` is its number.
    `ended_by` is `codex` where nobody interfered. `duration` is in seconds, the times are ISO 8601 in UTC.
    `session_asked` is the session that `resume` was given. `utc_offset` is the zone in which Codex printed
    its times, in seconds east of UTC. `note` is a sentence on what the runner did, for people.
    The tokens before are what the thread had used when this run resumed it.
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
    started_at: str | None = None
    ended_at: str | None = None
    utc_offset: int | None = None
    duration: float | None = None
    note: str | None = None
    path: str | None = None
    input_tokens_before: int | None = None
    cached_input_tokens_before: int | None = None
    output_tokens_before: int | None = None
