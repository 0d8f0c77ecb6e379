"""The limits of a job on tokens and money, over all its runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from logverdict.facts import Tokens

from codexjob.prices import cost_of
from codexjob.summary import JudgedRun


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a job may use: tokens (uncached input and output) and US dollars; null is no limit."""

    tokens: int | None = None
    cost: float | None = None

    def passed(self, tokens: int, cost: float | None) -> str | None:
        """Say which limit was reached; null where none was. An unknown price passes no limit."""
        if self.tokens is not None and tokens >= self.tokens:
            return f"the job has used {tokens} tokens of {self.tokens} (--max-tokens)"
        if self.cost is not None and cost is not None and cost >= self.cost:
            return f"the job has cost ${cost:.4f} of ${self.cost:.2f} (--max-cost)"
        return None


@dataclass(frozen=True, slots=True)
class Spent:
    """What the runs of a job have used: tokens as far as known, and dollars, null where one is unknown."""

    tokens: int = 0
    cost: float | None = 0.0

    def and_now(self, model: str | None, used: Tokens) -> "Spent":
        """Add what one run has used."""
        cost = cost_of(model, used)
        known = None if self.cost is None or cost is None else self.cost + cost
        return Spent(self.tokens + (used.total or 0), known)


def spent_by(runs: Iterable[JudgedRun]) -> Spent:
    """Add up what runs have used."""
    spent = Spent()
    for run in runs:
        spent = spent.and_now(run.meta.model, run.verdict.tokens)
    return spent


def passed_limit(limits: Limits, runs: Sequence[JudgedRun]) -> str | None:
    """Say which limit the runs of a job have reached; null where none."""
    spent = spent_by(runs)
    return limits.passed(spent.tokens, spent.cost)
