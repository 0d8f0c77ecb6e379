"""Write the skill's files where a tool finds them, and never over what the user changed."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from codexjob.doctor.models import MODELS
from codexjob.errors import UsageError
from codexjob.skill.places import Place

FILES: Final = Path(__file__).with_name("files")
NOTE: Final = ".installed.json"
_LARGEST: Final = 1 << 20
What: TypeAlias = Literal["written", "updated", "unchanged", "kept"]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one file: `kept` is one that the user changed, or that codexjob did not write."""

    path: Path
    what: What


def skill_files() -> Mapping[str, bytes]:
    """Give the files of the skill by their names."""
    return {"SKILL.md": (FILES / "SKILL.md").read_bytes(), "models.yaml": MODELS.read_bytes()}


def install(place: Place, *, is_forced: bool = False, is_dry: bool = False) -> tuple[Written, ...]:
    """Write the skill into its place; `is_forced` also writes over changed files, `is_dry` writes nothing.

    Raises:
        UsageError: the folder or a file in it cannot be written.
    """
    try:
        return tuple(_installed(place.folder, is_forced=is_forced, is_dry=is_dry))
    except OSError as err:
        raise UsageError(f"cannot write the skill to {place.folder}: {err.strerror or err}") from err


def _installed(folder: Path, *, is_forced: bool, is_dry: bool) -> Iterator[Written]:
    ours = _digests_noted(folder)
    noted = dict(ours)
    for name, content in skill_files().items():
        path = folder / name
        what = _what(path, content, ours.get(name), is_forced=is_forced)
        if what in ("written", "updated") and not is_dry:
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, content)
        if what != "kept":
            noted[name] = _digest(content)
        yield Written(path, what)
    if not is_dry and noted != ours:
        _write(folder / NOTE, (json.dumps(noted, indent=2) + "\n").encode())


def _what(path: Path, content: bytes, noted: str | None, *, is_forced: bool) -> What:
    if not os.path.lexists(path):
        return "written"
    there = path.read_bytes() if path.is_file() else None
    if there == content:
        return "unchanged"
    is_ours = there is not None and noted == _digest(there)
    return "updated" if is_ours or is_forced else "kept"


def _digests_noted(folder: Path) -> dict[str, str]:
    """Read which content codexjob wrote last; empty where it wrote nothing, or the note says nothing."""
    note = folder / NOTE
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(note.read_bytes()[:_LARGEST])
        if isinstance(content, dict):
            return {str(name): str(digest) for name, digest in content.items()}
    return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
