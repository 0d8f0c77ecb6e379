"""The state of the work tree before a run, kept beside the run's files."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from codexjob.errors import LogFolderError
from codexjob.files import RunFiles, write_json
from codexjob.verify.entry import Entry
from codexjob.verify.errors import GitFailed
from codexjob.verify.git import git
from codexjob.verify.snapshot import Snapshot, snapshot
from codexjob.verify.tracked import listed_tree

SCHEMA: Final = "codexjob.before/1"
_ID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|stat:\d+:\d+|")
_LARGEST: Final = 64 << 20
_FOLDER_MODE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Before:
    """The state before a run, and where the contents of its files are to be had."""

    repo: Path
    state: Snapshot
    kept: Path

    def content(self, path: str) -> bytes | None:
        """Give what was in a file; null where it was not kept, or was a link."""
        entry = self.state.files.get(path)
        if entry is None or not entry.mode.startswith("100") or ":" in entry.id or not entry.id:
            return None
        with suppress(OSError):
            return (self.kept / entry.id).read_bytes()
        with suppress(GitFailed):
            return git(self.repo, "cat-file", "blob", entry.id)
        return None


def note_before(files: RunFiles, repo: Path) -> None:
    """Write down how the work tree stands before a run. A state that cannot be written is done without."""
    kept = _kept(files)
    with suppress(OSError, LogFolderError):
        kept.mkdir(mode=_FOLDER_MODE)
        state = snapshot(repo, ignoring=files.folder, keep=kept)
        write_json(_file(files), {"schema": SCHEMA, **_stored(state, repo)})
    with suppress(OSError):
        kept.rmdir()


def read_before(files: RunFiles, repo: Path) -> Before | None:
    """Read the state before a run back; null where there is none, or it cannot be put together again."""
    path = _file(files)
    try:
        if path.stat().st_size > _LARGEST:
            return None
        state = _restored(json.loads(path.read_bytes()), repo)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError, GitFailed):
        return None
    return Before(repo, state, _kept(files))


def _file(files: RunFiles) -> Path:
    return files.folder / f"codex-run-{files.run_id}.before.json"


def _kept(files: RunFiles) -> Path:
    return files.folder / f"codex-run-{files.run_id}.before"


def _stored(state: Snapshot, repo: Path) -> dict[str, object]:
    """Write only what differs from the commit: git knows the rest."""
    base = _base(repo, state.commit)
    changed = {path: entry for path, entry in state.files.items() if base.get(path) != entry}
    return {
        "commit": state.commit,
        "is_git": state.is_git,
        "gap": state.gap,
        "changed": {path: [entry.mode, entry.id] for path, entry in changed.items()},
        "removed": [path for path in base if path not in state.files],
    }


def _restored(stored: dict[str, object], repo: Path) -> Snapshot:
    commit, gap = stored["commit"], stored["gap"]
    changed, removed = stored["changed"], stored["removed"]
    if not isinstance(changed, dict) or not isinstance(removed, list):
        raise TypeError("this is no state of a work tree")
    if commit and not _ID.fullmatch(str(commit)):
        raise ValueError("this is no commit")
    base = listed_tree(repo, str(commit)) if commit else {}
    gone = set(removed)
    own = {str(path): _entry(str(mode), str(known)) for path, (mode, known) in changed.items()}
    files = {path: entry for path, entry in base.items() if path not in gone} | own
    return Snapshot(str(commit) if commit else None, bool(stored["is_git"]), files, str(gap) if gap else None)


def _entry(mode: str, known: str) -> Entry:
    if not _ID.fullmatch(known):
        raise ValueError("this is no id of a file")
    return Entry(mode, known)


def _base(repo: Path, commit: str | None) -> dict[str, Entry]:
    with suppress(GitFailed):
        return listed_tree(repo, commit) if commit else {}
    return {}
