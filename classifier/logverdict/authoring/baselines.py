"""How far simpler readings of a run come on the same dataset: a measure for what the rules add."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from logverdict.authoring.labelled import LabelledRun
from logverdict.authoring.scoring import Share

_BENIGN: Final = re.compile(r"syntax error|unexpected EOF")
_BAD: Final = re.compile(r"error:|fatal:|Exception:")


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a simple reading did: right outcomes, told success from failure, and called undone work done."""

    name: str
    right: Share
    told_apart: Share
    dangers: int


def by_exit_status(run: LabelledRun) -> str:
    """Call an exit status of 0 a success, everything else environmental: the status does not say more."""
    meta = run.log.meta
    return "success" if meta.exit_code == 0 and meta.signal is None else "environmental"


def by_earlier_rules(run: LabelledRun) -> str:
    """Read the log as the earlier shell wrapper's document says.

    Shell syntax errors are environmental; `error:`, `fatal:`, `Exception:` or no `tokens used` are real.
    """
    text = "\n".join(content[:].decode(errors="replace") for content in run.log.parts.values())
    if _BENIGN.search(text):
        return "environmental"
    if _BAD.search(text) or "tokens used" not in text:
        return "real"
    return "success"


BASELINES: Final[Mapping[str, Callable[[LabelledRun], str]]] = {
    "exit status only": by_exit_status,
    "the earlier wrapper's rules": by_earlier_rules,
}


def baseline(name: str, runs: Sequence[LabelledRun]) -> Baseline:
    """Judge all runs by a simple reading."""
    given = [(run.truth.label, BASELINES[name](run)) for run in runs]
    apart = sum((label == "success") == (said == "success") for label, said in given)
    return Baseline(
        name,
        right=Share(sum(label == said for label, said in given), len(given)),
        told_apart=Share(apart, len(given)),
        dangers=sum(said == "success" != label for label, said in given),
    )
