"""Give the values of a comparison the type of the field or fact that they are compared with."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from logverdict.expression import expression
from logverdict.rulebook.condition import Comparison, Flaw, Value
from logverdict.rulebook.version import written_version
from logverdict.rulebook.vocabulary import Attribute, Type

Typed: TypeAlias = object | Flaw

_NUMBER: Final = expression(r"-?\d{1,15}(\.\d{1,6})?")
_DURATION: Final = expression(r"(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_EQUAL: Final = ("=", "!=", "in", "not in")
_ORDERED: Final = (*_EQUAL, "<", "<=", ">", ">=")
_OPERATORS: Final[Mapping[Type, tuple[str, ...]]] = {
    "flag": (),
    "choice": _EQUAL,
    "text": _EQUAL,
    "number": _ORDERED,
    "duration": _ORDERED,
    "version": _ORDERED,
}
_OPERATOR_HINT: Final[Mapping[Type, str]] = {
    "flag": "a flag stands alone: `{name}` or `not {name}`",
    "choice": "use `=`, `!=` or `in (…)`",
    "text": "use `=`, `!=`, `in (…)` or `~` and a /pattern/",
}


def operator_flaw(test: Comparison, attribute: Attribute) -> Flaw | None:
    """Find out whether the operator suits the type of `attribute`."""
    if test.operator in _OPERATORS[attribute.type]:
        return None
    hint = _OPERATOR_HINT.get(attribute.type, "").format(name=test.name)
    return Flaw(test.at, f"`{test.name}` is a {attribute.type}: `{test.operator}` cannot compare it", hint)


def typed_value(value: Value, name: str, attribute: Attribute) -> Typed:
    """Read `value` as the type of `attribute`, called `name`; a flaw where it is none."""
    return _READERS[attribute.type](value, name, attribute)


def meant(word: str, known: object) -> str:
    """Suggest the known word that `word` was probably meant to be, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)  # type: ignore[attr-defined]
    return f"did you mean `{close[0]}`?" if close else ""


def _flag(value: Value, name: str, _attribute: Attribute) -> Typed:
    return Flaw(value.at, f"`{name}` is a flag and has no value")


def _choice(value: Value, name: str, attribute: Attribute) -> Typed:
    if value.written in attribute.choices:
        return value.written
    hint = meant(value.written, attribute.choices)
    listed = ", ".join(attribute.choices)
    return Flaw(value.at, f"`{name}` is never `{value.written}`: it is one of {listed}", hint)


def _number(value: Value, name: str, _attribute: Attribute) -> Typed:
    if value.form == "quantity" and _NUMBER.fullmatch(value.written):
        return float(value.written) if "." in value.written else int(value.written)
    return Flaw(value.at, f"`{name}` is a number, `{value.written}` is none")


def _duration(value: Value, name: str, _attribute: Attribute) -> Typed:
    found = _DURATION.fullmatch(value.written) if value.form == "quantity" else None
    if found:
        return float(found.group(1)) * _SECONDS[found.group(2)]
    return Flaw(value.at, f"`{name}` is a duration, `{value.written}` is none", "write 30s, 10m or 2h")


def _version(value: Value, name: str, _attribute: Attribute) -> Typed:
    key = written_version(value.written)
    return key or Flaw(
        value.at, f"`{name}` is a version, `{value.written}` is none", "write 0.148 or 0.144.6"
    )


def _text(value: Value, name: str, _attribute: Attribute) -> Typed:
    if value.form == "quoted":
        return value.written
    return Flaw(value.at, f"`{name}` is text, so its value stands in quotes", f'write "{value.written}"')


_READERS: Final[Mapping[Type, Callable[[Value, str, Attribute], Typed]]] = {
    "flag": _flag,
    "choice": _choice,
    "text": _text,
    "number": _number,
    "duration": _duration,
    "version": _version,
}
