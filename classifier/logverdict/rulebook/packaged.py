"""Find the rules that come with the program."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def packaged_rules() -> Traversable:
    """Find the folder of the rules: inside the installed package, else at the top of the checkout."""
    inside = files("logverdict") / "_packs"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "rules"
