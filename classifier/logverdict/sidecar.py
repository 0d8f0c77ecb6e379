"""Read the `.meta.json` beside a log: this program's fields, and those of the earlier shell wrapper."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from logverdict.meta import EndedBy, Meta

SIZE_LIMIT: Final = 1 << 20
_TIMEOUT_STATUS: Final = 124  # what timeout(1) exits with; Codex never does
_SIGNAL_BASE: Final = 128


def read_meta(path: Path) -> Meta | None:
    """Read a sidecar; null where it is missing, not JSON, too large, or not an object.

    Fields of a wrong type are left unknown: a sidecar is a help, never a reason to fail.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            return None
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return meta_of(content, path.name) if isinstance(content, dict) else None


def meta_of(content: Mapping[str, object], path: str | None = None) -> Meta:
    """Take what is known out of a sidecar's object."""
    meta = Meta(
        run_id=_text(content, "run_id"),
        job_id=_text(content, "job_id"),
        signal=_whole(content.get("signal")),
        ended_by=_ended_by(content.get("ended_by")),
        session_asked=_text(content, "session_asked", "resume_session"),
        session_id=_text(content, "session_id"),
        codex_version=_text(content, "codex_version"),
        model=_text(content, "model"),
        started_at=_text(content, "started_at"),
        ended_at=_text(content, "ended_at"),
        utc_offset=_whole(content.get("utc_offset")),
        duration=_number(content.get("duration", content.get("elapsed_seconds"))),
        note=_text(content, "note"),
        path=path,
    )
    code = _whole(content.get("exit_code"))
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


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _ended_by(value: object) -> EndedBy | None:
    return next((known for known in get_args(EndedBy) if known == value), None)
