"""Add to the record of a run what only the rollout file of its session holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from logverdict.events import Command, Error, Event, Message, Session, Transcript, Usage
from logverdict.facts import TurnEnd
from logverdict.record import replace
from logverdict.turns import last_turn

_AGREE: Final[Mapping[TurnEnd, frozenset[TurnEnd]]] = {
    "completed": frozenset({"completed", "open"}),
    "failed": frozenset({"failed", "open"}),
    "interrupted": frozenset({"interrupted", "open"}),
    "open": frozenset({"failed", "interrupted", "open"}),
    "none": frozenset({"failed", "interrupted", "open", "none"}),
}


def with_rollout(transcript: Transcript, rollout: Transcript) -> Transcript:
    """Add exit codes that the record lost, the code of the error, the reset time and the last time.

    Nothing is added unless the last turn of the rollout is the one of this record: the sessions, the ends and
    the last messages must not contradict each other. A record without any event is replaced.
    """
    if rollout.format != "rollout":
        return transcript
    if transcript.format in ("empty", "unreadable"):
        return rollout
    if not _is_same_run(transcript, rollout):
        return transcript
    theirs = rollout.events[last_turn(rollout.events)[1] :]
    events = list(transcript.events)
    _add_exit_codes(events, theirs)
    _add_error_code(events, theirs)
    _add_usage(events, theirs)
    seen = rollout.last_event_at or transcript.last_event_at
    return replace(transcript, events=tuple(events), resets_at=rollout.resets_at, last_event_at=seen)


def _is_same_run(transcript: Transcript, rollout: Transcript) -> bool:
    ours, theirs = (_session(record.events) for record in (transcript, rollout))
    if ours is not None and theirs is not None and ours != theirs:
        return False
    turn, began = last_turn(transcript.events)
    their_turn, their_beginning = last_turn(rollout.events)
    if their_turn not in _AGREE[turn]:
        return False
    said = _last_message(transcript.events[began:])
    heard = _last_message(rollout.events[their_beginning:])
    is_known = ours is not None and theirs is not None
    return said == heard if said is not None and heard is not None else is_known


def _session(events: Iterable[Event]) -> str | None:
    names = [event.session_id for event in events if isinstance(event, Session)]
    return names[-1] if names else None


def _last_message(events: Sequence[Event]) -> str | None:
    return next((event.text.value for event in reversed(events) if isinstance(event, Message)), None)


def _add_exit_codes(events: list[Event], theirs: Sequence[Event]) -> None:
    """Fill in what is missing of commands that both records hold equally often and do not disagree on."""
    known: dict[str, list[Command]] = defaultdict(list)
    for event in theirs:
        if isinstance(event, Command):
            known[event.command.value].append(event)
    found: dict[str, list[int]] = defaultdict(list)
    for position in range(last_turn(events)[1], len(events)):
        command = events[position]
        if isinstance(command, Command):
            found[command.command.value].append(position)
    for script, positions in found.items():
        _pair(events, positions, known[script])


def _pair(events: list[Event], positions: list[int], theirs: list[Command]) -> None:
    ours = [event for position in positions if isinstance(event := events[position], Command)]
    if len(ours) != len(theirs) or any(_differ(*pair) for pair in zip(ours, theirs, strict=True)):
        return
    for position, mine, other in zip(positions, ours, theirs, strict=True):
        # -1 is not the command's own: Codex puts it where it ended the command at the end of the turn.
        is_known = other.exit_code is not None and other.exit_code >= 0
        if is_known and mine.exit_code is None and mine.status != "declined":
            output = mine.output or other.output
            events[position] = replace(mine, status=other.status, exit_code=other.exit_code, output=output)


def _differ(ours: Command, theirs: Command) -> bool:
    return None not in (ours.exit_code, theirs.exit_code) and ours.exit_code != theirs.exit_code


def _add_usage(events: list[Event], theirs: Sequence[Event]) -> None:
    """Add what a turn used that failed or was cut: the event stream tells it only at a regular end."""
    if any(isinstance(event, Usage) for event in events[last_turn(events)[1] :]):
        return
    events.extend([event for event in theirs if isinstance(event, Usage)][-1:])


def _add_error_code(events: list[Event], theirs: Sequence[Event]) -> None:
    codes = [event.code for event in theirs if isinstance(event, Error) and not event.is_retry]
    for position in range(len(events) - 1, -1, -1):
        event = events[position]
        if isinstance(event, Error) and not event.is_retry and codes:
            events[position] = replace(event, code=codes[-1])
            return
