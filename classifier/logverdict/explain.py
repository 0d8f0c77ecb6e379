"""Explain a verdict: the judgement with every step, and the rules that somebody asks about, part by part."""

from collections.abc import Iterable
from typing import Literal

from logverdict.classify import Judgement, judgement_on, verdict_on
from logverdict.judge import Step
from logverdict.record import record
from logverdict.rulebook import Ruleset
from logverdict.rulebook.dissection import Dissection, dissect
from logverdict.rulebook.firing import tried
from logverdict.rulebook.indexed import index_run
from logverdict.source import Log
from logverdict.verdict import Verdict


@record(frozen=True, slots=True)
class Explanation:
    """A verdict, the judgement that it was put together from, and the rules that were asked about."""

    verdict: Verdict
    judgement: Judgement
    rules: tuple[Dissection, ...]

    @property
    def decided_at(self) -> Step | Literal["log"]:
        """Name the step that decided; `log` where there was none to read."""
        return "log" if self.judgement.log.trouble else self.judgement.deliberation.step


def explain(log: Log, ruleset: Ruleset, asked: Iterable[str] = ()) -> Explanation:
    """Judge `log` as `classify` does, and take the rules with the ids `asked` apart.

    Ids that the ruleset does not hold are passed over.
    """
    judgement = judgement_on(log, ruleset, is_whole=True)
    run = index_run(judgement.transcript.events, judgement.facts)
    rules = {rule.id: rule for rule in ruleset.rules}
    trials = (tried(rules[name], run, complete=True) for name in asked if name in rules)
    dissections = tuple(dissect(trial, run) for trial in trials)
    return Explanation(verdict_on(judgement, ruleset.digest), judgement, dissections)
