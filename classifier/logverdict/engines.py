"""Which engine matches patterns: RE2, or Python's own where RE2 is missing; hyperscan beside it.

Hyperscan tells where patterns may match in a big log; what matches there is for one of the other two to say.
"""

import os
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from logverdict.errors import EngineError

Engine: TypeAlias = Literal["auto", "hyperscan", "re2", "python"]
Exact: TypeAlias = Literal["re2", "python"]

_ENGINES: Final[Mapping[str, Engine]] = {
    "auto": "auto",
    "hyperscan": "hyperscan",
    "re2": "re2",
    "python": "python",
}
VARIABLE: Final = "CODEXJOB_ENGINE"
INSTALL_RE2: Final = "pip install google-re2"
INSTALL_HYPERSCAN: Final = "pip install 'hyperscan>=0.7.19,<0.7.23'"


class _Chosen:
    """What was chosen for this process, and which engine matches: null until somebody asks."""

    engine: Engine | None = None
    exact: Exact | None = None


def choose(engine: str, where: str = "--engine") -> None:
    """Choose the engine of this process, before any pattern is looked for; `where` it was named.

    Raises:
        EngineError: it is not known, or not installed.
    """
    known = _known(engine, where)
    if known == "hyperscan" and not has_hyperscan():
        raise EngineError(f"the engine hyperscan is not installed: {INSTALL_HYPERSCAN}")
    if known == "re2" and not has_re2():
        raise EngineError(f"the engine re2 is not installed: {INSTALL_RE2}")
    _Chosen.engine = known
    _Chosen.exact = None


def chosen() -> Engine:
    """Give what was chosen: by `choose`, else by the variable `CODEXJOB_ENGINE`, else `auto`."""
    if _Chosen.engine is None:
        choose(os.environ.get(VARIABLE) or "auto", f"the variable {VARIABLE}")
    return _Chosen.engine or "auto"


def exact() -> Exact:
    """Name the engine that says what matches."""
    if _Chosen.exact is None:
        _Chosen.exact = "re2" if chosen() != "python" and has_re2() else "python"
    return _Chosen.exact


def scans() -> bool:
    """Tell whether hyperscan is to look at big logs first."""
    return chosen() in {"auto", "hyperscan"} and has_hyperscan()


def has_re2() -> bool:
    """Tell whether google-re2 can be loaded."""
    try:
        import re2  # noqa: F401  whether it loads is the question
    except ImportError:
        return False
    return True


def has_hyperscan() -> bool:
    """Tell whether hyperscan is installed, without loading it."""
    from importlib.util import find_spec

    return find_spec("hyperscan") is not None


def fallback() -> Exact | None:
    """Name the engine to try where this one took a process down; null where there is no other."""
    if scans():
        return "re2" if has_re2() else "python"
    return "python" if exact() == "re2" else None


def _known(engine: str, where: str) -> Engine:
    known = _ENGINES.get(engine)
    if known is None:
        raise EngineError(f"{where} is {engine!r}: an engine is one of {', '.join(_ENGINES)}")
    return known
