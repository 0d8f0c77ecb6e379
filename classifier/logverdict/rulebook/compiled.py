"""A ruleset as plain data and back: what rules need to run, without the languages that they are written in.

Only data goes in and comes out: each record is the number of its class in a fixed list, with its fields, and
each reader of a field is its name. What has another form is refused, so that nothing but rules comes of it.
Of a hundred rules a log needs a few, so each condition is a text of its own, read when it is first asked.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from logverdict.pattern import Pattern
from logverdict.rulebook import bound
from logverdict.rulebook.hints import Hints
from logverdict.rulebook.rule import BoundCondition, LateCondition, Rule, Ruleset
from logverdict.rulebook.version import VersionRange
from logverdict.rulebook.vocabulary import FACTS, KINDS, Reader

Row: TypeAlias = list[Any]

_CLASSES: Final[tuple[type, ...]] = (
    bound.BoundClaim, bound.BoundComparison, bound.BoundMatch, bound.BoundNegation, bound.BoundAll,
    bound.BoundAny, bound.BoundSelection, bound.BoundScope, bound.BoundOrder, bound.BoundEventTest,
    bound.BoundCount, bound.Named,
)  # fmt: skip
_NUMBERS: Final = {cls: number for number, cls in enumerate(_CLASSES)}
_TUPLE, _READER, _PATTERN = -1, -2, -3
_CONDITIONS: Final = tuple(map(Rule.__match_args__.index, ("when", "unless")))
_CODEX: Final = Rule.__match_args__.index("codex")
_LEFT_OUT: Final = frozenset({"why", "examples", "references"})
"""Fields of a rule that only people read."""


def plain_ruleset(ruleset: Ruleset) -> Mapping[str, Any]:
    """Turn a ruleset into lists, texts and numbers; what only people read is left out."""
    return ruleset.plain or _plain(ruleset)


def _plain(ruleset: Ruleset) -> Mapping[str, Any]:
    # Only where rules are kept: a library of its own reads the patterns.
    from logverdict.rulebook.needs import needs
    from logverdict.rulebook.words import sought_in, words_of

    sought = sought_in(ruleset)
    numbers = {pattern: number for number, pattern in enumerate(sought)}
    places = sorted(frozenset().union(*sought.values()))
    return {
        "patterns": [[one.source, one.ignores_case] for one in sought],
        "named": {name: numbers[pattern] for name, pattern in ruleset.patterns.items()},
        "needs": [_numbered(needs(rule.when.bound), numbers) for rule in ruleset.rules],
        # A pattern that no `when` looks for has no sign: nothing can be said of it.
        "signs": [
            [words_of(one), sorted(map(places.index, at))] if at else None for one, at in sought.items()
        ],
        "places": places,
        "rules": [_plain_rule(rule, numbers) for rule in ruleset.rules],
        "digest": ruleset.digest,
    }


def _numbered(needed: frozenset[Pattern] | None, numbers: Mapping[Pattern, int]) -> list[int] | None:
    return None if needed is None else sorted(numbers[pattern] for pattern in needed)


def _plain_rule(rule: Rule, numbers: Mapping[Pattern, int]) -> Row:
    return [_plain_field(name, getattr(rule, name), numbers) for name in Rule.__match_args__]


def _plain_field(name: str, value: Any, numbers: Mapping[Pattern, int]) -> Any:
    if name in _LEFT_OUT:
        return type(value)()
    match value:
        case BoundCondition():
            return json.dumps(_Packer(numbers).rows_of(value.bound), separators=(",", ":"))
        case VersionRange():
            return [value.written, value.bounds]
    return value


class _Packer:
    """The rows of one condition, made so far: each refers to others by number, the last is the whole."""

    def __init__(self, numbers: Mapping[Pattern, int]) -> None:
        self._rows: list[Row] = []
        self._known: dict[int, int] = {}
        self._numbers = numbers
        self._names = _reader_names()

    def rows_of(self, condition: bound.Bound) -> list[Row]:
        """Give the rows of a condition."""
        self._take(condition)
        return self._rows

    def _take(self, value: Any) -> Any:
        """Give a value as it stands in a row: itself where it is plain, else its row's number in a list."""
        if value is None or isinstance(value, str | int | float):
            return value
        number = self._known.get(id(value))
        if number is None:
            row = self._row(value)
            number = self._known[id(value)] = len(self._rows)
            self._rows.append(row)
        return [number]

    def _row(self, value: Any) -> Row:
        if isinstance(value, tuple):
            return [_TUPLE, *map(self._take, value)]
        if isinstance(value, Pattern):
            return [_PATTERN, self._numbers[value]]
        if type(value) in _NUMBERS:
            return [_NUMBERS[type(value)], *(self._field(value, name) for name in value.__match_args__)]
        return [_READER, *self._names[id(value)]]

    def _field(self, record: Any, name: str) -> Any:
        """Give a field as it stands in a row: of a part as it was written, only the name that it tests."""
        value = getattr(record, name)
        if name != "syntax":
            return self._take(value)
        named = getattr(value, "name", None)
        if named is None:
            return None
        self._rows.append([_NUMBERS[bound.Named], named])
        return [len(self._rows) - 1]


