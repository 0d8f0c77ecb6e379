"""A re-evaluation as Markdown: for a comment on the change of a rule."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.brief import Brief
from logverdict.reevaluation import Pair, Reevaluation, Transition

from codexjob.formats.transitions import counted, harmless, held, matrix
from codexjob.visible import shortened, visible

_WIDTH: Final = 160
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~@&])")


def reeval_markdown(found: Reevaluation) -> str:
    """Write the summary, the matrices, the flipped runs and the dangers."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Reevaluation) -> Iterator[str]:
    yield from ("# Re-evaluation", "", counted(found), "", held(found), "")
    yield from ("## From old to new", "", *_table(found.outcomes), "", *_table(found.actions))
    if found.dangers:
        yield from ("", "## Failures that become a success", "")
        for pair in found.dangers:
            yield from _pair(pair, "outcome")
    flips = harmless(found)
    if flips:
        yield from ("", "## Flipped runs", "")
        for flip in flips:
            yield from _pair(flip.pair, flip.change)


def _table(transitions: Sequence[Transition]) -> Iterator[str]:
    head, *rows = matrix(transitions)
    yield _row(head)
    yield _row(("---", *("---:" for _ in head[1:])))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _pair(pair: Pair, change: str) -> Iterator[str]:
    label = f", labelled {pair.label.truth}" if pair.label else ""
    yield f"- **{_plain(pair.path)}**: {change} changed{_plain(label)}"
    yield from _judged("old", pair.old)
    yield from _judged("new", pair.new)


def _judged(when: str, brief: Brief | None) -> Iterator[str]:
    if brief is None:
        yield f"  - {when}: no verdict"
        return
    rule = f", rule {_plain(brief.rule)}" if brief.rule else ""
    yield f"  - {when}: {brief.outcome}, {_plain(brief.cause)}, {_plain(str(brief.action))}{rule}"
    for one in dict.fromkeys(brief.evidence):
        yield f"    - {_plain(one.part)}:{one.line}: {_plain(one.text)}"
    if not brief.evidence and brief.reason:
        yield f"    - {_plain(brief.reason)}"


def _plain(text: str) -> str:
    """Show text of strangers as itself: it is neither markup nor a mention of somebody."""
    return _MARKS.sub(r"\\\1", shortened(visible(text), _WIDTH))
