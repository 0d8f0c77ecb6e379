"""What an agent did, in one line an event, for a person who watches."""

from collections.abc import Iterator
from typing import Final

from logverdict.events import Command, Error, Event, Message, Patch, Place, Transcript, Turn
from rich.text import Text

from codexjob.visible import shortened, visible

_WIDTH: Final = 72
_SIGNS: Final = {
    "completed": ("✔", "green"),
    "failed": ("✘", "red"),
    "declined": ("✘", "red"),
    "in_progress": ("…", "yellow"),
}


def brief(transcript: Transcript) -> Iterator[Text]:
    """Render the commands, patches, messages and errors of a transcript; the rest is left out."""
    for event in transcript.events:
        line = _line(event)
        if line is not None:
            yield Text.assemble(_numbered(event.at), line)


def _line(event: Event) -> Text | None:
    match event:
        case Command(command=command, status=status, exit_code=code):
            end = "no end recorded" if code is None else f"exit {code}"
            return _signed(status, f"$ {_one_line(command.value)}", end)
        case Patch(paths=paths, status=status):
            return _signed(
                status, f"patch {_one_line(', '.join(path.rsplit('/', 1)[-1] for path in paths))}", status
            )
        case Message(text=text):
            return Text.assemble(("“", "dim"), _one_line(text.value), ("”", "dim"))
        case Error(text=text, is_retry=is_retry):
            return Text(_one_line(text.value), "yellow" if is_retry else "red")
        case Turn(status="completed" | "failed" | "interrupted" as status):
            return Text(f"turn {status}", "bold green" if status == "completed" else "bold red")
    return None


def _signed(status: str, what: str, end: str) -> Text:
    sign, colour = _SIGNS[status]
    return Text.assemble((f"{sign} ", colour), what, (f"  {end}", colour))


def _numbered(at: Place) -> Text:
    return Text(f"{at.line:>5}  ", "cyan")


def _one_line(text: str) -> str:
    return shortened(visible(text), _WIDTH)
