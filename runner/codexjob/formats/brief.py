"""What an agent did, in one line an event, for a person who watches."""

from collections.abc import Iterator
from typing import Final

from logverdict.events import Command, Error, Message, Patch, Transcript, Turn
from rich.text import Text

from codexjob.formats.event_line import event_line

_WIDTH: Final = 72


def brief(transcript: Transcript) -> Iterator[Text]:
    """Render the commands, patches, messages and errors of a transcript, and how its turns ended."""
    for event in transcript.events:
        is_shown = isinstance(event, Command | Patch | Message | Error)
        if is_shown or (isinstance(event, Turn) and event.status != "started"):
            yield Text.assemble((f"{event.at.line:>5}  ", "cyan"), event_line(event, _WIDTH))
