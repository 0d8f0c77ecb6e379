"""The table of what Codex is known to do, and which rule answers it, as a page."""

from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.authoring.coverage import CoverageRow, CoverageTable, shape
from logverdict.authoring.markdown import anchor

_LONGEST: Final = 140
_HEAD: Final = (
    "| what happens | what Codex prints | versions | answered by | action |",
    "|---|---|---|---|---|",
)
_OPENING: Final = (
    "# Coverage",
    "",
    "<!-- Made by `codexjob rules docs` from docs/coverage.yaml: change that, not this. -->",
    "",
    "What the Codex CLI is known to do, and what here answers it: a rule, or the shape of the run by itself,",
    "where no rule is needed. A test judges a log of every row with all the built-in rules.",
    "",
)


def coverage_page(tables: Sequence[CoverageTable]) -> str:
    """Write the page."""
    lines = list(_OPENING)
    for table in tables:
        lines += [f"## {table.title}", "", *_HEAD, *map(_row, table.rows), ""]
    return "\n".join(lines)


def _row(row: CoverageRow) -> str:
    printed = _code(shape(row)) if not row.outside else ""
    cells = (row.name, printed, row.versions, "; ".join(_answer(row)), row.action or "")
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _answer(row: CoverageRow) -> Iterator[str]:
    if row.rule:
        yield f"[`{row.rule}`](rules.md#{anchor(row.rule)})"
    elif row.structure:
        yield f"its shape: `{row.structure}`"
    else:
        yield f"nothing to answer: {row.outside}"


def _code(text: str) -> str:
    line = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"`` {line} ``" if "`" in line else f"`{line}`" if line else "nothing"
