"""The state of a work tree at one moment, and what changed between two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias

from codexjob.verify.entry import Entry, Limits
from codexjob.verify.errors import GitFailed
from codexjob.verify.tracked import is_work_tree, tracked_files
from codexjob.verify.walk import walked_files

_RUN_FILES: Final = ("codex-run-", ".codex-run-", "codexjob-", ".codexjob-")
ChangeKind: TypeAlias = Literal["added", "modified", "deleted"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All files below a folder, by path; `commit` is null outside of git or before the first commit.

    `is_git` tells whether git knew the files. `gap` says what could not be looked at, or is null.
    """

    commit: str | None
    is_git: bool
    files: Mapping[str, Entry]
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is another one than before."""

    path: str
    kind: ChangeKind


def snapshot(repo: Path, *, ignoring: Path | None = None, keep: Path | None = None) -> Snapshot:
    """Look at the work tree below `repo`, untracked files and submodules included; ignored files are not.

    `ignoring` is the log folder: what is in it does not count. `keep` gets copies of the small files that no
    commit holds. Never raises: what could not be looked at is told in `gap`.
    """
    repo = repo.resolve()
    is_ignored = partial(_is_of_runs, repo, ignoring.resolve() if ignoring else None)
    gap = None
    if is_work_tree(repo):
        try:
            found = tracked_files(repo, Limits(keep=keep), is_ignored)
        except GitFailed as err:
            gap = str(err)
        else:
            return Snapshot(found.commit, True, found.files)
    files, is_cut = walked_files(repo, Limits(keep=keep), is_ignored)
    return Snapshot(None, False, files, f"only {len(files)} files were looked at" if is_cut else gap)


def _is_of_runs(repo: Path, log_folder: Path | None, path: Path) -> bool:
    if log_folder is None or not path.is_relative_to(log_folder):
        return False
    # A log folder that holds the repository, or is it, does not hide the work.
    is_inside = log_folder != repo and log_folder.is_relative_to(repo)
    return is_inside or (path.parent == log_folder and path.name.startswith(_RUN_FILES))


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """List what differs, sorted by path."""
    return tuple(sorted(_changes(before.files, after.files), key=lambda change: change.path))


def _changes(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> Iterator[Change]:
    for path, entry in after.items():
        if path not in before:
            yield Change(path, "added")
        elif before[path] != entry:
            yield Change(path, "modified")
    yield from (Change(path, "deleted") for path in before if path not in after)
