"""The files of the runs of a dataset: plain ones, or packed, one archive a version of Codex."""

import lzma
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from logverdict.errors import SourceError

_RUNS: Final = "runs"
_LARGEST_FILE: Final = 16 << 20


@dataclass(slots=True)
class RunFiles:
    """Files of a dataset by their names (`0.98.0/json/x.stderr`).

    They stand in the folder itself, below its `runs/`, or packed in `runs/0.98.0.tar.xz`.
    """

    folder: Path
    _archives: dict[Path, dict[str, bytes]] = field(default_factory=dict)

    def read(self, name: str) -> bytes | None:
        """Read a file; null where there is none.

        Raises:
            SourceError: the name leads out of the dataset, or an archive cannot be read.
            OSError: the file cannot be read.
        """
        for path in (self.folder / name, self.folder / _RUNS / name):
            if not path.resolve().is_relative_to(self.folder.resolve()):
                raise SourceError(f"{name} lies outside of the dataset")
            if path.is_file():
                return path.read_bytes()
        return self._packed(name)

    def _packed(self, name: str) -> bytes | None:
        version = name.partition("/")[0]
        archive = self.folder / _RUNS / f"{version}.tar.xz"
        if archive not in self._archives:
            self._archives[archive] = _unpacked(archive) if archive.is_file() else {}
        return self._archives[archive].get(name)


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(path, "r:xz") as archive:
            members = [member for member in archive if member.isfile() and member.size <= _LARGEST_FILE]
            return {
                member.name: stream.read() for member in members if (stream := archive.extractfile(member))
            }
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError) as err:
        raise SourceError(f"{path}: the runs cannot be read: {err}") from err
