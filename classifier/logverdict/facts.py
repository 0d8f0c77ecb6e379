"""Facts of a run: what its events and its sidecar say together."""

from typing import Literal, TypeAlias

from logverdict.events import Command, Error, Event, Message
from logverdict.meta import Meta
from logverdict.record import record

TurnEnd: TypeAlias = Literal["none", "open", "completed", "failed", "interrupted"]
CheckResult: TypeAlias = Literal["none", "passed", "failed", "not_run", "unknown"]
OutsideTests: TypeAlias = Literal["passed", "failed", "failed_before", "not_run", "none"]


@record(frozen=True, slots=True)
class Check:
    """The last test-like or build-like command of the run, and what it said.

    `not_run` means that the check could not start (tool missing, launch failed); `unknown` that the record
    lost its end, or that a pipe hides its exit status and its output does not say. `position` is the index of
    `command` among the events; `patched_after` tells whether a file was changed later.
    """

    result: CheckResult
    command: Command
    position: int
    patched_after: bool


@record(frozen=True, slots=True)
class Doubt:
    """What in the shape of a finished run forbids to call its work done, and the event that shows it.

    `is_red` where the record shows that the work is not done, and does not only leave it open.
    """

    cause: str
    reason: str
    event: Event
    is_red: bool = False


@record(frozen=True, slots=True)
class Verification:
    """What was found out about the work from outside, after the run.

    `tests` sums up the project's own tests, `failed_before` where they failed before the run as well; null
    where none was run. `broken` names changed files that their language cannot read any more, and where.
    `reason` is a sentence for people. `is_of_this_record` tells whether it was made for this very record.
    """

    tests: OutsideTests | None
    broken: tuple[str, ...]
    reason: str
    is_of_this_record: bool
    has_lost_tests: bool = False


@record(frozen=True, slots=True)
class Tokens:
    """Token counts of the run as far as they are known; `total` is uncached input plus output.

    From 0.125 on Codex counts a resumed thread from its beginning: what it had used before this run is taken
    off where the sidecar tells it, else the counts are the thread's.
    """

    total: int | None = None
    input: int | None = None
    cached_input: int | None = None
    output: int | None = None


@record(frozen=True, slots=True)
class Facts:
    """What the questions are answered from, beside the events themselves.

    `turn` is how the last turn ended; `finished` is true only where the log shows its regular end.
    `last_message` is the agent's last word of the last turn. `terminal_error` is Codex's own error that ended
    the run, `error_code` its code, which only the rollout file has. `resets_at` is when a limit that was used
    up opens again, in seconds since 1970. `commands_lost` counts commands whose end the record does not hold.
    `patches_failed` counts the patches that no later one made good; `questions` are the sentences of the last
    message that end with a question mark. `doubts` are of a finished run only, the weightiest first.
    `last_event_at` is the time of the last event, ISO 8601 in UTC, where the record or its sidecar has it.
    `verification` is what was found out from outside, where somebody looked.
    """

    format: str
    meta: Meta
    version: str | None
    session_id: str | None
    model: str | None
    sandbox: str | None
    workdir: str | None
    turn: TurnEnd
    finished: bool
    last_message: Message | None
    terminal_error: Error | None
    last_test: Check | None
    last_build: Check | None
    files_changed: tuple[str, ...]
    patches_failed: int
    commands: int
    commands_failed: int
    commands_lost: int
    reconnects: int
    tokens: Tokens
    is_spoofable: bool
    is_cut: bool
    error_code: str | None = None
    resets_at: int | None = None
    last_event_at: str | None = None
    doubts: tuple[Doubt, ...] = ()
    questions: tuple[str, ...] = ()
    verification: Verification | None = None
