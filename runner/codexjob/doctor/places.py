"""The folders that a run writes to, and one that must not be there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from codexjob.doctor.account import codex_home
from codexjob.doctor.check import Check, Patient, State

_TOO_LITTLE: Final = 64 << 20
_LITTLE: Final = 1 << 30


def log_folder(patient: Patient) -> Iterator[Check]:
    """Look whether the log folder can be made and written."""
    folder = patient.log_dir.expanduser().absolute()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield Check("log folder", "blocks", f"{folder} cannot be made or written", "give another --log-dir")
    else:
        yield Check("log folder", "ok", f"{folder}{'' if folder.exists() else ' (is made by the first run)'}")


def disk(patient: Patient) -> Iterator[Check]:
    """Look at the free space where runs and sessions are written."""
    folders = {"logs": patient.log_dir.expanduser().absolute(), "codex home": codex_home(patient)}
    for name, folder in folders.items():
        nearest = next((place for place in (folder, *folder.parents) if place.is_dir()), Path("/"))
        free = shutil.disk_usage(nearest).free
        found = f"{name}: {free / (1 << 30):.1f} GiB free at {nearest}"
        state, todo = _judged(free)
        yield Check("disk", state, found, todo)


def _judged(free: int) -> tuple[State, str | None]:
    if free < _TOO_LITTLE:
        return "blocks", "free some space: a full disk ends runs in the middle"
    return ("warn", "free some space before a night of runs") if free < _LITTLE else ("ok", None)


def stray_git(_: Patient) -> Iterator[Check]:
    """Look for a repository in the temporary folder, which an interrupted sandbox can leave behind."""
    for folder in sorted({Path(tempfile.gettempdir()), Path("/tmp")}):  # noqa: S108  looked at, never written
        if (folder / ".git").exists():
            todo = (
                "every folder below it counts as a git repository, which breaks go build and git: "
                f"remove it if it is not yours: rm -r {folder / '.git'}"
            )
            yield Check("stray .git", "warn", str(folder / ".git"), todo)
            return
    yield Check("stray .git", "ok", "none in the temporary folder")
