"""Find the tables of patterns in a document: Markdown, with a column of patterns and one of categories."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from logverdict.errors import DraftError

if TYPE_CHECKING:
    from markdown_it.token import Token

Role: TypeAlias = Literal["pattern", "category", "action", "cause", "note"]
MOST_ROWS: Final = 500
LARGEST_DOCUMENT: Final = 200_000
_HEADERS: Final[Mapping[Role, str]] = {
    "pattern": "pattern|patterns|match|matches|regex|regexp|signature|log pattern|symptom|indicator|log line"
    "|message|error|how to recognise it|how to recognize it",
    "category": "category|type|class|classification|verdict|kind|failure type|nature",
    "action": "action|actions|response|handling|resolution|what to do|recommended action|recovery"
    "|next step|what happens next",
    "cause": "cause|name|id|failure",
    "note": "description|meaning|notes|note|why|explanation|root cause|comment|reason",
}
_ROLES: Final[Mapping[str, Role]] = {
    word: role for role, words in _HEADERS.items() for word in words.split("|")
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: all of it as plain text, and the parts of it that are written as code."""

    text: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of patterns: its line, counted from 1, its cells, and the heading above the table."""

    line: int
    cells: Mapping[Role, Cell]
    heading: str = ""

    def cell(self, role: Role) -> Cell:
        """Give a cell, empty where the table has no such column."""
        return self.cells.get(role, Cell())


def pattern_rows(text: str, file: str) -> tuple[Row, ...]:
    """Read the rows of all tables of patterns.

    Raises:
        DraftError: the document is too large, or there is no such table in it.
    """
    if len(text) > LARGEST_DOCUMENT:
        raise DraftError(f"{file}: a document has at most {LARGEST_DOCUMENT:,} characters")
    from markdown_it import MarkdownIt

    rows = tuple(_rows(MarkdownIt("commonmark").enable("table").parse(text)))
    if not rows:
        raise DraftError(
            f"{file}: there is no table of patterns in it: one whose head names a column `pattern`, "
            "and beside it `category` or `action`"
        )
    if len(rows) > MOST_ROWS:
        raise DraftError(f"{file}: its tables have {len(rows):,} rows; at most {MOST_ROWS} are read")
    return rows


def _rows(tokens: "Sequence[Token]") -> Iterator[Row]:
    heading, roles, cells, line, is_head = "", list[Role | None](), list[Cell](), 0, False
    for number, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                heading = tokens[number + 1].content
            case "thead_open" | "tbody_open":
                is_head = token.type == "thead_open"
            case "tr_open":
                cells, line = [], (token.map or [0])[0] + 1
            case "inline" if tokens[number - 1].type in ("th_open", "td_open"):
                cells.append(_cell(token))
            case "tr_close" if is_head:
                roles = _roles(cells)
            case "tr_close" if "pattern" in roles:
                yield Row(line, _by_role(roles, cells), heading)


def _cell(token: "Token") -> Cell:
    codes = tuple(child.content for child in token.children or () if child.type == "code_inline")
    text = "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))
    return Cell(text.strip(), codes)


def _roles(head: Sequence[Cell]) -> list[Role | None]:
    """Tell what each column holds; a table of patterns says beside them what they mean or what to do."""
    named = [_ROLES.get(re.sub(r"[\s:]+", " ", cell.text).strip().lower()) for cell in head]
    known: list[Role | None] = [role if role not in named[:at] else None for at, role in enumerate(named)]
    return known if {"category", "action"} & set(known) else []


def _by_role(roles: Sequence[Role | None], cells: Sequence[Cell]) -> Mapping[Role, Cell]:
    return {role: cell for role, cell in zip(roles, cells, strict=False) if role}
