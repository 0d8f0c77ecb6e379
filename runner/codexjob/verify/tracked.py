"""The files of a git work tree: what is tracked, what differs from the index, and what is not tracked."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from codexjob.verify.entry import SUBMODULE, Entry, Limits, read_entry
from codexjob.verify.errors import GitFailed
from codexjob.verify.git import git, names

_DEEPEST: Final = 5
_SHA256_DIGITS: Final = 64

IsIgnored = Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A git work tree: `commit` is null before the first one; paths are relative to the folder asked for."""

    commit: str | None
    files: dict[str, Entry]


def is_work_tree(folder: Path) -> bool:
    """Tell whether git keeps this folder: it lies in a work tree and is not ignored there."""
    try:
        inside, _, prefix = git(folder, "rev-parse", "--is-inside-work-tree", "--show-prefix").partition(
            b"\n"
        )
    except GitFailed:
        return False
    return inside == b"true" and not (prefix.strip() and _is_ignored_folder(folder))


def head_commit(folder: Path) -> str | None:
    """Name the commit that is checked out; null where there is none yet."""
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    except GitFailed:
        return None


def algorithm_of(commit: str | None) -> str:
    """Name the digest that a repository makes its ids with, by the id of a commit."""
    return "sha256" if commit and len(commit) == _SHA256_DIGITS else "sha1"


def tracked_files(folder: Path, limits: Limits, is_ignored: IsIgnored, depth: int = 0) -> Tracked:
    """Look at all files below `folder` that git tracks or would offer to add.

    Raises:
        GitFailed: git does not answer, or the limits are too narrow.
    """
    commit = head_commit(folder)
    limits.algorithm = algorithm_of(commit)
    files, hidden = _index(folder, limits)
    nested = [path for path, entry in files.items() if entry.mode == SUBMODULE]
    others = _ask(folder, limits, "ls-files", "-z", "--others", "--exclude-standard")
    nested += [path.rstrip("/") for path in others if path.endswith("/")]
    changed = _ask(folder, limits, "diff-files", "-z", "--name-only", "--ignore-submodules=all", "--relative")
    for path in (*changed, *hidden, *(path for path in others if not path.endswith("/"))):
        _look(folder, path, files, limits, is_ignored)
    for path in nested if depth < _DEEPEST else ():
        files.update(_below(folder, path, limits, is_ignored, depth))
    return Tracked(commit, files)


def listed_tree(folder: Path, commit: str) -> dict[str, Entry]:
    """List the files of a commit, as far as they lie below `folder`.

    Raises:
        GitFailed: the commit is not there.
    """
    return dict(map(_listed, names(git(folder, "ls-tree", "-r", "-z", commit))))


def _is_ignored_folder(folder: Path) -> bool:
    try:
        git(folder, "check-ignore", "--quiet", ".")
    except GitFailed:
        return False
    return True


def _index(folder: Path, limits: Limits) -> tuple[dict[str, Entry], list[str]]:
    """List what git tracks, and which of it git was told not to look at: that is looked at here."""
    files, hidden = {}, []
    for line in _ask(folder, limits, "ls-files", "-z", "--stage", "-v"):
        about, _, path = line.partition("\t")
        tag, mode, known, _ = about.split(" ")
        files[path] = Entry(mode, known)
        if tag.islower() or (tag == "S" and os.path.lexists(folder / path)):
            hidden.append(path)
    return files, hidden


def _listed(line: str) -> tuple[str, Entry]:
    about, _, path = line.partition("\t")
    mode, _, known = about.split(" ")
    return path, Entry(mode, known)


def _ask(folder: Path, limits: Limits, *arguments: str) -> list[str]:
    return names(git(folder, *arguments, wait=limits.until - monotonic()))


def _look(folder: Path, path: str, files: dict[str, Entry], limits: Limits, is_ignored: IsIgnored) -> None:
    if is_ignored(folder / path):
        files.pop(path, None)
        return
    if limits.is_over():
        raise GitFailed(f"there are too many changed files below {folder}")
    entry = read_entry(folder / path, limits)
    if entry is None:
        files.pop(path, None)
    else:
        files[path] = entry


def _below(folder: Path, path: str, limits: Limits, is_ignored: IsIgnored, depth: int) -> dict[str, Entry]:
    """Look into a submodule or another repository that lies in this one; one that is empty says nothing."""
    inner = folder / path
    if inner.is_symlink() or not (inner / ".git").exists():
        return {}
    algorithm = limits.algorithm
    try:
        found = tracked_files(inner, limits, is_ignored, depth + 1)
    finally:
        limits.algorithm = algorithm
    own = {path: Entry(SUBMODULE, found.commit or "")}
    return own | {f"{path}/{name}": entry for name, entry in found.files.items()}
