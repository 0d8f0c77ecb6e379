"""The blocks of a human log. Each function reads the block at a line, and gives the line after it."""

from functools import partial
from typing import Final

from logverdict.events import (
    Command,
    CommandStatus,
    Error,
    Event,
    Message,
    Other,
    Reasoning,
    Turn,
    Usage,
    Warning,
)
from logverdict.transcript.judge import OLD_OUTPUT_LINES, Context, end_of
from logverdict.transcript.markers import old_result
from logverdict.transcript.origins import changed
from logverdict.transcript.shell import unwrapped
from logverdict.transcript.stderr import stray_event
from logverdict.transcript.walk import Walk

_INTERRUPTED: Final = "task interrupted"
_WAITING: Final = "Waiting for `"


def command(walk: Walk, index: int) -> int:
    """Read `exec` and the command after it, and up to 0.115 its result, glued to the same line."""
    end = walk.command_end(index)
    if end is None:
        return index + 1
    last, cut = end
    line = walk.texts[last]
    raw = walk.lines.text(index + 1, last + 1)
    after = len(line) - cut
    glued = old_result(line) if walk.is_old else None
    directory, tail = line[cut + 4 : glued.start() if glued else None], ""
    if walk.is_old and not glued:
        directory, tail = _unglued(walk, directory)
    place = walk.lines.place(index, last + 1)
    walk.commands.begin(len(walk.events))
    walk.events.append(
        Command(place, changed(raw, partial(_script, after=after)), "in_progress", None, directory)
    )
    if tail:
        walk.split_line(last, len(line) - len(tail))
        return last
    return _output(walk, last + 1, _code(glued["code"], line)) if glued else last + 1


def _script(value: str, after: int) -> str:
    return unwrapped(value[: len(value) - after])


def _unglued(walk: Walk, directory: str) -> tuple[str, str]:
    if directory.endswith(_INTERRUPTED):
        return directory[: -len(_INTERRUPTED)], _INTERRUPTED
    before, waits, script = directory.partition(_WAITING)
    if waits and before == walk.workdir:
        return before, waits + script
    for word in ("exec", "codex", "thinking", "file update", "tokens used"):
        if directory == f"{walk.workdir}{word}":
            return directory[: -len(word)], word
    return directory, ""


def _code(code: str | None, line: str) -> int | None:
    if code is not None:
        return int(code) if len(code) < 12 else -1  # noqa: PLR2004  an exit status has at most ten digits
    return 0 if " succeeded" in line else None


def result(walk: Walk, index: int) -> int:
    """Read ` succeeded in 96ms:` and the output after it."""
    looks = walk.lines.looks(index)
    line = walk.texts[index]
    code = _code(looks["code"] if looks else None, line)
    status: CommandStatus | None = "declined" if line.startswith(" declined") else None
    return _output(walk, index + 1, code, status)


def _output(walk: Walk, first: int, code: int | None, status: CommandStatus | None = None) -> int:
    position = walk.commands.give(code)
    # A command that was declined never ran: what stands below is Codex's own, and no empty line follows it.
    context: Context = "message" if status == "declined" else "output"
    end = end_of(walk, first, context, first + OLD_OUTPUT_LINES if walk.is_old else None)
    text = walk.lines.paragraph(first, end)
    begun = walk.events[position]
    if isinstance(begun, Command):
        known: CommandStatus = status or ("completed" if code == 0 else "failed")
        output = None if text.is_blank else text
        walk.events[position] = Command(begun.at, begun.command, known, code, begun.cwd, output)
    return end


def message(walk: Walk, index: int) -> int:
    """Read `codex` and what the agent said."""
    walk.commands.seal()
    end = walk.closing.said_until if index + 1 == walk.said_from else end_of(walk, index + 1, "message")
    walk.events.append(Message(walk.lines.place(index, end), walk.lines.paragraph(index + 1, end)))
    return end


def thinking(walk: Walk, index: int) -> int:
    """Read `thinking` and the summary after it."""
    walk.commands.seal()
    end = end_of(walk, index + 1, "message")
    walk.events.append(Reasoning(walk.lines.place(index, end), walk.lines.paragraph(index + 1, end)))
    return end


def usage(walk: Walk, index: int) -> int:
    """Read `tokens used` and the number below it, and the last message where it stands again."""
    closing = walk.closing
    number = closing.number if index == closing.tokens else index + 1
    digits = "".join(char for char in walk.peek(number) if char.isdecimal())[:15]
    place = walk.lines.place(index, index + 2 if number == index + 1 else index + 1)
    walk.events.append(Usage(place, total_tokens=int(digits) if digits else None))
    again, after = closing.again, closing.again + closing.said_until - closing.said_from
    if index != closing.tokens or again < 0:
        again, after = index + 2, _said_until(walk, index + 2)
    if after > again:
        walk.is_repeated = True
        walk.events.append(Other(walk.lines.place(again, after), walk.lines.text(again, after)))
    return max(after, number + 1)


def _said_until(walk: Walk, again: int) -> int:
    """Find where the last message ends that stands again from line `again` on; `again` where none does."""
    said = next((event.text.value for event in reversed(walk.events) if isinstance(event, Message)), "")
    after = again + said.count("\n") + 1
    return after if said and walk.lines.text(again, after).value == said else again


def interrupted(walk: Walk, index: int) -> int:
    """Read the line that says that the turn was interrupted."""
    walk.events.append(Turn(walk.lines.place(index, index + 1), "interrupted"))
    return index + 1


def error(walk: Walk, index: int) -> int:
    """Read `ERROR: …`; a fatal one is said twice from 0.117 on."""
    line = walk.texts[index]
    if line.startswith("ERROR: Reconnecting..."):
        return retry(walk, index, "ERROR: ")
    again = 0 if walk.is_old else walk.doubled_error(index)
    end = again or end_of(walk, index + 1, "free")
    walk.errors.add(line)
    walk.events.append(Error(walk.lines.place(index, end), walk.lines.text(index, end, skip="ERROR: ")))
    if not again:
        return end
    after = again + (again - index)
    walk.events.append(
        Turn(walk.lines.place(again, after), "failed", walk.lines.text(again, after, skip="ERROR: "))
    )
    return after


def retry(walk: Walk, index: int, skip: str = "") -> int:
    """Read a line that says that Codex tries again."""
    text = walk.lines.text(index, index + 1, skip=skip)
    walk.events.append(Error(walk.lines.place(index, index + 1), text, is_retry=True))
    return index + 1


def trace(walk: Walk, index: int) -> int:
    """Read a tracing line and the lines that belong to it."""
    end = end_of(walk, index + 1, "free")
    walk.events.append(stray_event(walk.lines, index, end))
    return end


def warning(walk: Walk, index: int) -> int:
    """Read a hint of Codex."""
    return _one_line(
        walk, index, Warning(walk.lines.place(index, index + 1), walk.lines.text(index, index + 1))
    )


def note(walk: Walk, index: int) -> int:
    """Keep a line of Codex's that says nothing of the work."""
    return _one_line(
        walk, index, Other(walk.lines.place(index, index + 1), walk.lines.text(index, index + 1))
    )


def _one_line(walk: Walk, index: int, event: Event) -> int:
    walk.events.append(event)
    return index + 1
