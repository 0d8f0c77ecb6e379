"""The page of figures: how the rules did on a dataset, beside simpler readings of the same runs."""

from collections.abc import Iterator, Sequence

from logverdict.authoring.compat_figures import RuleFigures, figures_table
from logverdict.authoring.labelled import Judged
from logverdict.authoring.report import DatasetReport, RulesReport
from logverdict.authoring.scoring import Score, Share

_LABELS = ("success", "environmental", "real", "unknown", "needs_human")
_GIVEN = ("success", "environmental", "real", "unknown")


def accuracy_page(report: RulesReport, dataset: str, compat: Sequence[RuleFigures] = ()) -> str:
    """Write the page; `dataset` is what the reader knows the dataset by.

    `compat` are the figures of the earlier wrapper's rules, each by itself.
    """
    lines = [
        "# Accuracy",
        "",
        "<!-- Made by `codexjob rules test --dataset … --accuracy …`: do not edit. -->",
        "",
        f"Ruleset `{report.ruleset}`; {len(report.examples)} examples, {len(report.failed)} failed.",
        "",
    ]
    if report.dataset:
        lines += _dataset(report.dataset, dataset)
        lines += _compat(compat)
    return "\n".join(lines)


def _compat(figures: Sequence[RuleFigures]) -> Iterator[str]:
    if figures:
        yield from ("### The earlier wrapper's rules, one by one", "")
        yield from ("They stand in rules/compat/, off by default. Wrong: the label is another one.", "")
        yield from (*figures_table(figures), "")


def share(part: Share) -> str:
    """Write a share for a table."""
    return f"{part.part} of {part.whole} ({part.ratio:.1%})" if part.ratio is not None else "none"


def _dataset(report: DatasetReport, name: str) -> Iterator[str]:
    yield from (f"## {name}: {report.runs} runs", "")
    yield from (
        "| reading | right outcome | JSON | human | undone work called done |",
        "|---|---|---|---|---|",
    )
    yield _reading("rules, all runs", report.score)
    yield _reading("rules, runs that can be decided", report.decidable)
    for one in report.baselines:
        yield f"| {one.name} | {share(one.right)} | | | {one.dangers} |"
    yield from ("", f"Evidence on the decisive line: {share(report.score.on_line)}.", "")
    yield from _matrix(report.score)
    yield from _undecidable(report)
    yield from ("### Undone work called done", "", *_table(report.decidable.dangers))
    yield from (
        "### Other misses",
        "",
        *_table(tuple(one for one in report.score.misses if not one.is_dangerous)),
    )


def _reading(name: str, score: Score) -> str:
    modes = " | ".join(share(score.by_mode[mode]) for mode in ("json", "human"))
    return f"| {name} | {share(score.right)} | {modes} | {len(score.dangers)} |"


def _matrix(score: Score) -> Iterator[str]:
    yield from (
        "### Label and verdict given",
        "",
        f"| label | {' | '.join(_GIVEN)} |",
        "|---|---|---|---|---|",
    )
    for label in _LABELS:
        counts = [score.matrix.get((label, given), 0) for given in _GIVEN]
        if any(counts):
            yield f"| {label} | {' | '.join(map(str, counts))} |"
    yield ""


def _undecidable(report: DatasetReport) -> Iterator[str]:
    yield from ("### Runs that their record cannot decide", "")
    yield "Each has a twin with the same record and another label, when ids, times and paths are masked."
    yield from ("", "| run | its twin |", "|---|---|")
    yield from (f"| {run} | {twin} |" for run, twin in sorted(report.undecidable.items()))
    yield ""


def _table(judged: tuple[Judged, ...]) -> Iterator[str]:
    if not judged:
        yield from ("None.", "")
        return
    yield from ("| run | label | given | cause | action | why |", "|---|---|---|---|---|---|")
    for one in sorted(judged, key=lambda one: one.run.name):
        verdict = one.verdict
        reason = verdict.reason.replace("|", r"\|")
        cells = (one.run.name, one.run.truth.label, one.given, verdict.cause, verdict.action, reason)
        yield f"| {' | '.join(cells)} |"
    yield ""
