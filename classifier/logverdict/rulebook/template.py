"""Fill the placeholders of a rule's message with what its patterns captured."""

from collections.abc import Mapping
from typing import Final

from logverdict.expression import expression

_PLACEHOLDER: Final = expression(r"\{([A-Za-z_]\w*)\}")
_LONGEST_CAPTURE: Final = 300


def placeholders(template: str) -> tuple[str, ...]:
    """Name the placeholders of a template; other braces are plain text."""
    return tuple(_PLACEHOLDER.findall(template))


def filled(template: str, captures: Mapping[str, str]) -> str | None:
    """Fill a template; null where something that it names was not captured."""
    if not all(captures.get(name, "").strip() for name in placeholders(template)):
        return None
    return _PLACEHOLDER.sub(lambda found: _clean(captures[found.group(1)]), template)


def _clean(capture: str) -> str:
    # What was captured is a stranger's text on its way to a terminal: no control characters, one line.
    shown = "".join(char if char.isprintable() else " " for char in capture[: 2 * _LONGEST_CAPTURE])
    return " ".join(shown.split())[:_LONGEST_CAPTURE]
