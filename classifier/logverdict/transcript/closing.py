"""What closes a human log: the count of tokens, and the last message, which standard output says again."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from logverdict.record import record
from logverdict.transcript.markers import LOOKS, NUMBER

_LONGEST_MESSAGE: Final = 2000
_MARKERS: Final = 20
_DIFF: Final = ("file update:", "diff --git ")


@record(frozen=True, slots=True)
class Closing:
    """Lines of a log, by their index; -1 where there is none.

    `tokens` is the only `tokens used` that can be Codex's own, the last, and `number` the line of its count.
    The last message stands in lines `said_from` to `said_until` (half open) where `again` is the line from
    which all of it stands once more: below the number, or where both streams are one, right above it.
    """

    tokens: int = -1
    number: int = -1
    said_from: int = -1
    said_until: int = -1
    again: int = -1


def closing_of(texts: Sequence[str], body: int, count: int, is_open: Callable[[int], bool]) -> Closing:
    """Find what closes a log whose head ends at line `body`; `is_open` tells if work begins after a line."""
    for tokens in range(count - 2, body - 1, -1):
        if texts[tokens] != "tokens used":
            continue
        found = _closing(texts, body, tokens, count)
        if found is not None:
            return Closing() if is_open(found.number + 1) else found
    return Closing()


def _closing(texts: Sequence[str], body: int, tokens: int, count: int) -> Closing | None:
    if NUMBER.match(texts[tokens + 1]):
        first, until = _said_again(texts, body, tokens, tokens + 2)
        return Closing(tokens, tokens + 1, first, until, tokens + 2 if first >= 0 else -1)
    first, until = _said_again(texts, body, tokens, tokens + 1)
    number = tokens + 1 + until - first
    if first < 0 or number >= count or not NUMBER.match(texts[number]):
        return None
    return Closing(tokens, number, first, until, tokens + 1)


def _said_again(texts: Sequence[str], body: int, tokens: int, again: int) -> tuple[int, int]:
    """Find the message above the tokens that stands again, whole, from line `again` on."""
    until = _last_text(texts, body, tokens)
    near = range(until - 2, max(body, until - _LONGEST_MESSAGE) - 1, -1)
    markers = (at for at in near if texts[at] == "codex")
    for marker in islice(markers, _MARKERS):
        for end in (until, _before_the_diff(texts, marker + 1, until)):
            if end > marker + 1 and texts[marker + 1 : end] == texts[again : again + end - marker - 1]:
                return marker + 1, end
    return -1, -1


def _before_the_diff(texts: Sequence[str], first: int, until: int) -> int:
    """Find where a message ends that the diff of the turn follows."""
    diff = (at for at in range(first, until) if texts[at].startswith(_DIFF))
    return _last_text(texts, first, next(diff, until))


def _last_text(texts: Sequence[str], first: int, after: int) -> int:
    while after > first and (not texts[after - 1] or _is_aside(texts[after - 1])):
        after -= 1
    return after


def _is_aside(text: str) -> bool:
    looks = LOOKS.match(text)
    return looks is not None and looks.lastgroup in ("trace", "soft")
