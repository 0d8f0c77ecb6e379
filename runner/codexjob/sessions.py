"""Which session `--resume` means."""

import json
from pathlib import Path

from codexjob.errors import UsageError
from codexjob.files import RunFiles
from codexjob.ids import is_run_id, is_session_id


def session_to_resume(asked: str, folder: Path) -> str:
    """Turn a session id, or the id of a run in this log folder, into a session id.

    Anything else is refused: Codex answers an unknown name with a new, empty session and exit status 0.

    Raises:
        UsageError: it is neither, or the run is not there, or it never reached a session.
    """
    if is_session_id(asked):
        return asked.lower()
    if not is_run_id(asked):
        raise UsageError(f"--resume {asked!r} is neither a session id (UUID) nor the id of a run in {folder}")
    return _session_of_run(RunFiles(folder, asked))


def _session_of_run(files: RunFiles) -> str:
    try:
        meta = json.loads(files.meta.read_bytes())
    except FileNotFoundError as err:
        raise UsageError(f"--resume {files.run_id}: no such run, {files.meta} does not exist") from err
    except (OSError, ValueError, RecursionError) as err:
        raise UsageError(f"--resume {files.run_id}: {files.meta} cannot be read: {err}") from err
    session_id = meta.get("session_id") if isinstance(meta, dict) else None
    if not isinstance(session_id, str) or not is_session_id(session_id):
        raise UsageError(f"--resume {files.run_id}: that run reached no session, start the task anew")
    return session_id.lower()
