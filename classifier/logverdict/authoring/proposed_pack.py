"""Look at a pack as it would be, before a character of it is written: does it load, and what says lint."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from logverdict.authoring.lint import lint
from logverdict.authoring.written import Remark
from logverdict.rulebook import PackFolder, Packs


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A rule file that is only in memory."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Give the name of the file."""
        return self.path.name

    def is_file(self) -> bool:
        """Tell that this is a file."""
        return True

    def is_dir(self) -> bool:
        """Tell that this is no folder."""
        return False

    def open(self, _mode: str = "rb") -> IO[Any]:
        """Open the proposed text as bytes."""
        return BytesIO(self.text.encode())

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class _Without:
    """A folder of packs as if one file were not in it."""

    folder: Traversable | Path
    file: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def is_file(self) -> bool:
        return self.folder.is_file() and not self._is_meant(self.folder)

    def is_dir(self) -> bool:
        return self.folder.is_dir()

    def iterdir(self) -> Iterator[Any]:
        for child in self.folder.iterdir():
            if child.is_dir():
                yield _Without(child, self.file)
            elif not self._is_meant(child):
                yield child

    def _is_meant(self, one: Traversable | Path) -> bool:
        return isinstance(one, Path) and one.resolve() == self.file

    def __str__(self) -> str:
        return str(self.folder)


def lint_proposed(file: Path, text: str, beside: Sequence[PackFolder]) -> tuple[Remark, ...]:
    """Lint the pack `file` as if `text` stood in it; errors too, where the packs would not load together.

    `beside` are all the packs that are loaded; where the file is in one of them, it is looked at only once.
    """
    others: list[Packs] = [_left_out(folder, file.resolve()) for folder in beside]
    proposed: Any = ProposedFile(file, text)
    return lint([PackFolder(proposed, str(file))], others)


def _left_out(folder: PackFolder, file: Path) -> PackFolder:
    without: Any = _Without(folder.path, file)
    is_inside = isinstance(folder.path, Path) and file.is_relative_to(folder.path.resolve())
    return PackFolder(without, folder.origin, folder.without, folder.is_installed) if is_inside else folder
