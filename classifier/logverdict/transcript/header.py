"""The header of a human log: the banner, and the facts of the session below it."""

from typing import Final

from logverdict.events import Session
from logverdict.expression import expression
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import version_of

RULE: Final = "--------"
_KEY: Final = expression(
    r"(workdir|model|provider|approval|sandbox|reasoning effort|reasoning summaries|session id): (.*)"
)
_LONGEST: Final = 40


def read_header(lines: Lines, banner: int, shift: int = 0) -> tuple[Session, int]:
    """Read the header whose banner is in line `banner`, `shift` characters in; give the line after it."""
    end = banner + 2
    found: dict[str, str] = {}
    while end < min(len(lines), banner + _LONGEST) and (key := _KEY.match(lines.texts[end])):
        found[key[1]] = key[2]
        end += 1
    if end < len(lines) and lines.texts[end] == RULE:
        end += 1
    session = Session(
        lines.place(banner, min(end, len(lines))),
        session_id=found.get("session id"),
        version=version_of(lines.texts[banner][shift:]),
        model=found.get("model"),
        provider=found.get("provider"),
        sandbox=found.get("sandbox"),
        workdir=found.get("workdir"),
    )
    return session, min(end, len(lines))


def is_header(lines: Lines, banner: int) -> bool:
    """Tell whether a banner is followed by its rule, or by nothing."""
    return banner + 1 >= len(lines) - 1 or lines.texts[banner + 1] == RULE
