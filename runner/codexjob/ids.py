"""Names of runs and jobs, and the shape of Codex's session ids."""

import re
import secrets
import string
from datetime import UTC, datetime
from typing import Final

_LETTERS: Final = 8
_RUN_ID: Final = re.compile(rf"\d{{8}}-\d{{6}}-[a-z]{{{_LETTERS}}}")
_SESSION_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def new_run_id(now: datetime) -> str:
    """Make a run id: UTC `YYYYMMDD-HHMMSS-` and random letters, so that ids sort by time."""
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{letters}"


def job_id_of(first_run_id: str) -> str:
    """Name a job after its first run."""
    return f"job-{first_run_id}"


def is_run_id(text: str) -> bool:
    """Tell whether `text` has the shape of a run id; such a text is safe in a file name."""
    return _RUN_ID.fullmatch(text) is not None


def is_session_id(text: str) -> bool:
    """Tell whether `text` has the shape of a session id of Codex (a UUID)."""
    return _SESSION_ID.fullmatch(text) is not None
