"""Find the rules that come with the program."""

import os
from typing import TYPE_CHECKING, Final

from logverdict.rulebook.pack_folder import BUILT_IN, PackFolder, Packs

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

OFF_BY_DEFAULT: Final = ("compat",)
"""Built-in packs that are loaded only where somebody names them."""


def built_in_folder() -> str | None:
    """Name the folder of the rules: inside the installed package, else at the top of the checkout."""
    package = os.path.dirname(os.path.dirname(__file__))
    checkout = os.path.dirname(os.path.dirname(package))
    places = (os.path.join(package, "_packs"), os.path.join(checkout, "rules"))
    return next((place for place in places if os.path.isdir(place)), None)


def packaged_rules() -> "Traversable":
    """Find the folder of the rules."""
    found = built_in_folder()
    if found is None:
        # In an archive there are no folders; the library that can look into one is slow to load.
        from importlib.resources import files

        return files("logverdict") / "_packs"
    # It takes 5 ms to load, and of the place of kept rules only the name is needed.
    from pathlib import Path

    return Path(found)


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
