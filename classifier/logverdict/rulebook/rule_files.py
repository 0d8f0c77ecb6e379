"""Find the rule files of a folder and read their text, however large, deep or entangled the folder is."""

from collections.abc import Iterator
from contextlib import suppress
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from logverdict.errors import Mistake, RuleError
from logverdict.rulebook.pack import Pack, read_pack
from logverdict.rulebook.pack_folder import PackFolder
from logverdict.rulebook.pack_source import open_pack

LARGEST_FILE: Final = 1_000_000
DEEPEST_FOLDER: Final = 8
MOST_ENTRIES: Final = 10_000


def packs_of(folder: PackFolder) -> Iterator[Pack]:
    """Read every `*.yaml` below a folder, in the order of names, as far as each can be read alone.

    Raises:
        RuleError: there is no such folder, or it cannot be walked to its end.
    """
    name = str(folder.path)
    if _is_file(folder.path):
        yield _read(folder, name, folder.path)
        return
    if not _is_folder(folder.path):
        raise _refused(name, "there is no such folder of rules", "name a folder that exists")
    for inside, file in _Walk(folder).files(folder.path, name, 0):
        yield _read(folder, inside, file)


class _Walk:
    """A walk through one folder: how much was seen of it, and which folders it went through."""

    def __init__(self, folder: PackFolder) -> None:
        self.folder = folder
        self.entries = 0
        self.seen: set[tuple[int, int]] = set()

    def files(
        self, folder: Traversable | Path, name: str, depth: int
    ) -> Iterator[tuple[str, Traversable | Path]]:
        self._enter(folder, name, depth)
        for child in sorted(self._children(folder, name), key=lambda entry: entry.name):
            inside = f"{name}/{child.name}"
            if _is_folder(child):
                if not self._is_left_out(child, depth):
                    yield from self.files(child, inside, depth + 1)
            elif child.name.endswith(".yaml") and _is_file(child):
                yield inside, child

    def _is_left_out(self, child: Traversable | Path, depth: int) -> bool:
        return child.name.startswith(".") or (depth == 0 and child.name in self.folder.without)

    def _enter(self, folder: Traversable | Path, name: str, depth: int) -> None:
        if depth > DEEPEST_FOLDER:
            raise _refused(name, f"rules stand at most {DEEPEST_FOLDER} folders deep", "move them further up")
        if isinstance(folder, Path):
            found = folder.stat()
            place = (found.st_dev, found.st_ino)
            if place in self.seen:
                raise _refused(name, "this link leads to a folder that is read already", "remove the link")
            self.seen.add(place)

    def _children(self, folder: Traversable | Path, name: str) -> Iterator[Traversable | Path]:
        try:
            for child in folder.iterdir():
                self.entries += 1
                if self.entries > MOST_ENTRIES:
                    told = f"there are more than {MOST_ENTRIES:,} files and folders here"
                    raise _refused(str(self.folder.path), told, "name the folder that holds the rules")
                yield child
        except OSError as err:
            raise _refused(name, f"the folder cannot be read: {err.strerror}") from err


def _refused(name: str, message: str, hint: str = "") -> RuleError:
    return RuleError((Mistake(name, 1, 1, message, hint=hint),))


def _read(folder: PackFolder, name: str, file: Traversable | Path) -> Pack:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
        text = raw.decode("utf-8-sig")
    except OSError as err:
        return _unreadable(folder, name, f"the file cannot be read: {err.strerror}")
    except UnicodeDecodeError as err:
        return _unreadable(
            folder, name, f"the file is not UTF-8: byte {err.start} is none", "save it as UTF-8"
        )
    if len(raw) > LARGEST_FILE:
        return _unreadable(
            folder, name, f"a rule file has at most {LARGEST_FILE:,} bytes", "split it into several packs"
        )
    return read_pack(name, text.replace("\r\n", "\n"), folder)


def _unreadable(folder: PackFolder, name: str, message: str, hint: str = "") -> Pack:
    return Pack(open_pack(name, ""), (), (), (Mistake(name, 1, 1, message, hint=hint),), folder)


def _is_folder(entry: Traversable | Path) -> bool:
    # What cannot even be looked at is neither.
    with suppress(OSError):
        return entry.is_dir()
    return False


def _is_file(entry: Traversable | Path) -> bool:
    with suppress(OSError):
        return entry.is_file()
    return False
