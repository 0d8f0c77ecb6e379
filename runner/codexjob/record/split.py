"""The splits of the dataset: by the family of a scenario, so that near twins never stand on both sides."""

from hashlib import sha256
from typing import Final, Literal, TypeAlias

Split: TypeAlias = Literal["train", "held_back"]

SEED: Final = "codexjob-dataset-1"
HELD_BACK_SHARE: Final = 0.25


def split_of(family: str) -> Split:
    """Tell where a family belongs: a seeded hash of its name, the same for ever and for every Codex.

    About a quarter of the families are held back: no rule is made from them, no model sees them.

    >>> split_of("usage_limit")
    'held_back'
    """
    digest = sha256(f"{SEED}:{family}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / (1 << 64)
    return "held_back" if place < HELD_BACK_SHARE else "train"
