"""Read a rule file as a tree that knows its lines and columns; refuse what only attackers need."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import yaml

from logverdict.errors import Mistake
from logverdict.record import record

DEEPEST: Final = 20
MOST_EVENTS: Final = 60_000
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS: Final = (None, "!")
_NULLS: Final = ("", "~", "null")
_COLON_HINT: Final = "a text with `: ` in it stands in quotes, or on the lines below `>-`"


@record(frozen=True, slots=True)
class Scalar:
    """A single value. `text` is null for YAML's null; `style` is `|`, `>`, `'`, `"` or empty.

    `start` and `end` are characters of the file; `line` and `column` count from 1.
    """

    text: str | None
    style: str
    start: int
    end: int
    line: int
    column: int


@record(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int
    column: int


@record(frozen=True, slots=True)
class Entries:
    """A mapping, as pairs in the order of the file."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int

    def node(self, key: str) -> "Node | None":
        """Find the value of `key`."""
        return next((node for name, node in self.pairs if name.text == key), None)


Node: TypeAlias = Scalar | Items | Entries


class YamlError(ValueError):
    """A file is not the YAML that packs are written in."""

    def __init__(self, message: str, line: int, column: int, hint: str = "") -> None:
        self.message, self.line, self.column, self.hint = message, line, column, hint
        super().__init__(message)

    def mistake(self, file: str, source: str) -> Mistake:
        """Place the mistake in its file; `source` is the text of its line."""
        return Mistake(file, self.line, self.column, self.message, source, self.hint)


def parse_yaml(text: str) -> Node | None:
    """Read one YAML document; null where it is empty.

    Every scalar stays text: what it means follows from where it stands.

    Raises:
        YamlError: the syntax is wrong, or there is an alias, a tag, a duplicate key, a second document, or
            deep nesting.
    """
    try:
        return _document(_checked(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = _COLON_HINT if "mapping values" in str(err.problem) else ""
        raise YamlError(f"this is not YAML: {err.problem or err.context}", line, column, hint) from err
    except yaml.YAMLError as err:
        raise YamlError(f"this is not YAML: {err}".splitlines()[0], 1, 1) from err


def plain(node: Node | None) -> Any:
    """Turn a tree into plain lists, mappings and texts."""
    match node:
        case Items():
            return [plain(item) for item in node.items]
        case Entries():
            return {key.text: plain(value) for key, value in node.pairs}
        case Scalar():
            return node.text
        case None:
            return None


def _checked(events: Iterator[Any]) -> Iterator[Any]:
    depth = documents = 0
    for number, event in enumerate(events):
        if number >= MOST_EVENTS:
            raise _error(event, "this is more than a pack may hold", "split it into several packs")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        problem = _problem(event, depth, documents)
        if problem:
            raise _error(event, *problem)
        yield event


def _problem(event: Any, depth: int, documents: int) -> tuple[str, str] | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "packs have no anchors and aliases", "share a pattern by its name under `patterns:`"
    if getattr(event, "tag", None) not in _PLAIN_TAGS:
        return f"packs have no tags: {event.tag[:80]}", "remove the word that begins with `!`"
    if depth > DEEPEST:
        return f"this is nested more than {DEEPEST} levels deep", ""
    return ("a pack is one document", "remove the line `---`") if documents > 1 else None


def _document(events: Iterator[Any]) -> Node | None:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            tree = _node(event, events)
            for _ in events:
                pass
            return tree
    return None


def _node(event: Any, events: Iterator[Any]) -> Node:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line, column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Items(tuple(_inside(events, yaml.SequenceEndEvent)), line, column)
    nodes = list(_inside(events, yaml.MappingEndEvent))
    return Entries(_pairs(nodes[::2], nodes[1::2]), line, column)


def _inside(events: Iterator[Any], end: type) -> Iterator[Node]:
    for event in events:
        if isinstance(event, end):
            return
        yield _node(event, events)


def _scalar(event: Any, line: int, column: int) -> Scalar:
    style = "" if event.style in {None, ":"} else event.style
    text = None if not style and event.value in _NULLS else event.value
    return Scalar(text, style, event.start_mark.index, event.end_mark.index, line, column)


def _pairs(keys: list[Node], values: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
    seen: set[str] = set()
    pairs = []
    for key, value in zip(keys, values, strict=True):
        if not isinstance(key, Scalar) or key.text is None:
            raise YamlError("a key is one word", key.line, key.column)
        if key.text in seen:
            raise YamlError(f"the key `{key.text}` stands here twice", key.line, key.column)
        seen.add(key.text)
        pairs.append((key, value))
    return tuple(pairs)


def _error(event: Any, message: str, hint: str) -> YamlError:
    return YamlError(message, event.start_mark.line + 1, event.start_mark.column + 1, hint)
