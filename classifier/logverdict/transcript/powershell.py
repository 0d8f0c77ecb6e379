"""Standard error as PowerShell keeps it: an error record around its first line, and every line broken."""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from unicodedata import category, east_asian_width

from logverdict.expression import expression
from logverdict.transcript.rows import Row, joined
from logverdict.transcript.wrapper import Peeled

_CATEGORY: Final = expression(r" +\+ CategoryInfo +: ")
_IDENTIFIER: Final = expression(r" +\+ FullyQualifiedErrorId : ")
_HEAD: Final = expression(r"[\w.-]{1,40} : ")
_CODE: Final = "+ "
_RECORD_LINES: Final = 40
_NARROWEST: Final = 60
_WIDE: Final = frozenset("WF")
_NO_COLUMN: Final = frozenset({"Cc", "Cf", "Me", "Mn"})


def peel_powershell(rows: Sequence[Row]) -> Peeled | None:
    """Take the error records off and mend the broken lines; null where there is no record."""
    kept: list[Row] = []
    found = first = 0
    for index, row in enumerate(rows):
        record = _record(rows, index, first) if _CATEGORY.match(row.text) else None
        if record is not None:
            head, after = record
            kept += [*rows[first:head], *_words(rows, head, index)]
            first, found = after, found + 1
    if not found:
        return None
    return Peeled(_mended([*kept, *rows[first:]]))


def _record(rows: Sequence[Row], category: int, first: int) -> tuple[int, int] | None:
    """Find the record around its `CategoryInfo`: its first line, and the line after it."""
    head = next(
        (at for at in range(category - 1, max(first, category - 12) - 1, -1) if _HEAD.match(rows[at].text)),
        None,
    )
    ends = range(category + 1, min(len(rows), category + _RECORD_LINES))
    end = next((at for at in ends if _IDENTIFIER.match(rows[at].text)), None)
    if head is None or end is None:
        return None
    is_spaced = end + 1 < len(rows) and not rows[end + 1].text.strip()
    return head, end + 1 + is_spaced


def _words(rows: Sequence[Row], head: int, category: int) -> list[Row]:
    """Give what Codex said in the record: up to the line that names the place in the script."""
    code = next((at for at in range(head + 1, category) if rows[at].text.startswith(_CODE)), category)
    match = _HEAD.match(rows[head].text)
    return [rows[head].after(match.end() if match else 0), *rows[head + 1 : max(head + 1, code - 1)]]


def _mended(rows: Sequence[Row]) -> list[Row]:
    after = next((at for at in range(len(rows) - 1, -1, -1) if rows[at].text == "tokens used"), len(rows))
    widths = [_width(row.text) for row in rows[:after]]
    full = _full(widths)
    if full is None:
        return list(rows)
    mended: list[Row] = []
    broken: list[Row] = []
    for index, row in enumerate(rows):
        broken.append(row)
        is_broken = index + 1 < after and widths[index] >= full and rows[index + 1].text != ""
        if not is_broken:
            mended.append(joined(broken))
            broken = []
    return mended


def _full(widths: Sequence[int]) -> int | None:
    """Find at which width lines are broken: a wide character may reach one column further."""
    counts = Counter(widths)
    widest = max(widths, default=0)
    full = widest - 1 if counts[widest - 1] > counts[widest] else widest
    # One long line may just be long.
    return full if full >= _NARROWEST and counts[full] > 1 else None


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if category(char) in _NO_COLUMN:
        return 0
    return 1 + (east_asian_width(char) in _WIDE)
