"""The calls in an old human log: commands, patches and other tools, each with a line for its end."""

from typing import Final

from logverdict.events import Command, Other, Patch, Text, Tool
from logverdict.expression import expression
from logverdict.record import replace
from logverdict.transcript.markers import directory_at
from logverdict.transcript.shell import unwrapped
from logverdict.transcript.stamped_state import HEADS, Stamped

_RESULT: Final = expression(r" (?:succeeded|exited (?P<code>-?\d+))(?: in [\d.hms ]+)?:")
_PATH: Final = expression(r"[MADR] ((?:/|[A-Za-z]:\\).*?)(?: -> .*)?\Z")


def command(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read `exec`, the command, and its directory."""
    raw = walk.lines.text(index, end, skip=f"{skip}exec ")
    whole = raw.value.rstrip("\n")
    last = whole.rpartition("\n")[2]
    cut = directory_at(last, whole.split("\n", 1)[0])
    script = whole if cut is None else whole[: len(whole) - len(last) + cut]
    directory = None if cut is None else last[cut + 4 :]
    walk.rounds.work()
    walk.wait(script)
    place = walk.lines.place(index, end)
    walk.events.append(Command(place, Text(unwrapped(script), raw.place), "in_progress", cwd=directory))
    return end


def result(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read the result of a command: it repeats the command."""
    for number, (raw, position) in enumerate(walk.waiting):
        after = index + 1 + raw.count("\n")
        text = walk.lines.text(index, min(after, end), skip=skip).value
        found = _RESULT.match(text, len(raw)) if text.startswith(raw) else None
        if found is not None:
            del walk.waiting[number]
            _finish(walk, position, walk.lines.paragraph(min(after, end), end), found["code"])
            return end
    return other(walk, index, end, skip)


def _finish(walk: Stamped, position: int, output: Text, code: str | None) -> None:
    command = walk.events[position]
    exit_code = 0 if code is None else int(code[:12])
    if isinstance(command, Command):
        walk.events[position] = replace(
            command,
            status="completed" if exit_code == 0 else "failed",
            exit_code=exit_code,
            output=None if output.is_blank else output,
        )


def patch(walk: Stamped, index: int, end: int, _skip: str) -> int:
    """Read the files of a patch."""
    found = (_PATH.match(walk.lines.texts[line]) for line in range(index + 1, end))
    paths = tuple(dict.fromkeys(path[1] for path in found if path))
    walk.rounds.work()
    walk.patch = len(walk.events)
    walk.events.append(Patch(walk.lines.place(index, end), paths, "in_progress"))
    return end


def patched(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read the result of a patch."""
    begun = walk.events[walk.patch] if walk.patch is not None else None
    head = HEADS.match(walk.lines.texts[index], len(skip))
    output = walk.lines.paragraph(index + 1, end)
    is_done = head is not None and head["code"] == "0"
    if walk.patch is None or not isinstance(begun, Patch):
        return other(walk, index, end, skip)
    text = None if output.is_blank else output
    walk.events[walk.patch] = replace(begun, status="completed" if is_done else "failed", output=text)
    walk.patch = None
    return end


def tool(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read the call of a tool."""
    name = walk.lines.texts[index][len(skip) + 5 :].split("(", 1)[0]
    walk.rounds.work()
    walk.tool = len(walk.events)
    text = walk.lines.text(index, end, skip=skip)
    walk.events.append(Tool(walk.lines.place(index, end), name, "in_progress", text))
    return end


def called(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read the result of a call."""
    begun = walk.events[walk.tool] if walk.tool is not None else None
    head = HEADS.match(walk.lines.texts[index], len(skip))
    if walk.tool is None or not isinstance(begun, Tool) or head is None:
        return other(walk, index, end, skip)
    text = walk.lines.paragraph(index + 1, end)
    status = replace(begun, status="completed" if head["outcome"] == "success" else "failed", text=text)
    walk.events[walk.tool] = status
    walk.tool = None
    return end


def search(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Read a search of the web."""
    text = walk.lines.text(index, end, skip=skip)
    walk.add(Tool(text.place, "web_search", "completed", text))
    return end


def other(walk: Stamped, index: int, end: int, skip: str) -> int:
    """Keep a block that is not known."""
    walk.events.append(Other(walk.lines.place(index, end), walk.lines.text(index, end, skip=skip)))
    return end
