"""Durations as people type them: `90`, `90s`, `30m`, `1h30m`."""

import re
from typing import Final

from codexjob.errors import UsageError

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0}
_SHAPE: Final = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6}(?:\.\d{1,3})?)s?)?")


def parse_duration(text: str, option: str) -> float:
    """Read a duration as seconds; a bare number counts seconds.

    Raises:
        UsageError: it is no duration, or not longer than zero. `option` names the option in the message.
    """
    shape = _SHAPE.fullmatch(text.strip())
    parts = shape.groups() if shape else ()
    seconds = sum(float(part or 0) * unit for part, unit in zip(parts, _UNITS.values(), strict=False))
    if seconds <= 0:
        raise UsageError(f"{option} {text!r} is not a duration: write it as 90s, 30m or 1h30m")
    return seconds


def show_duration(seconds: float) -> str:
    """Write seconds the way `parse_duration` reads them.

    >>> show_duration(5400), show_duration(600), show_duration(1.5)
    ('1h30m', '10m', '1.5s')
    """
    whole, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(whole), 60)
    shown = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{rest:.3g}s" if rest else ""]
    return "".join(shown) or "0s"
