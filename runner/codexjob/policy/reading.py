"""Reading a policy from what TOML gives, with every mistake named."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, get_args

from logverdict.verdict import Action

from codexjob.duration import parse_duration
from codexjob.errors import UsageError
from codexjob.policy.table import Policy, Row

_ROW_KEYS: Final = tuple(field.name for field in fields(Row) if field.name != "cause")
_KEYS: Final = ("retries", "reviews", "unattended", "cause")
_LONGEST: Final = 1e9


def read_policy(table: Mapping[str, Any], base: Policy) -> Policy:
    """Lay what a table says over a policy: single fields of single causes, and totals.

    Raises:
        UsageError: a key or a value has no meaning; it says which.
    """
    _check_keys(table, _KEYS, "policy")
    causes = table.get("cause", {})
    if not isinstance(causes, dict) or not all(isinstance(row, dict) for row in causes.values()):
        raise UsageError('`policy.cause` is a table of tables: write [policy.cause."limit.rate"]')
    rows = {row.cause: row for row in base.rows}
    for cause, changes in causes.items():
        rows[cause] = _row(rows.get(cause) or _above(base, cause), changes)
    return replace(
        base,
        rows=tuple(rows.values()),
        retries=_count(table, "retries", base.retries),
        reviews=_count(table, "reviews", base.reviews),
        unattended=_unattended(table, base.unattended),
    )


def _above(base: Policy, cause: str) -> Row:
    """Begin a new row as the one that held for the cause so far."""
    held = base.row_for(cause)
    return replace(held, cause=cause) if held else Row(cause)


def _row(base: Row, changes: Mapping[str, Any]) -> Row:
    where = f'policy.cause."{base.cause}"'
    _check_keys(changes, _ROW_KEYS, where)
    for key, value in changes.items():
        fits, meant = _MEANT[key]
        if not fits(value):
            raise UsageError(f"`{where}.{key}` is {meant}, and not {value!r}")
    return replace(base, **changes)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_seconds(value: object) -> bool:
    return type(value) in (int, float) and 0 <= float(str(value)) < _LONGEST


def _is_action(value: object) -> bool:
    return value in get_args(Action)


_MEANT: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "action": (_is_action, f"one of {', '.join(get_args(Action))}"),
    "attempts": (_is_count, "a count from 0"),
    "wait_initial": (_is_seconds, "a number of seconds"),
    "wait_max": (_is_seconds, "a number of seconds"),
    "wait_jitter": (_is_seconds, "a number of seconds"),
    "may_repeat": (lambda value: isinstance(value, bool), "true or false"),
    "pauses_account": (lambda value: isinstance(value, bool), "true or false"),
    "why": (lambda value: isinstance(value, str), "a text"),
}


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = next((key for key in table if key not in known), None)
    if unknown is not None:
        raise UsageError(f"`{where}` has no `{unknown[:80]}`: there are {', '.join(known)}")


def _count(table: Mapping[str, Any], key: str, base: int) -> int:
    value = table.get(key, base)
    if type(value) is not int or value < 0:
        raise UsageError(f"`policy.{key}` counts from 0, and is not {value!r}")
    return value


def _unattended(table: Mapping[str, Any], base: float) -> float:
    value = table.get("unattended")
    if value is None:
        return base
    if not isinstance(value, str):
        raise UsageError('`policy.unattended` is a duration such as "12h"')
    return parse_duration(value, "policy.unattended")
