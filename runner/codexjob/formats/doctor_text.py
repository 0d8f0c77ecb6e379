"""What was looked at on this machine, for people: one line each, and what to do below it."""

from typing import Final

from codexjob.doctor.check import Check
from codexjob.visible import shortened, visible

_WIDTH: Final = 160
_SHOWN: Final = {"ok": "ok", "warn": "look", "blocks": "BLOCKS"}


def check_text(check: Check) -> str:
    """Show one check; ends with a line end."""
    line = f"{_SHOWN[check.state]:<7} {check.name:<11} {shortened(visible(check.found), _WIDTH)}\n"
    return line + (f"{'':<20}{shortened(visible(check.todo), 2 * _WIDTH)}\n" if check.todo else "")
