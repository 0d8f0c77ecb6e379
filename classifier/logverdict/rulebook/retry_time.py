"""Read the time at which Codex says to try again: printed in local time, with no zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from logverdict.expression import expression
from logverdict.meta import Meta

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[AP]M)"
_DATE: Final = r"(?P<month>[A-Z][a-z]{2})[a-z]*\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4}),? "
_PRINTED: Final = expression(rf"(?:{_DATE})?(?:at )?{_CLOCK}", re.IGNORECASE)
_AMOUNT: Final = expression(
    r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?|d|days?|w|weeks?)"
    r"(?![A-Za-z])\s*(?:,|and\b)?\s*",
    re.IGNORECASE,
)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_HOURS_OF_HALF: Final = 12


def retry_at(printed: str, meta: Meta) -> str | None:
    """Read a printed time as ISO 8601 in UTC; null where it says no time, or not of which day.

    Known are `3:58 PM`, `Nov 23rd, 2026 2:13 AM`, and spans such as `1 hour`, `3 days 5 hours`, `1.2s`.
    The zone is `meta.utc_offset`, else that of this process. A time without a date belongs to the day on
    which the run ended (or began, where its end is unknown), also where it is past by then: the limit was
    reset just now.
    """
    text = " ".join(printed.split()).strip(" .").removeprefix("in ")
    try:
        moment = _moment(text, meta)
        return None if moment is None else _iso(moment)
    except (ValueError, OverflowError, OSError):
        return None


def reset_at(seconds: int) -> str | None:
    """Give a time in seconds since 1970 as ISO 8601 in UTC; null for one that no calendar has."""
    try:
        return _iso(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _moment(text: str, meta: Meta) -> datetime | None:
    reference = _reference(meta)
    clock = _PRINTED.fullmatch(text)
    if clock:
        return _of_clock(clock, reference, _zone(meta))
    span = _span(text)
    return reference + span if reference and span is not None else None


def _reference(meta: Meta) -> datetime | None:
    written = meta.ended_at or meta.started_at
    if written is None:
        return None
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _zone(meta: Meta) -> tzinfo | None:
    return None if meta.utc_offset is None else timezone(timedelta(seconds=meta.utc_offset))


def _of_clock(clock: re.Match[str], reference: datetime | None, zone: tzinfo | None) -> datetime | None:
    hour, minute = int(clock["hour"]), int(clock["minute"])
    if not 1 <= hour <= _HOURS_OF_HALF:
        return None
    hour = hour % _HOURS_OF_HALF + (_HOURS_OF_HALF if clock["half"].upper() == "PM" else 0)
    if clock["month"]:
        month = _MONTHS.index(clock["month"].lower()) + 1
        local = datetime(int(clock["year"]), month, int(clock["day"]), hour, minute)  # noqa: DTZ001  zone below
    elif reference:
        day = reference.astimezone(zone)
        local = day.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    else:
        return None
    # Without a zone, `astimezone` takes a naive time as local time of this process, its summer time included.
    return (local.replace(tzinfo=zone) if zone else local).astimezone(UTC)


def _span(text: str) -> timedelta | None:
    seconds, end = 0.0, 0
    while amount := _AMOUNT.match(text, end):
        seconds += float(amount[1]) * _unit_seconds(amount[2].lower())
        end = amount.end()
    return timedelta(seconds=seconds) if end and end == len(text) else None


def _unit_seconds(unit: str) -> float:
    return 0.001 if unit == "ms" or unit.startswith("milli") else _SECONDS[unit[0]]


def _iso(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    if utc.microsecond:
        utc = utc.replace(microsecond=0) + timedelta(seconds=1)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")
