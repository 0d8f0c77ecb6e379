"""The words of conditions: kinds of events with their fields, and facts of a run, each with its type."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Literal, TypeAlias, get_args

from logverdict import events
from logverdict.facts import Check, CheckResult, Facts, TurnEnd
from logverdict.meta import EndedBy
from logverdict.record import record
from logverdict.rulebook.version import version_key

Type: TypeAlias = Literal["flag", "number", "duration", "version", "text", "choice"]
Reader: TypeAlias = Callable[[Any], object]


@record(frozen=True, slots=True)
class Attribute:
    """A field of an event or a fact of a run: its type, and how to read it (null where it is unknown).

    A text reads as a string, as `Text`, or as a tuple of strings of which any one counts.
    """

    type: Type
    read: Reader
    choices: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Kind:
    """A kind of event: `main` is the text that `~` means, `state` the field that a bare word means."""

    name: str
    fields: Mapping[str, Attribute]
    main: str | None = None
    state: str | None = None


def _text(name: str) -> Attribute:
    return Attribute("text", attrgetter(name))


def _number(name: str) -> Attribute:
    return Attribute("number", attrgetter(name))


def _flag(name: str) -> Attribute:
    return Attribute("flag", attrgetter(name))


def _choice(name: str, choices: object) -> Attribute:
    return Attribute("choice", attrgetter(name), get_args(choices))


def _version(read: Reader) -> Attribute:
    return Attribute("version", lambda record: version_key(read(record)))


_RUNNER_ACTIONS: Final = ("timeout", "no_progress", "cancelled", "budget", "disk_full", "start_failed")
_TOKENS: Final = (
    "total_tokens", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens",
)  # fmt: skip
_FORMATS: Final = ("jsonl", "human", "rollout", "excerpt", "empty", "unreadable")


def _only_text(name: str) -> Kind:
    return Kind(name, {"text": _text("text")}, main="text")


_SESSION: Final = Kind(
    "session",
    {
        "version": _version(attrgetter("version")),
        **{name: _text(name) for name in ("session_id", "model", "provider", "sandbox", "workdir")},
    },
)
_COMMAND: Final = Kind(
    "command",
    {
        "command": _text("command"),
        "status": _choice("status", events.CommandStatus),
        "exit_code": _number("exit_code"),
        "cwd": _text("cwd"),
        "output": _text("output"),
    },
    main="command",
    state="status",
)
_PATCH: Final = Kind(
    "patch",
    {"paths": _text("paths"), "status": _choice("status", events.PatchStatus), "output": _text("output")},
    main="output",
    state="status",
)
_TOOL: Final = Kind(
    "tool",
    {"name": _text("name"), "status": _choice("status", events.ToolStatus), "text": _text("text")},
    main="text",
    state="status",
)
_PLAN: Final = Kind(
    "plan", {"text": _text("text"), "steps": _number("steps"), "done": _number("done")}, main="text"
)
_ERROR: Final = Kind(
    "error", {"text": _text("text"), "is_retry": _flag("is_retry"), "code": _text("code")}, main="text"
)
_TRACE: Final = Kind("trace", {name: _text(name) for name in ("text", "level", "target")}, main="text")
_TURN: Final = Kind(
    "turn",
    {"status": _choice("status", events.TurnStatus), "text": _text("text")},
    main="text",
    state="status",
)
_RUNNER: Final = Kind(
    "runner",
    {"action": Attribute("choice", attrgetter("action"), _RUNNER_ACTIONS), "text": _text("text")},
    main="text",
    state="action",
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        _SESSION, _only_text("prompt"), _only_text("reasoning"), _only_text("message"), _COMMAND, _PATCH,
        _TOOL, _PLAN, _ERROR, _only_text("warning"), _TRACE,
        Kind("usage", {name: _number(name) for name in _TOKENS}), _TURN, _RUNNER, _only_text("other"),
    )
}  # fmt: skip


def kind_of(event: events.Event) -> str:
    """Name the kind of an event."""
    return type(event).__name__.lower()


def _of_check(name: str, read: Callable[[Check], object], absent: object) -> Reader:
    def reader(facts: Facts) -> object:
        check: Check | None = getattr(facts, name)
        return absent if check is None else read(check)

    return reader


def _of_event(name: str) -> Reader:
    return lambda facts: getattr(getattr(facts, name), "text", None)


def _either(name: str, meta_name: str) -> Reader:
    return lambda facts: getattr(facts, name) or getattr(facts.meta, meta_name)


_RESULT: Final = attrgetter("result")
_PATCHED: Final = attrgetter("patched_after")
_CHECKED: Final = get_args(CheckResult)
_COUNTS: Final = ("patches_failed", "commands", "commands_failed", "commands_lost", "reconnects")

FACTS: Final[Mapping[str, Attribute]] = {
    "finished": _flag("finished"),
    "spoofable": _flag("is_spoofable"),
    "cut": _flag("is_cut"),
    "turn": _choice("turn", TurnEnd),
    "exit_code": _number("meta.exit_code"),
    "signal": _number("meta.signal"),
    "ended_by": _choice("meta.ended_by", EndedBy),
    "duration": Attribute("duration", attrgetter("meta.duration")),
    "version": _version(_either("version", "codex_version")),
    "format": Attribute("choice", attrgetter("format"), _FORMATS),
    "model": Attribute("text", _either("model", "model")),
    "sandbox": _text("sandbox"),
    "workdir": _text("workdir"),
    "session_id": Attribute("text", _either("session_id", "session_id")),
    "session_asked": _text("meta.session_asked"),
    "names_session": Attribute("flag", lambda facts: (facts.session_id or facts.meta.session_id) is not None),
    "last_test": Attribute("choice", _of_check("last_test", _RESULT, "none"), _CHECKED),
    "last_build": Attribute("choice", _of_check("last_build", _RESULT, "none"), _CHECKED),
    "tested_before_patch": Attribute("flag", _of_check("last_test", _PATCHED, absent=False)),
    "built_before_patch": Attribute("flag", _of_check("last_build", _PATCHED, absent=False)),
    "last_message": Attribute("text", _of_event("last_message")),
    "terminal_error": Attribute("text", _of_event("terminal_error")),
    "error_code": _text("error_code"),
    "resets_at": _number("resets_at"),
    "files_changed": Attribute("number", lambda facts: len(facts.files_changed)),
    **{name: _number(name) for name in _COUNTS},
}
