"""One event in one line, for a person."""

from typing import Final

from logverdict.events import (
    Command,
    Error,
    Event,
    Message,
    Other,
    Patch,
    Plan,
    Prompt,
    Reasoning,
    Runner,
    Session,
    Tool,
    Trace,
    Turn,
    Usage,
    Warning,
)
from rich.text import Text

from codexjob.visible import shortened, visible

_SIGNS: Final = {
    "completed": ("✔", "green"),
    "failed": ("✘", "red"),
    "declined": ("✘", "red"),
    "in_progress": ("…", "yellow"),
}
_TURNS: Final = {"started": "dim", "completed": "bold green", "failed": "bold red", "interrupted": "bold red"}


def event_line(event: Event, width: int) -> Text:
    """Say what an event is, its text cut to `width` characters; control characters are shown, not obeyed."""
    match event:
        case Command() | Patch() | Tool():
            return _work(event, width)
        case Message(text=text):
            return Text.assemble(("“", "dim"), _cut(text.value, width), ("”", "dim"))
        case Error(text=text, is_retry=is_retry):
            return Text(_cut(text.value, width), "yellow" if is_retry else "red")
        case Turn(status=status):
            return Text(f"turn {status}", _TURNS[status])
        case _:
            return Text(_cut(_quiet(event), width), "dim")


def _work(event: Command | Patch | Tool, width: int) -> Text:
    match event:
        case Command(command=command, exit_code=code):
            what, end = f"$ {command.value}", "no end recorded" if code is None else f"exit {code}"
        case Patch(paths=paths, status=status):
            what, end = "patch " + ", ".join(path.rsplit("/", 1)[-1] for path in paths), status
        case Tool(name=name, status=status):
            what, end = f"tool {name}", status
    sign, colour = _SIGNS[event.status]
    return Text.assemble((f"{sign} ", colour), _cut(what, width), (f"  {end}", colour))


def _quiet(event: Event) -> str:
    match event:
        case Session(session_id=session_id, version=version, model=model, sandbox=sandbox):
            return " ".join(part for part in ("session", session_id, version, model, sandbox) if part)
        case Usage(total_tokens=total, input_tokens=given, output_tokens=made):
            return f"tokens {total}" if total is not None else f"tokens in {given}, out {made}"
        case Plan(steps=steps, done=done):
            return f"plan: {done} of {steps} steps done"
        case Trace(level=level, target=target, text=text):
            return f"{level} {target}: {text.value}"
        case (
            Prompt(text=text)
            | Reasoning(text=text)
            | Warning(text=text)
            | Runner(text=text)
            | Other(text=text)
        ):
            return text.value
    return ""


def _cut(text: str, width: int) -> str:
    return shortened(visible(text), width)
