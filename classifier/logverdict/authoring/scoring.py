"""Judge a whole dataset with the whole ruleset, and count what came out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from logverdict.authoring.labelled import Judged, LabelledRun
from logverdict.classify import classify
from logverdict.rulebook import Ruleset
from logverdict.verdict import Finding, Verdict

DISAGREE = "rules.disagree"
Matrix = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `ratio` is null where there is no whole."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """Give the share as a number from 0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class RuleScore:
    """How one rule did. `decided` are the runs whose cause it gave; `precision` of those are right.

    `recall`: of the runs labelled with its cause, those it fired on. `on_line`: of the right ones whose
    decisive line is known, those whose evidence shows that line.
    """

    rule: str
    fired: int
    decided: int
    precision: Share
    recall: Share
    on_line: Share


@dataclass(frozen=True, slots=True)
class Score:
    """What came out of a dataset. `matrix` counts runs by (label, verdict given)."""

    matrix: Matrix
    right: Share
    by_mode: Mapping[str, Share]
    causes: Mapping[str, tuple[Share, Share]]
    rules: tuple[RuleScore, ...]
    on_line: Share
    dangers: tuple[Judged, ...]
    misses: tuple[Judged, ...]
    ties: tuple[Judged, ...]
    unexercised: tuple[str, ...]


def judge_all(runs: Iterable[LabelledRun], ruleset: Ruleset) -> Iterator[Judged]:
    """Judge the runs one after another."""
    for run in runs:
        yield Judged(run, classify(run.log, ruleset))


def score(judged: Sequence[Judged], ruleset: Ruleset) -> Score:
    """Count what came out of judged runs."""
    seen = {rule for one in judged for rule in _fired(one.verdict)}
    return Score(
        matrix=Counter((one.run.truth.label, one.given) for one in judged),
        right=_right(judged),
        by_mode={mode: _right([one for one in judged if one.run.mode == mode]) for mode in ("json", "human")},
        causes=_causes(judged),
        rules=tuple(_rule_score(rule.id, judged) for rule in ruleset.rules if rule.id in seen),
        on_line=_on_line(judged),
        dangers=tuple(one for one in judged if one.is_dangerous),
        misses=tuple(one for one in judged if not one.is_right),
        ties=tuple(one for one in judged if one.verdict.cause == DISAGREE),
        unexercised=tuple(rule.id for rule in ruleset.rules if rule.id not in seen),
    )


def deciding(verdict: Verdict) -> Finding | None:
    """Find the rule's finding that the verdict rests on; null where structure or a disagreement decided."""
    if verdict.decided_by != "rule":
        return None
    return next((one for one in verdict.findings if one.cause == verdict.cause), None)


def shows_line(one: Judged) -> bool:
    """Tell whether the evidence of the deciding rule holds the text of the decisive line."""
    found, line = deciding(one.verdict), one.run.truth.line
    return found is not None and line is not None and any(line in shown.text for shown in found.evidence)


def _fired(verdict: Verdict) -> set[str]:
    return {one.rule for one in (*verdict.findings, *verdict.noise)}


def _right(judged: Sequence[Judged]) -> Share:
    return Share(sum(one.is_right for one in judged), len(judged))


def _on_line(judged: Sequence[Judged]) -> Share:
    known = [one for one in judged if one.run.truth.line and one.is_right and deciding(one.verdict)]
    return Share(sum(shows_line(one) for one in known), len(known))


def _causes(judged: Sequence[Judged]) -> Mapping[str, tuple[Share, Share]]:
    """Give precision and recall for each cause that the labels name."""
    named = [one for one in judged if one.run.truth.cause]
    causes = sorted({one.run.truth.cause or "" for one in named})
    return {cause: _cause(cause, named) for cause in causes}


def _cause(cause: str, named: Sequence[Judged]) -> tuple[Share, Share]:
    given = [one for one in named if one.verdict.cause == cause]
    true = [one for one in named if one.run.truth.cause == cause]
    both = sum(one.run.truth.cause == cause for one in given)
    return Share(both, len(given)), Share(both, len(true))


def _rule_score(rule: str, judged: Sequence[Judged]) -> RuleScore:
    fired = [one for one in judged if rule in _fired(one.verdict)]
    decided = [one for one in fired if (found := deciding(one.verdict)) and found.rule == rule]
    causes = {finding.cause for one in fired for finding in one.verdict.findings if finding.rule == rule}
    labelled = [one for one in judged if one.run.truth.cause in causes]
    recalled = Share(sum(rule in _fired(one.verdict) for one in labelled), len(labelled))
    return RuleScore(rule, len(fired), len(decided), _right(decided), recalled, _on_line(decided))
