"""The last turn of a record: how it ended, and where it began; and the version that wrote it."""

import re
from collections.abc import Sequence

from logverdict.events import Event, Session, Turn
from logverdict.facts import TurnEnd


def last_turn(events: Sequence[Event]) -> tuple[TurnEnd, int]:
    """Tell how the last turn ended, and the index of the event that began it.

    A session begins a turn where no event says so.
    """
    turn: TurnEnd = "none"
    began = 0
    for position, event in enumerate(events):
        if isinstance(event, Session):
            turn, began = ("open" if event.version else "none"), position
        elif isinstance(event, Turn):
            turn = "open" if event.status == "started" else event.status
            began = position if event.status == "started" else began
    return turn, began


def after_turn_before(events: Sequence[Event], began: int) -> int:
    """Give the index after the end of the turn before the one that `began`; 0 where it is the first."""
    for position in range(began - 1, -1, -1):
        event = events[position]
        if isinstance(event, Turn) and event.status != "started":
            return position + 1
    return 0


def version_numbers(version: str | None) -> tuple[int, ...]:
    """Give the first two numbers of a version; one that is unknown counts as the newest."""
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version or "")[:2]) or (1 << 30,)
