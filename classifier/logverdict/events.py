"""A log as events: one small set of kinds for every format that Codex writes."""

from collections import deque
from collections.abc import Iterator
from typing import Final, Literal, Protocol, TypeAlias

from logverdict.meta import Meta
from logverdict.record import field, record

Part: TypeAlias = Literal["log", "jsonl", "stderr", "rollout", "meta"]
CommandStatus: TypeAlias = Literal["in_progress", "completed", "failed", "declined"]
PatchStatus: TypeAlias = Literal["in_progress", "completed", "failed", "declined"]
ToolStatus: TypeAlias = Literal["in_progress", "completed", "failed"]
TurnStatus: TypeAlias = Literal["started", "completed", "failed", "interrupted"]
LONGEST_TEXT: Final = 4 << 20
"""A text of more raw bytes is looked at window by window, since it may not fit into memory."""


@record(frozen=True, slots=True)
class Place:
    """Where something stands: raw bytes `start` to `end` (half open) of the decompressed part.

    `line` counts from 1 and is the line that holds `start`.
    """

    part: Part
    line: int
    start: int
    end: int


class Origin(Protocol):
    """Where the value of a text in a big log is decoded from, whenever it is asked for."""

    def value(self) -> str:
        """Decode the whole text."""
        ...

    def windows(self, place: Place) -> "Iterator[Text]":
        """Yield a text too long for memory in pieces of whole lines, where there are lines.

        Each piece but the first begins with the end of the one before it.
        """
        ...


@record(frozen=True, slots=True, eq=False, repr=False)
class Text:
    """A decoded text field and the raw bytes it was read from.

    In JSON the place is the inside of the string literal, so escapes make it longer than `value`. In a big
    log the value is not kept: it is decoded from the log each time.
    """

    kept: str | Origin
    place: Place

    @property
    def value(self) -> str:
        """Give the whole text."""
        kept = self.kept
        return kept if isinstance(kept, str) else kept.value()

    def windows(self) -> "Iterator[Text]":
        """Yield the text itself, or where it is too long for memory, one overlapping piece after another."""
        if isinstance(self.kept, str) or self.place.end - self.place.start <= LONGEST_TEXT:
            return iter((self,))
        return self.kept.windows(self.place)

    @property
    def opening(self) -> str:
        """Give the text, or the first window of one that is too long for memory."""
        kept = self.kept
        return kept if isinstance(kept, str) else next(self.windows()).value

    @property
    def closing(self) -> str:
        """Give the text, or the last window of one that is too long for memory."""
        kept = self.kept
        return kept if isinstance(kept, str) else deque(self.windows(), maxlen=1)[0].value

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing but white space."""
        kept = self.kept
        if isinstance(kept, str):
            return not kept.strip()
        return all(not window.value.strip() for window in self.windows())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return self.place == other.place and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.place)

    def __repr__(self) -> str:
        return f"Text(value={self.value!r}, place={self.place!r})"


@record(frozen=True, slots=True)
class Session:
    """Codex opened a session (`thread.started`, or the header of the human log)."""

    at: Place
    session_id: str | None = None
    version: str | None = None
    model: str | None = None
    provider: str | None = None
    sandbox: str | None = None
    workdir: str | None = None


@record(frozen=True, slots=True)
class Prompt:
    """What the user asked, where the log repeats it."""

    at: Place
    text: Text


@record(frozen=True, slots=True)
class Reasoning:
    """A summary of what the model thought."""

    at: Place
    text: Text


@record(frozen=True, slots=True)
class Message:
    """What the agent said to the user."""

    at: Place
    text: Text


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
class Patch:
    """A change of files by the agent."""

    at: Place
    paths: tuple[str, ...]
    status: PatchStatus
    output: Text | None = None


@record(frozen=True, slots=True)
class Tool:
    """Any other tool of the agent: MCP call, web search, sub-agent."""

    at: Place
    name: str
    status: ToolStatus
    text: Text | None = None


@record(frozen=True, slots=True)
class Plan:
    """The agent's list of steps: `done` of `steps` are ticked off."""

    at: Place
    text: Text
    steps: int
    done: int


@record(frozen=True, slots=True)
class Error:
    """Codex's own error line or event. `is_retry` where Codex says that it tries again by itself.

    `code` is Codex's code of the error, which only the rollout file has.
    """

    at: Place
    text: Text
    is_retry: bool = False
    code: str | None = None


@record(frozen=True, slots=True)
class Warning:  # noqa: A001  the user's word; nothing here uses the builtin
    """A hint of Codex that ends nothing."""

    at: Place
    text: Text


@record(frozen=True, slots=True)
class Trace:
    """A tracing line on standard error: `<time> <LEVEL> <target>: <text>`."""

    at: Place
    level: str
    target: str
    text: Text


@record(frozen=True, slots=True)
class Usage:
    """Tokens as this record counts them; null where it does not say."""

    at: Place
    total_tokens: int | None = None
    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None


@record(frozen=True, slots=True)
class Turn:
    """A turn began or ended. `text` is the error of a failed turn, where the log gives it."""

    at: Place
    status: TurnStatus
    text: Text | None = None


@record(frozen=True, slots=True)
class Runner:
    """What the runner itself did to the run: `action` is one of the values of `ended_by`, but `codex`."""

    at: Place
    action: str
    text: Text


@record(frozen=True, slots=True)
class Other:
    """A line or an event that this program does not know: kept, never judged as Codex's own word."""

    at: Place
    text: Text


Event: TypeAlias = (
    Session | Prompt | Reasoning | Message | Command | Patch | Tool | Plan
    | Error | Warning | Trace | Usage | Turn | Runner | Other
)  # fmt: skip


@record(frozen=True, slots=True)
class Transcript:
    """A log as events in the order of the log.

    `format` is `jsonl`, `human`, `rollout`, `excerpt` (words of Codex without the frame of a run), `empty` or
    `unreadable`. `spoofable` holds the places where an agent's output looks like Codex's own lines, so that
    the log can be read two ways. `resets_at` is when a limit that was used up opens again, in seconds since
    1970; `last_event_at` is ISO 8601 in UTC. `meta` is what a wrapper's document around the log says of the
    run; `earlier` are the runs before it in the file. `commands_left_out` counts the commands that are not
    among the events, since the log was condensed (docs/design.md).
    """

    format: str
    events: tuple[Event, ...]
    spoofable: tuple[Place, ...] = ()
    is_cut: bool = False
    resets_at: int | None = None
    last_event_at: str | None = None
    meta: Meta = field(default_factory=Meta)
    earlier: tuple["Transcript", ...] = ()
    commands_left_out: int = 0
    failed_left_out: int = 0
