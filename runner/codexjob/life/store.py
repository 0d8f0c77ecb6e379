"""The state, the heartbeat and the request of a job, on disk: whole at any instant."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from codexjob.errors import JobFileError, LogFolderError
from codexjob.files import write_json
from codexjob.life.identity import ProcessIdentity
from codexjob.life.jobfiles import JobFiles
from codexjob.life.state import JobState
from codexjob.request import JobRequest
from codexjob.secrecy.chokepoint import without_secrets
from codexjob.telling.wanted import Telling

STATE_SCHEMA: Final = "codexjob.state/1"
HEARTBEAT_SCHEMA: Final = "codexjob.heartbeat/1"
ASKED_SCHEMA: Final = "codexjob.job/1"
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Who lives a job: its supervisor, when it last showed (ISO 8601, UTC), its run and its processes."""

    supervisor: ProcessIdentity
    at: str
    run_id: str | None = None
    codex: ProcessIdentity | None = None
    members: tuple[ProcessIdentity, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job was asked to do and how: all that a supervisor needs to live it.

    `cwd` is where it was asked: relative paths among Codex's options count from there. `max_parallel` bounds
    the jobs of one log folder that run at once. `rules` are used beside the usual ones. `wait` tells whether
    it may queue at all. `telling` says who is told of it.
    """

    job: JobRequest
    cwd: Path
    max_parallel: int
    rules: tuple[str, ...] = ()
    worktree: bool = False
    wait: bool = True
    detached: bool = False
    telling: Telling = field(default_factory=Telling)


def write_state(files: JobFiles, state: JobState) -> None:
    """Write how far the job is.

    Raises:
        LogFolderError: it cannot be written.
    """
    # Only the note may quote somebody's text; the rest is read back, and must be what it was.
    shown = {**asdict(state), "note": without_secrets(state.note)}
    write_json(files.state, {"schema": STATE_SCHEMA, "state": state.state, **shown}, is_redacted=False)


def read_state(files: JobFiles) -> JobState | None:
    """Read how far the job is; null where nothing was written yet.

    Raises:
        JobFileError: the file is not what codexjob writes.
    """
    return _read(files.state, _STATE)


def write_heartbeat(files: JobFiles, heartbeat: Heartbeat) -> None:
    """Write who lives the job. Not forced to the disk: after a crash of the machine nobody lives it.

    Raises:
        LogFolderError: it cannot be written.
    """
    content = {"schema": HEARTBEAT_SCHEMA, **asdict(heartbeat)}
    write_json(files.heartbeat, content, is_forced=False, is_redacted=False)


def read_heartbeat(files: JobFiles) -> Heartbeat | None:
    """Read who lives the job; null where nobody does, or the file says nothing that can be read."""
    try:
        return _read(files.heartbeat, _HEARTBEAT)
    except JobFileError:
        return None


def write_asked(files: JobFiles, asked: Asked) -> None:
    """Write what was asked.

    Raises:
        LogFolderError: it cannot be written.
    """
    write_json(
        files.asked, {"schema": ASKED_SCHEMA, **_ASKED.dump_python(asked, mode="json")}, is_redacted=False
    )


def forget_secrets(files: JobFiles) -> None:
    """Take the secrets out of what was asked, once the job is over and needs them no more."""
    with suppress(OSError, ValueError, LogFolderError):
        write_json(files.asked, json.loads(files.asked.read_bytes()))


def read_asked(files: JobFiles) -> Asked | None:
    """Read what was asked; null where nothing was.

    Raises:
        JobFileError: the file is not what codexjob writes.
        UsageError: what was asked cannot be done any more, for example because the repository is gone.
    """
    return _read(files.asked, _ASKED)


_STATE: Final = TypeAdapter(JobState)
_HEARTBEAT: Final = TypeAdapter(Heartbeat)
_ASKED: Final = TypeAdapter(Asked)


def _read(path: Path, kind: TypeAdapter[_Record]) -> _Record | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as err:
        raise JobFileError(f"cannot read {path}: {err.strerror}") from err
    try:
        return kind.validate_json(content)
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JobFileError(f"{path} is damaged: {where or 'the whole'}: {first['msg']}") from err
