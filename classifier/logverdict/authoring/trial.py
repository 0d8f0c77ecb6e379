"""Try a rule that stands in no pack yet: judge with it, by the code that judges."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from logverdict.authoring.written_draft import DraftedRule, rule_yaml
from logverdict.classify import classify
from logverdict.errors import DraftError, Mistake
from logverdict.meta import Meta
from logverdict.rulebook import PackFolder, Rule, Ruleset
from logverdict.rulebook.pack import read_pack
from logverdict.rulebook.rule_reading import RuleReader
from logverdict.rulebook.standing_rules import StandingRule
from logverdict.source import Log
from logverdict.verdict import Verdict

DRAFT: Final = "draft.yaml"


def rule_of(draft: DraftedRule, ruleset: Ruleset) -> Rule:
    """Read a draft as the pack that it would be written to is read.

    Raises:
        DraftError: it is no rule; says why not.
    """
    mistakes: list[Mistake] = []
    pack = read_pack(DRAFT, f"rules:\n{rule_yaml([draft])}", PackFolder(Path(DRAFT), "draft"))
    patterns: dict[str, Any] = dict(ruleset.patterns)
    read = [RuleReader(patterns, mistakes).read(StandingRule(pack, node)) for node in pack.rules]
    if mistakes or pack.mistakes or not read or read[0] is None:
        said = "; ".join(mistake.message for mistake in (*pack.mistakes, *mistakes))
        raise DraftError(f"the rule {draft.id} cannot be drafted: {said or 'there is nothing to write'}")
    return read[0]


def with_rule(ruleset: Ruleset, rule: Rule) -> Ruleset:
    """Add a rule to a ruleset; the digest says that it is another one."""
    return replace(ruleset, rules=(*ruleset.rules, rule), digest=f"{ruleset.digest}+{rule.id}")


def fired(verdict: Verdict) -> frozenset[str]:
    """Name the rules that fired."""
    return frozenset(one.rule for one in (*verdict.findings, *verdict.noise))


def judged(text: str, meta: Meta, ruleset: Ruleset) -> Verdict:
    """Judge the text of an example."""
    return classify(Log(DRAFT, {"log": text.encode(errors="replace")}, meta), ruleset)


def fires_on(text: str, meta: Meta, rule: Rule, ruleset: Ruleset) -> bool:
    """Tell whether a rule of the ruleset fires on the text of an example."""
    return rule.id in fired(judged(text, meta, ruleset))
