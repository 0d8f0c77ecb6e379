"""Read what lies beside a log: this program's `.meta.json`, and the files of the earlier shell wrapper."""

import json
import os
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Final, get_args

from logverdict.errors import SourceError
from logverdict.meta import EndedBy, Meta
from logverdict.record import replace
from logverdict.stored import Stored, load
from logverdict.unpack import unpack

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT: Final = 1 << 20
_TIMEOUT_STATUS: Final = 124  # what timeout(1) exits with; Codex never does
_SIGNAL_BASE: Final = 128
_NOTHING: Final = Meta()
_LONGEST: Final = 1e12  # seconds: a longer duration is nonsense, and may be too long for a float


def read_sidecars(*paths: "str | Path") -> Meta | None:
    """Read the sidecars of one run: what an earlier one says counts, a later one fills in the unknown.

    Null where none can be read.
    """
    found = [meta for path in paths if (meta := read_meta(path)) is not None]
    return reduce(filled, found) if found else None


def filled(meta: Meta, other: Meta) -> Meta:
    """Fill in what `meta` does not know. Exit status and signal go together."""
    if other == _NOTHING:
        return meta
    names = [name for name in Meta.__match_args__ if getattr(meta, name) is None]
    if meta.exit_code is not None or meta.signal is not None:
        names = [name for name in names if name not in ("exit_code", "signal")]
    return replace(meta, **{name: getattr(other, name) for name in names})


def read_meta(path: "str | Path") -> Meta | None:
    """Read a sidecar, packed or not; null where it is missing, not JSON, too large, or not an object.

    Fields of a wrong type are left unknown: a sidecar is a help, never a reason to fail.
    """
    try:
        packed = load(path, SIZE_LIMIT + 1)
        if isinstance(packed, Stored):
            return None
        content = json.loads(unpack(packed, SIZE_LIMIT).content[:])
    except (OSError, SourceError, ValueError, RecursionError):
        return None
    return meta_of(content, os.path.basename(path)) if isinstance(content, dict) else None


def meta_of(content: Mapping[str, object], path: str | None = None) -> Meta:
    """Take what is known out of a sidecar's object. The short names are the earlier `.summary.json`'s."""
    meta = Meta(
        run_id=_text(content, "run_id", "id"),
        job_id=_text(content, "job_id"),
        signal=_whole(content.get("signal")),
        ended_by=_ended_by(content.get("ended_by")),
        session_asked=_text(content, "session_asked", "resume_session", "resume"),
        session_id=_text(content, "session_id", "sid"),
        codex_version=_text(content, "codex_version"),
        model=_text(content, "model", "mdl"),
        task=_text(content, "task"),
        started_at=_text(content, "started_at", "start"),
        ended_at=_text(content, "ended_at", "end"),
        utc_offset=_whole(content.get("utc_offset")),
        duration=_first_number(content, "duration", "elapsed_seconds", "time"),
        note=_text(content, "note"),
        path=path,
        input_tokens_before=_whole(content.get("input_tokens_before")),
        cached_input_tokens_before=_whole(content.get("cached_input_tokens_before")),
        output_tokens_before=_whole(content.get("output_tokens_before")),
    )
    code = _whole(content.get("exit_code", content.get("exit")))
    return meta if code is None else with_exit_code(meta, code)


def with_exit_code(meta: Meta, code: int) -> Meta:
    """Add an exit status as a shell, `timeout` or Python reports it.

    143 and -15 both mean signal 15; 124 is the status of timeout(1).
    """
    if code == _TIMEOUT_STATUS:
        return replace(meta, exit_code=code, ended_by=meta.ended_by or "timeout")
    if code < 0:
        return replace(meta, exit_code=None, signal=-code)
    if _SIGNAL_BASE < code < _SIGNAL_BASE + 64:
        return replace(meta, exit_code=None, signal=code - _SIGNAL_BASE)
    return replace(meta, exit_code=code)


def _text(content: Mapping[str, object], *names: str) -> str | None:
    values = (content.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), None)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _first_number(content: Mapping[str, object], *names: str) -> float | None:
    values = (content.get(name) for name in names)
    return next((number for value in values if (number := _number(value)) is not None), None)


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < _LONGEST else None


def _ended_by(value: object) -> EndedBy | None:
    return next((known for known in get_args(EndedBy) if known == value), None)
