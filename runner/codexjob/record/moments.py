"""The times in a record: that of the recording becomes a fixed one, what lies ahead keeps its distance."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 1, 5, 10, 0, 0, tzinfo=UTC)
"""When every record begins, in UTC and in the local zone of the run alike."""

# No word boundary in front: a colour sequence ends with a letter.
_ISO: Final = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)([T ])(\d\d[:-]\d\d[:-]\d\d)(\.\d+)?")
_DAY: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d\b")
_DAY_FOLDER: Final = re.compile(r"\b(\d{4})/(\d\d)/(\d\d)\b")
_PRINTED: Final = re.compile(r"\b([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th), (\d{4})\b")
_LISTED: Final = re.compile(r"\b([A-Z][a-z]{2}) ([ \d]\d) \d\d:\d\d\b")
_EPOCH: Final = re.compile(r"\b(1\d{9})(\d{3})?(\.\d+)?\b")
_SLACK: Final = 90.0
_ONE_DAY: Final = timedelta(days=1)
_LONGEST_LIMIT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a run was recorded (epoch seconds), and how far ahead lie the times that its scenario speaks of.

    `day` is the date in the run's local zone, `ahead` are seconds such as those until a limit is reset.
    """

    began: float
    ended: float
    day: date
    ahead: Sequence[int] = ()

    def mask(self, text: str) -> str:
        """Put the fixed moment in place of each time near the recording."""
        text = _ISO.sub(self._iso, text)
        text = _DAY.sub(self._day, text)
        text = _DAY_FOLDER.sub(self._folder, text)
        text = _PRINTED.sub(self._printed, text)
        text = _LISTED.sub(self._listed, text)
        return _EPOCH.sub(self._epoch, text)

    def _is_now(self, found: date) -> bool:
        return abs(found - self.day) <= _ONE_DAY

    def _iso(self, found: re.Match[str]) -> str:
        day, between, clock, fraction = found.groups()
        if not self._is_now(_date(day)):
            return found.group()
        fixed = f"10{clock[2]}00{clock[5]}00"
        return f"{START:%Y-%m-%d}{between}{fixed}" + ("." + "0" * (len(fraction) - 1) if fraction else "")

    def _day(self, found: re.Match[str]) -> str:
        return f"{START:%Y-%m-%d}" if self._is_now(_date(found.group())) else found.group()

    def _folder(self, found: re.Match[str]) -> str:
        day = _date("-".join(found.groups()))
        return f"{START:%Y/%m/%d}" if self._is_now(day) else found.group()

    def _printed(self, found: re.Match[str]) -> str:
        """Move a day such as `Nov 25th, 2026`, at which a limit is reset, by as much as the recording."""
        day = _named_date(" ".join(found.groups()), "%b %d %Y")
        if day is None or not timedelta(0) <= day - self.day <= _LONGEST_LIMIT:
            return found.group()
        moved = START.date() + (day - self.day)
        return f"{moved:%b} {moved.day}{_suffix(moved.day)}, {moved.year}"

    def _listed(self, found: re.Match[str]) -> str:
        """Fix what `ls -l` shows of a new file."""
        day = _named_date(f"{found.group(1)} {found.group(2).strip()} {self.day.year}", "%b %d %Y")
        return f"{START:%b}  {START.day} 10:00" if day and self._is_now(day) else found.group()

    def _epoch(self, found: re.Match[str]) -> str:
        seconds, thousandths, fraction = found.groups()
        moment = int(seconds)
        if self._is_near(moment):
            ahead: int | None = 0
        else:
            ahead = next((given for given in self.ahead if self._is_near(moment - given)), None)
        if ahead is None:
            return found.group()
        fixed = str(int(START.timestamp()) + ahead)
        return fixed + ("000" if thousandths else "") + (".0" if fraction else "")

    def _is_near(self, moment: float) -> bool:
        return self.began - _SLACK <= moment <= self.ended + _SLACK


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min


def _named_date(written: str, form: str) -> date | None:
    try:
        return datetime.strptime(written, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _suffix(day: int) -> str:
    teens = range(11, 14)
    return "th" if day in teens else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
