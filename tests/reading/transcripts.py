"""What the tests of the readers ask of a transcript."""

from logverdict.events import Command, Place, Text, Transcript, Turn
from logverdict.transcript import read_transcript


def read_log(text: str) -> Transcript:
    """Read a human log."""
    return read_transcript({"log": text.encode()})


def commands(transcript: Transcript) -> list[tuple[str, int | None, str | None]]:
    """Give script, exit status and output of each command."""
    found = [event for event in transcript.events if isinstance(event, Command)]
    return [(one.command.value, one.exit_code, one.output.value if one.output else None) for one in found]


def only_turn(transcript: Transcript) -> str | None:
    """Tell how the one turn of a transcript ended, if it has one."""
    turns = [event.status for event in transcript.events if isinstance(event, Turn)]
    assert len(turns) < 2
    return turns[0] if turns else None


def places(transcript: Transcript) -> list[Place]:
    """Give the places of all events, of their fields, and of what is doubted."""
    found = [event.at for event in transcript.events] + list(transcript.spoofable)
    for event in transcript.events:
        fields = (getattr(event, name, None) for name in ("text", "command", "output"))
        found += [field.place for field in fields if isinstance(field, Text)]
    return found
