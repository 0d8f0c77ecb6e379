"""The clock of no progress: how long Codex has shown no sign of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_LOSSY_FROM: Final = (0, 125)
_LOSSY_TO: Final = (0, 145)


def loses_ends(version: str | None) -> bool:
    """Tell whether this version of Codex loses the end of many commands.

    Measured for 0.125 to 0.145: about 40 % of the quick commands never get their `item.completed`.
    """
    parts = (version or "").split(".")
    if len(parts) < len(_LOSSY_FROM) or not all(part.isdigit() for part in parts[:2]):
        return False
    return _LOSSY_FROM <= (int(parts[0]), int(parts[1])) <= _LOSSY_TO


@dataclass(slots=True)
class ProgressClock:
    """Counts the time without a new session, turn or item; it stands still while a command is open.

    Reconnects (`error`), warnings (items of type `error`) and tracing do not count: a Codex without a
    network prints them for ever. A command is open from its `item.started` to its `item.completed` or the
    end of the turn. Where `is_lossy`, the end of a command may never come, so there any later item also
    closes it: else one lost end would stop the clock for good. The price is that of two commands side by
    side only the younger one stops the clock.
    """

    limit: float
    since: float
    is_lossy: bool = False
    has_ended_turn: bool = False
    open_commands: set[str] = field(default_factory=set)

    def note(self, event: Mapping[str, object], now: float) -> None:
        """Take one event of the stream, seen at `now` seconds."""
        kind = str(event.get("type"))
        item = event.get("item")
        if kind.startswith("item.") and isinstance(item, Mapping):
            self._note_item(kind, item, now)
        elif kind.startswith(("thread.", "turn.")):
            self.since = now
            self.open_commands.clear()
            self.has_ended_turn = kind in ("turn.completed", "turn.failed")

    def is_stalled(self, now: float) -> bool:
        """Tell whether nothing has moved for longer than the limit."""
        return not self.open_commands and now - self.since > self.limit

    def _note_item(self, kind: str, item: Mapping[str, object], now: float) -> None:
        if item.get("type") == "error":
            return
        self.since = now
        item_id = str(item.get("id"))
        if self.is_lossy:
            self.open_commands &= {item_id}
        if kind == "item.completed":
            self.open_commands.discard(item_id)
        elif item.get("type") == "command_execution":
            self.open_commands.add(item_id)
