"""Run the examples of all rules, each with the whole ruleset loaded, as a real log would be."""

from collections.abc import Iterator
from dataclasses import dataclass

from logverdict.classify import classify
from logverdict.events import Part
from logverdict.rulebook import Example, Rule, Ruleset
from logverdict.source import Log
from logverdict.stored import Content
from logverdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class TriedExample:
    """An example, numbered from 1, and the verdict that the whole ruleset gave on its log."""

    rule: Rule
    number: int
    example: Example
    verdict: Verdict

    @property
    def fired(self) -> tuple[str, ...]:
        """Name the rules that fired."""
        return tuple(one.rule for one in (*self.verdict.findings, *self.verdict.noise))

    @property
    def is_right(self) -> bool:
        """Tell whether the rule fired where it should, and did not where it should not."""
        return (self.rule.id in self.fired) == self.example.is_match

    @property
    def name(self) -> str:
        """Name the example for a report."""
        return f"{self.rule.id}-{self.number}-{'match' if self.example.is_match else 'near_miss'}"


def try_examples(ruleset: Ruleset) -> Iterator[TriedExample]:
    """Try the inline examples of all rules; those in files are for a checkout and its dataset."""
    for rule in ruleset.rules:
        for number, example in enumerate(rule.examples, 1):
            if example.log is not None:
                yield TriedExample(rule, number, example, classify(log_of(rule, example), ruleset))


def log_of(rule: Rule, example: Example) -> Log:
    """Make the log of an inline example."""
    parts: dict[Part, Content] = {"log": (example.log or "").encode(errors="replace")}
    return Log(rule.id, parts, example.meta)


def strangers(tried: TriedExample, ruleset: Ruleset) -> tuple[str, ...]:
    """Name the other rules of the same question that fired on a rule's own example.

    A rule that overrides this one, is overridden by it, or has a more general cause was meant to fire, too.
    """
    known = {rule.id: rule for rule in ruleset.rules}
    if not tried.example.is_match:
        return ()
    others = (known[name] for name in tried.fired if name in known and name != tried.rule.id)
    return tuple(other.id for other in others if _is_stranger(other, tried.rule))


def _is_stranger(other: Rule, rule: Rule) -> bool:
    if other.question != rule.question or rule.question == "noise":
        return False
    is_related = other.id in rule.overrides or rule.id in other.overrides
    is_general = f"{rule.cause}.".startswith(f"{other.cause}.")
    return not is_related and not is_general
