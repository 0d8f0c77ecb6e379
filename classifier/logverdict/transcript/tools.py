"""Tools other than the shell, and plans, in a human log."""

from typing import Final

from logverdict.events import Plan, Tool, ToolStatus
from logverdict.expression import expression
from logverdict.record import replace
from logverdict.transcript.judge import end_of
from logverdict.transcript.walk import Walk

_MCP: Final = expression(r"mcp: ([^\s/]+)/(\S+) (started|\(completed\)|\(failed\))")
_OLD_CALL: Final = expression(r"tool ([\w.-]+)\(")
_STEP: Final = expression(r"  [✓→•] ")


def tool(walk: Walk, index: int) -> int:
    """Read a line that names a tool: an MCP call, or a search of the web."""
    line = walk.texts[index]
    walk.commands.seal()
    if mcp := _MCP.match(line):
        return _mcp(walk, index, f"{mcp[1]}.{mcp[2]}", mcp[3])
    if call := _OLD_CALL.match(line):
        return _old_call(walk, index, call[1])
    if not (index and walk.texts[index - 1] == line):
        text = walk.lines.text(index, index + 1)
        walk.events.append(Tool(text.place, "web_search", "completed", text))
    return index + 1


def _mcp(walk: Walk, index: int, name: str, outcome: str) -> int:
    place = walk.lines.place(index, index + 1)
    if outcome == "started":
        walk.events.append(Tool(place, name, "in_progress"))
        return index + 1
    end = index + 1 if outcome == "(completed)" else end_of(walk, index + 1, "free")
    text = walk.lines.paragraph(index + 1, end) if end > index + 1 else None
    status: ToolStatus = "completed" if outcome == "(completed)" else "failed"
    for position in range(len(walk.events) - 1, max(-1, len(walk.events) - 100), -1):
        begun = walk.events[position]
        if isinstance(begun, Tool) and begun.name == name and begun.status == "in_progress":
            walk.events[position] = replace(begun, status=status, text=text)
            return end
    walk.events.append(Tool(place, name, status, text))
    return end


def _old_call(walk: Walk, index: int, name: str) -> int:
    end = end_of(walk, index + 1, "free")
    result = walk.texts[index + 1] if end > index + 1 else ""
    status: ToolStatus = "in_progress"
    if result.startswith(f"{name}("):
        status = "completed" if ") success in " in result else "failed"
    walk.events.append(Tool(walk.lines.place(index, end), name, status, walk.lines.paragraph(index + 1, end)))
    return end


def plan(walk: Walk, index: int) -> int:
    """Read the steps of the agent's plan."""
    walk.commands.seal()
    first = index + 1 if walk.texts[index] == "Plan update" else index
    end = first
    while end < walk.count and (_STEP.match(walk.texts[end]) or end == index):
        end += 1
    steps = [text for text in walk.texts[first:end] if _STEP.match(text)]
    done = sum(text.startswith("  ✓") for text in steps)
    walk.events.append(Plan(walk.lines.place(index, end), walk.lines.text(first, end), len(steps), done))
    return max(end, index + 1)
