"""The option that names the engine, the same for every command that judges."""

from enum import StrEnum
from typing import Annotated, TypeAlias

import typer
from logverdict.engines import VARIABLE, choose


class Engine(StrEnum):
    """What looks for patterns."""

    auto = "auto"
    hyperscan = "hyperscan"
    re2 = "re2"
    python = "python"


EngineOption: TypeAlias = Annotated[
    Engine | None,
    typer.Option("--engine", help=f"What looks for patterns; else as {VARIABLE} says, else auto."),
]


def use(engine: Engine | None) -> None:
    """Take the engine that was named, if one was.

    Raises:
        EngineError: it is not installed.
    """
    if engine is not None:
        choose(engine.value)
