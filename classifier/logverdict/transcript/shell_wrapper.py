"""The log of the earlier shell wrapper: `key=value` lines around a human log, `summary_json=` the last."""

import re
from collections.abc import Sequence
from typing import Final

from logverdict.expression import expression
from logverdict.meta import Meta
from logverdict.sidecar import filled, meta_of
from logverdict.transcript.frame import first_frame
from logverdict.transcript.literal import decoded
from logverdict.transcript.rows import Row
from logverdict.transcript.wrapper import Peeled

_PAIR: Final = expression(r"(?P<key>[a-z][a-z_]{2,30})=(?P<value>.*)\Z")
_OPENS: Final = ("codex_run_id", "log_file", "meta_file", "summary_file_pending")
_CLOSES: Final = ("codex_run_id", "codex_exit_code", "elapsed_seconds", "summary_json")
_NAMES: Final = {
    "codex_run_id": "run_id",
    "codex_session_id": "session_id",
    "started_at_utc": "started_at",
    "ended_at_utc": "ended_at",
    "model_selected": "model",
}
_NUMBERS: Final = {"codex_exit_code": "exit_code", "elapsed_seconds": "duration"}


def peel_shell_wrapper(rows: Sequence[Row]) -> Peeled | None:
    """Take the wrapper's lines off both ends; null where there are none."""
    first, after = _opening(rows), _closing(rows)
    if not first and after == len(rows):
        return None
    return Peeled(rows[first:after], (), _stated(rows[after:]))


def _opening(rows: Sequence[Row]) -> int:
    frame = first_frame(rows)
    head = rows[: len(rows) if frame is None else frame]
    found = [index for index, row in enumerate(head) if _key(row) in _OPENS]
    return found[-1] + 1 if found and _key(head[found[0]]) == _OPENS[0] else 0


def _closing(rows: Sequence[Row]) -> int:
    """Find the block of pairs at the end that holds the wrapper's own."""
    after = first = len(rows)
    while first and (_key(rows[first - 1]) or not rows[first - 1].text.strip()):
        first -= 1
    own = [index for index in range(first, after) if _key(rows[index]) in _CLOSES]
    is_own = any(_key(rows[index]) in _CLOSES[1::2] for index in own)
    return own[0] if own and is_own else after


def _key(row: Row) -> str | None:
    match = _PAIR.match(row.text)
    return match["key"] if match else None


def _stated(rows: Sequence[Row]) -> Meta:
    pairs = {match["key"]: match["value"] for row in rows if (match := _PAIR.match(row.text))}
    content: dict[str, object] = {_NAMES[key]: value for key, value in pairs.items() if key in _NAMES}
    content |= {name: _number(pairs[key]) for key, name in _NUMBERS.items() if key in pairs}
    summary = decoded(pairs.get("summary_json", ""))
    return filled(meta_of(content), meta_of(summary)) if isinstance(summary, dict) else meta_of(content)


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"-?\d{1,10}", value) else None
