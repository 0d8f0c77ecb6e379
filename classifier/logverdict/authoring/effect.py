"""What a drafted rule would change on labelled runs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from logverdict.authoring.draft import Draft
from logverdict.authoring.labelled import Judged, LabelledRun
from logverdict.authoring.trial import fired
from logverdict.brief import brief_of
from logverdict.classify import classify
from logverdict.past import Label
from logverdict.reevaluation import Pair, Reevaluation, reevaluate
from logverdict.rulebook import Ruleset
from logverdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Effect:
    """The verdicts without and with a rule, compared.

    `fired` counts the runs that it fires on by their label. `righted` and `wronged` name the runs that it
    makes agree with their label, and those that it makes disagree.
    """

    changes: Reevaluation
    fired: Mapping[str, int]
    righted: tuple[str, ...]
    wronged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Twice:
    """A run judged without the rule and with it."""

    run: LabelledRun
    before: Verdict
    after: Verdict


def effect_of(draft: Draft, ruleset: Ruleset, runs: Iterable[LabelledRun]) -> Effect:
    """Judge labelled runs with the rules as they are, and with the draft among them."""
    counts: Counter[str] = Counter()
    turned: dict[bool, list[str]] = {True: [], False: []}
    pairs = []
    for one in _judged_twice(draft, ruleset, runs):
        counts.update([one.run.truth.label] if draft.rule.id in fired(one.after) else [])
        was, is_now = (Judged(one.run, verdict).is_right for verdict in (one.before, one.after))
        if was != is_now:
            turned[is_now].append(one.run.name)
        pairs.append(_pair(one))
    return Effect(reevaluate(pairs), counts, tuple(turned[True]), tuple(turned[False]))


def _judged_twice(draft: Draft, ruleset: Ruleset, runs: Iterable[LabelledRun]) -> Iterator[_Twice]:
    """Judge each run; again without the rule only where that can make a difference.

    A rule that did not fire decides nothing, but it may have fired on an earlier run in the same file.
    """
    for run in runs:
        after = classify(run.log, draft.ruleset)
        may_differ = draft.rule.id in fired(after) or after.runs_in_file > 1
        yield _Twice(run, classify(run.log, ruleset) if may_differ else after, after)


def _pair(one: _Twice) -> Pair:
    truth = one.run.truth
    label = Label(truth.label, is_failure=not truth.success)
    return Pair(one.run.name, brief_of(one.before), brief_of(one.after), label)
