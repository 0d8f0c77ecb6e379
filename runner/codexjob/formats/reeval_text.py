"""A re-evaluation for a person: the matrix, every flipped run, and what the gate holds against."""

from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.brief import Brief
from logverdict.reevaluation import Pair, Reevaluation, Transition
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from codexjob.formats.transitions import counted, harmless, held, matrix
from codexjob.visible import shortened, visible

_WIDTH: Final = 100
_COLOURS: Final = {
    "success": "green",
    "environmental, success": "green",
    "environmental": "yellow",
    "real": "red",
    "unknown": "magenta",
}


def reeval_text(found: Reevaluation) -> Iterator[RenderableType]:
    """Render what changed, the summary first."""
    yield Text(counted(found), "bold")
    yield Text(held(found), "bold red" if found.dangers else "")
    yield ""
    yield _table(found.outcomes)
    if any(one.old not in (one.new, "none") for one in found.actions):
        yield ""
        yield _table(found.actions)
    for pair in found.dangers:
        yield ""
        yield from _flip(pair, "a failure becomes a success", "bold red")
    for flip in harmless(found):
        yield ""
        yield from _flip(flip.pair, f"{flip.change} changed")


def _table(transitions: Sequence[Transition]) -> Table:
    head, *rows = matrix(transitions)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(head[0], style="bold")
    for word in head[1:]:
        table.add_column(word, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _flip(pair: Pair, change: str, colour: str = "dim") -> Iterator[Text]:
    label = f", labelled {pair.label.truth}" if pair.label else ""
    yield Text.assemble((visible(pair.path), "bold"), (f"  {change}{label}", colour))
    yield from _judged("old", pair.old)
    yield from _judged("new", pair.new)


def _judged(when: str, brief: Brief | None) -> Iterator[Text]:
    if brief is None:
        yield Text(f"  {when}  no verdict", "dim")
        return
    rule = f"  [{visible(brief.rule)}]" if brief.rule else ""
    said = visible(f"  {brief.cause}, {brief.action}")
    yield Text.assemble(f"  {when}  ", (brief.outcome, _COLOURS[brief.outcome]), said, (rule, "dim"))
    for one in dict.fromkeys(brief.evidence):
        place = f"{one.part}:{one.line}"
        yield Text.assemble(
            "       ", (visible(f"{place:<9} "), "cyan"), shortened(visible(one.text), _WIDTH)
        )
    if not brief.evidence and brief.reason:
        yield Text(f"       {shortened(visible(brief.reason), _WIDTH)}")
