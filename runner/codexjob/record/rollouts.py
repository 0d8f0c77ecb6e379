"""Find the rollout that a run of Codex wrote."""

import re
from pathlib import Path
from typing import Final

_SESSION: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$")
# The clock of a file system may be a little behind.
_SLACK: Final = 0.1


def newest_rollout(codex_home: Path, since: float) -> Path | None:
    """Give the rollout below `codex_home` that was written last, unless that was before `since` (epoch)."""
    found = [(path.stat().st_mtime, path) for path in codex_home.glob("sessions/**/rollout-*.jsonl")]
    written, path = max(found, default=(0.0, None))
    return path if written >= since - _SLACK else None


def session_of(rollout: Path) -> str | None:
    """Give the session whose rollout this is."""
    found = _SESSION.search(rollout.name)
    return found.group(1) if found else None
