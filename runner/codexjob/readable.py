"""The event stream as lines for people, written to the `.log` while Codex runs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from codexjob.visible import visible

# By this first line the classifier knows the readable log and never judges it beside the record.
READABLE_MARK: Final = "# codexjob readable log"
_Item = Mapping[str, object]


def opening(run_id: str, prompt: str) -> list[str]:
    """Begin the log: the mark, then what Codex was asked."""
    return [
        f"{READABLE_MARK} of run {run_id}; the record is codex-run-{run_id}.jsonl",
        *_quoted("asked", prompt),
    ]


def readable(event: Mapping[str, object]) -> list[str]:
    """Show one event of the stream; nothing where it says nothing new to a person."""
    kind = str(event.get("type"))
    item = event.get("item")
    if kind.startswith("item.") and isinstance(item, Mapping):
        return _show_item(kind.removeprefix("item."), item)
    show = _EVENTS.get(kind)
    return show(event) if show else _quoted("event", kind)


def foreign(source: str, line: str) -> list[str]:
    """Show a line that is no event: of standard error, or noise between the events."""
    return _quoted(source, line)


def remark(text: str) -> list[str]:
    """Show what codexjob itself did."""
    return _quoted("codexjob", text)


def _show_item(stage: str, item: _Item) -> list[str]:
    kind = str(item.get("type"))
    show = _ITEMS.get((kind, stage)) or _ITEMS.get((kind, "any"))
    if show is not None:
        return show(item)
    return _quoted("item", kind) if stage == "completed" else []


def _show_command(item: _Item) -> list[str]:
    code = item.get("exit_code")
    status = _text(item, "status") if code is None else f"exit {code}"
    return [
        *_quoted("ran", _text(item, "command")),
        *(f"  | {line}" for line in _clean(_text(item, "aggregated_output"))),
        f"  = {status}",
    ]


def _show_changes(changes: object) -> str:
    return "\n".join(f"{_text(change, 'kind')} {_text(change, 'path')}" for change in _mappings(changes))


def _show_plan(steps: object) -> str:
    return "\n".join(
        f"[{'x' if step.get('completed') is True else ' '}] {_text(step, 'text')}"
        for step in _mappings(steps)
    )


def _show_usage(usage: object) -> str:
    if not isinstance(usage, Mapping):
        return ""
    return f": {usage.get('input_tokens')} tokens in, {usage.get('output_tokens')} out"


def _message(error: object) -> str:
    return _text(error, "message") if isinstance(error, Mapping) else ""


def _mappings(values: object) -> Iterable[_Item]:
    return (value for value in values if isinstance(value, Mapping)) if isinstance(values, list) else ()


def _text(source: _Item, key: str) -> str:
    value = source.get(key)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _quoted(label: str, text: str) -> list[str]:
    """Put the label before the first line and indent the others, so that no text can pose as a label."""
    first, *others = _clean(text) or [""]
    return [f"{label}: {first}".rstrip(), *(f"  {line}" for line in others)]


def _clean(text: str) -> list[str]:
    return visible(text).split("\n")


_EVENTS: Final[Mapping[str, Callable[[_Item], list[str]]]] = {
    "thread.started": lambda event: _quoted("session", _text(event, "thread_id")),
    "turn.started": lambda _: ["turn started"],
    "turn.completed": lambda event: [f"turn completed{_show_usage(event.get('usage'))}"],
    "turn.failed": lambda event: _quoted("turn failed", _message(event.get("error"))),
    "error": lambda event: _quoted("error", _text(event, "message")),
}
_ITEMS: Final[Mapping[tuple[str, str], Callable[[_Item], list[str]]]] = {
    ("command_execution", "started"): lambda item: _quoted("$", _text(item, "command")),
    ("command_execution", "completed"): _show_command,
    ("agent_message", "completed"): lambda item: _quoted("codex", _text(item, "text")),
    ("reasoning", "completed"): lambda item: _quoted("thinking", _text(item, "text")),
    ("file_change", "completed"): lambda item: _quoted(
        f"patch {_text(item, 'status')}", _show_changes(item.get("changes"))
    ),
    ("todo_list", "any"): lambda item: _quoted("plan", _show_plan(item.get("items"))),
    ("error", "any"): lambda item: _quoted("warning", _text(item, "message")),
    ("mcp_tool_call", "completed"): lambda item: _quoted(
        f"tool {_text(item, 'status')}", f"{_text(item, 'server')}/{_text(item, 'tool')}"
    ),
    ("web_search", "completed"): lambda item: _quoted("web search", _text(item, "query")),
}
