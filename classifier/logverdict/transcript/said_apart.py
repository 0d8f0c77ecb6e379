"""Standard output that a wrapper kept apart from the log: the last message of a turn that completed."""

from typing import Final

from logverdict.events import Event, Message, Session, Text, Transcript, Turn
from logverdict.record import replace
from logverdict.transcript.markers import version_of

_FIRST_APART: Final = 45  # from 0.45 on standard output holds the last message, and only that


def with_said(transcript: Transcript, said: Text) -> Transcript:
    """Add what standard output held: nothing is written there unless the turn completed with a message.

    A log that does not show its end itself was cut, so `is_cut` is true then. The message stands where
    the log stops; its text has its own place.
    """
    events = transcript.events
    session = next((event for event in events if isinstance(event, Session)), None)
    if session is None or not _is_apart(session.version) or any(isinstance(event, Turn) for event in events):
        return transcript
    stop = events[-1].at
    last = next((event for event in reversed(events) if isinstance(event, Message)), None)
    is_new = last is None or last.text.value.strip() != said.value.strip()
    added: tuple[Event, ...] = (Message(stop, said),) if is_new else ()
    return replace(transcript, events=(*events, *added, Turn(stop, "completed")), is_cut=True)


def _is_apart(version: str | None) -> bool:
    numbers = (version or "").split(".")
    if len(numbers) < 2 or not all(number.isdecimal() for number in numbers[:2]):  # noqa: PLR2004
        return version_of(f"OpenAI Codex v{version}") is not None
    return numbers[0] != "0" or int(numbers[1][:6]) >= _FIRST_APART
