"""Names of files as plain strings: making a path of each costs more than reading a small log."""

import os
from collections.abc import Iterator
from typing import Final

from logverdict.unpack import PACKED_SUFFIXES

_UNTIDY: Final = ("//", "/./")


class FileName:
    """The name of a file: `folder` ends with its separator, `plain` is the name without a packer's suffix.

    `suffix` and `stem` are those of the plain name; the stem holds the folder, so that it names a run.
    """

    __slots__ = ("folder", "name", "path", "plain", "stem", "suffix")

    def __init__(self, path: str) -> None:
        self.path = path
        cut = len(path) - len(os.path.basename(path))
        self.folder, self.name = path[:cut], path[cut:]
        packed = _suffix(self.name)
        self.plain = self.name.removesuffix(packed) if packed in PACKED_SUFFIXES else self.name
        self.suffix = _suffix(self.plain)
        self.stem = self.folder + self.plain.removesuffix(self.suffix)

    def beside(self, suffix: str) -> str | None:
        """Find a file of the same run, packed where only that is there; null where it is not there."""
        plain = self.stem + suffix
        for path in (plain, *(plain + packed for packed in PACKED_SUFFIXES)):
            # Nearly nothing of what is looked for is there, and this costs half of what `isfile` does.
            if os.access(path, os.F_OK) and os.path.isfile(path):
                return path
        return None


def _suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def tidy(path: str) -> str:
    """Write a path as `pathlib` does, so that one file has one name."""
    is_tidy = path and path[0] != "." and path[-1] not in "/." and not any(odd in path for odd in _UNTIDY)
    if is_tidy and os.sep == "/":
        return path
    from pathlib import Path

    return str(Path(path))


def parts_of(path: str) -> list[str]:
    """Give what paths are ordered by: folder by folder, as `pathlib` does."""
    return os.path.normcase(path).split(os.sep)


def files_below(folder: str) -> Iterator[str]:
    """Yield all that is no folder below a folder, which itself is written as `pathlib` does."""
    for below, _, names in os.walk(tidy(folder)):
        start = "" if below == "." else os.path.join(below, "")
        for name in names:
            yield start.removeprefix(_HERE) + name


_HERE: Final = os.path.join(".", "")
