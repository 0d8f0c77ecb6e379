"""`codexjob practice`: play a scenario to a Codex that a person starts."""

from pathlib import Path
from typing import Annotated

import typer


def practice_command(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO", help="A YAML file that says what the model does.")
    ],
    folder: Annotated[Path, typer.Option(help="Gets the sample repository and Codex's home.")] = Path(
        "codexjob-practice"
    ),
    codex: Annotated[str, typer.Option(envvar="CODEXJOB_CODEX", help="The Codex program.")] = "codex",
) -> None:
    """Play SCENARIO as a model on loopback, and print the command that lets Codex talk to it."""
    from codexjob.practice.play import play

    play(scenario, folder=folder, codex=codex, tell=typer.echo)
