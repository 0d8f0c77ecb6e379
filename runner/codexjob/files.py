"""The files of a run: where they stand, and how they are written so that they are whole at any instant."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from codexjob.errors import LogFolderError
from codexjob.ids import new_run_id
from codexjob.secrecy.chokepoint import without_secrets

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_RESERVE_BYTES: Final = 256 << 10
_Record = TypeVar("_Record")


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
        """Codex's standard output, byte for byte but for secrets: the record."""
        return self._path("jsonl")

    @property
    def stderr(self) -> Path:
        """Codex's standard error, byte for byte but for secrets."""
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
    def rollout(self) -> Path:
        """The rollout of the session, kept where the run failed."""
        return self._path("rollout.jsonl")

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


def claim(folder: Path, now: datetime, note: Callable[[RunFiles], None] = lambda _: None) -> RunFiles:
    """Take a run id that no other run in `folder` has, by making its empty record and log files.

    `note` is told of an id before its files are made, so that whoever keeps count never misses any.

    Raises:
        LogFolderError: the files cannot be made.
    """
    while True:
        files = RunFiles(folder, new_run_id(now))
        note(files)
        if make_empty(files):
            return files


def make_empty(files: RunFiles) -> bool:
    """Make the empty record and log files of a run; tell whether they are new.

    Raises:
        LogFolderError: they cannot be made.
    """
    try:
        for path in (files.jsonl, files.stderr, files.log):
            os.close(_create(path))
    except FileExistsError:
        return False
    except OSError as err:
        raise LogFolderError(f"cannot write to the log folder {files.folder}: {err.strerror}") from err
    return True


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


def remove_if_empty(path: Path) -> None:
    """Remove a file that holds nothing; one that is not there, or cannot be removed, is left alone."""
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def write_json(
    path: Path, document: Mapping[str, object], *, is_forced: bool = True, is_redacted: bool = True
) -> None:
    """Write a JSON document so that readers see the old one or the new one, never a part.

    It is forced to the disk unless that is not wanted: then a crash of the machine may lose it. Secrets are
    taken out unless the document is for codexjob itself, which could not do what was asked without them.

    Raises:
        LogFolderError: it cannot be written; the old one is untouched.
    """
    shown = without_secrets(document) if is_redacted else document
    text = json.dumps(shown, indent=2, ensure_ascii=True) + "\n"
    try:
        replace_file(path, text.encode(), is_forced=is_forced)
    except OSError as err:
        raise LogFolderError(
            f"cannot write {path}: {err.strerror}; the files written so far are whole"
        ) from err


def read_json(path: Path, kind: "TypeAdapter[_Record]") -> _Record | None:
    """Read what `write_json` wrote; null where nothing is there, or something else."""
    from pydantic import ValidationError

    with suppress(OSError, ValidationError):
        return kind.validate_json(path.read_bytes())
    return None


def replace_file(path: Path, content: bytes, *, is_forced: bool, mode: int = _FILE_MODE) -> None:
    """Write a file so that readers see the old one or the new one, never a part.

    Raises:
        OSError: it cannot be written; the old one is untouched.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            if is_forced:
                os.fsync(stream.fileno())
        if mode != _FILE_MODE:
            Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
