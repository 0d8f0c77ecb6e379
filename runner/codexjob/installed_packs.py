"""Packs of rules that other distributions bring: the entry point group `codexjob.rules`."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from logverdict.rulebook.pack_folder import PackFolder

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from pathlib import Path

GROUP: Final = "codexjob.rules"
_METADATA: Final = (".dist-info", ".egg-info")
_LARGEST: Final = 1_000_000


class BrokenPackError(Exception):
    """A distribution names a pack that is not there: said of it, never a reason to stop."""


def installed_packs() -> Iterator[PackFolder | str]:
    """Yield the packs of all distributions, in the order of their names, and what is wrong with others.

    The value of an entry point is a package whose folder holds the `*.yaml`. It is looked for, not imported:
    a pack needs no Python.
    """
    if not may_be_installed():
        return
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=_distribution):
        try:
            folder = _folder(entry.value.partition(":")[0].strip())
            yield PackFolder(folder, _distribution(entry), is_installed=True)
        except BrokenPackError as err:
            yield f"{_distribution(entry)}: {err}"


def may_be_installed() -> bool:
    """Tell whether a distribution in a folder of the import path brings packs.

    Nearly nobody has one, and the library that knows for sure takes longer to load than a log to judge.
    """
    return any(map(_has_group, sys.path))


def _has_group(folder: str) -> bool:
    with suppress(OSError), os.scandir(folder or ".") as entries:
        return any(_names_group(entry.path) for entry in entries if entry.name.endswith(_METADATA))
    return False


def _names_group(metadata: str) -> bool:
    # Without the layers of a stream: a hundred distributions are looked at before any log is judged.
    try:
        descriptor = os.open(os.path.join(metadata, "entry_points.txt"), os.O_RDONLY)
    except OSError:
        return False
    try:
        return GROUP.encode() in os.read(descriptor, min(os.fstat(descriptor).st_size, _LARGEST))
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _distribution(entry: "EntryPoint") -> str:
    found = entry.dist
    return f"package {found.name} {found.version}" if found else f"package {entry.value}"


def _folder(module: str) -> "Path":
    from importlib.util import find_spec
    from pathlib import Path

    try:
        spec = find_spec(module)
    except (Exception, SystemExit) as err:
        # Of a dotted name the packages above are imported: a stranger's code, that may raise anything.
        raise BrokenPackError(f"`{module}` cannot be found: {type(err).__name__}: {err}") from err
    if spec is None:
        raise BrokenPackError(f"there is no package `{module}`")
    places: Sequence[str] = list(spec.submodule_search_locations or ())
    if not places and "." in module and spec.origin:
        places = [str(Path(spec.origin).parent)]
    folder = next((Path(place) for place in places if Path(place).is_dir()), None)
    if folder is None:
        raise BrokenPackError(f"`{module}` is no package with a folder of its own")
    if not any(folder.rglob("*.yaml")):
        raise BrokenPackError(f"the package `{module}` holds no *.yaml")
    return folder
