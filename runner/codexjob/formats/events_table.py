"""A transcript for a person: a table of its events, and the facts below it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from logverdict.events import Event
from logverdict.facts import Check, Facts
from rich.table import Table
from rich.text import Text

from codexjob.formats.event_line import event_line
from codexjob.visible import shortened, visible

_WIDTH: Final = 100


def events_table(events: Iterable[Event]) -> Table:
    """Render events as rows: where, which kind, what."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("line", justify="right", style="cyan", no_wrap=True)
    table.add_column("part", style="dim", no_wrap=True)
    table.add_column("event", no_wrap=True)
    table.add_column("what", overflow="ellipsis", no_wrap=True, ratio=1)
    for event in events:
        kind = type(event).__name__.lower()
        table.add_row(str(event.at.line), event.at.part, kind, event_line(event, _WIDTH))
    return table


def facts_table(facts: Facts) -> Table:
    """Render what the events mean together; what is unknown is left out."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(facts):
        table.add_row(name, Text(shortened(visible(value), _WIDTH)))
    return table


def _rows(facts: Facts) -> Iterator[tuple[str, str]]:
    meta = facts.meta
    known: Sequence[tuple[str, object]] = (
        ("format", facts.format), ("version", facts.version), ("session", facts.session_id),
        ("session asked", meta.session_asked), ("model", facts.model), ("sandbox", facts.sandbox),
        ("workdir", facts.workdir), ("exit code", meta.exit_code), ("signal", meta.signal),
        ("ended by", meta.ended_by), ("turn", facts.turn), ("finished", "yes" if facts.finished else "no"),
        ("last message", facts.last_message.text.value if facts.last_message else None),
        ("terminal error", facts.terminal_error.text.value if facts.terminal_error else None),
        ("last test", _check(facts.last_test)), ("last build", _check(facts.last_build)),
        ("files changed", ", ".join(facts.files_changed) or None), ("commands", _commands(facts)),
        ("patches failed", facts.patches_failed or None), ("reconnects", facts.reconnects or None),
        ("tokens", facts.tokens.total), ("spoofable", "yes" if facts.is_spoofable else None),
        ("cut", "yes" if facts.is_cut else None),
    )  # fmt: skip
    for name, value in known:
        if value is not None:
            yield name, str(value)


def _check(check: Check | None) -> str | None:
    if check is None:
        return None
    later = ", files changed later" if check.patched_after else ""
    return f"{check.result}{later}: {check.command.command.value}"


def _commands(facts: Facts) -> str:
    return f"{facts.commands}, {facts.commands_failed} failed, {facts.commands_lost} without a recorded end"
