"""Versions of Codex: order them, and tell whether one lies in a range."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

from logverdict.expression import expression
from logverdict.record import record

VersionKey: TypeAlias = tuple[tuple[int, ...], bool, str]

_VERSION: Final = expression(r"v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:[-+.]?([a-z][\w.]{0,40}))?")
_COMPARED: Final = expression(r"\s*(<=|>=|!=|<|>|=)\s*(\S+)\s*")
_PARTS: Final = 4
OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


@record(frozen=True, slots=True)
class VersionRange:
    """Comparisons that a version must satisfy, all of them."""

    written: str
    bounds: tuple[tuple[str, VersionKey], ...]

    def holds(self, version: str | None) -> bool:
        """Tell whether `version` lies in the range; an unknown one does, since nothing speaks against it."""
        key = version_key(version)
        return key is None or all(OPERATORS[operator](key, bound) for operator, bound in self.bounds)


def version_key(version: object) -> VersionKey | None:
    """Read a version as something that can be ordered; null where it is none.

    Missing parts count as 0, and `0.170.0-alpha.1` comes before `0.170.0`.
    """
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        return None
    numbers = tuple(int(part) for part in found.group(1).split("."))
    return numbers + (0,) * (_PARTS - len(numbers)), found.group(2) is None, found.group(2) or ""


def written_version(written: str) -> VersionKey | None:
    """Read a version that an author wrote; null for `0.144.x`, which would come before 0.144."""
    return None if written.endswith(".x") else version_key(written)


def parse_range(written: str) -> VersionRange | None:
    """Read a range such as `>=0.44, <0.148`; null where it is none."""
    bounds = []
    for part in written.split(","):
        compared = _COMPARED.fullmatch(part)
        key = written_version(compared.group(2)) if compared else None
        if compared is None or key is None:
            return None
        bounds.append((compared.group(1), key))
    return VersionRange(written, tuple(bounds))