def _reader_names() -> Mapping[int, tuple[str, str]]:
    names = {id(known.read): ("", name) for name, known in FACTS.items()}
    for kind in KINDS.values():
        names |= {id(known.read): (kind.name, name) for name, known in kind.fields.items()}
    return names


def ruleset_of(plain: Mapping[str, Any]) -> Ruleset:
    """Make a ruleset of plain data again; its conditions are made when they are first asked.

    Raises:
        LookupError, TypeError, ValueError: it is not what `plain_ruleset` made.
    """
    patterns = tuple(
        [Pattern(source, ignores_case=ignores_case) for source, ignores_case in plain["patterns"]]
    )
    named = {name: patterns[number] for name, number in plain["named"].items()}
    rules = tuple([_rule(row, patterns) for row in plain["rules"]])
    return Ruleset(rules, named, plain["digest"], _hints(plain, patterns), plain)


def _hints(plain: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> Hints:
    needs = [
        None if needed is None else frozenset([patterns[number] for number in needed])
        for needed in plain["needs"]
    ]
    signs = [None if sign is None or not sign[0] else (sign[0], sign[1]) for sign in plain["signs"]]
    places = [(kind, name) for kind, name in plain["places"]]
    return Hints(tuple(needs), patterns, tuple(signs), tuple(places))


def _rule(row: Row, patterns: Sequence[Pattern]) -> Rule:
    fields: list[Any] = [tuple(field) if field.__class__ is list else field for field in row]
    for place in _CONDITIONS:
        text = fields[place]
        fields[place] = None if text is None else LateCondition(partial(_condition, text, patterns))
    codex = fields[_CODEX]
    fields[_CODEX] = None if codex is None else VersionRange(codex[0], _tupled(codex[1]))
    return Rule(*fields)


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _condition(text: str, patterns: Sequence[Pattern]) -> Any:
    made: list[Any] = []
    for row in json.loads(text):
        made.append(_made(row, made, patterns))
    return made[-1]


def _made(row: Row, made: Sequence[Any], patterns: Sequence[Pattern]) -> Any:
    kind = row[0]
    if kind == _READER:
        return _reader(row[1], row[2])
    if kind == _PATTERN:
        return patterns[row[1]]
    values = [made[value[0]] if value.__class__ is list else value for value in row[1:]]
    return tuple(values) if kind == _TUPLE else _CLASSES[kind](*values)


def _reader(kind: str, name: str) -> Reader:
    read: Callable[[Any], object] = (KINDS[kind].fields if kind else FACTS)[name].read
    return read
