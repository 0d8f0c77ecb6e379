"""Compare the verdicts of past runs with those that the rules give now."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

from logverdict.brief import Brief, brief_of
from logverdict.past import Label, PastLabel, PastVerdict
from logverdict.record import record
from logverdict.source import Log
from logverdict.verdict import Verdict

Change: TypeAlias = Literal["outcome", "action", "cause"]
Judge: TypeAlias = Callable[[Log], Verdict]


@record(frozen=True, slots=True)
class Pair:
    """One run, judged then and now. No `old`: there is no verdict from then."""

    path: str
    old: Brief | None
    new: Brief
    label: Label | None = None


@record(frozen=True, slots=True)
class Flip:
    """A run of which something else is said now; `change` is the gravest difference."""

    pair: Pair
    change: Change


@record(frozen=True, slots=True)
class Transition:
    """How many runs went from one word to another; `none` where there is no old verdict."""

    old: str
    new: str
    runs: int


@record(frozen=True, slots=True)
class Reevaluation:
    """What changed when past runs were judged again.

    `unchanged` runs have the same outcome, action and cause; `same_ruleset` were judged by the same rules
    then. `dangers` are labelled failures that become a success, `still_dangerous` those that were one before.
    """

    runs: int
    without_old: int
    unchanged: int
    same_ruleset: int
    labelled: int
    outcomes: tuple[Transition, ...]
    actions: tuple[Transition, ...]
    flips: tuple[Flip, ...]
    dangers: tuple[Pair, ...]
    still_dangerous: tuple[Pair, ...]


def judged_again(logs: Iterable[Log], judge: Judge, past: PastVerdict, label: PastLabel) -> Iterator[Pair]:
    """Judge logs, one after the other, and pair each verdict with the old one; nothing is written."""
    for log in logs:
        yield Pair(log.path, past(log.path), brief_of(judge(log)), label(log.path))


def reevaluate(pairs: Iterable[Pair]) -> Reevaluation:
    """Sum up pairs from wherever they come; only those that changed are kept."""
    counts: Counter[str] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    actions: Counter[tuple[str, str]] = Counter()
    flips: list[Flip] = []
    dangers: list[Pair] = []
    still: list[Pair] = []
    for pair in pairs:
        old, new = pair.old, pair.new
        change = _change(old, new)
        counts.update(_claims(pair, change))
        outcomes[old.outcome if old else "none", new.outcome] += 1
        actions[(old.action or "none") if old else "none", new.action or "none"] += 1
        if change:
            flips.append(Flip(pair, change))
        if new.success and pair.label and pair.label.is_failure:
            (still if old and old.success else dangers).append(pair)
    return Reevaluation(
        runs=counts["runs"],
        without_old=counts["without_old"],
        unchanged=counts["unchanged"],
        same_ruleset=counts["same_ruleset"],
        labelled=counts["labelled"],
        outcomes=_transitions(outcomes),
        actions=_transitions(actions),
        flips=tuple(flips),
        dangers=tuple(dangers),
        still_dangerous=tuple(still),
    )


def _change(old: Brief | None, new: Brief) -> Change | None:
    if old is None:
        return None
    if old.outcome != new.outcome:
        return "outcome"
    if old.action not in (None, new.action):
        return "action"
    return None if old.cause in ("", new.cause) else "cause"


def _claims(pair: Pair, change: Change | None) -> Iterator[str]:
    yield "runs"
    if pair.old is None:
        yield "without_old"
    elif pair.old.ruleset == pair.new.ruleset:
        yield "same_ruleset"
    if pair.old and change is None:
        yield "unchanged"
    if pair.label:
        yield "labelled"


def _transitions(counted: Counter[tuple[str, str]]) -> tuple[Transition, ...]:
    return tuple(Transition(old, new, runs) for (old, new), runs in sorted(counted.items()))
