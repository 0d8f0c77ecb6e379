"""Find the rules that come with the program."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from logverdict.rulebook.pack_folder import BUILT_IN, PackFolder, Packs

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

OFF_BY_DEFAULT: Final = ("compat",)
"""Built-in packs that are loaded only where somebody names them."""


def packaged_rules() -> "Traversable":
    """Find the folder of the rules: inside the installed package, else at the top of the checkout."""
    package = Path(__file__).parents[1]
    places = (package / "_packs", package.parents[1] / "rules")
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        # In an archive there are no folders; the library that can look into one is slow to load.
        from importlib.resources import files

        return files("logverdict") / "_packs"
    return found


def built_in_packs(folder: "Traversable | None" = None) -> PackFolder:
    """Give the packs that are always loaded; `folder` is that of another checkout."""
    return PackFolder(folder or packaged_rules(), BUILT_IN, without=OFF_BY_DEFAULT, is_installed=True)


def optional_pack(name: str) -> PackFolder:
    """Give a built-in pack that is off by default, one of `OFF_BY_DEFAULT`."""
    return PackFolder(packaged_rules() / name, f"{BUILT_IN} pack {name}")


def as_folder(packs: Packs) -> PackFolder:
    """Give a mere path its origin; the folder of the built-in rules means those that are always loaded."""
    if isinstance(packs, PackFolder):
        return packs
    built_in = built_in_packs()
    return built_in if packs == built_in.path else PackFolder(packs, str(packs))
