"""A pattern as a tree: what each way of writing it comes to."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from logverdict.dialect.charset import Ranges
from logverdict.record import record

Place: TypeAlias = Literal["line_start", "line_end", "text_start", "text_end", "border", "no_border"]


@record(frozen=True, slots=True)
class Chars:
    """One character out of a set; a caseless one holds all its cases."""

    ranges: Ranges


@record(frozen=True, slots=True)
class At:
    """A place between characters. Borders are those of ASCII words, as RE2 has them."""

    place: Place


@record(frozen=True, slots=True)
class Row:
    """Parts that follow each other; without parts it is the empty text."""

    parts: tuple["Node", ...]


@record(frozen=True, slots=True)
class Choice:
    """Alternatives, of which the first that fits is taken."""

    parts: tuple["Node", ...]


@record(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times over; without `most`, without end."""

    part: "Node"
    least: int
    most: int | None
    is_greedy: bool


@record(frozen=True, slots=True)
class Group:
    """A part whose text is kept, under a name or not."""

    part: "Node"
    name: str | None


Node: TypeAlias = Chars | At | Row | Choice | Repeat | Group
EMPTY = Row(())


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's nodes, from the top."""
    yield node
    match node:
        case Row(parts=parts) | Choice(parts=parts):
            for part in parts:
                yield from walk(part)
        case Repeat(part=part) | Group(part=part):
            yield from walk(part)


def may_be_empty(node: Node) -> bool:
    """Tell whether a match of the tree may hold no character."""
    match node:
        case Row(parts=parts):
            return all(may_be_empty(part) for part in parts)
        case Choice(parts=parts):
            return any(may_be_empty(part) for part in parts)
        case Repeat(part=part, least=least):
            return least == 0 or may_be_empty(part)
        case Group(part=part):
            return may_be_empty(part)
    return isinstance(node, At)
