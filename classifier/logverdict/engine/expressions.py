"""The expressions of many patterns, kept from one run of the program to the next."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from logverdict import __version__, dialect
from logverdict.cache_files import code_stamps
from logverdict.engine.kept import keep, kept
from logverdict.engine.superset import Superset, superset
from logverdict.pattern import Pattern

Supersets: TypeAlias = tuple[Superset | None, ...]

_CODE: Final = (Path(__file__).parent, Path(dialect.__file__).parent)


def superset_all(patterns: Sequence[Pattern], cache: Path | None, *, anchored: bool = True) -> Supersets:
    """Give what `superset` makes of each pattern, from the folder `cache` if it is there."""
    if cache is None:
        return _made(patterns, anchored=anchored)
    file = cache / f"supersets-{_key(patterns, anchored=anchored)}.json"
    content = kept(file)
    found = _read(content) if content is not None else None
    if found is not None and len(found) == len(patterns):
        return found
    made = _made(patterns, anchored=anchored)
    plain = [one and [one.expression.decode("latin-1"), one.crosses_lines, one.anchored] for one in made]
    keep(file, json.dumps(plain).encode())
    return made


def _made(patterns: Sequence[Pattern], *, anchored: bool) -> Supersets:
    return tuple(superset(pattern, anchored=anchored) for pattern in patterns)


def _read(content: bytes) -> Supersets | None:
    try:
        return tuple(
            one and Superset(one[0].encode("latin-1"), one[1], one[2]) for one in json.loads(content)
        )
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _key(patterns: Sequence[Pattern], *, anchored: bool) -> str:
    digest = hashlib.sha256(f"{__version__} {anchored}".encode())
    for folder in _CODE:
        for part in code_stamps(str(folder)):
            digest.update(part.encode())
    for pattern in patterns:
        source = pattern.source.encode(errors="surrogatepass")
        digest.update(b"\n%d %d " % (pattern.ignores_case, len(source)) + source)
    return digest.hexdigest()[:32]
