"""A ruleset as plain data and back: what rules need to run, without the languages that they are written in.

Only data goes in and comes out: each record is the number of its class in a fixed list, with its fields, and
each reader of a field is its name. What has another form is refused, so that nothing but rules comes of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from logverdict.pattern import Pattern
from logverdict.rulebook import bound, condition
from logverdict.rulebook.rule import BoundCondition, Rule, Ruleset
from logverdict.rulebook.version import VersionRange
from logverdict.rulebook.vocabulary import FACTS, KINDS, Reader

Row: TypeAlias = list[Any]
Plain: TypeAlias = dict[str, Any]

_CLASSES: Final[tuple[type, ...]] = (
    bound.BoundClaim, bound.BoundComparison, bound.BoundMatch, bound.BoundNegation, bound.BoundAll,
    bound.BoundAny, bound.BoundSelection, bound.BoundScope, bound.BoundOrder, bound.BoundEventTest,
    bound.BoundCount, condition.Claim, BoundCondition, VersionRange, Rule,
)  # fmt: skip
_NUMBERS: Final = {cls: number for number, cls in enumerate(_CLASSES)}
_TUPLE, _READER, _PATTERN = -1, -2, -3
_LEFT_OUT: Final = frozenset({"why", "examples", "references"})
"""Fields of a rule that only people read."""


def plain_ruleset(ruleset: Ruleset) -> Plain:
    """Turn a ruleset into lists, texts and numbers; what only people read is left out."""
    packer = _Packer()
    rules = [packer.take(rule) for rule in ruleset.rules]
    named = {name: packer.take(pattern) for name, pattern in ruleset.patterns.items()}
    return {"rows": packer.rows, "rules": rules, "patterns": named, "digest": ruleset.digest}


class _Packer:
    """Rows made so far: each refers to earlier ones by number, so that what is shared stays shared."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._known: dict[int, int] = {}
        self._kept: list[object] = []
        self._names = _reader_names()

    def take(self, value: Any) -> Any:
        """Give a value as it stands in a row: itself where it is plain, else its row's number in a list."""
        if value is None or isinstance(value, str | int | float):
            return value
        number = self._known.get(id(value))
        if number is None:
            row = self._row(value)
            number = self._known[id(value)] = len(self.rows)
            self._kept.append(value)
            self.rows.append(row)
        return [number]

    def _row(self, value: Any) -> Row:
        if isinstance(value, tuple):
            return [_TUPLE, *map(self.take, value)]
        if isinstance(value, Pattern):
            return [_PATTERN, value.source, value.ignores_case]
        if type(value) in _NUMBERS:
            fields = value.__match_args__
            return [_NUMBERS[type(value)], *(self.take(_kept(value, name)) for name in fields)]
        return [_READER, *self._names[id(value)]]


def _kept(record: Any, name: str) -> Any:
    """Give a field, without what only people read: of the condition as written, the name it tests."""
    value = getattr(record, name)
    match record:
        case Rule() if name in _LEFT_OUT:
            return type(value)()
        case BoundCondition() if name == "written":
            return ""
    if name == "syntax":
        return condition.Claim(value.name) if hasattr(value, "name") else None
    return value


def _reader_names() -> Mapping[int, tuple[str, str]]:
    names = {id(known.read): ("", name) for name, known in FACTS.items()}
    for kind in KINDS.values():
        names |= {id(known.read): (kind.name, name) for name, known in kind.fields.items()}
    return names


def ruleset_of(plain: Plain) -> Ruleset:
    """Make a ruleset of plain data again.

    Raises:
        LookupError, TypeError, ValueError: it is not what `plain_ruleset` made.
    """
    made: list[Any] = []
    for row in plain["rows"]:
        made.append(_made(row, made))
    rules = tuple(_value(one, made) for one in plain["rules"])
    patterns = {name: _value(one, made) for name, one in plain["patterns"].items()}
    if not all(isinstance(rule, Rule) for rule in rules):
        raise TypeError("these are no rules")
    return Ruleset(rules, patterns, plain["digest"])


def _made(row: Sequence[Any], made: Sequence[Any]) -> Any:
    kind = row[0]
    if kind == _READER:
        return _reader(row[1], row[2])
    values = [made[value[0]] if value.__class__ is list else value for value in row[1:]]
    if kind == _TUPLE:
        return tuple(values)
    return Pattern(values[0], ignores_case=values[1]) if kind == _PATTERN else _CLASSES[kind](*values)


def _value(value: Any, made: Sequence[Any]) -> Any:
    return made[value[0]] if isinstance(value, list) else value


def _reader(kind: str, name: str) -> Reader:
    read: Callable[[Any], object] = (KINDS[kind].fields if kind else FACTS)[name].read
    return read
