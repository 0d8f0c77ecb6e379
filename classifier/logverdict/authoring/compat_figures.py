"""What each rule of the earlier wrapper says of labelled runs, beside what is true of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from logverdict.authoring.labelled import LabelledRun
from logverdict.classify import facts_of, transcript_of
from logverdict.rulebook import Rule, Ruleset, built_in_ruleset, findings, optional_pack

_LABELS: Final = ("success", "environmental", "real", "unknown", "needs_human")


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule by itself: the verdict that it gives, and the labels of the runs that it fires on, counted."""

    rule: str
    verdict: str
    labels: Mapping[str, int]

    @property
    def fired(self) -> int:
        """Count the runs that it fires on."""
        return sum(self.labels.values())

    @property
    def wrong(self) -> int:
        """Count the runs that it fires on and whose label is another one."""
        return self.fired - self.labels.get(self.verdict, 0)


def compat_figures(runs: Iterable[LabelledRun]) -> tuple[RuleFigures, ...]:
    """Run each rule of the pack `compat` on labelled runs, whatever the other rules say of them."""
    pack = optional_pack("compat")
    ruleset = built_in_ruleset([pack])
    own = [rule for rule in ruleset.rules if rule.origin == pack.origin]
    fired: Counter[tuple[str, str]] = Counter(
        (rule, run.truth.label) for run in runs for rule in _fired(run, replace(ruleset, rules=tuple(own)))
    )
    return tuple(_figures(rule, fired) for rule in own)


def figures_table(figures: Sequence[RuleFigures]) -> Iterator[str]:
    """Write the figures as lines of Markdown."""
    yield from (
        f"| rule of the pack `compat` | says | fires on | wrong | {' | '.join(_LABELS)} |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    for one in figures:
        counts = " | ".join(str(one.labels.get(label, 0)) for label in _LABELS)
        yield f"| `{one.rule}` | {one.verdict} | {one.fired} | {one.wrong} | {counts} |"


def _fired(run: LabelledRun, ruleset: Ruleset) -> list[str]:
    transcript = transcript_of(run.log)
    facts = facts_of(run.log, transcript, ruleset)
    return [finding.rule for finding in findings(ruleset, transcript.events, facts)]


def _figures(rule: Rule, fired: Mapping[tuple[str, str], int]) -> RuleFigures:
    labels = {label: count for (name, label), count in fired.items() if name == rule.id}
    return RuleFigures(rule.id, rule.verdict or "", labels)
