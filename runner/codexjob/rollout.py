"""The rollout of a session, kept beside a run that failed: it holds what Codex prints nowhere."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from codexjob.files import RunFiles
from codexjob.secrecy.chokepoint import own_redactor
from codexjob.secrecy.redactor import Redaction

_LARGEST: Final = 256 << 20
_PIECE: Final = 1 << 20


def rollout_of(session_id: str, environ: Mapping[str, str]) -> Path | None:
    """Find the rollout file of a session; null where Codex keeps none, or packed it away."""
    home = environ.get("CODEX_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".codex")
    with suppress(OSError):
        found = Path(home, "sessions").glob(f"*/*/*/rollout-*-{session_id}.jsonl")
        return max(found, key=lambda path: path.name, default=None)
    return None


def keep_rollout(files: RunFiles, session_id: str | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Copy the rollout of a run's session beside the run, without secrets; tell whether there was one.

    It holds the code of an error, and the exact time at which a limit opens again.
    """
    source = rollout_of(session_id, environ) if session_id else None
    with suppress(OSError):
        if source is not None and source.stat().st_size <= _LARGEST:
            _copy(source, files.rollout)
            return True
    return False


def _copy(source: Path, target: Path) -> None:
    kept = Redaction(own_redactor())
    temporary = target.with_name(f".{target.name}.{time.monotonic_ns()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with source.open("rb") as stream, os.fdopen(handle, "wb") as out:
            while piece := stream.read(_PIECE):
                out.write(kept.feed(piece))
            out.write(kept.finish())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
