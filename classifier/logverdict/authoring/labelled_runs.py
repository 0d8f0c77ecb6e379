"""Labelled runs made ready to try many rules on: which of them a drafted rule would judge wrongly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from logverdict.authoring.examples import log_of
from logverdict.authoring.labelled import LabelledRun, Truth
from logverdict.classify import facts_of, transcript_of
from logverdict.events import Transcript
from logverdict.rulebook import Rule, Ruleset
from logverdict.rulebook.firing import finding_of
from logverdict.rulebook.indexed import Indexed, index_run
from logverdict.source import Log


@dataclass(frozen=True, slots=True)
class ReadRun:
    """A run with a truth, read and sorted: `name` says where it is from."""

    name: str
    log: Log
    truth: Truth
    transcript: Transcript
    indexed: Indexed

    def is_wrong_for(self, rule: Rule) -> bool:
        """Tell whether a verdict by `rule` would be wrong here; noise is wrong where the work is not done."""
        if rule.question == "noise" or self.truth.success:
            return self.truth.success != (rule.question == "noise")
        is_other = self.truth.verdict not in (None, rule.verdict)
        return is_other or bool(self.truth.actions and rule.action not in self.truth.actions)

    def is_met_by(self, rule: Rule) -> bool:
        """Tell whether `rule` fires on this run."""
        return finding_of(rule, self.indexed) is not None


def read_runs(runs: Iterable[LabelledRun], ruleset: Ruleset) -> Iterator[ReadRun]:
    """Read labelled runs as `classify` would."""
    for run in runs:
        yield _read(run.name, run.log, run.truth, ruleset)


def read_examples(ruleset: Ruleset) -> Iterator[ReadRun]:
    """Read the examples that rules fire on: small runs whose verdict somebody wrote down."""
    for rule in ruleset.rules:
        truth = Truth(
            rule.question == "noise", rule.verdict, rule.cause, (rule.action,) if rule.action else ()
        )
        for example in rule.examples:
            log = log_of(rule, example)
            if example.is_match and log.trouble is None:
                yield _read(f"an example of {rule.id}", log, truth, ruleset)


def _read(name: str, log: Log, truth: Truth, ruleset: Ruleset) -> ReadRun:
    transcript = transcript_of(log)
    facts = facts_of(log, transcript, ruleset)
    return ReadRun(name, log, truth, transcript, index_run(transcript.events, facts))
