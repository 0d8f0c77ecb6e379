"""A log as events: one small set of kinds for every format that Codex writes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["log", "jsonl", "stderr", "rollout", "meta"]
CommandStatus: TypeAlias = Literal["in_progress", "completed", "failed", "declined"]
PatchStatus: TypeAlias = Literal["in_progress", "completed", "failed", "declined"]
ToolStatus: TypeAlias = Literal["in_progress", "completed", "failed"]
TurnStatus: TypeAlias = Literal["started", "completed", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: raw bytes `start` to `end` (half open) of the decompressed part.

    `line` counts from 1 and is the line that holds `start`.
    """

    part: Part
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded text field and the raw bytes it was read from.

    In JSON the place is the inside of the string literal, so escapes make it longer than `value`.
    """

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Session:
    """Codex opened a session (`thread.started`, or the header of the human log)."""

    at: Place
    session_id: str | None = None
    version: str | None = None
    model: str | None = None
    provider: str | None = None
    sandbox: str | None = None
    workdir: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the user asked, where the log repeats it."""

    at: Place
    text: Text


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A summary of what the model thought."""

    at: Place
    text: Text


@dataclass(frozen=True, slots=True)
class Message:
    """What the agent said to the user."""

    at: Place
    text: Text


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the agent. `exit_code` is null while it runs or where the log lost its end.

    `command` is the script itself: the `bash -lc '…'` around it is taken off where it can be.
    """

    at: Place
    command: Text
    status: CommandStatus
    exit_code: int | None = None
    cwd: str | None = None
    output: Text | None = None


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of files by the agent."""

    at: Place
    paths: tuple[str, ...]
    status: PatchStatus
    output: Text | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """Any other tool of the agent: MCP call, web search, sub-agent."""

    at: Place
    name: str
    status: ToolStatus
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The agent's list of steps: `done` of `steps` are ticked off."""

    at: Place
    text: Text
    steps: int
    done: int


@dataclass(frozen=True, slots=True)
class Error:
    """Codex's own error line or event. `is_retry` where Codex says that it tries again by itself."""

    at: Place
    text: Text
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001  the user's word; nothing here uses the builtin
    """A hint of Codex that ends nothing."""

    at: Place
    text: Text


@dataclass(frozen=True, slots=True)
class Trace:
    """A tracing line on standard error: `<time> <LEVEL> <target>: <text>`."""

    at: Place
    level: str
    target: str
    text: Text


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as this record counts them; null where it does not say."""

    at: Place
    total_tokens: int | None = None
    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn began or ended. `text` is the error of a failed turn, where the log gives it."""

    at: Place
    status: TurnStatus
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """What the runner itself did to the run: `action` is one of the values of `ended_by`, but `codex`."""

    at: Place
    action: str
    text: Text


@dataclass(frozen=True, slots=True)
class Other:
    """A line or an event that this program does not know: kept, never judged as Codex's own word."""

    at: Place
    text: Text


Event: TypeAlias = (
    Session | Prompt | Reasoning | Message | Command | Patch | Tool | Plan
    | Error | Warning | Trace | Usage | Turn | Runner | Other
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transcript:
    """A log as events in the order of the log.

    `format` is `jsonl`, `human`, `empty` or `unreadable`. `spoofable` holds the places where an agent's
    output looks like Codex's own lines, so that the log can be read two ways.
    """

    format: str
    events: tuple[Event, ...]
    spoofable: tuple[Place, ...] = ()
    is_cut: bool = False
