"""A matrix of transitions as rows of text: from the old words, downwards, to the new ones, across."""

from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.reevaluation import Flip, Reevaluation, Transition

_ORDER: Final = (
    "success", "environmental, success", "environmental", "real", "unknown",
    "accept", "verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human",
    "none",
)  # fmt: skip


def matrix(transitions: Sequence[Transition]) -> Iterator[tuple[str, ...]]:
    """Yield the head, then a row for each old word; what did not happen is a dot."""
    olds, news = _words(one.old for one in transitions), _words(one.new for one in transitions)
    runs = {(one.old, one.new): one.runs for one in transitions}
    yield ("old ↓ new →", *news)
    for old in olds:
        yield (old, *(str(runs.get((old, new), "·")) for new in news))


def counted(found: Reevaluation) -> str:
    """Say in a sentence how many runs were judged, and how many of them anew."""
    parts = [f"{found.unchanged} unchanged", f"{len(found.flips)} flipped"]
    parts += [f"{found.without_old} without an old verdict"] if found.without_old else []
    parts.append(f"{found.same_ruleset} were judged by these very rules before")
    return f"{_runs(found.runs)} judged again: {', '.join(parts)}."


def held(found: Reevaluation) -> str:
    """Say what the labels say about the change."""
    if not found.labelled:
        return "No run has a label."
    still = f"; {len(found.still_dangerous)} were called one before" if found.still_dangerous else ""
    return (
        f"{_runs(found.labelled)} with a label; failures that become a success: {len(found.dangers)}{still}."
    )


def harmless(found: Reevaluation) -> tuple[Flip, ...]:
    """Give the flipped runs that the gate does not hold against: those are shown apart."""
    dangers = {id(pair) for pair in found.dangers}
    return tuple(flip for flip in found.flips if id(flip.pair) not in dangers)


def _runs(number: int) -> str:
    return f"{number} run{'' if number == 1 else 's'}"


def _words(found: Iterator[str]) -> list[str]:
    return sorted(set(found), key=_ORDER.index)
