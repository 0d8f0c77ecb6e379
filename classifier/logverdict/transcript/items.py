"""Items of the JSONL stream: commands, patches, tools, plans and what the agent said."""

import json
from collections.abc import Mapping
from typing import Any, cast

from logverdict.events import (
    Command,
    CommandStatus,
    Event,
    Message,
    Patch,
    PatchStatus,
    Plan,
    Reasoning,
    Text,
    Tool,
    ToolStatus,
    Warning,
)
from logverdict.transcript.literal import printable
from logverdict.transcript.origins import changed
from logverdict.transcript.shell import unwrapped
from logverdict.transcript.source import Source, text_of, whole_number


def item_event(source: Source, item: Mapping[str, Any], started: Event | None) -> Event:
    """Read one item; `started` is what was read of it before, whose place the event keeps."""
    at = source.at if started is None else started.at
    match item.get("type"):
        case "command_execution":
            return _command(source, item, started if isinstance(started, Command) else None)
        case "file_change":
            return Patch(at, _paths(item), cast("PatchStatus", _status(item, ("declined",))))
        case "todo_list":
            return _plan(source, item, started)
        case "agent_message" | "reasoning" | "error" as kind:
            return _said(source, item, kind)
        case "mcp_tool_call" | "collab_tool_call" | "web_search" as kind:
            return _tool(source, item, kind, started)
    return source.other()


def _status(item: Mapping[str, Any], more: tuple[str, ...] = ()) -> str:
    status: Any = item.get("status")
    return str(status) if status in ("completed", "failed", *more) else "in_progress"


def _command(source: Source, item: Mapping[str, Any], started: Command | None) -> Event:
    command = text_of(item.get("command"))
    if command is None:
        return source.other()
    text = source.field("command", command) if started is None else started.command
    script = changed(text, unwrapped)
    output = text_of(item.get("aggregated_output"))
    return Command(
        source.at if started is None else started.at,
        script,
        cast("CommandStatus", _status(item, ("declined",))),
        exit_code=whole_number(item.get("exit_code")),
        output=source.field("aggregated_output", output) if output else None,
    )


def _paths(item: Mapping[str, Any]) -> tuple[str, ...]:
    changes = item.get("changes")
    listed = changes if isinstance(changes, list) else []
    found = (text_of(change.get("path")) for change in listed if isinstance(change, dict))
    return tuple(printable(path) for path in found if path is not None)


def _plan(source: Source, item: Mapping[str, Any], started: Event | None) -> Event:
    listed = item.get("items")
    steps = [step for step in listed if isinstance(step, dict)] if isinstance(listed, list) else []
    words = "\n".join(text_of(step.get("text")) or "" for step in steps)
    done = sum(step.get("completed") is True for step in steps)
    return Plan(source.at if started is None else started.at, source.whole(words), len(steps), done)


def _said(source: Source, item: Mapping[str, Any], kind: str) -> Event:
    key = "message" if kind == "error" else "text"
    value = text_of(item.get(key))
    if value is None:
        return source.other()
    text = source.field(key, value)
    if kind == "error":
        return Warning(source.at, text)
    return Message(source.at, text) if kind == "agent_message" else Reasoning(source.at, text)


def _tool(source: Source, item: Mapping[str, Any], kind: str, started: Event | None) -> Event:
    at = source.at if started is None else started.at
    if kind == "web_search":
        query = text_of(item.get("query"))
        status: ToolStatus = "completed"
        return Tool(at, "web_search", status, source.field("query", query) if query else None)
    name = ".".join(part for key in ("server", "tool") if (part := text_of(item.get(key))))
    return Tool(at, printable(name), cast("ToolStatus", _status(item)), _outcome(source, item))


def _outcome(source: Source, item: Mapping[str, Any]) -> Text | None:
    error = item.get("error")
    if isinstance(error, dict) and (message := text_of(error.get("message"))) is not None:
        return source.field("message", message)
    return source.whole(_result(item), lambda value: _result(value["item"])) if item.get("result") else None


def _result(item: Mapping[str, Any]) -> str:
    return json.dumps(item.get("result"), ensure_ascii=False)
