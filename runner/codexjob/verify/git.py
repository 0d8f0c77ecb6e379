"""Git asked for facts: no locks, no hooks, no pager, and nothing of the caller's own git settings."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codexjob.verify.errors import GitFailed

# What `git rev-parse --local-env-vars` names: set in a hook, they would point git at another repository.
LOCAL_VARIABLES: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_CONFIG",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
)
_QUIET: Final = (
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "advice.detachedHead=false",
)  # fmt: skip
_ENVIRONMENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


def git(folder: Path, *arguments: str, wait: float = 20.0, more: Mapping[str, str] | None = None) -> bytes:
    """Run one git command in `folder` and give what it wrote to standard output.

    Raises:
        GitFailed: git is not installed, ended with another status than 0, or took longer than `wait` seconds.
    """
    try:
        done = subprocess.run(
            ("git", *_QUIET, *arguments),
            cwd=folder,
            env=own_environment() | _ENVIRONMENT | dict(more or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=max(wait, 0.1),
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise GitFailed(f"git {arguments[0]} took longer than {wait:.0f} s in {folder}") from err
    except OSError as err:
        raise GitFailed(f"git cannot be run in {folder}: {err.strerror or err}") from err
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitFailed(f"git {arguments[0]} failed in {folder}: {said[-1] if said else done.returncode}")
    return done.stdout


def own_environment() -> dict[str, str]:
    """Give this process's environment without what points git at a certain repository."""
    return {name: value for name, value in os.environ.items() if name not in LOCAL_VARIABLES}


def names(output: bytes) -> list[str]:
    """Split what `-z` ended with zero bytes; a name that is not UTF-8 keeps its bytes as surrogates."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]
