"""The rulebook: packs of rules, loaded, checked and run on the events and facts of a run."""

from typing import TYPE_CHECKING, Any

from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.firing import findings, fired
from logverdict.rulebook.pack_folder import PackFolder, Packs
from logverdict.rulebook.packaged import OFF_BY_DEFAULT, built_in_packs, optional_pack, packaged_rules
from logverdict.rulebook.quantified import Witness
from logverdict.rulebook.rule import Example, Rule, Ruleset

if TYPE_CHECKING:
    from logverdict.rulebook.loading import built_in_ruleset, load_ruleset

__all__ = [
    "OFF_BY_DEFAULT",
    "Example",
    "PackFolder",
    "Packs",
    "Rule",
    "Ruleset",
    "Witness",
    "built_in_packs",
    "built_in_ruleset",
    "evidence_of",
    "findings",
    "fired",
    "load_ruleset",
    "optional_pack",
    "packaged_rules",
]


def __getattr__(name: str) -> Any:
    """Load what reads packs for those who do; to judge by kept rules none of its libraries is needed."""
    if name not in {"built_in_ruleset", "load_ruleset"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from logverdict.rulebook import loading

    return getattr(loading, name)
