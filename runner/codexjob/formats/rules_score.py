"""A test of the rules as text: examples first, then what the dataset showed."""

from collections.abc import Iterator, Sequence

from logverdict.authoring.labelled import Judged
from logverdict.authoring.report import DatasetReport, RulesReport
from logverdict.authoring.scoring import Matrix, RuleScore, Score, Share

from codexjob.formats.columns import columns
from codexjob.visible import visible

_LABELS = ("success", "environmental", "real", "unknown", "needs_human")
_GIVEN = ("success", "environmental", "real", "unknown")
_MISSES_SHOWN = 200


def rules_score(report: RulesReport) -> str:
    """Write the whole report."""
    return visible("\n".join((*_examples(report), *(_dataset(report.dataset) if report.dataset else ()))))


def percent(share: Share) -> str:
    """Write a share: `12/13 = 92.3 %`, or a dash where there is nothing to share."""
    return f"{share.part}/{share.whole} = {share.ratio:.1%}" if share.ratio is not None else "-"


def confusion(matrix: Matrix) -> list[list[str]]:
    """Lay the confusion matrix out: a row a label, a column a verdict."""
    labels = [label for label in _LABELS if any(row == label for row, _ in matrix)]
    rows = [[label, *(str(matrix.get((label, given), 0)) for given in _GIVEN)] for label in labels]
    return [["label", *_GIVEN], *rows]


def missed(one: Judged) -> str:
    """Describe one wrong verdict in a line."""
    truth, verdict = one.run.truth, one.verdict
    wanted = " ".join(filter(None, (truth.label, truth.cause, "/".join(truth.actions))))
    given = f"{verdict.verdict} {verdict.cause} {verdict.action}"
    return f"{one.run.name}: is {wanted}; given {given}: {verdict.reason}"


def _examples(report: RulesReport) -> Iterator[str]:
    yield f"ruleset {report.ruleset}: {len(report.examples)} examples, {len(report.failed)} failed"
    for one in report.failed:
        fired = ", ".join(one.fired) or "nothing"
        yield f"  FAILED {one.rule.file}:{one.example.line}: {one.name}; fired: {fired}"
        if report.why_not.get(one.name):
            yield f"    {report.why_not[one.name]}"
    for one, rules in report.strangers:
        yield f"  note: {', '.join(rules)} fired on the example {one.name}"


def _dataset(report: DatasetReport) -> Iterator[str]:
    yield from ("", f"{report.runs} runs: {percent(report.score.right)} right")
    yield from (f"  {mode}: {percent(share)}" for mode, share in report.score.by_mode.items())
    decidable = report.decidable
    twins = f"without {len(report.undecidable)} that have a twin of another label"
    yield f"{twins}: {percent(decidable.right)} right"
    yield from (f"  {mode}: {percent(share)}" for mode, share in decidable.by_mode.items())
    yield f"evidence on the decisive line: {percent(report.score.on_line)}"
    yield from ("", *columns(confusion(report.score.matrix)), "")
    yield from _tables(report.score)
    yield from _lists(report)


def _tables(score: Score) -> Iterator[str]:
    head = ["rule", "fired", "decided", "precision", "recall", "on line"]
    yield from (*columns([head, *(_rule_row(rule) for rule in score.rules)]), "")
    causes = [
        [cause, percent(precision), percent(recall)] for cause, (precision, recall) in score.causes.items()
    ]
    if causes:
        yield from (*columns([["cause", "precision", "recall"], *causes]), "")


def _rule_row(rule: RuleScore) -> list[str]:
    shares = (rule.precision, rule.recall, rule.on_line)
    return [rule.rule, str(rule.fired), str(rule.decided), *(percent(share) for share in shares)]


def _lists(report: DatasetReport) -> Iterator[str]:
    for one in report.baselines:
        apart = f"tells success from failure {percent(one.told_apart)}, {one.dangers} undone called a success"
        yield f"{one.name}: {percent(one.right)} right, {apart}"
    yield f"rules that no run exercises: {', '.join(report.score.unexercised) or 'none'}"
    yield from _named("undone, and called a success", report.score.dangers)
    yield from _named("rules disagree", report.score.ties)
    yield from _named("misses", report.score.misses)


def _named(title: str, judged: Sequence[Judged]) -> Iterator[str]:
    yield f"{title}: {len(judged)}"
    yield from (f"  {missed(one)}" for one in judged[:_MISSES_SHOWN])
    if len(judged) > _MISSES_SHOWN:
        yield f"  and {len(judged) - _MISSES_SHOWN} more (all of them in --format json)"
