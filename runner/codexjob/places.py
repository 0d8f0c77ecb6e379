"""Where locks and queues stand that jobs of different log folders share: below the user's state folder."""

import hashlib
import os
from pathlib import Path
from typing import Final

from codexjob.errors import LogFolderError

STATE_DIR: Final = "CODEXJOB_STATE_DIR"
_DIGITS: Final = 24


def state_folder() -> Path:
    """Give the folder for what is shared, made if need be; `CODEXJOB_STATE_DIR` names another one.

    Raises:
        LogFolderError: it cannot be made.
    """
    from platformdirs import user_state_path

    named = os.environ.get(STATE_DIR)
    folder = Path(named).expanduser().absolute() if named else user_state_path("codexjob", appauthor=False)
    return made(folder)


def made(folder: Path) -> Path:
    """Make a folder for its owner only.

    Raises:
        LogFolderError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as err:
        message = (
            f"cannot make the folder for locks {folder}: {err.strerror}; name another one with {STATE_DIR}"
        )
        raise LogFolderError(message) from err
    return folder


def short_name(path: Path) -> str:
    """Name a path by a digest that fits in a file name."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:_DIGITS]


def repository_of(folder: Path) -> Path:
    """Find the top of the work tree that `folder` is in; the folder itself where there is no git.

    A linked worktree is a tree of its own. An empty `.git`, which a killed Codex may leave behind, is none.
    """
    real = folder.resolve()
    for place in (real, *real.parents):
        git = place / ".git"
        if git.is_file() or (git / "HEAD").exists():
            return place
    return real
