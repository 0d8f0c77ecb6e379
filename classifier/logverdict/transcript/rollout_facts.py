"""Small facts in the lines of a rollout file: error codes, limits and texts in pieces."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from logverdict.transcript.literal import printable
from logverdict.transcript.records import table
from logverdict.transcript.source import text_of, whole_number

_FULL: Final = 100


def error_code(value: Any) -> str | None:
    """Give Codex's code of an error; one with an HTTP status reads `http_connection_failed:503`."""
    if isinstance(value, str):
        return printable(value)
    for name, detail in table(value).items():
        status = whole_number(table(detail).get("http_status_code"))
        return printable(name if status is None else f"{name}:{status}")
    return None


def reset_time(limits: Mapping[str, Any], now: str | None) -> int | None:
    """Give when the limit that is used up opens again, in seconds since 1970; null where none is.

    Old versions count from the time of the line, `now`.
    """
    opened = (_opens(table(limits.get(name)), now) for name in ("primary", "secondary"))
    return max((time for time in opened if time is not None), default=None)


def _opens(window: Mapping[str, Any], now: str | None) -> int | None:
    used = window.get("used_percent")
    if isinstance(used, bool) or not isinstance(used, int | float) or used < _FULL:
        return None
    at, left = whole_number(window.get("resets_at")), whole_number(window.get("resets_in_seconds"))
    if at is not None or left is None:
        return at
    began = _epoch(now)
    return None if began is None else began + left


def _epoch(time: str | None) -> int | None:
    try:
        return int(datetime.fromisoformat(time or "").timestamp())
    except (ValueError, OverflowError):
        return None


def joined(content: Any) -> str:
    """Join the texts of a content in pieces."""
    pieces = content if isinstance(content, list) else []
    return "\n".join(text for piece in pieces if (text := text_of(table(piece).get("text"))) is not None)
