"""Test a ruleset: its own examples, and where there is a dataset, all of it on all of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from logverdict.authoring.baselines import BASELINES, Baseline, baseline
from logverdict.authoring.examples import TriedExample, strangers, try_examples
from logverdict.authoring.labelled import Judged, LabelledRun
from logverdict.authoring.scoring import Score, judge_all, score
from logverdict.authoring.twins import undecidable
from logverdict.authoring.why_not import why_not
from logverdict.rulebook import Ruleset


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """What a dataset showed.

    `undecidable` maps runs to a twin of another label; `decidable` is the score of all the others.
    """

    runs: int
    score: Score
    undecidable: Mapping[str, str]
    decidable: Score
    baselines: tuple[Baseline, ...]


@dataclass(frozen=True, slots=True)
class RulesReport:
    """What a test of the rules showed.

    `why_not` says of the examples that failed, by their names, what they failed at. `strangers` are rules
    that fired on an example of another one.
    """

    ruleset: str
    examples: tuple[TriedExample, ...]
    why_not: Mapping[str, str]
    strangers: tuple[tuple[TriedExample, tuple[str, ...]], ...]
    dataset: DatasetReport | None

    @property
    def failed(self) -> tuple[TriedExample, ...]:
        """Give the examples that did not do what they should."""
        return tuple(one for one in self.examples if not one.is_right)

    @property
    def dangers(self) -> tuple[Judged, ...]:
        """Give the runs not done that were called a success, though they can be told from one."""
        return self.dataset.decidable.dangers if self.dataset else ()

    @property
    def is_good(self) -> bool:
        """Tell whether all examples hold and no run was dangerously misjudged."""
        return not self.failed and not self.dangers


def try_rules(ruleset: Ruleset, runs: Sequence[LabelledRun] | None) -> RulesReport:
    """Try all examples, then judge `runs`; null where there is no dataset."""
    tried = tuple(try_examples(ruleset))
    met = tuple((one, found) for one in tried if (found := strangers(one, ruleset)))
    failed = {one.name: why_not(one, ruleset) for one in tried if not one.is_right}
    return RulesReport(ruleset.digest, tried, failed, met, None if runs is None else _dataset(ruleset, runs))


def _dataset(ruleset: Ruleset, runs: Sequence[LabelledRun]) -> DatasetReport:
    judged = list(judge_all(runs, ruleset))
    twins = undecidable(runs)
    decidable = [one for one in judged if one.run.name not in twins]
    simple = tuple(baseline(name, runs) for name in BASELINES)
    return DatasetReport(len(judged), score(judged, ruleset), twins, score(decidable, ruleset), simple)
