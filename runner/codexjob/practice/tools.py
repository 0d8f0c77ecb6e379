"""Choose the shell and the patch tool that a running Codex offers, and write calls of them.

Their names and shapes differ by version and by model (read from the requests of the real CLI): `shell` with
an argument list (0.42), `shell_command` (0.63), `exec_command` (0.98 on), and for the models that write
JavaScript `exec`, in which the other tools are functions (default models of 0.144 on; there the tools stand
in an input item `additional_tools`, in 0.169 in a namespace). `apply_patch` is a free-form tool, a function,
or not offered, as for models that Codex does not know; then Codex recognises it as a command of the shell.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, assert_never

from codexjob.practice.steps import Call, Patch, Run

Item = dict[str, Any]
SHELLS: Final = ("exec_command", "shell_command", "shell", "container.exec", "local_shell", "exec")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool that Codex offers to the model."""

    kind: Literal["function", "custom", "local_shell"]
    name: str
    description: str = ""


class NoToolError(Exception):
    """Codex offers no tool that could do the step."""


def offered_tools(request: Mapping[str, Any]) -> dict[str, Tool]:
    """Collect the tools of a request by name, wherever this version of Codex puts them."""
    listed = [*_list(request.get("tools"))]
    for item in _list(request.get("input")):
        if item.get("type") == "additional_tools":
            listed += _list(item.get("tools"))
    return {tool.name: tool for tool in _flat(listed)}


def _list(given: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in given if isinstance(entry, Mapping)] if isinstance(given, list) else []


def _flat(listed: list[Mapping[str, Any]]) -> Iterator[Tool]:
    for entry in listed:
        name, description = str(entry.get("name", "")), str(entry.get("description", ""))
        match entry.get("type"):
            case "function" | "custom" as kind:
                yield Tool(kind, name, description)
            case "local_shell":
                yield Tool("local_shell", "local_shell")
            case "namespace" if name == "functions":
                yield from _flat(_list(entry.get("tools")))


def tool_call(step: Run | Patch | Call, tools: Mapping[str, Tool], call_id: str) -> Item:
    """Write the output item that makes Codex do `step`.

    Raises:
        NoToolError: No shell tool is offered.
    """
    match step:
        case Run(run=command, wait=wait):
            return _run(command, round(wait * 1000), tools, call_id)
        case Patch(patch=text):
            return _patch(text, tools, call_id)
        case Call(call=name, arguments=given):
            if isinstance(given, str):
                return _custom(call_id, name, given)
            return _function(call_id, name, given)
        case _:
            assert_never(step)


def _run(command: str, wait: int, tools: Mapping[str, Tool], call_id: str) -> Item:
    name = next((name for name in SHELLS if name in tools), None)
    match name:
        case "exec_command":
            return _function(call_id, name, {"cmd": command, "yield_time_ms": wait})
        case "shell_command":
            return _function(call_id, name, {"command": command})
        case "shell" | "container.exec":
            return _function(call_id, name, {"command": ["bash", "-lc", command]})
        case "local_shell":
            action = {"type": "exec", "command": ["bash", "-lc", command], "env": {}}
            return {"type": "local_shell_call", "call_id": call_id, "status": "completed", "action": action}
        case "exec":
            call = json.dumps({"cmd": command, "yield_time_ms": wait})
            return _custom(call_id, name, f"text((await tools.exec_command({call})).output);\n")
        case _:
            raise NoToolError("Codex offers no shell tool that this scenario knows of")


def _patch(text: str, tools: Mapping[str, Tool], call_id: str) -> Item:
    tool = tools.get("apply_patch")
    if tool is not None:
        free = tool.kind == "custom"
        return _custom(call_id, tool.name, text) if free else _function(call_id, tool.name, {"input": text})
    if "exec" in tools and "apply_patch" in tools["exec"].description:
        return _custom(call_id, "exec", f"text(await tools.apply_patch({json.dumps(text)}));\n")
    if "shell" in tools:
        return _function(call_id, "shell", {"command": ["apply_patch", text]})
    return _run(f"apply_patch <<'PATCH'\n{text.rstrip()}\nPATCH\n", 30_000, tools, call_id)


def _function(call_id: str, name: str, arguments: Mapping[str, Any]) -> Item:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": json.dumps(arguments)}


def _custom(call_id: str, name: str, text: str) -> Item:
    return {"type": "custom_tool_call", "call_id": call_id, "name": name, "input": text}
