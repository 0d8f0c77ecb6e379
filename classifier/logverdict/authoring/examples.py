"""Run the examples of all rules, each with the whole ruleset loaded, as a real log would be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from logverdict.classify import classify
from logverdict.events import Part
from logverdict.rulebook import Example, Rule, Ruleset
from logverdict.sidecar import filled
from logverdict.source import Log, read_run
from logverdict.stored import Content
from logverdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class TriedExample:
    """An example, numbered from 1, its log, and the verdict that the whole ruleset gave on that."""

    rule: Rule
    number: int
    example: Example
    log: Log
    verdict: Verdict

    @property
    def fired(self) -> tuple[str, ...]:
        """Name the rules that fired."""
        return tuple(one.rule for one in (*self.verdict.findings, *self.verdict.noise))

    @property
    def is_right(self) -> bool:
        """Tell whether the rule fired where it should, and did not where it should not."""
        return self.log.trouble is None and (self.rule.id in self.fired) == self.example.is_match

    @property
    def name(self) -> str:
        """Name the example for a report."""
        return f"{self.rule.id}-{self.number}-{'match' if self.example.is_match else 'near_miss'}"


def try_examples(ruleset: Ruleset) -> Iterator[TriedExample]:
    """Try the examples of all rules; the files that an installed pack left in its checkout are left out."""
    for rule in ruleset.rules:
        for number, example in enumerate(rule.examples, 1):
            log = log_of(rule, example)
            if log.trouble is None or not rule.is_installed:
                yield TriedExample(rule, number, example, log, classify(log, ruleset))


def log_of(rule: Rule, example: Example) -> Log:
    """Make the log of an inline example, or read the file of another; one not there has `trouble`."""
    if example.file is not None:
        return _filed(rule, example.file, example)
    parts: dict[Part, Content] = {"log": (example.log or "").encode(errors="replace")}
    return Log(rule.id, parts, example.meta)


def _filed(rule: Rule, name: str, example: Example) -> Log:
    """Read a file that is named from the folder of the pack, or from the working folder."""
    found = next((path for path in (Path(rule.file).parent / name, Path(name)) if _is_file(path)), None)
    if found is None:
        return Log(name, {}, example.meta, ("log",), f"{name}: there is no such file")
    log = read_run(found)
    return replace(log, meta=filled(example.meta, log.meta))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


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
