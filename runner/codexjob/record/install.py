"""Get a version of the real Codex CLI: from a checkout that has it, or from npm into a cache."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

from codexjob.record.errors import RecordError

IN_CHECKOUT: Final = Path(".codex-cli")
_VERSION: Final = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[a-z0-9.]{1,40})?")
_PROGRAM: Final = Path("node_modules", ".bin", "codex")


def cache_folder() -> Path:
    """Give the user's cache folder for this program."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "codexjob"


def installed_codex(version: str, cache: Path) -> Path:
    """Give the `codex` program of a version, installed first where neither checkout nor cache has it.

    Raises:
        RecordError: The version is none, npm is missing, or it cannot install it.
    """
    if not _VERSION.fullmatch(version):
        raise RecordError(f"{version!r} is no version of Codex: write it as 0.169.0")
    known = (IN_CHECKOUT / version / _PROGRAM, cache / "codex-cli" / version / _PROGRAM)
    for program in known:
        if program.exists():
            return program.absolute()
    _install(version, cache / "codex-cli" / version)
    if not known[-1].exists():
        raise RecordError(f"npm installed @openai/codex@{version}, but there is no {known[-1]}")
    return known[-1].absolute()


def _install(version: str, folder: Path) -> None:
    quiet = ("--silent", "--no-audit", "--no-fund")
    argv = ("npm", "install", *quiet, "--prefix", str(folder), f"@openai/codex@{version}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(argv, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except FileNotFoundError as err:
        raise RecordError("npm is not installed: Codex is installed with it; install Node.js 20") from err
    except OSError as err:
        raise RecordError(f"cannot make {folder}: {err.strerror or err}") from err
    except subprocess.CalledProcessError as err:
        raise RecordError(f"npm cannot install @openai/codex@{version}: {err.stderr.strip()}") from err
