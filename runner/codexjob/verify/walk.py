"""The files of a folder that git does not keep: a walk that ends in time."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from codexjob.verify.entry import Entry, Limits, read_entry
from codexjob.verify.tracked import IsIgnored

# Made by tools, often huge, and never the work itself.
_MADE: Final = frozenset({
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".hypothesis", "target", ".gradle", ".cache", ".next",
})  # fmt: skip


def walked_files(folder: Path, limits: Limits, is_ignored: IsIgnored) -> tuple[dict[str, Entry], bool]:
    """Look at all files below `folder`; the second part tells whether the limits cut the walk short."""
    files: dict[str, Entry] = {}
    for path in _paths(folder, is_ignored):
        if limits.is_over():
            return files, True
        entry = read_entry(path, limits)
        if entry is not None:
            files[str(path.relative_to(folder))] = entry
    return files, False


def _paths(folder: Path, is_ignored: IsIgnored) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        here = Path(top)
        folders[:] = sorted(name for name in folders if name not in _MADE and not is_ignored(here / name))
        links = (name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted((*names, *links)) if not is_ignored(here / name))
