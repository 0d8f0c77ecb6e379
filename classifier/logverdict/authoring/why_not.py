"""Say in a line why an example did not do what its rule says of it."""

from typing import Final

from logverdict.authoring.examples import TriedExample
from logverdict.decision import on_one_line
from logverdict.explain import explain
from logverdict.rulebook import Ruleset
from logverdict.rulebook.reading import Reading

_LONGEST: Final = 100


def why_not(tried: TriedExample, ruleset: Ruleset) -> str:
    """Name the part of the rule that failed first, or what the rule fired on; nothing where all is right."""
    if tried.is_right:
        return ""
    if tried.log.trouble is not None:
        return tried.log.trouble
    (taken,) = explain(tried.log, ruleset, [tried.rule.id]).rules
    if taken.failed is not None:
        return _failed(taken.failed, kept="unless" if taken.failed is taken.unless else "")
    shown = taken.finding.evidence[0] if taken.finding and taken.finding.evidence else None
    return f"on line {shown.line}: {on_one_line(shown.text, _LONGEST)}" if shown else ""


def _failed(part: Reading, kept: str) -> str:
    written = f"`{on_one_line(part.text, _LONGEST)}`"
    if kept:
        return f"`{kept}` holds: {written}"
    if part.actual is not None:
        return f"{written} is {on_one_line(part.actual, _LONGEST)}"
    if part.looked_at is not None:
        nearest = f", the nearest: {on_one_line(part.looks[0].event.text, _LONGEST)}" if part.looks else ""
        return f"{written} failed: there {_counted(part.looked_at)} of that kind{nearest}"
    return f"{written} is {'unknown' if part.value is None else 'not so'}"


def _counted(number: int) -> str:
    return "is 1 event" if number == 1 else f"are {number or 'no'} events"
