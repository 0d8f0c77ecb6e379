"""The messages inside the old JSON stream: commands, patches, tools, words and token counts."""

import json
from collections.abc import Mapping
from typing import Any

from logverdict.events import (
    Command,
    CommandStatus,
    Error,
    Event,
    Message,
    Patch,
    Place,
    Plan,
    Reasoning,
    Text,
    Tool,
    Usage,
    Warning,
)
from logverdict.transcript.calls import plan_of, script_of
from logverdict.transcript.literal import printable
from logverdict.transcript.records import table
from logverdict.transcript.rounds import is_retry, is_startup_error
from logverdict.transcript.source import Source, text_of, whole_number


def begun(source: Source, kind: str, message: Mapping[str, Any]) -> Event:
    """Read the message with which a call begins."""
    match kind:
        case "exec_command_begin":
            script = script_of(message.get("command"))
            directory = text_of(message.get("cwd"))
            cwd = None if directory is None else printable(directory)
            if script is not None:
                return Command(source.at, source.whole(script), "in_progress", cwd=cwd)
        case "patch_apply_begin":
            paths = tuple(printable(path) for path in table(message.get("changes")))
            return Patch(source.at, paths, "in_progress")
        case "mcp_tool_call_begin":
            return Tool(source.at, _tool(message), "in_progress")
    return source.other()


def ended(source: Source, kind: str, message: Mapping[str, Any], start: Event | None) -> Event:
    """Read the message with which a call ends; `start` is what was read when it began."""
    match kind, start:
        case "exec_command_end", Command():
            return _command(source, message, start)
        case "patch_apply_end", Patch():
            is_done = message.get("success") is True
            output = _field(source, message, "stdout" if is_done else "stderr")
            return Patch(start.at, start.paths, "completed" if is_done else "failed", output)
        case "mcp_tool_call_end", _:
            return _tool_ended(source, message, source.at if start is None else start.at)
        case "web_search_end", _:
            return Tool(source.at, "web_search", "completed", _field(source, message, "query"))
    return source.other() if start is None else start


def _command(source: Source, message: Mapping[str, Any], start: Command) -> Command:
    code = whole_number(message.get("exit_code"))
    keys = ("aggregated_output", "formatted_output", "stdout", "stderr")
    output = next((text for key in keys if (text := _field(source, message, key))), None)
    status: CommandStatus = "completed" if code == 0 else "failed"
    return Command(start.at, start.command, status, exit_code=code, cwd=start.cwd, output=output)


def _tool(message: Mapping[str, Any]) -> str:
    invocation = table(message.get("invocation"))
    return printable(".".join(text_of(invocation.get(key)) or "" for key in ("server", "tool")))


def _tool_ended(source: Source, message: Mapping[str, Any], at: Place) -> Tool:
    result = table(message.get("result"))
    inner = table(result.get("Ok"))
    is_done = bool(inner) and not (inner.get("isError") or inner.get("is_error"))
    text = source.whole(json.dumps(result, ensure_ascii=False)) if result else None
    return Tool(at, _tool(message), "completed" if is_done else "failed", text)


def said(source: Source, kind: str, message: Mapping[str, Any]) -> Event:
    """Read a message of words: the agent's, its plan, or Codex's own errors and hints."""
    match kind:
        case "agent_message" if (text := _field(source, message, "message", is_needed=True)) is not None:
            return Message(source.at, text)
        case "agent_reasoning" | "agent_reasoning_raw_content" if text := _field(source, message, "text"):
            return Reasoning(source.at, text)
        case "plan_update":
            words, steps, done = plan_of(message.get("plan"))
            return Plan(source.at, source.whole(words), steps, done)
        case "error" | "stream_error" | "warning" | "deprecation_notice":
            return _trouble(source, kind, message)
    return source.other()


def _trouble(source: Source, kind: str, message: Mapping[str, Any]) -> Event:
    value = text_of(message.get("message", message.get("summary")))
    text = source.whole(source.line) if value is None else source.field("message", value)
    if kind in ("warning", "deprecation_notice") or is_startup_error(value or ""):
        return Warning(source.at, text)
    return Error(source.at, text, kind == "stream_error" or is_retry(value or ""))


def _field(source: Source, message: Mapping[str, Any], key: str, *, is_needed: bool = False) -> Text | None:
    value = text_of(message.get(key))
    return source.field(key, value) if value or (is_needed and value is not None) else None


def usage(source: Source, counts: Mapping[str, Any]) -> Usage | None:
    """Read token counts; null where there are none. The total is uncached input plus output."""
    taken = {
        f"{key}_tokens": whole_number(counts.get(f"{key}_tokens"))
        for key in ("input", "cached_input", "output", "reasoning_output")
    }
    given, cached, made = (taken[f"{key}_tokens"] for key in ("input", "cached_input", "output"))
    if given is None or made is None:
        return None
    return Usage(source.at, total_tokens=given - (cached or 0) + made, **taken)
