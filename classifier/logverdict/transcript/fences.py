"""A document that holds a human log between the fences of a code block, with words of its own around it."""

from collections.abc import Sequence
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.frame import frame_of
from logverdict.transcript.markers import NUMBER
from logverdict.transcript.rows import Row
from logverdict.transcript.stderr import is_known
from logverdict.transcript.wrapper import Peeled

_OPENING: Final = expression(r"(?:```|~~~)[\w-]*[ \t]*\Z")
_CLOSING: Final = ("```", "~~~")
_SEARCHED: Final = 20_000
_BEFORE: Final = 40
_NEAR: Final = 4


def peel_fences(rows: Sequence[Row]) -> Peeled | None:
    """Take the log out of its code block; null where no fence opens right before the banner.

    The block closes below the count of tokens, else at the last fence that leaves only whole blocks behind
    it: an agent may print fences, too.
    """
    banner = next((at for at, row in enumerate(rows[:_SEARCHED]) if frame_of(row.text) == "banner"), None)
    opening = None if banner is None else _opening(rows, banner)
    if opening is None:
        return None
    mark = rows[opening].text[:3]
    fences = [at for at in range(opening + 1, len(rows)) if rows[at].text.startswith(mark)]
    closing = (at for place, at in enumerate(fences) if (len(fences) - place) % 2)
    whole = [at for at in closing if rows[at].text.strip() in _CLOSING]
    after = next((at for at in whole if _is_counted(rows, at)), whole[-1] if whole else len(rows))
    return Peeled(rows[opening + 1 : after])


def _is_counted(rows: Sequence[Row], closing: int) -> bool:
    """Tell whether the count of tokens stands right above a fence: it closes no block of the agent's."""
    above = [row.text for row in rows[max(0, closing - _NEAR) : closing] if row.text.strip()][-2:]
    return len(above) > 1 and above[0] == "tokens used" and NUMBER.match(above[1]) is not None


def _opening(rows: Sequence[Row], banner: int) -> int | None:
    for at in range(banner - 1, max(-1, banner - _BEFORE), -1):
        text = rows[at].text
        if _OPENING.match(text):
            return at
        if text.strip() and not is_known(text):
            return None
    return None
