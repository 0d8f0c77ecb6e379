"""The events of a run by kind, so that no rule looks at all of them again."""

from collections.abc import Mapping, Sequence

from logverdict.events import Event, Turn
from logverdict.facts import Facts
from logverdict.record import record
from logverdict.rulebook.vocabulary import kind_of


@record(frozen=True, slots=True)
class Indexed:
    """A run as rules look at it: `positions` are indices into `events`, by kind, rising.

    `last_turn` is the index at which the last turn begins, 0 where the log marks none.
    """

    events: tuple[Event, ...]
    facts: Facts
    positions: Mapping[str, tuple[int, ...]]
    last_turn: int


def index_run(events: Sequence[Event], facts: Facts) -> Indexed:
    """Sort the events of one run by kind."""
    positions: dict[type[Event], list[int]] = {}
    last_turn = 0
    for position, event in enumerate(events):
        positions.setdefault(event.__class__, []).append(position)
        if event.__class__ is Turn and event.status == "started":
            last_turn = position
    kinds = {kind_of(events[found[0]]): tuple(found) for found in positions.values()}
    return Indexed(tuple(events), facts, kinds, last_turn)
