"""The files of a run: where they stand, and how they are written so that they are whole at any instant."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from codexjob.errors import LogFolderError
from codexjob.ids import new_run_id

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_RESERVE_BYTES: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files of one run, all named `codex-run-<id>.<kind>` in one folder."""

    folder: Path
    run_id: str

    @property
    def log(self) -> Path:
        """The log for people, written while Codex runs."""
        return self._path("log")

    @property
    def jsonl(self) -> Path:
        """Codex's standard output, byte for byte: the record."""
        return self._path("jsonl")

    @property
    def stderr(self) -> Path:
        """Codex's standard error, byte for byte."""
        return self._path("stderr")

    @property
    def meta(self) -> Path:
        """What the runner knows and did."""
        return self._path("meta.json")

    @property
    def verdict(self) -> Path:
        """The verdict with its evidence."""
        return self._path("verdict.json")

    @property
    def summary(self) -> Path:
        """The run and its job in short."""
        return self._path("summary.json")

    @property
    def reserve(self) -> Path:
        """Disk space held back during the run, so that a full disk cannot stop the last files."""
        return self._path("reserve")

    def _path(self, kind: str) -> Path:
        return self.folder / f"codex-run-{self.run_id}.{kind}"


def make_folder(folder: Path) -> Path:
    """Make the log folder, readable by its owner only, and return its absolute path.

    Raises:
        LogFolderError: it cannot be made, or is not a folder.
    """
    absolute = folder.expanduser().absolute()
    try:
        absolute.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as err:
        raise LogFolderError(
            f"cannot make the log folder {absolute}: {err.strerror}; give --log-dir"
        ) from err
    return absolute


def claim(folder: Path, now: datetime) -> RunFiles:
    """Take a run id that no other run in `folder` has, by making its empty record and log files.

    Raises:
        LogFolderError: the files cannot be made.
    """
    while True:
        files = RunFiles(folder, new_run_id(now))
        try:
            os.close(_create(files.jsonl))
            os.close(_create(files.stderr))
            os.close(_create(files.log))
        except FileExistsError:
            continue
        except OSError as err:
            raise LogFolderError(f"cannot write to the log folder {folder}: {err.strerror}") from err
        return files


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)


def hold_space(files: RunFiles) -> None:
    """Hold disk space back for the files that end the run; nothing happens where it is not to be had."""
    with suppress(OSError):
        handle = _create(files.reserve)
        try:
            os.write(handle, bytes(_RESERVE_BYTES))
        finally:
            os.close(handle)


def free_space(files: RunFiles) -> None:
    """Give the space back that was held for the end of the run."""
    with suppress(OSError):
        files.reserve.unlink()


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Write a JSON document so that readers see the old one or the new one, never a part.

    Raises:
        LogFolderError: it cannot be written; the old one is untouched.
    """
    text = json.dumps(document, indent=2, ensure_ascii=True) + "\n"
    try:
        _replace(path, text.encode())
    except OSError as err:
        raise LogFolderError(
            f"cannot write {path}: {err.strerror}; the files written so far are whole"
        ) from err


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
