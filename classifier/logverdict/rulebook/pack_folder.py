"""A folder of packs, and whom its rules are from."""

from typing import TYPE_CHECKING, Final, TypeAlias

from logverdict.record import record

if TYPE_CHECKING:
    # Both take longer to load than a short log to judge.
    from importlib.resources.abc import Traversable
    from pathlib import Path

BUILT_IN: Final = "built-in"


@record(frozen=True, slots=True)
class PackFolder:
    """The packs below `path`, a folder or one file.

    `origin` says in words where its rules come from, and stands beside every rule of it that is shown.
    `without` are folders directly in it that are left out. A folder that `is_installed` came with a
    distribution: where it is broken, it is told of and left out.
    """

    path: "Traversable | Path"
    origin: str
    without: tuple[str, ...] = ()
    is_installed: bool = False


Packs: TypeAlias = "PackFolder | Traversable | Path"
"""Where packs are; a mere path stands for a folder that is called by its own name."""
