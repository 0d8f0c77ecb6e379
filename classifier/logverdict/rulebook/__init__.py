"""The rulebook: packs of rules, loaded, checked and run on the events and facts of a run."""

from logverdict.rulebook.evidence import evidence_of
from logverdict.rulebook.firing import findings, fired
from logverdict.rulebook.loading import built_in_ruleset, load_ruleset
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.quantified import Witness
from logverdict.rulebook.rule import Example, Rule, Ruleset

__all__ = [
    "Example",
    "Rule",
    "Ruleset",
    "Witness",
    "built_in_ruleset",
    "evidence_of",
    "findings",
    "fired",
    "load_ruleset",
    "packaged_rules",
]
