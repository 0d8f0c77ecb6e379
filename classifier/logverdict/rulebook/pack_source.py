"""A rule file as text: where the characters of its YAML values stand in it."""

import re
from collections.abc import Iterator
from typing import Final

from logverdict.errors import Mistake
from logverdict.record import record
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.yaml_tree import Entries, Items, Node, Scalar

_LONGEST_SHOWN: Final = 200
_ESCAPE: Final = re.compile(r"\\(x..|u.{4}|U.{8}|\r?\n|.)")
_BLANK_ESCAPES: Final = frozenset("tnr \t\n_NLP")


@record(frozen=True, slots=True)
class PackSource:
    """One rule file: its name, its text, its lines."""

    file: str
    text: str
    lines: tuple[str, ...]

    def mistake(self, node: Node, message: str, hint: str = "") -> Mistake:
        """Make a mistake that stands where `node` begins."""
        return self._at(node.line, node.column, message, hint)

    def flaw(self, node: Node, flaw: Flaw) -> Mistake:
        """Place a flaw of a condition or pattern, which `node` holds, in the file."""
        if not isinstance(node, Scalar):
            return self.mistake(node, flaw.message, flaw.hint)
        index = self._index(node, flaw.at)
        line = node.line + self.text.count("\n", node.start, index)
        column = index - (self.text.rfind("\n", 0, index) + 1) + 1
        return self._at(line, column, flaw.message, flaw.hint)

    def source_line(self, line: int) -> str:
        """Show one line, counted from 1; nothing where it is too long to help."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return text if len(text) <= _LONGEST_SHOWN else ""

    def _at(self, line: int, column: int, message: str, hint: str) -> Mistake:
        return Mistake(self.file, line, column, message, self.source_line(line), hint)

    def _index(self, node: Scalar, at: int) -> int:
        """Find the character of the file that wrote character `at` of a value.

        Folding, indentation and escapes change the white space of a value, never the order of its other
        characters: so those are counted.
        """
        value = node.text or ""
        nth = sum(not char.isspace() for char in value[:at])
        written = list(_written(self.text, node))
        if nth < len(written):
            return written[nth]
        return written[-1] + 1 if written else node.start


def open_pack(file: str, text: str) -> PackSource:
    """Make a rule file's text ready to show its mistakes."""
    return PackSource(file, text, tuple(text.split("\n")))


def node_at(tree: Node, path: tuple[int | str, ...]) -> Node:
    """Follow `path` into a tree as far as it goes; an absent key ends the way."""
    for step in path:
        if isinstance(tree, Items) and isinstance(step, int) and step < len(tree.items):
            tree = tree.items[step]
        elif isinstance(tree, Entries) and (found := tree.node(str(step))):
            tree = found
        else:
            break
    return tree


def _written(text: str, node: Scalar) -> Iterator[int]:
    """Give the positions of the characters of a scalar that are not white space."""
    start, end = node.start, node.end
    if node.style in {"|", ">"}:
        start = text.find("\n", start, end) + 1 or end
    elif node.style:
        start, end = start + 1, end - 1
    while start < end:
        step, is_blank = _step(text, start, node.style)
        if not is_blank:
            yield start
        start += step


def _step(text: str, at: int, style: str) -> tuple[int, bool]:
    if style == "'" and text.startswith("''", at):
        return 2, False
    escape = _ESCAPE.match(text, at) if style == '"' else None
    if escape is None:
        return 1, text[at].isspace()
    written = escape.group(1)
    return len(escape.group()), written[0] not in "xuU" and written[-1] in _BLANK_ESCAPES


def key_at(tree: Node, path: tuple[int | str, ...]) -> Node:
    """Follow `path` to its last key itself, not to the value of it; as far as it goes."""
    above = node_at(tree, path[:-1])
    keys = above.pairs if isinstance(above, Entries) else ()
    return next((key for key, _ in keys if path and key.text == path[-1]), above)
