"""What the model asked for, in the formats that keep its calls: scripts, patches, plans and other tools."""

import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from logverdict.expression import expression
from logverdict.record import record
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.records import table
from logverdict.transcript.shell import unwrapped
from logverdict.transcript.source import text_of, whole_number

_SHELLS: Final = ("-c", "-lc", "-Command")
_PATCH_SCRIPT: Final = expression(r"\s*(?:cd \S+\s*&&\s*)?apply_?patch\b")
_PATCHED: Final = expression(r"^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$", re.MULTILINE)
_SHELL_TOOLS: Final = frozenset({"shell", "shell_command", "exec_command", "container.exec", "local_shell"})
_ARGUMENTS: Final = 200_000


@record(frozen=True, slots=True)
class Call:
    """A call as the model made it: `script` of a shell, `patch` as it was written, or neither.

    `process` is the running command that the call goes on with.
    """

    name: str
    script: str | None = None
    patch: str | None = None
    cwd: str | None = None
    process: int | None = None
    arguments: str = ""


def call_of(payload: Mapping[str, Any]) -> Call:
    """Read a call in the form that the Responses API gives it."""
    name = text_of(payload.get("name")) or "local_shell"
    text = text_of(payload.get("arguments")) or text_of(payload.get("input")) or ""
    if payload.get("type") == "custom_tool_call":
        patch = text if name == "apply_patch" else None
        return Call(printable(name), patch=patch, arguments=printable(text))
    arguments = table(payload.get("action")) or table(decoded(text))
    script = _script(arguments) if name in _SHELL_TOOLS else None
    directory = text_of(arguments.get("workdir"))
    if script is not None and _PATCH_SCRIPT.match(script):
        return Call(name, patch=script, cwd=directory, arguments=printable(text))
    process = whole_number(arguments.get("session_id")) if name == "write_stdin" else None
    shown = _tool_name(name, text_of(payload.get("namespace")))
    return Call(shown, script, None, directory, process, printable(text))


def _tool_name(name: str, namespace: str | None) -> str:
    whole = f"{namespace}__{name}" if namespace else name
    return printable(whole.removeprefix("mcp__").replace("__", ".") if "__" in whole else whole)


def _script(arguments: Mapping[str, Any]) -> str | None:
    value = arguments.get("cmd", arguments.get("command"))
    return script_of(value)


def script_of(command: Any) -> str | None:
    """Give the script of a command, be it a line or a list of words; the shell around it is taken off."""
    if isinstance(command, str):
        return printable(unwrapped(command))
    if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
        return None
    if len(command) == 3 and command[1] in _SHELLS:  # noqa: PLR2004  shell, option, script
        return printable(command[2])
    return printable(unwrapped(shlex.join(command)))


def patched_paths(patch: str, directory: str | None) -> tuple[str, ...]:
    """Give the files that a patch names, absolute where the directory is known."""
    found = (name.strip() for name in _PATCHED.findall(patch[:_ARGUMENTS]))
    return tuple(dict.fromkeys(_absolute(name, directory) for name in found))


def _absolute(name: str, directory: str | None) -> str:
    return printable(str(PurePosixPath(directory) / name) if directory else name)


def plan_of(steps: Any) -> tuple[str, int, int]:
    """Read the steps of a plan: their words, how many they are, and how many are done."""
    listed = [table(step) for step in steps] if isinstance(steps, list) else []
    words = "\n".join(text_of(step.get("step")) or "" for step in listed)
    return words, len(listed), sum(step.get("status") == "completed" for step in listed)
