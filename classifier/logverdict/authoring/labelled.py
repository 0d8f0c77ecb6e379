"""A run and the truth about it, and whether a verdict agrees with that truth."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from logverdict.source import Log
from logverdict.verdict import Action, Verdict, VerdictKind

Mode: TypeAlias = Literal["json", "human"]
Label: TypeAlias = Literal["success", "environmental", "real", "unknown", "needs_human"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a run.

    No `verdict`: any that is no success. No `cause`: the label names none. No `actions`: all are right.
    `line` is a text of the line that decides.
    """

    success: bool
    verdict: VerdictKind | None = None
    cause: str | None = None
    actions: tuple[Action, ...] = ()
    line: str | None = None

    @property
    def label(self) -> Label:
        """Name the row of the confusion matrix that the run stands in."""
        if self.success:
            return "success"
        return self.verdict or "needs_human"


@dataclass(frozen=True, slots=True)
class LabelledRun:
    """One run of a dataset. Runs of one `family` are near twins and stand in one `split`."""

    name: str
    log: Log
    truth: Truth
    family: str
    split: str
    version: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled run and the verdict that it was given."""

    run: LabelledRun
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        """Tell whether the outcome and the action are those of the truth."""
        truth, verdict = self.run.truth, self.verdict
        if truth.success or verdict.success:
            return truth.success and verdict.success
        fits = truth.verdict in (None, verdict.verdict)
        return fits and (not truth.actions or verdict.action in truth.actions)

    @property
    def is_dangerous(self) -> bool:
        """Tell whether work that is not done was called a success: the worst error there is."""
        return self.verdict.success and not self.run.truth.success

    @property
    def given(self) -> str:
        """Name the column of the confusion matrix that the verdict stands in."""
        return "success" if self.verdict.success else self.verdict.verdict
