"""Lay out the sample repository that a scenario is played on."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codexjob.practice.errors import PracticeError

GIT: Final = (
    "git",
    "-c",
    "user.name=practice",
    "-c",
    "user.email=practice@localhost",
    "-c",
    "commit.gpgsign=false",
)


def sample_repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Write `files` into the new or empty `folder`, as the first commit of a git repository.

    Raises:
        PracticeError: The folder has something in it, cannot be written, or git fails or is not installed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise PracticeError(f"{folder} is not empty: name another folder, or empty this one")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    except OSError as err:
        raise PracticeError(f"cannot write the sample repository {folder}: {err.strerror or err}") from err
    _commit(folder)
    return folder.resolve()


def _commit(folder: Path) -> None:
    steps = (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--allow-empty", "--message", "Start"),
    )
    for step in steps:
        try:
            subprocess.run([*GIT, *step], cwd=folder, check=True, capture_output=True, text=True)
        except FileNotFoundError as err:
            raise PracticeError("git is not installed: a sample repository needs it") from err
        except subprocess.CalledProcessError as err:
            raise PracticeError(f"git {step[0]} failed in {folder}: {err.stderr.strip()}") from err
