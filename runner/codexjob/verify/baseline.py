"""The state before a run, laid out in a folder of its own: nothing of the user's repository is touched."""

import os
from pathlib import Path, PurePosixPath
from typing import Final

from codexjob.verify.before import Before
from codexjob.verify.entry import LINK, SUBMODULE, Entry
from codexjob.verify.errors import GitFailed
from codexjob.verify.git import git
from codexjob.verify.tracked import algorithm_of, listed_tree

_WAIT: Final = 120.0


class NoBaselineError(Exception):
    """The state before cannot be laid out; the message says why."""


def lay_out(before: Before, folder: Path) -> Path:
    """Lay the state before out in the new folder `folder`; give the place that was the repository's.

    Raises:
        NoBaselineError: a file's content was not kept, there are submodules, or git refuses.
    """
    if any(entry.mode == SUBMODULE for entry in before.state.files.values()):
        raise NoBaselineError("the repository has submodules or other repositories in it")
    folder.mkdir(mode=0o700)
    try:
        place, base = _of_commit(before, folder) if before.state.commit else (folder, {})
        _make_same(before, place, base)
    except (OSError, GitFailed) as err:
        raise NoBaselineError(str(err)) from err
    return place


def _of_commit(before: Before, folder: Path) -> tuple[Path, dict[str, Entry]]:
    """Check the commit out in a repository of its own that borrows the objects of the user's."""
    commit = before.state.commit or ""
    objects = before.repo / os.fsdecode(git(before.repo, "rev-parse", "--git-path", "objects")).rstrip("\n")
    prefix = os.fsdecode(git(before.repo, "rev-parse", "--show-prefix")).rstrip("\n")
    git(folder, "init", "--quiet", "--template=", f"--object-format={algorithm_of(commit)}", ".")
    borrowed = folder / ".git" / "objects" / "info" / "alternates"
    borrowed.parent.mkdir(exist_ok=True)
    borrowed.write_bytes(os.fsencode(objects.resolve()) + b"\n")
    git(folder, "update-ref", "--no-deref", "HEAD", commit)
    git(folder, "reset", "--hard", "--quiet", wait=_WAIT)
    place = folder / prefix
    place.mkdir(parents=True, exist_ok=True)
    return place, listed_tree(before.repo, commit)


def _make_same(before: Before, place: Path, base: dict[str, Entry]) -> None:
    files = before.state.files
    for path in base:
        if path not in files:
            _inside(place, path).unlink(missing_ok=True)
    for path, entry in files.items():
        if base.get(path) != entry:
            _write(before, _inside(place, path), path, entry)


def _write(before: Before, target: Path, path: str, entry: Entry) -> None:
    content = before.content(path)
    if entry.mode == LINK or content is None:
        raise NoBaselineError(f"the earlier content of {path} was not kept")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(content)
    target.chmod(0o755 if entry.mode == "100755" else 0o644)


def _inside(place: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    target = place / path
    if path.startswith("/") or ".." in parts or ".git" in parts:
        raise NoBaselineError(f"{path} lies outside of the repository")
    if not target.parent.resolve().is_relative_to(place.resolve()):
        raise NoBaselineError(f"{path} leads out of the repository by a link")
    return target
