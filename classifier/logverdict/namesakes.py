"""A file of the same name in another folder: which one was changed, and which was looked at afterwards."""

from collections.abc import Sequence
from typing import Final

from logverdict.events import Command, Event, Patch
from logverdict.expression import expression
from logverdict.script import steps_of

_SHOWING: Final = expression(r"(?:/usr)?(?:/bin/)?(?:cat|head|tail|sed\s+-n|less|nl|bat)\s")
_LONGEST: Final = 4000
_LARGEST: Final = 65_536


def untouched_namesake(events: Sequence[Event]) -> Command | None:
    """Find a last look at a file that still is as its namesake in another folder was before the change.

    Whoever changes `old/hello.txt` and then looks at `web/hello.txt`, which holds the very text that the
    other one held, has changed the wrong file. Only runs that changed a single file are judged.
    """
    path = namesake_of_last_look(events)
    if path is None:
        return None
    commands = [event for event in events if isinstance(event, Command)]
    first = next(place for place, event in enumerate(events) if _is_done(event))
    before = [event for event in events[:first] if isinstance(event, Command)]
    return commands[-1] if any(_showed(event, path, commands[-1]) for event in before) else None


def namesake_of_last_look(events: Sequence[Event]) -> str | None:
    """Give the only file that was changed, where the last command shows another one of the same name."""
    changed = {path for event in events if _is_done(event) for path in event.paths}  # type: ignore[union-attr]
    last = next((event for event in reversed(events) if isinstance(event, Command)), None)
    shown = _shown_file(last) if last and len(changed) == 1 else None
    return path if shown is not None and _is_namesake(shown, (path := changed.pop())) else None


def _is_done(event: Event) -> bool:
    return isinstance(event, Patch) and event.status == "completed"


def _showed(command: Command, path: str, last: Command) -> bool:
    shown = _shown_file(command)
    return shown is not None and _is_same(shown, path) and _text(command) == _text(last)


def _text(command: Command) -> str:
    output = command.output
    return output.closing.strip() if output and output.place.end - output.place.start < _LARGEST else ""


def _shown_file(command: Command) -> str | None:
    """Give the only file that a command shows; null where it does anything else, or shows nothing."""
    steps = steps_of(command.command.value[:_LONGEST])
    if len(steps) != 1 or not _SHOWING.match(steps[0].text) or command.exit_code != 0 or not _text(command):
        return None
    import shlex

    try:
        words = shlex.split(steps[0].text)
    except ValueError:
        return None
    return words[-1] if "/" in words[-1] else None


def _is_same(shown: str, path: str) -> bool:
    return path == shown or path.endswith(f"/{shown.removeprefix('./')}")


def _is_namesake(shown: str, path: str) -> bool:
    # Few logs come here, and this takes 5 ms to load.
    from pathlib import PurePath

    return PurePath(shown).name == PurePath(path).name and not _is_same(shown, path)
